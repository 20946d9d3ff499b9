"""One pass over a source into the database: upserts in short transactions, then what the source no longer lists. Safe to kill and rerun."""

import gc
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, delete, insert, update

from indexer.aside import MOST_ROWS, Aside
from indexer.batch import Batch
from indexer.credits import Crediting
from indexer.departures import Missing, forget_strangers, live, remove, unlisted, unmet, widening
from indexer.documents import DocumentWriter
from indexer.groups import GroupWriter
from indexer.identities import Directory
from indexer.ledger import Ledger
from indexer.met import REFUSED, Met
from indexer.people import PeopleWriter
from indexer.progress import Progress, Silent, followed
from indexer.records import Connector, DocumentRecord, GroupRecord, Noted, PersonRecord, Refused
from indexer.runs import broken_off, forget_unread, open_run, open_source, told
from models.database import reading, writing
from models.errors import FinderError, SourceError
from models.tables import Quarantine, Run

BATCH = 200  # people a transaction
NOTE = "Note: "


@dataclass(frozen=True, slots=True)
class Summary:
    """What a pass did, in documents and people together, and in seconds.

    `notes` are remarks on rows that were used; `held` says what waits for a person's word.
    """

    added: int
    changed: int
    unchanged: int
    deleted: int
    quarantined: int
    notes: int
    seconds: float
    held: SourceError | None = None

    def sentence(self, name: str) -> str:
        """Return the same in words."""
        return (
            f"{name}: {self.added:,} added, {self.changed:,} changed, {self.unchanged:,} unchanged, {self.deleted:,} deleted, "
            f"{self.quarantined:,} quarantined in {self.seconds:.1f} s."
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """What a pass follows: who was erased, the language of short texts, whether a person confirmed what waits, how progress is told.

    `scratch` is the folder for what does not fit into memory; None for that of the system.
    """

    secret: bytes = b""
    default_language: str = "en"
    confirmed: bool = False
    progress: Progress = field(default_factory=Silent)
    scratch: Path | None = None


def ingest(engine: Engine, name: str, connector: Connector, policy: Policy | None = None) -> Summary:
    """Bring the database to what a source says.

    Where too much is missing from the source, what it does list is stored and the summary says that the rest was held. Raises
    SourceError where the source cannot be read, DatabaseUnavailable and StorageFull. However it ends, what was stored stays and the run is
    written down; running it again continues.
    """
    ingestion = _Pass.open(engine, name, connector, policy or Policy())
    interrupted = False
    try:
        ingestion.run(connector)
    except KeyboardInterrupt:
        interrupted = True
    except Exception as error:
        ingestion.close(error)
        raise
    if interrupted:
        # An interruption amid a statement leaves it open, and the database locked, for as long as something refers to it.
        gc.collect()
        ingestion.close(KeyboardInterrupt())
        raise KeyboardInterrupt
    return ingestion.close()


@dataclass(slots=True)
class _Pass:
    engine: Engine
    name: str
    policy: Policy
    run_id: int
    people: PeopleWriter
    groups: GroupWriter
    documents: DocumentWriter
    listed_before: frozenset[int]
    live_before: int
    started: float
    met: Met
    refused: Aside = field(default_factory=Aside)
    notes: Aside = field(default_factory=Aside)
    gone: int = 0
    held: SourceError | None = None

    @classmethod
    def open(cls, engine: Engine, name: str, connector: Connector, policy: Policy) -> "_Pass":
        with writing(engine) as session:
            source_id = open_source(session, name, connector.kind, connector.location, getattr(connector, "stated", None))
            run_id = open_run(session, source_id)
        with reading(engine) as session:
            directory, ledger = Directory.read(session), Ledger.read(session, policy.secret)
            live_before = live(session, source_id)
        crediting = Crediting(source_id, name, directory, ledger)
        return cls(
            engine, name, policy, run_id,
            PeopleWriter(source_id, name, directory, ledger),
            GroupWriter(source_id, name, directory),
            DocumentWriter(source_id, name, policy.default_language, crediting, policy.confirmed),
            frozenset(known.id for known in directory.people.values() if known.listed and known.source_id == source_id),
            live_before,
            time.monotonic(),
            Met(policy.scratch),
        )  # fmt: skip

    def run(self, connector: Connector) -> None:
        """Read everything the source has; write it; then let go of what it no longer has."""
        people: list[PersonRecord] = []
        groups: list[GroupRecord] = []
        batch = Batch(self.engine, self.documents)
        told = False
        for item in self._usable(connector):
            if isinstance(item, PersonRecord):
                people.append(item)
                if len(people) >= BATCH:
                    self._write_people(people)
            elif isinstance(item, GroupRecord):
                groups.append(item)
            else:
                if not told:
                    self._write_people(people)
                    self._write_groups(groups)
                    told = True
                batch.add(item)
        self._write_people(people)
        if not told:
            self._write_groups(groups)
        batch.end()
        # A connector whose listing is never whole, such as a feed's newest entries, says so.
        if getattr(connector, "complete", True) and not self.refused.incomplete:
            self._end_memberships(groups)
            self._depart()

    def _usable(self, connector: Connector) -> Iterator[PersonRecord | GroupRecord | DocumentRecord]:
        """Yield records, each id once; keep aside what is refused or remarked on."""
        for item in followed(connector, self.name, self.policy.progress):
            if isinstance(item, Noted):
                self.notes.add(item)
            elif isinstance(item, Refused):
                self._refuse(item)
            elif self.met.add(type(item).__name__, item.id):
                yield item
            else:
                reason = f"the id {item.id[:60]!r} was used before in this source; the first row counts"
                self._refuse(Refused(item.place, reason, item.id))

    def _refuse(self, row: Refused) -> None:
        self.refused.add(row)
        if row.id is not None:
            self.met.add(REFUSED, row.id)

    def _write_people(self, people: list[PersonRecord]) -> None:
        if people:
            with writing(self.engine) as session:
                self.people.write(session, people)
            self.documents.crediting.lists_people |= any(person.listed for person in people)
            people.clear()

    def _write_groups(self, groups: Sequence[GroupRecord]) -> None:
        if groups or self.people.seen:
            with writing(self.engine) as session:
                self.documents.crediting.groups = self.groups.write(session, groups, self.people.seen, complete=False)

    def _end_memberships(self, groups: Sequence[GroupRecord]) -> None:
        with writing(self.engine) as session:
            self.groups.notes.clear()
            self.groups.write(session, groups, self.people.seen, complete=True)

    def _depart(self) -> None:
        directory = self.people.directory
        gone = tuple(number for _, number in unmet(self.engine, self.people.source_id, self.met))
        left = unlisted(directory, self.name, self.listed_before - self.people.listed, self.met)
        missing = Missing(gone, self.live_before, left, len(self.listed_before))
        held = missing.hold(self.name)
        if held is not None and not self.policy.confirmed:
            self.held = held
            return
        remove(self.engine, directory, missing)
        forget_strangers(self.engine, directory, self.people.source_id)
        self.gone = len(missing.documents) + len(missing.people)

    def close(self, failure: BaseException | None = None) -> Summary:
        """Write down how the pass went. One that broke off is not finished: how old what we hold is counts from the last that was."""
        self.met.close()
        self.held = self.held or widening(self.name, self.documents.widened)
        for row in self.documents.crediting.complaints:
            self.refused.add(row)
        for note in (*self.people.notes, *self.groups.notes):
            self.notes.add(note)
        counts = {
            "added": self.people.added + self.documents.added,
            "changed": self.people.changed + self.documents.changed,
            "unchanged": self.people.unchanged + self.documents.unchanged,
            "deleted": self.documents.deleted + self.gone,
            "quarantined": self.refused.count,
        }
        rows = self.refused.rows + [(place, NOTE + reason) for place, reason in self.notes.rows]
        ended = datetime.now(UTC) if failure is None or isinstance(failure, FinderError) else None
        problem = broken_off(failure) if failure is not None else told(self.held) if self.held else None
        with writing(self.engine) as session:
            session.execute(delete(Quarantine).where(Quarantine.source_id == self.people.source_id))
            if rows:
                kept = [{"source_id": self.people.source_id, "place": place, "reason": reason} for place, reason in rows[:MOST_ROWS]]
                session.execute(insert(Quarantine), kept)
            session.execute(update(Run).where(Run.id == self.run_id).values(finished=ended, problem=problem, **counts))
            if isinstance(failure, SourceError):
                forget_unread(session, self.people.source_id)
        return Summary(**counts, notes=self.notes.count, seconds=time.monotonic() - self.started, held=self.held)
