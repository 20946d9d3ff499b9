"""Ranks people: documents vote for those who had a part in them, less what volume alone would earn, plus what people say of themselves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finder.asked import Asked
from finder.copies import repeated
from finder.retrieval import Hits
from finder.weights import Weights
from models.arrays import entries
from models.tables import Role

ROLES = tuple(Role)
EDITOR = ROLES.index(Role.EDITOR)
FEW = 100  # documents added to N, so that in a small corpus one's only document is no sign of volume
MANY = 100  # people; in an organisation of so many, a large share of all documents is half as suspicious as in a huge one
UNRELATED, SAME = 0.3, 0.7  # cosines of people's own words with a question
SETTLED = 5.0  # documents of one's own after which profiles lose the extra weight they have for newcomers


@dataclass(frozen=True, slots=True)
class Votes:
    """What hits give people, each person's strongest first: person row, place in the hits, role code, worth after diminishing returns."""

    person: NDArray[np.int64]
    hit: NDArray[np.int64]
    role: NDArray[np.int64]
    worth: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """People in falling order of `score`, which is `evidence` - `expected` + `profile`, each (n,) and in the score's unit.

    `scale` turns a vote's worth into the score's unit. `hits` is what votes point into; where a question names several subjects
    it holds the hits of the question and of one subject after another, each from its place in `begins`, and `shares`
    (1 + subjects, n) is what each person is worth in each of them, as a share of its best.
    """

    rows: NDArray[np.int64]
    score: NDArray[np.float64]
    evidence: NDArray[np.float64]
    expected: NDArray[np.float64]
    profile: NDArray[np.float64]
    votes: Votes
    scale: float
    hits: Hits
    begins: tuple[int, ...]
    shares: NDArray[np.float64]


def vote(asked: Asked, weights: Weights) -> Votes:
    """Let each hit vote for its people: strength of the hit x part x freshness and votes of the document (Balog's document model).

    A thread, and a text that occurs twice or nearly so, votes once for a person: with its strongest document.
    """
    hits, credits, documents = asked.hits, asked.generation.credits, asked.generation.documents
    strength = strengths(hits)
    entry, hit = entries(credits.starts, hits.documents)
    person, role = credits.person[entry].astype(np.int64), credits.role[entry].astype(np.int64)
    part = _worth(role, credits.share[entry], weights)
    worth = strength[hit] ** weights.head * part * credits.credit[entry] * documents.weight[hits.documents[hit]]
    used = asked.scope.people[person] & asked.view.votes[entry] & (worth > 0)
    person, hit, role, worth = person[used], hit[used], role[used], worth[used]
    for group in (documents.unit, documents.twin):
        kept = _strongest(person, group[hits.documents[hit]].astype(np.int64), worth, hit)
        person, hit, role, worth = person[kept], hit[kept], role[kept], worth[kept]
    order = np.lexsort((hit, -worth, person))
    person, hit, role, worth = person[order], hit[order], role[order], worth[order]
    new = ~repeated(person, hits.passages[hit], asked.generation.vectors, weights.alike)
    person, hit, role, worth = person[new], hit[new], role[new], worth[new]
    first = np.searchsorted(person, person)
    return Votes(person, hit, role, worth * (np.arange(len(person)) - first + 1.0) ** -weights.diminishing)


def _worth(role: NDArray[np.int64], share: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
    """Return what each part is worth by its role; an editor whose share is told is an author of that share."""
    worth_of = np.asarray([weights.roles[part] for part in ROLES])
    return np.where((role == EDITOR) & (share > 0), weights.roles[Role.AUTHOR], worth_of[role])


def _strongest(person: NDArray[np.int64], group: NDArray[np.int64], worth: NDArray[np.float64], hit: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return, per person and group, where the strongest vote stands."""
    order = np.lexsort((hit, -worth, group, person))
    new = np.ones(len(order), bool)
    new[1:] = (person[order][1:] != person[order][:-1]) | (group[order][1:] != group[order][:-1])
    return np.sort(order[new])


def rank(asked: Asked, votes: Votes, weights: Weights) -> Candidates:
    """Return every person with a positive score, best first, ties by public id."""
    view = asked.view
    earned = np.bincount(votes.person, votes.worth, len(view.people)).astype(np.float64)
    expected = np.where(earned > 0, _by_chance(asked, weights), 0.0)
    most = float((earned - expected).max(initial=0.0))
    scale = weights.evidence / most if most > 0 else 0.0
    profile = (weights.profile + weights.newcomer * np.exp(-view.volume / SETTLED)) * _profiles(asked)
    score = scale * (earned - expected) + profile
    rows = np.flatnonzero((score > 0) & asked.scope.people)
    rows = rows[np.lexsort((rows, -score[rows]))]
    parts = (score[rows], scale * earned[rows], scale * expected[rows], profile[rows])
    return Candidates(rows, *parts, votes, scale, asked.hits, (0,), np.ones((1, len(rows))))


def _by_chance(asked: Asked, weights: Weights) -> NDArray[np.float64]:
    """Return what is taken off for volume: a part of what it would earn if K votes, X in all, fell on the asker's N documents by lot.

    With n documents of their own, h = n K / N of them would be hit, each for X / K; from the first on they diminish as real
    votes do: the integral of i^-beta from 1 to h, plus 1. By luck alone a name that is everywhere is among the best anywhere, so
    the part taken off grows with the square of a person's share n / N; less so among few people, where each is everywhere.
    """
    cast = strengths(asked.hits) ** weights.head
    volume = asked.view.volume
    share, writers = volume / (asked.view.total + FEW), np.count_nonzero(volume)
    hit = share * len(cast)
    rest = 1 - weights.diminishing
    # At an exponent of 1 the integral is a logarithm.
    grown = (np.maximum(hit, 1.0) ** rest - 1) / rest if rest else np.log(np.maximum(hit, 1.0))
    counted = np.where(hit <= 1, hit, grown + 1)
    taken = weights.chance + weights.crowding * share**2 * writers / (writers + MANY)
    return taken * counted * (float(cast.sum()) / max(1, len(cast)))


def _profiles(asked: Asked) -> NDArray[np.float64]:
    """Return how near each person's own words come to the question, from 0 (UNRELATED) to 1 (SAME)."""
    centroids, view = asked.generation.centroids, asked.view
    near = np.zeros(len(view.people))
    if not view.member:
        return near
    own = centroids.own
    cosines = (centroids.vector[:own] @ asked.vector).astype(np.float64)
    np.maximum.at(near, centroids.person[:own], np.clip((cosines - UNRELATED) / (SAME - UNRELATED), 0.0, 1.0))
    return np.where(asked.scope.people & view.said, near, 0.0)


def strengths(hits: Hits) -> NDArray[np.float64]:
    """Return each hit's score as a share of the best one's."""
    if not len(hits.scores) or hits.scores[0] <= 0:
        return np.zeros(len(hits.scores))
    shares: NDArray[np.float64] = hits.scores / hits.scores[0]
    return shares
