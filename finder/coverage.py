"""People for several subjects at once: who covers more of them stands above who knows one, and the fewest who cover all are a team."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from finder.people import Candidates, Votes
from finder.retrieval import Hits

POWER = 0.5  # of the mean over subjects; below 1, half of two subjects is worth more than all of one
COVERS = 0.5  # the share of a subject's best person from which somebody covers it
CONSIDERED = 25  # people of each subject looked at for a team


@dataclass(frozen=True, slots=True)
class Team:
    """The fewest people who cover all that can be covered: rows, and who stands for each subject (-1: nobody)."""

    rows: tuple[int, ...]
    speakers: tuple[int, ...]


def together(ranked: Sequence[Candidates]) -> Candidates:
    """Join the rankings of a question and of each of its subjects into one, best first, ties by row.

    The question as a whole has a voice, in case that it names one subject after all. Each person's scores, as shares of the best
    person's in a ranking, join by `mean`. What a ranking gives to the sum is its part of the score, so that evidence, corrections
    and profile go on adding up.
    """
    people = 1 + max(int(np.concatenate([found.rows, found.votes.person]).max(initial=-1)) for found in ranked)
    shares, raw = np.zeros((len(ranked), people)), np.zeros((len(ranked), people))
    for subject, found in enumerate(ranked):
        raw[subject, found.rows] = found.score
        shares[subject, found.rows] = found.score / found.score.max(initial=1e-12)
    grown = shares**POWER
    score = mean(shares)
    rows = np.flatnonzero(score > 0)
    rows = rows[np.lexsort((rows, -score[rows]))]
    part = np.divide(grown, grown.sum(axis=0), out=np.zeros_like(grown), where=grown > 0)
    factor = np.divide(score * part, raw, out=np.zeros_like(raw), where=raw > 0)

    def summed(name: str) -> NDArray[np.float64]:
        whole = np.zeros((len(ranked), people))
        for subject, found in enumerate(ranked):
            whole[subject, found.rows] = getattr(found, name)
        return np.asarray((whole * factor).sum(axis=0)[rows])

    return Candidates(
        rows, score[rows], summed("evidence"), summed("expected"), summed("profile"),
        _votes(ranked, factor), 1.0, _hits([found.hits for found in ranked]), _begins(ranked), shares[:, rows],
    )  # fmt: skip


def mean(shares: NDArray[np.float64], weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Join shares s_i (subjects, n), from 0 to 1, to (sum w_i s_i^POWER / sum w_i)^(1/POWER), with weights 1 where none are given.

    A power mean (Hardy, Littlewood and Polya, Inequalities, chapter 2).
    """
    return np.asarray(np.average(shares**POWER, axis=0, weights=weights) ** (1 / POWER))


def _begins(ranked: Sequence[Candidates]) -> tuple[int, ...]:
    return tuple(np.cumsum([0, *(len(found.hits.documents) for found in ranked[:-1])]).tolist())


def _votes(ranked: Sequence[Candidates], factor: NDArray[np.float64]) -> Votes:
    """Return all votes in the unit of the joint score, each person's strongest first.

    A document votes once for a person, in a subject's name rather than the whole question's.
    """
    person = np.concatenate([found.votes.person for found in ranked])
    hit = np.concatenate([found.votes.hit + start for found, start in zip(ranked, _begins(ranked), strict=True)])
    role = np.concatenate([found.votes.role for found in ranked])
    # Who has no score in a subject, because volume took it off, has a factor of 0 and no vote there.
    worth = np.concatenate([found.votes.worth * found.scale * factor[subject][found.votes.person] for subject, found in enumerate(ranked)])
    document = np.concatenate([found.hits.documents for found in ranked])[hit]
    counted = worth > 0
    person, hit, role, worth, document = person[counted], hit[counted], role[counted], worth[counted], document[counted]
    order = np.lexsort((hit, -worth, hit < len(ranked[0].hits.documents), document, person))
    begins = np.flatnonzero((np.diff(person[order], prepend=-1) != 0) | (np.diff(document[order], prepend=-1) != 0))
    kept, summed = order[begins], np.add.reduceat(worth[order], begins) if len(begins) else worth[:0]
    again = np.lexsort((hit[kept], -summed, person[kept]))
    return Votes(person[kept][again], hit[kept][again], role[kept][again], summed[again])


def _hits(found: Sequence[Hits]) -> Hits:
    """Return the hits of all subjects one after another."""
    return replace(
        found[0],
        documents=np.concatenate([hits.documents for hits in found]),
        scores=np.concatenate([hits.scores for hits in found]),
        passages=np.concatenate([hits.passages for hits in found]),
    )


def team(rows: NDArray[np.int64], shares: NDArray[np.float64]) -> Team:
    """Return the fewest people who cover every subject that somebody covers; of equally few, those who cover it best.

    `rows` (n,) are people, `shares` (subjects, n) what each is worth in a subject as a share of its best. Exact, by dynamic
    programming over the sets of subjects covered.
    """
    pool = np.unique(np.concatenate([np.argsort(-share, kind="stable")[:CONSIDERED] for share in shares]))
    covers = shares[:, pool] >= COVERS
    best: dict[int, tuple[int, float, tuple[int, ...]]] = {0: (0, 0.0, ())}
    for place, person in enumerate(pool.tolist()):
        mine = sum(1 << subject for subject in np.flatnonzero(covers[:, place]).tolist())
        for held, (size, worth, members) in list(best.items()):
            joined = held | mine
            offered = (size + 1, worth - float(shares[covers[:, place], person].sum()), (*members, person))
            if mine and joined != held and (joined not in best or offered[:2] < best[joined][:2]):
                best[joined] = offered
    members = best[max(best, key=lambda held: held.bit_count())][2]
    chosen = sorted(members, key=lambda person: (-float(shares[:, person].sum()), int(rows[person])))
    speakers = [max(chosen, key=lambda person: share[person]) if (share[chosen] >= COVERS).any() else -1 for share in shares]
    return Team(tuple(int(rows[person]) for person in chosen), tuple(int(rows[person]) if person >= 0 else -1 for person in speakers))
