"""What the organisation writes about: org-readable documents gathered into topics, every other one beside its nearest topic."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from models.arrays import Passages

FITTED = 4000  # documents that the tree is grown from: it takes the square of their number in memory, 64 MB for these
MOST = 48  # topics: more would not be a map that one can read
SMALLEST = 3  # documents; what is smaller is no topic, and its documents go to the topics next to them
ROUNDS = 2  # in which each document moves to its nearest topic and the middles are taken again


@dataclass(frozen=True, slots=True)
class Gathered:
    """Each document's topic (-1 = none) and its cosine to the topic's middle; topics that lie beside each other are numbered so."""

    topic: NDArray[np.int32]
    centrality: NDArray[np.float32]
    count: int


def gather(vectors: NDArray[np.float32], public: NDArray[np.bool_], ids: Sequence[str]) -> Gathered:
    """Gather documents into topics. `vectors` (documents, dimension), `public` (documents,), `ids` the public ids by row.

    The topics are made of public documents alone. Any other one goes to the nearest topic, where it is no farther from the middle
    than the topic's own farthest: it shapes none, and is counted for those alone who may read it.
    """
    rows = np.flatnonzero(public)
    topic, centrality = np.full(len(public), -1, np.int32), np.zeros(len(public), np.float32)
    # One thread: sums of several are added up in the order in which they end, and the last digits would differ between builds.
    with threadpool_limits(1):
        middles = _middles(vectors[rows], [ids[row] for row in rows.tolist()])
        if not len(middles):
            return Gathered(topic, centrality, 0)
        # The two sorts of documents are never in one product, so that the one cannot touch a digit of the other.
        topic[rows], centrality[rows] = _nearest(vectors[rows], middles)
        others = np.flatnonzero(~public)
        nearest, cosine = _nearest(vectors[others], middles)
    farthest = np.full(len(middles), 1.0, np.float32)
    np.minimum.at(farthest, topic[rows], centrality[rows])
    near = cosine >= farthest[nearest]
    topic[others[near]], centrality[others[near]] = nearest[near], cosine[near]
    return Gathered(topic, centrality, len(middles))


def document_vectors(passages: Passages, vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return the mean of each document's passages as a unit vector, shape (count, dimension); zeros where it has none."""
    return _means(vectors, passages.document, count)


def without_language(vectors: NDArray[np.float32], languages: Sequence[str], public: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return unit vectors that lie where they would in any language, so that what is written in one language is no topic for that.

    What the public documents of a language have in common is taken off each, and what all have in common put in its place. Languages
    of fewer than SMALLEST public documents are one language.
    """
    spoken = np.asarray(languages, str)
    code = np.unique(spoken, return_inverse=True)[1]
    few = np.bincount(code[public], minlength=int(code.max(initial=-1)) + 1) < SMALLEST
    code = np.where(few[code], -1, code)
    moved = vectors.copy()
    everywhere = vectors[public].mean(axis=0)
    for language in np.unique(code[public]):
        moved[code == language] += everywhere - vectors[public & (code == language)].mean(axis=0)
    return _unit(moved)


def _middles(vectors: NDArray[np.float32], ids: Sequence[str]) -> NDArray[np.float32]:
    """Return the topics' middles, unit vectors (topics, dimension), in the order of the tree's leaves.

    Ward's method over a sample that only the ids choose, cut into as many topics as the number of documents bears.
    """
    from scipy.cluster.hierarchy import fcluster, leaves_list, linkage

    wanted = min(MOST, round(math.sqrt(3 * len(ids))), len(ids) // (2 * SMALLEST))
    if wanted < 1:
        return vectors[:0]
    drawn = np.sort(
        np.asarray(sorted(range(len(ids)), key=lambda row: hashlib.blake2b(ids[row].encode(), digest_size=8).digest())[:FITTED])
    )
    tree = linkage(vectors[drawn].astype(np.float64), "ward")
    found = fcluster(tree, wanted, "maxclust") - 1
    order = list(dict.fromkeys(found[leaves_list(tree)].tolist()))
    topic = np.asarray([order.index(code) for code in range(len(order))])[found]
    middles = _means(vectors[drawn], topic, len(order))
    for _ in range(ROUNDS):
        topic, _ = _nearest(vectors, middles)
        large = np.flatnonzero(np.bincount(topic, minlength=len(middles)) >= SMALLEST)
        middles = _means(vectors, topic, len(middles))[large]
    return middles


def _means(vectors: NDArray[np.float32], topic: NDArray[np.int32], count: int) -> NDArray[np.float32]:
    spread = sparse.csr_matrix((np.ones(len(topic), np.float32), (topic, np.arange(len(topic)))), (count, len(topic)))
    return _unit(np.asarray(spread @ vectors, np.float32))


def _nearest(vectors: NDArray[np.float32], middles: NDArray[np.float32]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    cosines = vectors @ middles.T
    return cosines.argmax(axis=1).astype(np.int32), cosines.max(axis=1).astype(np.float32)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit
