"""What a pass over a source would change, without changing anything: `indexer add --dry-run`."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Engine, select

from indexer.credits import Crediting, visibility
from indexer.departures import Missing, widening
from indexer.documents import content_hash, unconfirmed, wider
from indexer.groups import GroupWriter
from indexer.identities import Directory, declared_keys, match, own_key
from indexer.ledger import Ledger
from indexer.people import content_digest
from indexer.records import Connector, DocumentRecord, GroupRecord, Noted, PersonRecord, Refused
from models.access import readers
from models.database import reading
from models.tables import Document, Grant, Source

SHOWN = 20  # of each kind, by name


@dataclass(slots=True)
class Rehearsal:
    """What was understood, documents by kind and by who may read them, and what would come of it.

    Added, changed, deleted: documents by the source's own id, people as `person ID`. `quarantined` are places with reasons.
    """

    name: str
    kind: str
    kinds: Counter[str] = field(default_factory=Counter)
    readers: Counter[str] = field(default_factory=Counter)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    deleted: list[str] = field(default_factory=list)
    widened: list[str] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the same in words: what was understood, counts, then names, then what would wait for a person's word."""
        yield f"{self.name} is taken for {self.kind}. Nothing was written."
        yield f"Documents: {_counted(self.kinds)}. Readers: {_counted(self.readers)}."
        parts = {name: getattr(self, name) for name in ("added", "changed", "deleted", "widened", "quarantined")}
        yield f"Would be: {', '.join(f'{len(found):,} {name}' for name, found in parts.items())}, {self.unchanged:,} unchanged."
        for name, found in parts.items():
            yield from (f"{name}: {each}" for each in found[:SHOWN])
            if len(found) > SHOWN:
                yield f"{name}: and {len(found) - SHOWN:,} more"
        yield from self.waits


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common()) or "none"


def rehearse(engine: Engine, name: str, connector: Connector, secret: bytes) -> Rehearsal:
    """Compare a source with the database. Raises SourceError where it cannot be read, and DatabaseUnavailable."""
    comparison = _Comparison.open(engine, name, secret, Rehearsal(name, connector.kind))
    complete = getattr(connector, "complete", True)
    for item in connector.items():
        complete = complete and not (isinstance(item, Refused) and item.incomplete)
        comparison.meet(item)
    return comparison.close(complete=complete)


@dataclass(frozen=True, slots=True)
class _Held:
    id: int
    digest: bytes
    live: bool
    readers: frozenset[str]


@dataclass(slots=True)
class _Comparison:
    name: str
    source_id: int
    directory: Directory
    crediting: Crediting
    documents: dict[str, _Held]
    found: Rehearsal
    met: dict[type, set[str]] = field(default_factory=lambda: {PersonRecord: set(), GroupRecord: set(), DocumentRecord: set()})
    kept: set[str] = field(default_factory=set)
    people: set[int] = field(default_factory=set)

    @classmethod
    def open(cls, engine: Engine, name: str, secret: bytes, found: Rehearsal) -> "_Comparison":
        with reading(engine) as session:
            source_id = session.scalar(select(Source.id).where(Source.name == name)) or 0
            directory, ledger = Directory.read(session), Ledger.read(session, secret)
            granted: dict[int, set[str]] = {}
            grants = select(Grant.document_id, Grant.principal).join(Document, Document.id == Grant.document_id)
            for number, principal in session.execute(grants.where(Document.source_id == source_id)):
                granted.setdefault(number, set()).add(principal)
            columns = (Document.source_key, Document.id, Document.content_hash, Document.deleted)
            rows = session.execute(select(*columns).where(Document.source_id == source_id)).all()
            crediting = Crediting(source_id, name, directory, ledger, GroupWriter(source_id, name, directory).known(session))
        held = {key: _Held(number, digest, not gone, frozenset(granted.get(number, ()))) for key, number, digest, gone in rows}
        return cls(name, source_id, directory, crediting, held, found)

    def meet(self, item: object) -> None:
        """Compare one item of the source with what is held of it."""
        if isinstance(item, Refused):
            self.found.quarantined.append(f"{item.place}: {item.reason}")
            self.kept |= {item.id} if item.id is not None else set()
        elif isinstance(item, PersonRecord | GroupRecord | DocumentRecord):
            if item.id in self.met[type(item)]:
                self.found.quarantined.append(f"{item.place}: the id {item.id[:60]!r} was used before in this source")
                self.kept.add(item.id)
                return
            self.met[type(item)].add(item.id)
            if isinstance(item, PersonRecord):
                self._person(item)
            elif isinstance(item, DocumentRecord):
                self._document(item)
        else:
            assert isinstance(item, Noted)

    def _person(self, record: PersonRecord) -> None:
        if self.crediting.ledger.holds((own_key(self.name, record.id), *declared_keys(record))):
            return
        person = match(self.directory, self.name, record, self.people).person
        if person is None:
            self.found.added.append(f"person {record.id}")
            return
        self.people.add(person)
        known = self.directory.people[person]
        foreign = known.listed and known.source_id != self.source_id
        if foreign or not record.listed or (known.listed and known.content_hash == content_digest(record)):
            self.found.unchanged += 1
        else:
            self.found.changed.append(f"person {record.id}")

    def _document(self, record: DocumentRecord) -> None:
        held = self.documents.get(record.id)
        if record.deleted:
            if held is not None and held.live:
                self.found.deleted.append(record.id)
            else:
                self.found.unchanged += 1
            return
        self.found.kinds[record.kind] += 1
        self.found.readers[visibility(record)] += 1
        if held is None:
            self.found.added.append(record.id)
            return
        digest = content_hash(record)
        allowed = readers(visibility(record), self.crediting.allowed(record), ())
        if held.live and held.digest != digest and wider(held.readers, allowed):
            self.found.widened.append(record.id)
        if held.live and held.digest in (digest, unconfirmed(digest)):
            self.found.unchanged += 1
        else:
            self.found.changed.append(record.id)

    def close(self, *, complete: bool) -> Rehearsal:
        """Add what the source no longer lists, and what would wait for a person's word."""
        met = self.met[DocumentRecord] | self.kept
        gone = [key for key, held in self.documents.items() if held.live and key not in met]
        listed = {
            known.id: known.public_id for known in self.directory.people.values() if known.listed and known.source_id == self.source_id
        }
        kept = {self.directory.keys.get(own_key(self.name, own)) for own in self.kept}
        left = [number for number in listed if number not in self.people and number not in kept]
        if complete and self.source_id:
            live = sum(held.live for held in self.documents.values())
            missing = Missing(tuple(self.documents[key].id for key in gone), live, tuple(left), len(listed))
            self.found.deleted += gone + [f"person {listed[number]}" for number in left]
            held = missing.hold(self.name)
            self.found.waits += [held.what] if held is not None else []
        waits = widening(self.name, self.found.widened)
        self.found.waits += [waits.what] if waits is not None else []
        return self.found
