"""What a pass over a source would change, without changing anything: `indexer add --dry-run`."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Engine, select

from indexer.aside import Named
from indexer.credits import Crediting, visibility
from indexer.departures import Missing, live, unlisted, unmet, widening
from indexer.documents import content_hash, unconfirmed, wider
from indexer.groups import GroupWriter
from indexer.identities import Directory, declared_keys, match, own_key
from indexer.ledger import Ledger
from indexer.met import REFUSED, Met
from indexer.people import content_digest
from indexer.progress import Progress, Silent, followed
from indexer.records import Connector, DocumentRecord, Item, Noted, PersonRecord, Refused
from models.access import readers
from models.database import reading
from models.tables import Document, Grant, Source

COMPARED = 200  # documents compared with the database at a time


@dataclass(slots=True)
class Rehearsal:
    """What was understood, documents by kind and by who may read them, and what would come of it.

    Added, changed, deleted: documents by the source's own id, people as `person ID`. `quarantined` are places with reasons.
    """

    name: str
    kind: str
    kinds: Counter[str] = field(default_factory=Counter)
    readers: Counter[str] = field(default_factory=Counter)
    added: Named = field(default_factory=Named)
    changed: Named = field(default_factory=Named)
    unchanged: int = 0
    deleted: Named = field(default_factory=Named)
    widened: Named = field(default_factory=Named)
    quarantined: Named = field(default_factory=Named)
    waits: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the same in words: what was understood, counts, then names, then what would wait for a person's word."""
        yield f"{self.name} is taken for {self.kind}. Nothing was written."
        yield f"Documents: {_counted(self.kinds)}. Readers: {_counted(self.readers)}."
        parts: dict[str, Named] = {name: getattr(self, name) for name in ("added", "changed", "deleted", "widened", "quarantined")}
        yield f"Would be: {', '.join(f'{found.count:,} {name}' for name, found in parts.items())}, {self.unchanged:,} unchanged."
        for name, found in parts.items():
            yield from (f"{name}: {each}" for each in found.first)
            if found.count > len(found.first):
                yield f"{name}: and {found.count - len(found.first):,} more"
        yield from self.waits


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common()) or "none"


def rehearse(engine: Engine, name: str, connector: Connector, secret: bytes, progress: Progress | None = None) -> Rehearsal:
    """Compare a source with the database, and tell how far that is.

    Raises SourceError where it cannot be read, DatabaseUnavailable and StorageFull.
    """
    comparison = _Comparison.open(engine, name, secret, Rehearsal(name, connector.kind))
    complete = getattr(connector, "complete", True)
    for item in followed(connector, name, progress or Silent()):
        complete = complete and not (isinstance(item, Refused) and item.incomplete)
        comparison.meet(item)
    return comparison.close(complete=complete)


@dataclass(frozen=True, slots=True)
class _Held:
    digest: bytes
    live: bool
    readers: frozenset[str]


@dataclass(slots=True)
class _Comparison:
    engine: Engine
    name: str
    source_id: int
    directory: Directory
    crediting: Crediting
    found: Rehearsal
    met: Met = field(default_factory=Met)
    people: set[int] = field(default_factory=set)
    batch: list[DocumentRecord] = field(default_factory=list)

    @classmethod
    def open(cls, engine: Engine, name: str, secret: bytes, found: Rehearsal) -> "_Comparison":
        with reading(engine) as session:
            source_id = session.scalar(select(Source.id).where(Source.name == name)) or 0
            directory, ledger = Directory.read(session), Ledger.read(session, secret)
            crediting = Crediting(source_id, name, directory, ledger, GroupWriter(source_id, name, directory).known(session))
        return cls(engine, name, source_id, directory, crediting, found)

    def meet(self, item: Item) -> None:
        """Compare one item of the source with what is held of it."""
        if isinstance(item, Noted):
            return
        if isinstance(item, Refused):
            self._refuse(item)
        elif not self.met.add(type(item).__name__, item.id):
            self._refuse(Refused(item.place, f"the id {item.id[:60]!r} was used before in this source", item.id))
        elif isinstance(item, PersonRecord):
            self._person(item)
        elif isinstance(item, DocumentRecord):
            self.batch.append(item)
            if len(self.batch) >= COMPARED:
                self._compare()

    def _refuse(self, row: Refused) -> None:
        self.found.quarantined.add(f"{row.place}: {row.reason}")
        if row.id is not None:
            self.met.add(REFUSED, row.id)

    def _person(self, record: PersonRecord) -> None:
        if self.crediting.ledger.holds((own_key(self.name, record.id), *declared_keys(record))):
            return
        person = match(self.directory, self.name, record, self.people).person
        if person is None:
            self.found.added.add(f"person {record.id}")
            return
        self.people.add(person)
        known = self.directory.people[person]
        foreign = known.listed and known.source_id != self.source_id
        if foreign or not record.listed or (known.listed and known.content_hash == content_digest(record)):
            self.found.unchanged += 1
        else:
            self.found.changed.add(f"person {record.id}")

    def _compare(self) -> None:
        """Compare the documents gathered with what is held of them."""
        columns = (Document.source_key, Document.id, Document.content_hash, Document.deleted)
        ours = select(*columns).where(Document.source_id == self.source_id)
        with reading(self.engine) as session:
            rows = session.execute(ours.where(Document.source_key.in_([record.id for record in self.batch]))).all()
            granted: dict[int, set[str]] = {number: set() for _, number, _, _ in rows}
            grants = select(Grant.document_id, Grant.principal).where(Grant.document_id.in_(list(granted)))
            for number, principal in session.execute(grants):
                granted[number].add(principal)
        held = {key: _Held(digest, not gone, frozenset(granted[number])) for key, number, digest, gone in rows}
        for record in self.batch:
            self._document(record, held.get(record.id))
        self.batch.clear()

    def _document(self, record: DocumentRecord, held: _Held | None) -> None:
        if record.deleted:
            if held is not None and held.live:
                self.found.deleted.add(record.id)
            else:
                self.found.unchanged += 1
            return
        self.found.kinds[record.kind] += 1
        self.found.readers[visibility(record)] += 1
        if held is None:
            self.found.added.add(record.id)
            return
        digest = content_hash(record)
        allowed = readers(visibility(record), self.crediting.allowed(record), ())
        if held.live and held.digest != digest and wider(held.readers, allowed):
            self.found.widened.add(record.id)
        if held.live and held.digest in (digest, unconfirmed(digest)):
            self.found.unchanged += 1
        else:
            self.found.changed.add(record.id)

    def close(self, *, complete: bool) -> Rehearsal:
        """Add what the source no longer lists, and what would wait for a person's word."""
        self._compare()
        if complete and self.source_id:
            self._depart()
        self.met.close()
        waits = widening(self.name, self.found.widened)
        self.found.waits += [waits.what] if waits is not None else []
        return self.found

    def _depart(self) -> None:
        with reading(self.engine) as session:
            before = live(session, self.source_id)
        listed = frozenset(known.id for known in self.directory.people.values() if known.listed and known.source_id == self.source_id)
        left = unlisted(self.directory, self.name, listed - self.people, self.met)
        gone = []
        for key, number in unmet(self.engine, self.source_id, self.met):
            self.found.deleted.add(key)
            gone.append(number)
        for number in left:
            self.found.deleted.add(f"person {self.directory.people[number].public_id}")
        held = Missing(tuple(gone), before, left, len(listed)).hold(self.name)
        self.found.waits += [held.what] if held is not None else []
