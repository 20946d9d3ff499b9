"""The rows of a source and of its runs: when each began, how it ended, what waits for a person."""

from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from models.errors import FinderError, SourceError
from models.tables import Document, Group, Person, Quarantine, Run, Source

MOST_RUNS = 200  # of a source that are remembered
OWNED = (Document, Person, Group)


def open_source(session: Session, name: str, kind: str, location: str, stated: str | None = None) -> int:
    """Return the row of a source, made where there is none. Raises SourceError where the name belongs to a source of another kind."""
    source = session.scalar(select(Source).where(Source.name == name))
    if source is None:
        source = Source(name=name, kind=kind, location=location)
        session.add(source)
        session.flush()
    elif source.kind != kind and session.scalar(select(Run.id).where(Run.source_id == source.id).limit(1)) is not None:
        raise SourceError(f"The source {name!r} is a {source.kind}, not a {kind}.", "Give the new one another name with --as.")
    source.kind, source.location, source.stated = kind, location, stated
    return source.id


def open_run(session: Session, source_id: int) -> int:
    """Write down that a run over a source has begun, and return its row. Of earlier ones the newest are kept."""
    newest = select(Run.id).where(Run.source_id == source_id).order_by(Run.id.desc()).limit(MOST_RUNS)
    session.execute(delete(Run).where(Run.source_id == source_id, Run.id.not_in(newest.scalar_subquery())))
    return session.execute(insert(Run).values(source_id=source_id, started=datetime.now(UTC)).returning(Run.id)).scalar_one()


def forget_unread(session: Session, source_id: int) -> None:
    """Remove a source that could not be read at its first try and of which nothing is held: its name is free for the right one."""
    tried = session.scalar(select(func.count()).select_from(Run).where(Run.source_id == source_id))
    if tried == 1 and not any(session.scalar(select(table.id).where(table.source_id == source_id).limit(1)) for table in OWNED):
        session.execute(delete(Quarantine).where(Quarantine.source_id == source_id))
        session.execute(delete(Run).where(Run.source_id == source_id))
        session.execute(delete(Source).where(Source.id == source_id))


def broken_off(failure: BaseException) -> str:
    """Return what is written down of a pass that did not come to its end."""
    if isinstance(failure, FinderError):
        return told(failure)
    if isinstance(failure, KeyboardInterrupt):
        return "Reading was interrupted; what was read until then is stored, and the same command goes on."
    return f"Reading broke off by a {type(failure).__name__}; what was read until then is stored."


def told(error: FinderError) -> str:
    """Return what happened and what to do, as it is written down of a run."""
    return f"{error.what} {error.remedy}".strip()
