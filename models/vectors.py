"""Exact nearest passages: float16 unit vectors in a memory-mapped FAISS index, searched under a mask."""

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from models import durable

FILE = "vectors.faiss"


class Vectors:
    """One vector a passage, in passage order. Each code depends on its own vector alone."""

    def __init__(self, index: Any) -> None:
        self._index = index

    def __len__(self) -> int:
        """Return the number of vectors."""
        return int(self._index.ntotal)

    @classmethod
    def save(cls, folder: Path, vectors: NDArray[np.float32]) -> None:
        """Write the vectors, shape (n, dimension), into a generation's folder."""
        index = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        index.add(np.ascontiguousarray(vectors, np.float32))
        # Through our own file: FAISS's writer loses the error of its last, buffered write, which on a full disk is the one that fails.
        durable.write_by(folder / FILE, lambda file: faiss.write_index(index, faiss.PyCallbackIOWriter(file.write)))  # type: ignore[attr-defined]

    @classmethod
    def load(cls, folder: Path) -> "Vectors":
        """Map the vectors; the caller has verified the file's checksum."""
        return cls(faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP_IFC))

    def search(
        self, question: NDArray[np.float32], mask: NDArray[np.bool_] | None, k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows and cosines of the k nearest passages that the mask allows, best first, ties by row.

        `question` has shape (dimension,), `mask` (n,); None allows all.
        """
        parameters = None
        if mask is not None:
            bitmap = np.packbits(mask, bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bitmap))  # type: ignore[call-arg, arg-type]
        scores, rows = self._index.search(question[None, :], min(k, len(self)), params=parameters)
        found = rows[0] >= 0
        rows, scores = rows[0][found], scores[0][found]
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def rows(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the stored vectors of the given rows, shape (len(rows), dimension)."""
        vectors: NDArray[np.float32] = self._index.reconstruct_batch(np.ascontiguousarray(rows, np.int64))
        return vectors
