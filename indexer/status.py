"""What `indexer status` tells: sources, their last runs, what was left out, and the published index."""

from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.database import check_schema, connect, reading
from models.errors import FinderError, GenerationMissing
from models.generation import current, verify
from models.settings import Settings
from models.tables import Document, Erasure, Person, Quarantine, Run, Source


@dataclass(frozen=True, slots=True)
class LastRun:
    """How the last pass over a source went; `finished` None where it was interrupted."""

    started: str
    finished: str | None
    added: int
    changed: int
    unchanged: int
    deleted: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source and what it contributes."""

    name: str
    kind: str
    location: str
    documents: int
    people: int
    last_run: LastRun | None
    left_out: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Status:
    """Everything there is to know about the write side. `index` is None before the first build, `problem` what is wrong with it."""

    sources: tuple[SourceStatus, ...]
    erased_accounts: int
    index: str | None
    problem: str | None
    warnings: tuple[str, ...]

    @classmethod
    def read(cls, settings: Settings) -> "Status":
        """Read the database and the index. Raises SchemaMismatch or DatabaseUnavailable."""
        engine = connect(settings)
        try:
            check_schema(engine)
            with reading(engine) as session:
                sources = tuple(_source(session, source) for source in session.scalars(_named()))
                erased = session.scalar(select(func.count()).select_from(Erasure)) or 0
        finally:
            engine.dispose()
        index, problem, warnings = _index(settings)
        return cls(sources, erased, index, problem, warnings)

    def plain(self) -> dict[str, Any]:
        """Return the status as JSON-ready values."""
        return asdict(self)


def _named() -> Select[Source]:
    # A source that was forgotten keeps its row, which its tombstones point to, and has no runs.
    return select(Source).where(select(Run.id).where(Run.source_id == Source.id).exists()).order_by(Source.name)


def _source(session: Session, source: Source) -> SourceStatus:
    documents = session.scalar(select(func.count()).where(Document.source_id == source.id, ~Document.deleted)) or 0
    people = session.scalar(select(func.count()).where(Person.source_id == source.id, Person.listed)) or 0
    run = session.scalar(select(Run).where(Run.source_id == source.id).order_by(Run.id.desc()).limit(1))
    rows = session.execute(select(Quarantine.place, Quarantine.reason).where(Quarantine.source_id == source.id).order_by(Quarantine.id))
    return SourceStatus(
        source.name, source.kind, source.location, documents, people, _run(run), tuple((place, reason) for place, reason in rows)
    )


def _run(run: Run | None) -> LastRun | None:
    if run is None:
        return None
    finished = run.finished.isoformat(timespec="seconds") if run.finished else None
    return LastRun(run.started.isoformat(timespec="seconds"), finished, run.added, run.changed, run.unchanged, run.deleted, run.quarantined)


def _index(settings: Settings) -> tuple[str | None, str | None, tuple[str, ...]]:
    try:
        folder = current(settings.generations)
        return folder.name, None, verify(folder).warnings
    except GenerationMissing:
        return None, None, ()
    except FinderError as error:
        return None, error.what, ()


def table(status: Status) -> str:
    """Return the status as text for a terminal."""
    console = Console(highlight=False, markup=False, soft_wrap=True, width=160)
    with console.capture() as captured:
        sources = Table("Source", "Kind", "Documents", "People", "Last run", "Added", "Changed", "Deleted", "Left out", title="Sources")
        for source in status.sources:
            run = source.last_run
            counts = [str(n) for n in (run.added, run.changed, run.deleted, run.quarantined)] if run else [""] * 4
            when = "never" if run is None else run.finished or f"{run.started}, interrupted"
            sources.add_row(source.name, source.kind, str(source.documents), str(source.people), when, *counts)
        console.print(sources)
        for source in status.sources:
            for place, reason in source.left_out:
                console.print(f"{source.name}: {place}: {reason}")
        console.print(f"Index: {status.index or status.problem or 'none yet; run `indexer build`'}")
        for warning in status.warnings:
            console.print(f"Warning: {warning}")
    return captured.get().rstrip("\n")
