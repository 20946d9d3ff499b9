"""What people are about: their own words embedded, and the mean of what they wrote for everybody."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.coding import WROTE
from indexer.corpus import Corpus, IndexedPerson
from indexer.embed import Pending
from indexer.passages import passage_key
from models.access import ORG
from models.arrays import Centroids, Credits, Passages


def own_words(person: IndexedPerson) -> str:
    """Return what a listed person says of themselves, or an empty text."""
    if not person.listed:
        return ""
    skills = ", ".join(person.declared)
    # A job title alone says too little to stand against documents.
    return "\n".join(filter(None, [person.title, person.bio, skills])) if person.bio or skills else ""


def profile_texts(corpus: Corpus) -> list[Pending | None]:
    """Return one text to embed per person, None where they say nothing."""
    texts = [own_words(person) for person in corpus.people]
    return [Pending(passage_key(ORG, text), ORG, text) if text else None for text in texts]


def centroids(
    profiles: Sequence[NDArray[np.float16] | None],
    credits: Credits,
    passages: Passages,
    vectors: NDArray[np.float32],
    public: NDArray[np.bool_],
) -> Centroids:
    """Return the vectors of people's own words, and the mean of their public passages, each document counted once.

    `profiles` by person; `vectors` (passages, dimension); `public` (documents,).
    """
    said = [(row, vector) for row, vector in enumerate(profiles) if vector is not None]
    people, means = _means(len(profiles), credits, passages, vectors, public)
    own = np.asarray([vector for _, vector in said], np.float32).reshape(-1, vectors.shape[1])
    return Centroids(
        np.vstack([own, means]),
        np.concatenate([np.asarray([row for row, _ in said], np.int32), people.astype(np.int32)]),
        np.concatenate([np.zeros(len(said), bool), np.ones(len(people), bool)]),
    )


def _means(
    people: int, credits: Credits, passages: Passages, vectors: NDArray[np.float32], public: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    documents = len(public)
    row = credits.document
    used = public[row] & np.isin(credits.role, WROTE)
    written = sparse.csr_matrix((credits.credit[used], (credits.person[used], row[used])), shape=(people, documents))
    size = np.bincount(passages.document, minlength=documents)
    share = 1 / np.maximum(size[passages.document], 1)
    spread = sparse.csr_matrix((share, (passages.document, np.arange(len(share)))), shape=(documents, len(share)))
    sums = np.asarray((written @ spread) @ vectors, np.float32)
    found = np.flatnonzero(np.diff(written.indptr))
    means = sums[found]
    return found, means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
