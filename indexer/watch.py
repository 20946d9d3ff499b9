"""Keeps the database and the index in step: reads a source again when it changed or its time has come, and takes in what was sent.

The lock is held for one round at a time, so that every other command gets its turn between two.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import watchfiles
from sqlalchemy import Engine, select

from indexer import inbox, provisioned
from indexer.connectors.detect import detect
from indexer.connectors.unstated import stated
from indexer.session import Workplace
from indexer.store import ingest
from models.database import reading
from models.errors import FinderError, IndexerBusy
from models.tables import Run, Source
from models.told import PUSH, SCIM

TICK = 2.0  # seconds between two looks at what was sent
SETTLE = 1_000  # milliseconds without a change before a source is read: a copy under way is let finish
SOONEST, LATEST = 5.0, 600.0  # seconds until what failed is tried again, doubling from one to the other
UNREACHABLE = "its folder cannot be watched ({reason}); it is read every {every:.0f} s"

Stamp = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Watched:
    """Where a source is, of which format, and who may read what it says nothing about."""

    location: str
    kind: str
    stated: str | None = None


@dataclass(slots=True)
class Due:
    """When a source is to be read next, and how often in a row it could not be."""

    source: Watched
    at: float = 0.0
    failures: int = 0
    stamp: Stamp = None


@dataclass(slots=True)
class Watch:
    """Rounds without end. `open` takes the lock; `say` tells what was done; `every` is the seconds between two readings of a source.

    `ended` tells whether the watch was told to stop: a library may have swallowed the KeyboardInterrupt that said so.
    """

    engine: Engine
    home: Path
    open: Callable[[], AbstractContextManager[Workplace]]
    say: Callable[[str], None]
    every: float = 300.0
    publishes: bool = True
    names: frozenset[str] = frozenset()
    ended: Callable[[], bool] = bool
    due: dict[str, Due] = field(default_factory=dict)
    unpublished: bool = True
    told: str = ""
    trouble: Due = field(default_factory=lambda: Due(Watched("", "")))

    def run(self) -> None:
        """Go on until interrupted (KeyboardInterrupt). Raises SchemaMismatch where the database is of another version."""
        while True:
            watched = self._learn()
            for changed in self._ticks([Path(source.location) for source in watched.values()]):
                self._round(changed)
                if self.ended():
                    raise KeyboardInterrupt
                if self._learn() != watched:
                    break

    def _learn(self) -> Mapping[str, Watched]:
        """Return each watched source; forget those that are gone."""
        query = select(Source.name, Source.location, Source.kind, Source.stated).where(
            Source.kind.not_in((PUSH, SCIM)), select(Run.id).where(Run.source_id == Source.id).exists()
        )
        with reading(self.engine) as session:
            rows = [row for row in session.execute(query) if not self.names or row.name in self.names]
        found = {name: Watched(location, kind, readers) for name, location, kind, readers in rows}
        self.due = {name: self.due.get(name) or Due(source) for name, source in found.items()}
        for name, source in found.items():
            self.due[name].source = source
        return found

    def _ticks(self, locations: list[Path]) -> Iterator[set[str]]:
        """Yield the paths that changed, now and then none. Single files are looked at instead: one may be replaced by another.

        Folders count as changed once at first, when they are watched already: what changed before would else be missed.
        """
        folders = [folder for folder in locations if folder.is_dir()]
        unread = {str(folder) for folder in folders}
        try:
            if folders:
                watcher = watchfiles.watch(
                    *folders, watch_filter=self._concerns, debounce=SETTLE * 3, step=SETTLE, rust_timeout=int(TICK * 1000),
                    yield_on_timeout=True, raise_interrupt=True,
                )  # fmt: skip
                for changes in watcher:
                    yield unread | {path for _, path in changes}
                    unread = set()
        except OSError as error:
            self._tell(UNREACHABLE.format(reason=error.strerror or error, every=self.every))
        while True:
            yield unread
            unread = set()
            time.sleep(TICK)

    def _concerns(self, _change: watchfiles.Change, path: str) -> bool:
        # What we write ourselves, should it lie within a source, is no change of it.
        return not Path(path).is_relative_to(self.home.resolve())

    def _round(self, changed: set[str]) -> None:
        now = time.monotonic()
        for due in self.due.values():
            stamp = _stamp(Path(due.source.location))
            if any(Path(path).is_relative_to(due.source.location) for path in changed) or (stamp != due.stamp and due.stamp is not None):
                due.at = min(due.at, now) if not due.failures else due.at
            due.stamp = stamp
        names = [name for name, due in self.due.items() if due.at <= now]
        if self.trouble.at > now:
            return
        try:
            if names or self._sent() or (self.unpublished and self.publishes and self._anything()):
                self._work(names)
            self.trouble.failures = 0
        except FinderError as error:
            self._later(self.trouble)
            if not isinstance(error, IndexerBusy) or self.trouble.failures > 2:
                self._tell(f"{error.what} Trying again in {self.trouble.at - time.monotonic():.0f} s.")

    def _anything(self) -> bool:
        """Whether any source was ever read: before the first one an index would be empty, and making it keeps that one waiting."""
        with reading(self.engine) as session:
            return session.scalar(select(Source.id).limit(1)) is not None

    def _sent(self) -> bool:
        return inbox.waiting(self.engine) or provisioned.waiting(self.engine)

    def _work(self, names: list[str]) -> None:
        with self.open() as place:
            for name in names:
                self._read(place, name)
            for taken in place.take():
                self._tell(taken.sentence)
                self.unpublished = True
            place.progress.finish()
            if self.unpublished and self.publishes:
                self._tell(place.publish())
                self.unpublished = False

    def _read(self, place: Workplace, name: str) -> None:
        """Read one source; where that fails the others go on, and it is tried again later."""
        due = self.due[name]
        try:
            connector = stated(detect(Path(due.source.location), due.source.kind), due.source.stated)
            summary = ingest(place.engine, name, connector, place.policy())
        except FinderError as error:
            self._later(due)
            self._tell(f"{name}: {error.what} Trying again in {due.at - time.monotonic():.0f} s.")
            return
        due.failures, due.at = 0, time.monotonic() + self.every
        if summary.added or summary.changed or summary.deleted:
            self.unpublished = True
            self._tell(summary.sentence(name))
        if summary.held is not None:
            self._tell(f"{summary.held.what} {summary.held.remedy}")

    def _later(self, due: Due) -> None:
        due.failures += 1
        due.at = time.monotonic() + min(SOONEST * 2 ** (due.failures - 1), LATEST)

    def _tell(self, what: str) -> None:
        if what != self.told:
            self.say(what)
        self.told = what


def _stamp(path: Path) -> Stamp:
    """Return what changes when a file does; None for a folder and for what is not there."""
    try:
        return (path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else None
    except OSError:
        return None
