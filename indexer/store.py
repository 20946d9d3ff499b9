"""One pass over a source into the database: upserts in short transactions, then what the source no longer lists. Safe to kill and rerun."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from indexer.credits import Crediting
from indexer.departures import Missing, forget_strangers, remove, widening
from indexer.documents import DocumentWriter, Held, Prepared
from indexer.groups import GroupWriter
from indexer.identities import Directory
from indexer.ledger import Ledger
from indexer.people import PeopleWriter
from indexer.progress import Progress, Silent
from indexer.records import Connector, DocumentRecord, GroupRecord, Noted, PersonRecord, Refused
from models.database import reading, writing
from models.errors import FinderError, SourceError
from models.tables import Document, Quarantine, Run, Source

BATCH = 200  # documents a transaction
BATCH_TEXT = 1_000_000  # characters a transaction: together they keep the write lock under 200 ms
MOST_ROWS = 1000  # quarantined rows kept for a person to read; the rest are counted
MOST_RUNS = 200  # of a source that are remembered
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
    """What a pass follows: who was erased, the language of short texts, whether a person confirmed what waits, how progress is told."""

    secret: bytes = b""
    default_language: str = "en"
    confirmed: bool = False
    progress: Progress = field(default_factory=Silent)


def ingest(engine: Engine, name: str, connector: Connector, policy: Policy | None = None) -> Summary:
    """Bring the database to what a source says.

    Where too much is missing from the source, what it does list is stored and the summary says that the rest was held. Raises
    SourceError where the source cannot be read, DatabaseUnavailable and StorageFull; running it again continues.
    """
    ingestion = _Pass.open(engine, name, connector, policy or Policy())
    try:
        ingestion.run(connector)
    except FinderError as error:
        ingestion.problem = _told(error)
        raise
    finally:
        summary = ingestion.close()
    return summary


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
    refused: list[Refused] = field(default_factory=list)
    notes: list[Noted] = field(default_factory=list)
    kept_ids: set[str] = field(default_factory=set)
    gone: int = 0
    held: SourceError | None = None
    problem: str | None = None

    @classmethod
    def open(cls, engine: Engine, name: str, connector: Connector, policy: Policy) -> "_Pass":
        with writing(engine) as session:
            source_id = open_source(session, name, connector.kind, connector.location, getattr(connector, "stated", None))
            run_id = open_run(session, source_id)
        with reading(engine) as session:
            directory, ledger = Directory.read(session), Ledger.read(session, policy.secret)
            query = select(Document.source_key, Document.id, Document.content_hash, Document.deleted).where(Document.source_id == source_id)
            held = {
                key: Held(number, b"" if deleted else digest, live=not deleted) for key, number, digest, deleted in session.execute(query)
            }
        crediting = Crediting(source_id, name, directory, ledger)
        return cls(
            engine, name, policy, run_id,
            PeopleWriter(source_id, name, directory, ledger),
            GroupWriter(source_id, name, directory),
            DocumentWriter(source_id, name, policy.default_language, crediting, held, policy.confirmed),
            frozenset(known.id for known in directory.people.values() if known.listed and known.source_id == source_id),
            sum(document.live for document in held.values()),
            time.monotonic(),
        )  # fmt: skip

    def run(self, connector: Connector) -> None:
        """Read everything the source has; write it; then let go of what it no longer has."""
        progress = self.policy.progress
        progress.start(f"reading {self.name}", getattr(connector, "expected", lambda: None)())
        people: list[PersonRecord] = []
        groups: list[GroupRecord] = []
        batch: list[Prepared] = []
        told, size = False, 0
        for item in self._usable(connector):
            progress.advance(1)
            if isinstance(item, PersonRecord):
                people.append(item)
            elif isinstance(item, GroupRecord):
                groups.append(item)
            else:
                if not told:
                    self._write_people(people, groups)
                    told = True
                prepared = self.documents.prepare(item)
                if prepared is not None:
                    batch.append(prepared)
                    size += len(item.text)
                if len(batch) >= BATCH or size >= BATCH_TEXT:
                    self._write_documents(batch)
                    size = 0
        if not told:
            self._write_people(people, groups)
        self._write_documents(batch)
        # A connector whose listing is never whole, such as a feed's newest entries, says so.
        if getattr(connector, "complete", True) and not any(row.incomplete for row in self.refused):
            self._end_memberships(groups)
            self._depart()
        progress.finish()

    def _usable(self, connector: Connector) -> Iterator[PersonRecord | GroupRecord | DocumentRecord]:
        """Yield records, each id once; keep aside what is refused or remarked on."""
        met: dict[type, set[str]] = {PersonRecord: set(), GroupRecord: set(), DocumentRecord: self.documents.seen}
        for item in connector.items():
            if isinstance(item, Refused):
                self.refused.append(item)
                if item.id is not None:
                    self.kept_ids.add(item.id)
            elif isinstance(item, Noted):
                self.notes.append(item)
            elif item.id in met[type(item)]:
                self.refused.append(
                    Refused(item.place, f"the id {item.id[:60]!r} was used before in this source; the first row counts", item.id)
                )
            else:
                met[type(item)].add(item.id)
                yield item

    def _write_people(self, people: Sequence[PersonRecord], groups: Sequence[GroupRecord]) -> None:
        for first in range(0, len(people), BATCH):
            with writing(self.engine) as session:
                self.people.write(session, people[first : first + BATCH])
        if groups or self.people.seen:
            with writing(self.engine) as session:
                self.documents.crediting.groups = self.groups.write(session, groups, self.people.seen, complete=False)
        self.documents.crediting.lists_people = any(person.listed for person in people)

    def _write_documents(self, batch: list[Prepared]) -> None:
        if batch:
            with writing(self.engine) as session:
                self.documents.write(session, batch)
            batch.clear()

    def _end_memberships(self, groups: Sequence[GroupRecord]) -> None:
        with writing(self.engine) as session:
            self.groups.notes.clear()
            self.groups.write(session, groups, self.people.seen, complete=True)

    def _depart(self) -> None:
        directory = self.people.directory
        kept = {directory.keys.get(f"source:{self.name}:{own}") for own in self.kept_ids}
        met = self.documents.seen | self.kept_ids
        missing = Missing(
            tuple(held.id for key, held in self.documents.held.items() if held.live and key not in met),
            self.live_before,
            tuple(sorted(self.listed_before - self.people.listed - kept)),
            len(self.listed_before),
        )
        held = missing.hold(self.name)
        if held is not None and not self.policy.confirmed:
            self.held = held
            return
        remove(self.engine, directory, missing)
        forget_strangers(self.engine, directory, self.people.source_id)
        self.gone = len(missing.documents) + len(missing.people)

    def close(self) -> Summary:
        """Write down how the pass went, whether it ended well or not."""
        self.held = self.held or widening(self.name, self.documents.widened)
        refused = [*self.refused, *self.documents.crediting.complaints]
        notes = [*self.notes, *self.people.notes, *self.groups.notes]
        counts = {
            "added": self.people.added + self.documents.added,
            "changed": self.people.changed + self.documents.changed,
            "unchanged": self.people.unchanged + self.documents.unchanged,
            "deleted": self.documents.deleted + self.gone,
            "quarantined": len(refused),
        }
        rows = [(row.place, row.reason) for row in refused] + [(row.place, NOTE + row.reason) for row in notes]
        problem = self.problem or (_told(self.held) if self.held else None)
        with writing(self.engine) as session:
            session.execute(delete(Quarantine).where(Quarantine.source_id == self.people.source_id))
            if rows:
                kept = [{"source_id": self.people.source_id, "place": place, "reason": reason} for place, reason in rows[:MOST_ROWS]]
                session.execute(insert(Quarantine), kept)
            session.execute(update(Run).where(Run.id == self.run_id).values(finished=datetime.now(UTC), problem=problem, **counts))
        return Summary(**counts, notes=len(notes), seconds=time.monotonic() - self.started, held=self.held)


def _told(error: FinderError) -> str:
    return f"{error.what} {error.remedy}".strip()


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
