"""Searches of the workbench in the database: what is looked for, who was shown, what was decided. Sessions are the caller's."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from finder.workbench.requirements import Requirement
from models.errors import NotFound
from models.tables import Person
from models.told import WorkbenchCandidate, WorkbenchDecision, WorkbenchRequirement, WorkbenchSearch


class Stage(StrEnum):
    """Where a person stands in a search, as somebody decided."""

    CONSIDERING = "considering"
    CONTACTED = "contacted"
    AGREED = "agreed"
    DECLINED = "declined"
    NOT_CHOSEN = "not-chosen"


@dataclass(frozen=True, slots=True)
class Search:
    """One search: `until` is the day on which it is deleted."""

    id: str
    purpose: str
    description: str
    created: datetime
    until: datetime
    blind: bool
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided or noted of a person, when, and why."""

    at: datetime
    stage: Stage
    reason: str


def create(session: Session, owner: str, purpose: str, description: str) -> str:
    """Store a new search, names hidden, and return its id."""
    number = secrets.token_hex(10)
    session.add(WorkbenchSearch(id=number, owner=owner, purpose=purpose, description=description, created=datetime.now(UTC), blind=True))
    session.flush()
    return number


def load(session: Session, number: str, owner: str, days: int, *, change: bool = False) -> Search:
    """Return a search of its owner's, held against other writers where it is to be changed.

    Raises NotFound, for another's and an outdated one too.
    """
    row = session.get(WorkbenchSearch, number, with_for_update=change)
    if row is None or row.owner != owner or row.created + timedelta(days=days) <= datetime.now(UTC):
        raise NotFound("There is no such page.", "It may have been deleted.")
    return _search(session, row, days)


def every(session: Session, owner: str, days: int) -> tuple[Search, ...]:
    """Return the searches of somebody, the newest first."""
    rows = session.scalars(select(WorkbenchSearch).where(WorkbenchSearch.owner == owner).order_by(WorkbenchSearch.created.desc()))
    return tuple(_search(session, row, days) for row in rows.all())


def rewrite(session: Session, number: str, requirements: Sequence[Requirement]) -> None:
    """Put requirements in the place of those that a search has."""
    session.execute(delete(WorkbenchRequirement).where(WorkbenchRequirement.search_id == number))
    session.add_all(
        WorkbenchRequirement(search_id=number, position=place, text=held.text, weight=held.weight, must=held.must)
        for place, held in enumerate(requirements)
    )


def hide(session: Session, number: str, *, blind: bool) -> None:
    """Hide or show names in a search."""
    session.get_one(WorkbenchSearch, number).blind = blind


def remove(session: Session, number: str) -> None:
    """Delete a search with everything that hangs on it."""
    session.execute(delete(WorkbenchSearch).where(WorkbenchSearch.id == number))


def enter(session: Session, number: str, people: Iterable[str]) -> None:
    """Give each of the people, by public id and in the given order, the next number of the search, unless they have one."""
    known = candidates(session, number)
    new = [person for person in people if person not in known]
    rows = dict(session.execute(select(Person.public_id, Person.id).where(Person.public_id.in_(new))).all())
    taken = session.scalar(select(func.max(WorkbenchCandidate.number)).where(WorkbenchCandidate.search_id == number))
    first = 0 if taken is None else taken + 1
    session.add_all(
        WorkbenchCandidate(search_id=number, person_id=rows[person], number=first + place)
        for place, person in enumerate(new)
        if person in rows
    )
    session.flush()


def candidates(session: Session, number: str) -> dict[str, int]:
    """Return the numbers of everybody who was shown in a search, by public id."""
    query = select(Person.public_id, WorkbenchCandidate.number).join(Person, Person.id == WorkbenchCandidate.person_id)
    return dict(session.execute(query.where(WorkbenchCandidate.search_id == number)).all())


def decide(session: Session, number: str, person: str, decision: Decision) -> None:
    """Record a decision on a person, by public id."""
    row = session.scalars(select(Person.id).where(Person.public_id == person)).one()
    session.add(WorkbenchDecision(search_id=number, person_id=row, at=decision.at, stage=decision.stage, reason=decision.reason))


def decisions(session: Session, number: str) -> dict[str, tuple[Decision, ...]]:
    """Return what was decided in a search, by public id, the newest first."""
    query = select(Person.public_id, WorkbenchDecision).join(Person, Person.id == WorkbenchDecision.person_id)
    found: dict[str, tuple[Decision, ...]] = {}
    for person, row in session.execute(query.where(WorkbenchDecision.search_id == number).order_by(WorkbenchDecision.id.desc())):
        found[person] = (*found.get(person, ()), Decision(row.at, Stage(row.stage), row.reason))
    return found


def _search(session: Session, row: WorkbenchSearch, days: int) -> Search:
    held = session.scalars(
        select(WorkbenchRequirement).where(WorkbenchRequirement.search_id == row.id).order_by(WorkbenchRequirement.position)
    )
    requirements = tuple(Requirement(each.text, each.weight, each.must) for each in held)
    return Search(row.id, row.purpose, row.description, row.created, row.created + timedelta(days=days), row.blind, requirements)
