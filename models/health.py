"""How every source is doing: its last run, what it holds, what it left out, what waits. The terminal and the service show the same."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.tables import Document, Person, Quarantine, Run, Source
from models.told import PUSH, SCIM, Fate, Inbox, Job, ScimResource


@dataclass(frozen=True, slots=True)
class LastRun:
    """How the last pass over a source went; `finished` None where it goes on or was interrupted; `problem` what waits, or failed."""

    started: str
    finished: str | None
    added: int
    changed: int
    unchanged: int
    deleted: int
    quarantined: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class Health:
    """One source. `lag` is how many seconds old what we hold may be: since the last pass began, or since the oldest record that waits.

    `waiting` counts what was sent and not yet taken in. `left_out` are places and reasons.
    """

    name: str
    kind: str
    location: str
    documents: int
    people: int
    waiting: int
    lag: int | None
    last_run: LastRun | None
    left_out: tuple[tuple[str, str], ...]


def sources(session: Session, now: datetime | None = None) -> tuple[Health, ...]:
    """Return the health of every source, by name."""
    moment = now or datetime.now(UTC)
    return tuple(_health(session, source, moment) for source in session.scalars(_named()))


def _named() -> Select[Source]:
    # A source that was forgotten keeps its row, which its tombstones point to, and has no runs.
    return select(Source).where(select(Run.id).where(Run.source_id == Source.id).exists()).order_by(Source.name)


def _health(session: Session, source: Source, now: datetime) -> Health:
    documents = session.scalar(select(func.count()).where(Document.source_id == source.id, ~Document.deleted)) or 0
    people = session.scalar(select(func.count()).where(Person.source_id == source.id, Person.listed)) or 0
    run = session.scalar(select(Run).where(Run.source_id == source.id).order_by(Run.id.desc()).limit(1))
    rows = session.execute(select(Quarantine.place, Quarantine.reason).where(Quarantine.source_id == source.id).order_by(Quarantine.id))
    waiting, oldest = _waiting(session, source)
    if source.kind not in (PUSH, SCIM):
        finished = select(func.max(Run.started)).where(Run.source_id == source.id, Run.finished.is_not(None))
        oldest = session.scalar(finished)
        lag = None if oldest is None else int((now - oldest).total_seconds())
    else:
        lag = int((now - oldest).total_seconds()) if oldest is not None else 0
    left_out = tuple((place, reason) for place, reason in rows)
    return Health(source.name, source.kind, source.location, documents, people, waiting, lag, _run(run), left_out)


def _waiting(session: Session, source: Source) -> tuple[int, datetime | None]:
    if source.kind == SCIM:
        news = select(func.count(), func.min(ScimResource.modified)).where(ScimResource.revision > ScimResource.taken)
    else:
        news = (
            select(func.count(), func.min(Job.created))
            .select_from(Inbox)
            .join(Job, Job.id == Inbox.job_id)
            .where(Job.source == source.name, Inbox.fate == Fate.QUEUED)
        )
    count, oldest = session.execute(news).one()
    return count, oldest


def _run(run: Run | None) -> LastRun | None:
    if run is None:
        return None
    finished = run.finished.isoformat(timespec="seconds") if run.finished else None
    started = run.started.isoformat(timespec="seconds")
    return LastRun(started, finished, run.added, run.changed, run.unchanged, run.deleted, run.quarantined, run.problem)
