"""BM25 over a sparse matrix of term frequencies; its statistics come from what the whole organisation may read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models import durable

K1 = 1.2
B = 0.75


def map_array(path: Path) -> NDArray[Any]:
    """Map a .npy file whose checksum was verified. A plain array over the map: numpy's own memmap class is slow to index."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def count(texts: Iterable[Sequence[str]], vocabulary: dict[str, int]) -> sparse.csr_matrix:
    """Count the terms of each text into a CSR matrix (texts, terms), adding unseen terms to `vocabulary`."""
    starts, terms = [0], []
    for text in texts:
        terms.extend([vocabulary.setdefault(term, len(vocabulary)) for term in text])
        starts.append(len(terms))
    matrix = sparse.csr_matrix(
        (np.ones(len(terms), np.float32), np.asarray(terms, np.int32), np.asarray(starts, np.int64)),
        shape=(len(starts) - 1, len(vocabulary)),
    )
    matrix.sum_duplicates()
    return matrix


@dataclass(frozen=True)
class Lexical:
    """Term frequencies by term (CSC): which rows hold a term and how often, with the public part's statistics.

    starts (terms + 1,), rows and frequencies (entries,), lengths (rows,), public_rows (terms,) the number of org-readable
    rows that hold a term, totals (2,) the number of org-readable rows and their average length.
    """

    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    frequencies: NDArray[np.float32]
    lengths: NDArray[np.float32]
    public_rows: NDArray[np.int32]
    totals: NDArray[np.float64]

    @classmethod
    def of(cls, matrix: sparse.csr_matrix, public: NDArray[np.bool_]) -> "Lexical":
        """Index a matrix (rows, terms); `public` (rows,) says which rows the whole organisation may read."""
        columns = matrix.tocsc()
        columns.sort_indices()
        lengths = np.asarray(matrix.sum(axis=1), np.float32).ravel()
        shared = np.asarray((matrix[public] > 0).sum(axis=0)).ravel().astype(np.int32)
        average = float(lengths[public].mean()) if public.any() else 1.0
        totals = np.asarray([public.sum(), max(average, 1e-9)], np.float64)
        return cls(
            columns.indptr.astype(np.int64), columns.indices.astype(np.int32), columns.data.astype(np.float32), lengths, shared, totals
        )

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays into a generation's folder."""
        for field in self.__dataclass_fields__:
            durable.write_array(folder / f"{name}-{field}.npy", getattr(self, field))

    @classmethod
    def load(cls, folder: Path, name: str) -> "Lexical":
        """Map the arrays; the caller has verified the files' checksums."""
        return cls(*(map_array(folder / f"{name}-{field}.npy") for field in cls.__dataclass_fields__))

    def matrix(self) -> sparse.csr_matrix:
        """Return the term frequencies as a matrix (rows, terms)."""
        shape = (len(self.lengths), len(self.starts) - 1)
        return sparse.csc_matrix((self.frequencies, self.rows, self.starts), shape=shape).tocsr()

    def idf(self, term: int) -> float:
        """Return ln(1 + (N - n + .5) / (n + .5)), the inverse document frequency of Lucene's BM25."""
        n = float(self.public_rows[term])
        return float(np.log1p((self.totals[0] - n + 0.5) / (n + 0.5)))

    def scores(self, terms: Mapping[int, float]) -> NDArray[np.float32]:
        """Return each row's BM25 score (Robertson and Zaragoza 2009, k1 1.2, b .75) for weighted terms; 0 where none occurs."""
        scores = np.zeros(len(self.lengths), np.float32)
        for term, weight in terms.items():
            held = slice(self.starts[term], self.starts[term + 1])
            rows, frequencies = self.rows[held], self.frequencies[held]
            scores[rows] += np.float32(weight * self.idf(term)) * frequencies / (frequencies + self._norms[rows])
        return scores

    @cached_property
    def _norms(self) -> NDArray[np.float32]:
        norms: NDArray[np.float32] = (K1 * (1 - B + B * self.lengths / self.totals[1])).astype(np.float32)
        return norms


def best(scores: NDArray[np.float32], mask: NDArray[np.bool_] | None, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the rows and scores of the k best rows above zero that the mask allows, best first, ties by row."""
    rows = np.flatnonzero(scores if mask is None else (scores > 0) & mask)
    found = scores[rows]
    if len(rows) > k:
        # Everything tied with the k-th stays in, so that the cut is made by row and not by the partition's whim.
        kept = found >= np.partition(found, len(found) - k)[len(found) - k]
        rows, found = rows[kept], found[kept]
    order = np.lexsort((rows, -found))[:k]
    return rows[order], found[order]
