"""What `indexer status` tells: sources, their last runs, what was left out, and the published index."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from models.database import check_schema, connect, reading
from models.errors import FinderError, GenerationMissing
from models.generation import current, verify
from models.health import Health, sources
from models.settings import Settings
from models.tables import Erasure


@dataclass(frozen=True, slots=True)
class Status:
    """Everything there is to know about the write side. `index` is None before the first build, `problem` what is wrong with it."""

    sources: tuple[Health, ...]
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
                found = sources(session)
                erased = session.scalar(select(func.count()).select_from(Erasure)) or 0
        finally:
            engine.dispose()
        index, problem, warnings = _index(settings)
        return cls(found, erased, index, problem, warnings)

    def plain(self) -> dict[str, Any]:
        """Return the status as JSON-ready values."""
        return asdict(self)


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
        listed = Table(
            "Source", "Kind", "Documents", "People", "Last run", "Lag", "Added", "Changed", "Deleted", "Left out", title="Sources"
        )
        for source in status.sources:
            run = source.last_run
            counts = [str(n) for n in (run.added, run.changed, run.deleted, run.quarantined)] if run else [""] * 4
            when = "never" if run is None else run.finished or f"{run.started}, interrupted"
            lag = "" if source.lag is None else str(timedelta(seconds=source.lag))
            listed.add_row(source.name, source.kind, str(source.documents), str(source.people), when, lag, *counts)
        console.print(listed)
        for source in status.sources:
            if source.waiting:
                console.print(f"{source.name}: {source.waiting:,} sent and not yet taken in")
            if source.last_run is not None and source.last_run.problem:
                console.print(f"{source.name}: {source.last_run.problem}")
            for place, reason in source.left_out:
                console.print(f"{source.name}: {place}: {reason}")
        console.print(f"Index: {status.index or status.problem or 'none yet; run `indexer build`'}")
        for warning in status.warnings:
            console.print(f"Warning: {warning}")
    return captured.get().rstrip("\n")
