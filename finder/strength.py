"""How well documents bear out what a person is said to know, and how that moved over the years."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from finder.portrait import HeldSkill, Timeline, Year
from finder.profiles import Shelf
from finder.view import OUTPUT
from models.arrays import entries
from models.tables import Origin, Person, PersonSkill
from models.told import Endorsement

SKILLS = 40  # on a page
TOPICS = 4  # told apart in the chart
YEARS = 8  # in the chart
TWICE = 2  # documents that make a topic of the chart of what is no skill of the person
EPOCH = date(1970, 1, 1)


def written(shelf: Shelf, person_row: int) -> NDArray[np.int64]:
    """Return the rows of the readable documents that a person had a part in making and lets speak for them, newest first."""
    credits, documents = shelf.generation.credits, shelf.generation.documents
    mine = (credits.person == person_row) & OUTPUT[credits.role] & shelf.view.documents[credits.document] & shelf.view.votes
    rows = credits.document[mine]
    newest: NDArray[np.int64] = rows[np.lexsort((rows, -documents.day[rows]))]
    return newest


def naming(shelf: Shelf, rows: NDArray[np.int64]) -> dict[str, list[int]]:
    """Return, by topic in lower case, which of the given documents name it, in their order.

    A topic is what somebody in the organisation is known for. Only documents that were open to the organisation when they were indexed
    were looked through.
    """
    names, mentions = shelf.generation.names, shelf.generation.mentions
    known = {name.casefold() for name in names.skill}
    found: dict[str, list[int]] = defaultdict(list)
    if names.gazetteer and shelf.view.member:
        entry, place = entries(mentions.starts, rows)
        for code, row in zip(mentions.skill[entry].tolist(), rows[place].tolist(), strict=True):
            if (topic := names.gazetteer[code].casefold()) in known:
                found[topic].append(row)
    return found


def spelled(shelf: Shelf) -> dict[str, str]:
    """Return topics as they are written, by their names in lower case."""
    return {name.casefold(): name for name in shelf.generation.names.gazetteer}


def skills(shelf: Shelf, person_row: int, named: Mapping[str, Sequence[int]], asker: str | None) -> tuple[HeldSkill, ...]:
    """Return a person's skills, those that most documents name first. Endorsements count at once, not only with the next index."""
    number = int(shelf.generation.people.id[person_row])
    declared = select(PersonSkill.name).where(PersonSkill.person_id == number, ~PersonSkill.interest, PersonSkill.origin == Origin.DECLARED)
    said = {name.casefold() for name in shelf.session.scalars(declared)}
    confirmed = endorsers(shelf, number)
    found = []
    for skill in shelf.skills(person_row, SKILLS):
        key = skill.name.casefold()
        documents, by = len(named.get(key, ())), confirmed.get(key, ())
        origin = skill.origin
        if by:
            origin = Origin.ENDORSED.value
        elif origin == Origin.ENDORSED and key in said:
            origin = Origin.DECLARED.value
        elif origin == Origin.ENDORSED:  # taken back since the index was built
            if not (documents and shelf.view.mined[person_row]):
                continue
            origin = Origin.INFERRED.value
        found.append(HeldSkill(skill.name, origin, documents, len(by), asker in by))
    return tuple(sorted(found, key=lambda skill: (-skill.documents, skill.name.casefold())))


def endorsers(shelf: Shelf, number: int) -> dict[str, tuple[str, ...]]:
    """Return, by skill in lower case, the public ids of the colleagues who confirm it and are here."""
    here = Person.active & ~Person.opted_out
    query = select(Endorsement.name, Person.public_id).join(Person, Person.id == Endorsement.endorser_id)
    found: dict[str, set[str]] = defaultdict(set)
    for name, public_id in shelf.session.execute(query.where(Endorsement.person_id == number, here)):
        found[name.casefold()].add(public_id)
    return {name: tuple(sorted(people)) for name, people in found.items()}


def timeline(shelf: Shelf, person_row: int, rows: NDArray[np.int64], named: Mapping[str, Sequence[int]]) -> Timeline:
    """Count documents by year, each under one topic: of those that it names, the one that the fewest of the person's documents do."""
    chosen = {row: name for name in sorted(_topics(shelf, person_row, named), key=lambda name: -len(named[name])) for row in named[name]}
    topics = tuple(sorted(set(chosen.values()), key=lambda name: (-len(named[name]), name)))
    place = {row: topics.index(name) for row, name in chosen.items()}
    counts: dict[int, list[int]] = {}
    for row, day in zip(rows.tolist(), shelf.generation.documents.day[rows].tolist(), strict=True):
        if day:
            year = counts.setdefault((EPOCH + timedelta(days=day)).year, [0] * (len(topics) + 1))
            year[place.get(row, len(topics))] += 1
    if not counts:
        return Timeline(unplaced=len(rows))
    last = max(counts)
    shown = range(max(min(counts), last - YEARS + 1), last + 1)
    years = tuple(Year(year, tuple(counts.get(year, [0] * (len(topics) + 1)))) for year in shown)
    written_as = spelled(shelf)
    return Timeline(tuple(written_as[name] for name in topics), years, len(rows) - sum(sum(year.counts) for year in years))


def _topics(shelf: Shelf, person_row: int, named: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    """Return the topics told apart, in lower case: the person's own skills first, then what their documents often name."""
    own = {skill.name.casefold() for skill in shelf.skills(person_row, SKILLS)}
    often = {name for name, rows in named.items() if len(rows) >= TWICE and (person_row, name) not in shelf.view.muted}
    found = sorted(often | (own & named.keys()), key=lambda name: (name not in own, -len(named[name]), name))
    return tuple(found[:TOPICS])
