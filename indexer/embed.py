"""Texts to vectors, in shards that survive an interruption: what was embedded once is not embedded again."""

import hashlib
import io
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.progress import Progress
from models import durable
from models.encoder import Encoder, EncoderIdentity

SHARD = 1024  # texts: about ten seconds of work, which is all that an interruption can cost


@dataclass(frozen=True, slots=True)
class Pending:
    """A text to embed. Texts of different `group`s never share an encoder batch: padding would carry one into the other."""

    key: bytes
    group: str
    text: str


class Shards:
    """Vectors already computed for a build that has not been published yet."""

    def __init__(self, home: Path, identity: EncoderIdentity) -> None:
        self._root = home / "embedding"
        self._folder = self._root / hashlib.sha256(repr(identity).encode()).hexdigest()[:16]

    def load(self) -> dict[bytes, NDArray[np.float16]]:
        """Return the vectors by key. A shard that was damaged is removed and its texts are embedded again."""
        found: dict[bytes, NDArray[np.float16]] = {}
        for path in sorted(self._folder.glob("*.npz")):
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest()[:16] != path.stem.partition("-")[2]:
                path.unlink()
                continue
            with np.load(io.BytesIO(content), allow_pickle=False) as shard:
                found.update(zip((bytes(key) for key in shard["keys"]), shard["vectors"], strict=True))
        return found

    def add(self, keys: Sequence[bytes], vectors: NDArray[np.float16]) -> dict[bytes, NDArray[np.float16]]:
        """Keep one shard until the build is published, and return it by key."""
        with durable.full_disk_named():
            self._folder.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        np.savez(buffer, keys=np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), -1), vectors=vectors)
        content = buffer.getvalue()
        number = len(list(self._folder.glob("*.npz")))
        durable.replace(self._folder / f"{number:06d}-{hashlib.sha256(content).hexdigest()[:16]}.npz", content)
        return dict(zip(keys, vectors, strict=True))

    def clear(self) -> None:
        """Forget everything: it stands in a published generation now, or belongs to an encoder no longer used."""
        if self._root.exists():
            shutil.rmtree(self._root)


def embed(pending: Sequence[Pending], encoder: Encoder, shards: Shards, progress: Progress) -> dict[bytes, NDArray[np.float16]]:
    """Return the vector of every pending key, computing those that no shard holds."""
    found = shards.load()
    missing = {item.key: item for item in pending if item.key not in found}
    progress.start("passages embedded", len(missing))
    keys: list[bytes] = []
    vectors: list[NDArray[np.float16]] = []
    for batch in _batches(missing.values()):
        keys += [item.key for item in batch]
        vectors.append(encoder.encode([item.text for item in batch]).astype(np.float16))
        if len(keys) >= SHARD:
            found.update(shards.add(keys, np.vstack(vectors)))
            keys, vectors = [], []
        progress.advance(len(batch))
    if keys:
        found.update(shards.add(keys, np.vstack(vectors)))
    progress.finish()
    return found


def _batches(items: Iterable[Pending]) -> Iterator[list[Pending]]:
    """Cut the texts into runs of one group each, texts of like length together; the longest first, so that memory peaks at once."""
    ordered = sorted(items, key=lambda item: (item.group, -len(item.text), item.key))
    for _, group in groupby(ordered, key=lambda item: item.group):
        batch = list(group)
        yield from (batch[first : first + SHARD] for first in range(0, len(batch), SHARD))
