"""What a pass over a source would change, found out without writing anything."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Engine, select

from indexer.documents import content_hash
from indexer.identities import own_key
from indexer.records import Connector, DocumentRecord, GroupRecord, Noted, PersonRecord, Refused
from models.database import reading
from models.tables import Document, Identity, Source

SHOWN = 5  # refused rows, and titles, as examples


@dataclass(slots=True)
class Preview:
    """What was understood, and what would come of it. `readers` counts documents by who may read them."""

    name: str
    kind: str
    people: int = 0
    new_people: int = 0
    groups: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    readers: Counter[str] = field(default_factory=Counter)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    refused: int = 0
    notes: int = 0
    titles: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield what a person should read before the source is added."""
        yield f"{self.name} is taken for {self.kind}. Nothing was written."
        yield f"People: {self.people:,}, of whom {self.new_people:,} are new to this source. Groups: {self.groups:,}."
        yield f"Documents: {_counted(self.kinds)}. Readers: {_counted(self.readers)}."
        yield f"Would add {self.added:,}, change {self.changed:,}, leave {self.unchanged:,} as they are, delete {self.deleted:,} documents."
        yield from (f"  for example: {title}" for title in self.titles)
        if self.refused or self.notes:
            yield f"Would leave out {self.refused:,} rows, remark on {self.notes:,}:"
            yield from (f"  {reason}" for reason in self.reasons)


def preview(engine: Engine | None, name: str, connector: Connector) -> Preview:
    """Read a source and compare it with the database, None where there is none yet. Raises SourceError, DatabaseUnavailable."""
    held, known = _held(engine, name)
    told, met, complete = Preview(name, connector.kind), set[str](), getattr(connector, "complete", True)
    for item in connector.items():
        if isinstance(item, DocumentRecord):
            if item.id not in met:
                met.add(item.id)
                _compare(told, item, held)
        elif isinstance(item, PersonRecord):
            told.people += 1
            told.new_people += own_key(name, item.id) not in known
        elif isinstance(item, GroupRecord):
            told.groups += 1
        else:
            _remark(told, item)
            if isinstance(item, Refused):
                complete = complete and not item.incomplete
                met |= {item.id} if item.id is not None else set()
    told.deleted += len(held.keys() - met) if complete else 0
    return told


def _held(engine: Engine | None, name: str) -> tuple[dict[str, bytes], frozenset[str]]:
    if engine is None:
        return {}, frozenset()
    with reading(engine) as session:
        live = select(Document.source_key, Document.content_hash).join(Source, Source.id == Document.source_id)
        held = dict(session.execute(live.where(Source.name == name, ~Document.deleted)).all())
        keys = select(Identity.key).where(Identity.key.startswith(own_key(name, ""), autoescape=True))
        return {key: bytes(digest) for key, digest in held.items()}, frozenset(session.scalars(keys))


def _compare(told: Preview, record: DocumentRecord, held: dict[str, bytes]) -> None:
    if record.deleted:
        told.deleted += record.id in held
        return
    told.kinds[record.kind] += 1
    told.readers[record.visibility or "private"] += 1
    if record.id not in held:
        told.added += 1
    elif held[record.id] == content_hash(record):
        told.unchanged += 1
        return
    else:
        told.changed += 1
    if len(told.titles) < SHOWN:
        told.titles.append(f"{record.title[:80] or '(no title)'} ({record.kind}, {record.visibility or 'private'})")


def _remark(told: Preview, item: Refused | Noted) -> None:
    if isinstance(item, Refused):
        told.refused += 1
    else:
        told.notes += 1
    if len(told.reasons) < SHOWN:
        told.reasons.append(f"{item.place}: {item.reason}")


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common()) or "none"
