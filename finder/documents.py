"""Ranks documents: the fused hits, with near-duplicates folded into the first of them."""

import numpy as np
from numpy.typing import NDArray

from finder.retrieval import Hits
from models.generation import Generation

SAME = 0.95  # cosine above which two best passages say the same
COMPARED = 50


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
