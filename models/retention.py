"""What leaves the workbench, and when: searches after their days, people who left or asked to be forgotten at once, with their names."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from models.audit import withdraw
from models.tables import Identity, Person
from models.told import Correction, Feedback, WorkbenchCandidate, WorkbenchDecision, WorkbenchRequirement, WorkbenchSearch

WITHDRAWN = "(withdrawn)"
# What people write in their own words, in which they may name others.
WRITTEN = (
    WorkbenchSearch.purpose, WorkbenchSearch.description, WorkbenchRequirement.text, WorkbenchDecision.reason,
    Feedback.question, Feedback.comment, Correction.text,
)  # fmt: skip
SHORTEST = 3  # characters of a word that may stand for a person in free text


def expire(session: Session, days: int) -> int:
    """Delete the searches older than `days`, and what is held of people who are in the directory no more; return how many searches."""
    gone = or_(~Person.listed, ~Person.active, Person.opted_out)
    for table in (WorkbenchCandidate, WorkbenchDecision):
        session.execute(delete(table).where(table.person_id.in_(select(Person.id).where(gone))))
    old = session.execute(delete(WorkbenchSearch).where(WorkbenchSearch.created < datetime.now(UTC) - timedelta(days=days)))
    return int(old.rowcount)  # type: ignore[attr-defined]


def forget_person(session: Session, number: int, ids: Collection[str]) -> None:
    """Remove what the workbench holds of a person, by row and by every public id they had, and their name in what others wrote.

    Their key to the audit chain is destroyed, which nobody can read them out of any more and which still verifies.
    """
    session.execute(delete(WorkbenchSearch).where(WorkbenchSearch.owner.in_(ids)))
    for table in (WorkbenchCandidate, WorkbenchDecision):
        session.execute(delete(table).where(table.person_id == number))
    words = _words(session, session.get_one(Person, number))
    for column in WRITTEN:
        for row in session.scalars(select(column.class_)):
            if any(word in getattr(row, column.key).lower() for word in words):
                setattr(row, column.key, WITHDRAWN)
    session.flush()
    for each in ids:
        withdraw(session, each, words)


def _words(session: Session, person: Person) -> tuple[str, ...]:
    """Return what may name a person in free text: their full name and their accounts. A name alone, "May", is many things."""
    keys = session.scalars(select(Identity.key).where(Identity.person_id == person.id)).all()
    addresses = (key.partition(":")[2] for key in keys if not key.startswith("source:"))
    return tuple(word.lower() for word in (person.name, *addresses) if len(word) >= SHORTEST and (" " in word or "@" in word))
