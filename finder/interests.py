"""Who cares about the subject of a question, by what they say or by having asked: another answer than who knows about it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finder import confidence
from finder.answers import Confidence
from finder.asked import Asked
from finder.people import strengths
from models.arrays import entries
from models.tables import Role

NEAR = 0.5  # the cosine from which an interest, a word or two, meets a question
STRONG = 0.5  # the share of the best hit's score from which having asked counts
MOST = 6
ASKER = tuple(Role).index(Role.ASKER)


@dataclass(frozen=True, slots=True)
class Interest:
    """A person's row, the codes of the interests that meet the question, nearest first, and the rows of documents where they asked."""

    person: int
    interests: tuple[int, ...]
    asked: tuple[int, ...]


def interested(asked: Asked) -> tuple[Interest, ...]:
    """Return the people who care most, those whose interests lie nearest first; members of the organisation alone are told."""
    if not asked.view.member:
        return ()
    said, wondered = _said(asked), _wondered(asked)
    return tuple(
        Interest(person, tuple(code for _, code in said.get(person, ())), tuple(wondered.get(person, ())))
        for person in sorted({*said, *wondered}, key=lambda person: (-max((near for near, _ in said.get(person, ())), default=0.0), person))
    )[:MOST]


def _said(asked: Asked) -> dict[int, list[tuple[float, int]]]:
    """Return by person the interests that meet the question, or one of its subjects, with how near they are."""
    table, names = asked.generation.interests, asked.generation.names.interest
    near = (table.vector @ np.asarray([part.vector for part in (asked, *asked.subjects)]).T).max(axis=1, initial=0.0)
    entry = np.flatnonzero(near[table.interest] >= NEAR)
    person = np.searchsorted(table.starts, entry, side="right") - 1
    found: dict[int, list[tuple[float, int]]] = {}
    for row, code in zip(person.tolist(), table.interest[entry].tolist(), strict=True):
        if asked.scope.people[row] and (row, names[code].casefold()) not in asked.view.muted:
            found.setdefault(row, []).append((float(near[code]), code))
    return {row: sorted(held, key=lambda item: (-item[0], item[1])) for row, held in found.items()}


def _wondered(asked: Asked) -> dict[int, list[int]]:
    """Return by person the strong hits that they asked, best first; none where nothing was written about the question."""
    if confidence.of_answer(asked) == Confidence.NONE:
        return {}
    credits, documents = asked.generation.credits, _strong(asked)
    entry, place = entries(credits.starts, documents)
    used = (credits.role[entry] == ASKER) & asked.scope.people[credits.person[entry]] & asked.view.votes[entry]
    found: dict[int, list[int]] = {}
    for row, document in zip(credits.person[entry[used]].tolist(), documents[place[used]].tolist(), strict=True):
        found.setdefault(row, []).append(document)
    return found


def _strong(asked: Asked) -> NDArray[np.int64]:
    shares = strengths(asked.hits)
    return asked.hits.documents[shares >= STRONG]
