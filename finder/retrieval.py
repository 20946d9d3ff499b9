"""Three retrievers under one mask, fused into one ranked run of documents with the passage that speaks for each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finder.filters import Scope
from finder.query import Query
from finder.weights import Weights
from models.confidence import coverage
from models.generation import Generation
from models.lexical import best


@dataclass(frozen=True, slots=True)
class Run:
    """One retriever's hits, best first: rows and scores."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]

    def scaled(self, floor: float = 0.0) -> NDArray[np.float64]:
        """Return each score's place between the last hit, or `floor` of the first where that is more, (0) and the first (1).

        All 1 where the scores do not differ.
        """
        scores = self.scores.astype(np.float64)
        if not len(scores):
            return scores
        least = max(scores[-1], floor * scores[0])
        if scores[0] <= least:
            return np.ones(len(scores))
        return np.asarray(np.clip((scores - least) / (scores[0] - least), 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Hits:
    """Documents in falling order of `score`, each with its best passage, and what tells how sure the answer can be."""

    documents: NDArray[np.int64]
    scores: NDArray[np.float64]
    passages: NDArray[np.int64]
    cosine: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the three retrievers found, before any weight but the depth has played a part."""

    dense: Run
    by_passage: Run
    by_document: Run
    coverage: float


def retrieve(generation: Generation, query: Query, vector: NDArray[np.float32], scope: Scope, weights: Weights) -> Hits:
    """Return the documents nearest to a question among those in scope. `vector` has shape (dimension,)."""
    return fuse(generation, gather(generation, query, vector, scope, weights.depth), weights)


def gather(generation: Generation, query: Query, vector: NDArray[np.float32], scope: Scope, depth: int) -> Gathered:
    """Ask the three retrievers for `depth` hits each."""
    mask = None if scope.passages.all() else scope.passages
    document_mask = None if mask is None else scope.documents
    dense = (
        Run(*generation.vectors.search(vector, mask, depth))
        if scope.passages.any()
        else Run(np.zeros(0, np.int64), np.zeros(0, np.float32))
    )
    columns = {generation.vocabulary[term]: weight for term, weight in query.terms if term in generation.vocabulary}
    by_passage = Run(*best(generation.by_passage.scores(columns), mask, depth))
    by_document = Run(*best(generation.by_document.scores(columns), document_mask, depth))
    covered = 0.0
    if len(by_passage.rows):
        covered = coverage(generation.by_passage, [generation.vocabulary.get(term) for term in query.typed], int(by_passage.rows[0]))
    return Gathered(dense, by_passage, by_document, covered)


def fuse(generation: Generation, found: Gathered, weights: Weights) -> Hits:
    """Add up the scaled scores of the retrievers, each document with its best passages."""
    dense, by_passage, by_document = found.dense, found.by_passage, found.by_document
    passages = np.union1d(dense.rows, by_passage.rows)
    meaning, words = _spread(passages, dense, weights.strange), _spread(passages, by_passage)
    owner = generation.passages.document[passages].astype(np.int64)
    documents = np.union1d(owner, by_document.rows)
    place = np.searchsorted(documents, owner)
    lexical = weights.passage_words * _most(place, words, len(documents)) + (1 - weights.passage_words) * _spread(documents, by_document)
    scores = weights.meaning * _most(place, meaning, len(documents)) + (1 - weights.meaning) * lexical
    order = np.lexsort((documents, -scores))
    spoken = _speakers(generation, documents, place, passages, weights.meaning * meaning + (1 - weights.meaning) * words)
    cosine = float(dense.scores[0]) if len(dense.rows) else 0.0
    return Hits(documents[order], scores[order], spoken[order], cosine, found.coverage)


def _spread(rows: NDArray[np.int64], run: Run, floor: float = 0.0) -> NDArray[np.float64]:
    """Return the run's scaled scores at `rows` (sorted), 0 where it has no hit."""
    scores = np.zeros(len(rows))
    scores[np.searchsorted(rows, run.rows)] = run.scaled(floor)
    return scores


def _most(place: NDArray[np.int64], scores: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    most = np.zeros(n)
    np.maximum.at(most, place, scores)
    return most


def _speakers(
    generation: Generation, documents: NDArray[np.int64], place: NDArray[np.int64], passages: NDArray[np.int64], scores: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return each document's best passage, its first where only the document as a whole was hit."""
    spoken = np.searchsorted(generation.passages.document, documents)
    order = np.lexsort((passages, -scores))[::-1]
    spoken[place[order]] = passages[order]
    return spoken
