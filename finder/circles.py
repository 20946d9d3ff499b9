"""Who shares a topic or an interest without having met in writing: groups between which there is no common document, thread or team."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sqlalchemy import select

from finder.atlas import Circle
from finder.profiles import Shelf
from finder.topics import CARRIED, Tally
from models.tables import Origin, PersonSkill

CROWD = 30  # people; having a part in what more people than these had a part in introduces nobody
FEWEST = 3  # people in all, as two are an acquaintance and no community
SHOWN = 8
GROUPS, MEMBERS = 4, 6  # of a circle


def circles(shelf: Shelf, tally: Tally) -> tuple[Circle, ...]:
    """Return the circles, those with the largest second group first: the most to be gained by one introduction.

    Two people know each other if they are in one team or had any part in one document or thread. The people who share something fall
    into the connected components of that graph; of one component there is nobody to introduce.
    """
    if not shelf.view.member:
        return ()
    met = _met(tally)
    team = shelf.generation.people.team
    found = []
    for name, topic, rows in _shared(shelf, tally):
        groups = _groups(rows, met, team) if len(rows) >= FEWEST else []
        if len(groups) > 1:
            strangers = len(rows) ** 2 - sum(len(group) ** 2 for group in groups)
            found.append((-len(groups[1]), -strangers, name, topic, groups))
    chosen = sorted(found, key=lambda item: (*item[:3], item[3] or ""))[:SHOWN]
    profiles = shelf.people({row for *_, groups in chosen for group in groups[:GROUPS] for row in group[:MEMBERS]})
    return tuple(
        Circle(
            name, topic,
            tuple(tuple(profiles[row] for row in group[:MEMBERS] if row in profiles) for group in groups[:GROUPS]),
            sum(map(len, groups)),
        )
        for _, _, name, topic, groups in chosen
    )  # fmt: skip


def _shared(shelf: Shelf, tally: Tally) -> Iterator[tuple[str, str | None, NDArray[np.int64]]]:
    """Yield what people share: (name, topic id or None, the people's rows)."""
    for code, topic in tally.topics.items():
        yield topic.name, topic.id, np.flatnonzero(tally.carried[:, code] >= CARRIED)
    rows = {int(number): row for row, number in enumerate(shelf.generation.people.id) if shelf.view.people[row]}
    said = select(PersonSkill.person_id, PersonSkill.name).where(PersonSkill.interest, PersonSkill.origin != Origin.REJECTED)
    people: dict[str, set[int]] = defaultdict(set)
    for number, name in shelf.session.execute(said):
        if number in rows and (rows[number], name.casefold()) not in shelf.view.muted:
            people[name.casefold()].add(rows[number])
    for name in sorted(people):
        yield name, None, np.asarray(sorted(people[name]), np.int64)


def _met(tally: Tally) -> sparse.csr_matrix:
    """Return who had a part in what, (people, threads or documents), without what a crowd had a part in."""
    credits, view = tally.generation.credits, tally.view
    used = view.documents[credits.document] & view.people[credits.person]
    unit = tally.generation.documents.unit[credits.document[used]].astype(np.int64)
    width = int(unit.max(initial=-1)) + 1
    pairs = np.unique(credits.person[used].astype(np.int64) * width + unit)
    person, unit = np.divmod(pairs, max(1, width))
    few = np.bincount(unit, minlength=width)[unit] <= CROWD
    return sparse.csr_matrix((np.ones(int(few.sum()), np.int32), (person[few], unit[few])), (len(view.people), width))


def _groups(rows: NDArray[np.int64], met: sparse.csr_matrix, team: NDArray[np.int32]) -> list[list[int]]:
    """Return the given people in groups of those who know each other, larger groups first."""
    mine = met[rows]
    own = team[rows]
    _, together = np.unique(own, return_inverse=True)
    teams = sparse.csr_matrix(
        (np.ones(int((own >= 0).sum()), np.int32), (np.flatnonzero(own >= 0), together[own >= 0])), (len(rows), len(rows))
    )
    _, group = connected_components(mine @ mine.T + teams @ teams.T, directed=False)
    found: dict[int, list[int]] = defaultdict(list)
    for row, code in zip(rows.tolist(), group.tolist(), strict=True):
        found[code].append(row)
    return sorted(found.values(), key=lambda group: (-len(group), group))
