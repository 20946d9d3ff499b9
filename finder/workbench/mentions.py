"""What the workbench holds of a person, for that person: where they were shown, for which purpose, and what was decided.

Not by whom: that is told by whoever keeps the audit chain, who can weigh the recruiter's rights against the asker's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from finder.workbench import store
from finder.workbench.store import Decision
from models.tables import Person
from models.told import WorkbenchCandidate, WorkbenchSearch


@dataclass(frozen=True, slots=True)
class Mention:
    """One search in which a person was shown: why it was made, when, until when it is kept, and decisions on them, newest first."""

    purpose: str
    created: datetime
    until: datetime
    decisions: tuple[Decision, ...]


def mentions_of(session: Session, days: int, public_id: str) -> tuple[Mention, ...]:
    """Return the searches that showed a person, the newest first. `days` is how long searches are kept."""
    query = (
        select(WorkbenchSearch)
        .join(WorkbenchCandidate, WorkbenchCandidate.search_id == WorkbenchSearch.id)
        .join(Person, Person.id == WorkbenchCandidate.person_id)
        .where(Person.public_id == public_id)
        .order_by(WorkbenchSearch.created.desc())
    )
    rows, kept = session.scalars(query).all(), timedelta(days=days)
    return tuple(Mention(row.purpose, row.created, row.created + kept, store.decisions(session, row.id).get(public_id, ())) for row in rows)
