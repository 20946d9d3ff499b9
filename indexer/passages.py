"""Decides, passage by passage, what a new generation takes over from the one before and what must be embedded."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indexer.chunking import Span
from indexer.corpus import IndexedDocument
from indexer.embed import Pending
from models.arrays import Passages
from models.generation import Generation

KEY = 16


def prefixed(title: str, heading: str, text: str) -> str:
    """Return a passage as the encoder sees it: `title > heading` above its text, so that it stands for itself."""
    return f"{title} > {heading}\n{text}".strip() if heading else f"{title}\n{text}".strip()


def passage_key(group: str, text: str) -> bytes:
    """Return what identifies an embedded text; readers are part of it, because batches of different readers give different last digits."""
    return hashlib.blake2b(f"{group}\1{text}".encode(), digest_size=KEY).digest()


def keys_array(keys: Sequence[bytes]) -> NDArray[np.uint8]:
    """Return keys as an array (n, 16)."""
    return np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY)


def keys_list(keys: NDArray[np.uint8]) -> list[bytes]:
    """Return an array (n, 16) as keys."""
    held = np.ascontiguousarray(keys).tobytes()
    return [held[first : first + KEY] for first in range(0, len(held), KEY)]


@dataclass(frozen=True, slots=True)
class Carried:
    """What the previous generation can give: its document rows, passage rows and profile vectors by key."""

    generation: Generation | None
    documents: dict[bytes, int]
    passages: dict[bytes, int]
    profiles: dict[bytes, NDArray[np.float16]]
    first: NDArray[np.int64]

    @classmethod
    def of(cls, generation: Generation | None) -> "Carried":
        """Index a generation's rows by key; None carries nothing."""
        if generation is None:
            return cls(None, {}, {}, {}, np.zeros(1, np.int64))
        documents = {key: row for row, key in enumerate(keys_list(generation.documents.key))}
        passages = {key: row for row, key in enumerate(keys_list(generation.passages.key))}
        # Documents of equal content share a key, so there may be more rows than keys.
        first = np.searchsorted(generation.passages.document, np.arange(len(generation.documents.id) + 1))
        profiles = dict(zip(keys_list(generation.profiles.key), generation.profiles.vector, strict=True))
        return cls(generation, documents, passages, profiles, first)


@dataclass(slots=True)
class Layout:
    """The passage rows of the new generation, in document order, as they are found."""

    document: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    key: list[bytes] = field(default_factory=list)
    pending: dict[bytes, Pending] = field(default_factory=dict)

    def table(self) -> Passages:
        """Return the finished table."""
        document, start, end = (np.asarray(values, np.int32) for values in (self.document, self.start, self.end))
        return Passages(document, start, end, keys_array(self.key))

    def carry(self, row: int, old: int, carried: Carried) -> None:
        """Take over the passages of an unchanged document."""
        assert carried.generation is not None
        held = carried.generation.passages
        span = slice(carried.first[old], carried.first[old + 1])
        self.key += keys_list(held.key[span])
        self.start += held.start[span].tolist()
        self.end += held.end[span].tolist()
        self.document += [row] * (len(self.key) - len(self.document))

    def read(self, row: int, document: IndexedDocument, body: str, spans: Iterable[Span], carried: Carried) -> None:
        """Lay out a new or changed document, and put on the list what has no vector yet."""
        for span in spans:
            text = prefixed(document.title, span.heading, body[span.start : span.end])
            key = passage_key(document.group, text)
            self.document.append(row)
            self.start.append(span.start)
            self.end.append(span.end)
            self.key.append(key)
            if key not in carried.passages:
                self.pending[key] = Pending(key, document.group, text)


def collect(keys: Sequence[bytes], carried: Carried, embedded: dict[bytes, NDArray[np.float16]], dimension: int) -> NDArray[np.float32]:
    """Return the vectors of the keys, shape (n, dimension), from the previous generation and from what was embedded."""
    vectors = np.zeros((len(keys), dimension), np.float32)
    known = [(row, carried.passages[key]) for row, key in enumerate(keys) if key in carried.passages]
    if known and carried.generation is not None:
        rows, old = np.asarray(known, np.int64).T
        vectors[rows] = carried.generation.vectors.rows(old)
    for row, key in enumerate(keys):
        if key in embedded and key not in carried.passages:
            vectors[row] = embedded[key]
    return vectors
