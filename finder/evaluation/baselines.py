"""The rankings to beat: textbook methods on whole collections, blind to roles, dates and permissions.

They share nothing with the product but the encoder, so that they stay put when the product changes. Ties break by id.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finder.evaluation.collection import Collection, Paper, Question
from finder.evaluation.measures import Run

VERSION = "1"
DEPTH = 50  # ranked items kept a question: as many as the product gives
VOTERS = 200  # documents that vote in bm25-votes and count in rrf
PASSAGES = 400  # passages that vote in dense-combsum
PASSAGE_LENGTH = 900  # characters, the title in front not counted
RRF = 60
PARAGRAPH = re.compile(r"\n\s*\n")

Ranked = dict[str, list[str]]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Passages:
    """The baselines' own passages: `texts` to embed, and for each the index of its paper."""

    texts: tuple[str, ...]
    paper: NDArray[np.int64]


def passages(papers: Sequence[Paper]) -> Passages:
    """Cut papers into runs of whole paragraphs of at most 900 characters, each with the title in front."""
    texts, owners = [], []
    for index, paper in enumerate(papers):
        for piece in split(paper.text) or [""]:
            texts.append(f"{paper.title}\n{piece}".strip())
            owners.append(index)
    return Passages(tuple(texts), np.asarray(owners, np.int64))


def split(text: str) -> list[str]:
    """Return runs of whole paragraphs of at most 900 characters; a longer paragraph is cut at white space."""
    pieces: list[str] = []
    for paragraph in (found.strip() for found in PARAGRAPH.split(text)):
        if pieces and paragraph and len(pieces[-1]) + 2 + len(paragraph) <= PASSAGE_LENGTH:
            pieces[-1] += "\n\n" + paragraph
        else:
            pieces.extend(_cut(paragraph))
    return pieces


def lexical(collection: Collection, questions: Sequence[Question]) -> dict[str, Ranked]:
    """Rank by BM25 (bm25s's defaults, English stop words) over title and text: `bm25` documents and `bm25-votes` people."""
    import bm25s

    papers = collection.papers
    model = bm25s.BM25()
    model.index(bm25s.tokenize([f"{p.title}\n{p.text}" for p in papers], stopwords="en", show_progress=False), show_progress=False)
    documents: Ranked = {}
    people: Ranked = {}
    for question in questions:
        terms = bm25s.tokenize([question.text], stopwords="en", return_ids=False, show_progress=False)[0]
        scores = model.get_scores(terms) if terms else np.zeros(len(papers), np.float32)
        hits = [int(i) for i in top(scores, VOTERS) if scores[i] > 0]
        documents[question.id] = [papers[i].id for i in hits]
        people[question.id] = vote(((papers[i], 1 / rank) for rank, i in enumerate(hits, start=1)))
    return {"bm25": documents, "bm25-votes": people}


def dense(collection: Collection, cut: Passages, vectors: tuple[Floats, Floats], questions: Sequence[Question]) -> dict[str, Ranked]:
    """Rank by cosine: `dense` documents by their best passage, `dense-combsum` people by the sum over the first 400 passages.

    `vectors` are unit vectors of the passages (n, dim) and of the questions (q, dim).
    """
    papers = collection.papers
    starts = np.flatnonzero(np.diff(cut.paper, prepend=-1))
    documents: Ranked = {}
    people: Ranked = {}
    for question, vector in zip(questions, vectors[1], strict=True):
        scores = vectors[0] @ vector
        documents[question.id] = [papers[i].id for i in top(np.maximum.reduceat(scores, starts), VOTERS)]
        people[question.id] = vote((papers[cut.paper[i]], float(scores[i])) for i in top(scores, PASSAGES))
    return {"dense": documents, "dense-combsum": people}


def fused(first: Run, second: Run) -> Ranked:
    """Fuse two runs by reciprocal rank (Cormack et al. 2009): the sum of 1 / (60 + rank)."""
    runs: Ranked = {}
    for question in first:
        scores: dict[str, float] = {}
        for ranking in (first[question], second[question]):
            for rank, item in enumerate(ranking, start=1):
                scores[item] = scores.get(item, 0.0) + 1 / (RRF + rank)
        runs[question] = best_first(scores)
    return runs


def most_prolific(collection: Collection, questions: Sequence[Question]) -> Ranked:
    """Rank people by the number of their documents, whatever the question."""
    ranking = vote((paper, 1.0) for paper in collection.papers)
    return {question.id: ranking for question in questions}


def at_random(collection: Collection, questions: Sequence[Question]) -> Ranked:
    """Rank people by lot, drawn anew for each question and the same in every run."""
    runs: Ranked = {}
    for question in questions:
        seed = int.from_bytes(hashlib.sha256(question.id.encode()).digest()[:8])
        order = np.random.default_rng(seed).permutation(len(collection.people))[:DEPTH]
        runs[question.id] = [collection.people[i] for i in order]
    return runs


def vote(hits: Iterable[tuple[Paper, float]]) -> list[str]:
    """Give each hit's weight in full to each of its authors; return people, the highest sum first."""
    scores: dict[str, float] = {}
    for paper, weight in hits:
        for person in paper.authors:
            scores[person] = scores.get(person, 0.0) + weight
    return best_first(scores)


def best_first(scores: dict[str, float]) -> list[str]:
    """Return the ids of the highest scores, ties by id."""
    return sorted(scores, key=lambda item: (-scores[item], item))[:DEPTH]


def top(scores: Floats, count: int) -> NDArray[np.int64]:
    """Return the indexes of the `count` highest scores, best first, ties by index."""
    if len(scores) > count:
        bound = np.partition(scores, -count)[-count]
        near = np.flatnonzero(scores >= bound)  # in rising order, so that the stable sort keeps ties by index
    else:
        near = np.arange(len(scores))
    return near[np.argsort(-scores[near], kind="stable")][:count]


def _cut(paragraph: str) -> list[str]:
    pieces = []
    while len(paragraph) > PASSAGE_LENGTH:
        space = paragraph.rfind(" ", 1, PASSAGE_LENGTH + 1)
        end = space if space > 0 else PASSAGE_LENGTH
        pieces.append(paragraph[:end].rstrip())
        paragraph = paragraph[end:].lstrip()
    return [*pieces, paragraph] if paragraph else pieces
