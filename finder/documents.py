"""Ranks documents: the fused hits, with near-duplicates folded into the first of them, by relevance or newest first."""

import numpy as np
from numpy.typing import NDArray

from finder.answers import Sort
from finder.retrieval import Hits
from models.generation import Generation

SAME = 0.95  # cosine above which two best passages say the same
COMPARED = 50
# What is sorted by date: the hits with at least this share of the best one's score, and never fewer than a page of them.
NEAR, LEAST = 0.25, 10


def listed(generation: Generation, hits: Hits, sort: Sort) -> NDArray[np.int64]:
    """Return the places of the hits to show, in the order asked for.

    By date come only those near enough to the best to be about the question, and there the list ends: every hit by date would
    put today's strangers before last year's answer. What bears no date stands last; equal dates keep their order of relevance.
    """
    places = distinct(generation, hits)
    if sort is Sort.RELEVANCE or not len(places):
        return places
    near = np.count_nonzero(hits.scores[places] >= NEAR * hits.scores[0])
    kept = places[: max(near, LEAST)]
    return kept[np.argsort(-generation.documents.day[hits.documents[kept]], kind="stable")]


def distinct(generation: Generation, hits: Hits) -> NDArray[np.int64]:
    """Return the places of the hits to show, best first; among the first COMPARED, what says the same as a better one is left out."""
    n = min(COMPARED, len(hits.documents))
    if n < 2:
        return np.arange(len(hits.documents))
    vectors = generation.vectors.rows(hits.passages[:n])
    same = np.tril(vectors @ vectors.T > SAME, -1)
    # Same words at the same length: a template with another name in it is another document.
    twins = generation.documents.twin[hits.documents[:n]]
    same &= (twins[:, None] == twins[None, :]) | (
        generation.documents.kind[hits.documents[:n]][:, None] == generation.documents.kind[hits.documents[:n]][None, :]
    )
    dropped = np.zeros(n, bool)
    for place in range(n):
        dropped[place] = bool((same[place] & ~dropped).any())
    return np.concatenate([np.flatnonzero(~dropped), np.arange(n, len(hits.documents))])
