"""Writes documents, with their readers, credits and passages, in short transactions; unchanged ones are passed over."""

import hashlib
import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from indexer.aside import Named
from indexer.chunking import CHUNKER, Span, chunk
from indexer.credits import Crediting, Part, visibility
from indexer.records import Credit, DocumentRecord
from models.access import ORG
from models.analyzer import language
from models.database import bump_access
from models.tables import Authorship, Document, Grant, Passage, Visibility

HEAD = 200  # characters that tell a document's language


@dataclass(frozen=True, slots=True)
class Held:
    """What the database holds of a document; a tombstone is not live."""

    id: int
    content_hash: bytes
    live: bool = True


@dataclass(frozen=True, slots=True)
class Prepared:
    """A new or changed document, ready to be written: everything that takes time is done before the write lock is taken."""

    record: DocumentRecord
    content_hash: bytes
    language: str
    spans: tuple[Span, ...]
    held: Held | None


@dataclass(slots=True)
class DocumentWriter:
    """Writes one source's documents. It remembers none of them: a source may have more than memory should hold.

    Unless `confirmed`, a document that more people may read than before keeps the readers it had; its id is added to `widened`.
    """

    source_id: int
    source: str
    default_language: str
    crediting: Crediting
    confirmed: bool = True
    widened: Named = field(default_factory=Named)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0

    def prepare(self, session: Session, records: Sequence[DocumentRecord]) -> list[Prepared]:
        """Compare records with what the database holds of them; return those that are to be written."""
        columns = (Document.source_key, Document.id, Document.content_hash, Document.deleted)
        query = select(*columns).where(Document.source_id == self.source_id, Document.source_key.in_([record.id for record in records]))
        held = {key: Held(number, b"" if deleted else digest, live=not deleted) for key, number, digest, deleted in session.execute(query)}
        prepared = (self._prepare(record, held.get(record.id)) for record in records)
        return [item for item in prepared if item is not None]

    def _prepare(self, record: DocumentRecord, held: Held | None) -> Prepared | None:
        digest = content_hash(record)
        if (record.deleted and (held is None or not held.live)) or (held is not None and held.content_hash == digest):
            self.unchanged += 1
            return None
        if held is not None and held.content_hash == unconfirmed(digest) and not self.confirmed:
            self.widened.add(record.id)
            self.unchanged += 1
            return None
        told = record.language or language(f"{record.title}\n{record.text[:HEAD]}", self.default_language)
        return Prepared(record, digest, told, tuple(chunk(record.text, record.title)), held)

    def write(self, session: Session, batch: Sequence[Prepared]) -> frozenset[str]:
        """Write a batch, no id twice, within the caller's transaction; return the ids of those that are stored, not deleted."""
        parts = self.crediting.parts(session, [item.record for item in batch])
        kept = [item for item in batch if not item.record.deleted and parts[item.record.id] is not None]
        stored = frozenset(item.record.id for item in kept)
        lost = [item.held.id for item in batch if item.record.id not in stored and item.held is not None and item.held.live]
        if lost:
            bury(session, lost, bump_access(session))
        self.deleted += len(lost)
        if not kept:
            return stored
        credits = {item.record.id: parts[item.record.id] or () for item in kept}
        grants = {item.record.id: self.crediting.grants(item.record, credits[item.record.id]) for item in kept}
        old = {item.held.id: item for item in kept if item.held is not None}
        numbers = self._insert(session, [item for item in kept if item.held is None])
        numbers |= {item.record.id: number for number, item in old.items()}
        self._update(session, old, credits, grants)
        for table, rows in (
            (Passage, _passages(kept, numbers)),
            (Grant, [{"document_id": numbers[key], "principal": name} for key, names in grants.items() for name in sorted(names)]),
            (Authorship, _authorships(credits, numbers)),
        ):
            if rows:
                # Core, not mapped classes: these are most of the rows there are.
                session.connection().execute(insert(table.__table__), rows)  # type: ignore[arg-type]
        return stored

    def _insert(self, session: Session, new: Sequence[Prepared]) -> dict[str, int]:
        if not new:
            return {}
        wanted = [item.record.id for item in new]
        taken = set(
            session.scalars(select(Document.public_id).where(Document.public_id.in_(wanted + [f"{self.source}:{key}" for key in wanted])))
        )
        rows = []
        for item in new:
            public_id = item.record.id
            while public_id in taken:
                public_id = f"{self.source}:{public_id}"
            taken.add(public_id)
            rows.append({**_columns(item), "public_id": public_id, "source_id": self.source_id, "source_key": item.record.id})
        statement = insert(Document).returning(Document.id, sort_by_parameter_order=True)
        self.added += len(new)
        return dict(zip(wanted, session.scalars(statement, rows), strict=True))

    def _update(
        self, session: Session, numbers: dict[int, Prepared], credits: dict[str, tuple[Part, ...]], grants: dict[str, frozenset[str]]
    ) -> None:
        if not numbers:
            return
        before = _access(session, list(numbers))
        waiting = self._hold(numbers, {number: names for number, (_, names) in before.items()}, credits, grants)
        after = {
            number: (item.record.id, {(part.person, part.role.value) for part in credits[item.record.id]}, set(grants[item.record.id]))
            for number, item in numbers.items()
        }
        moved = [number for number, (_, *now) in after.items() if before.get(number, ([], [])) != tuple(now)]
        remove_parts(session, list(numbers))
        held_back = {number: _held_back(item) if item.record.id in waiting else {} for number, item in numbers.items()}
        session.execute(update(Document), [{"id": number, **_columns(item), **held_back[number]} for number, item in numbers.items()])
        if moved:
            session.execute(update(Document).where(Document.id.in_(moved)).values(access_revision=bump_access(session)))
        self.changed += len(numbers)

    def _hold(
        self,
        numbers: dict[int, Prepared],
        before: dict[int, set[str]],
        credits: dict[str, tuple[Part, ...]],
        grants: dict[str, frozenset[str]],
    ) -> frozenset[str]:
        """Leave to documents that more people could read than before the readers they had, until a person confirms; return their ids."""
        waiting = set()
        for number, item in numbers.items():
            key, held = item.record.id, before[number]
            own = self.crediting.own(credits[key])
            if not self.confirmed and item.held is not None and item.held.live and wider(held, grants[key] - own):
                waiting.add(key)
                self.widened.add(key)
                grants[key] = own | (held if ORG in grants[key] else held & grants[key])
        return frozenset(waiting)


def wider(before: AbstractSet[str], after: AbstractSet[str]) -> bool:
    """Whether anybody may read a document by `after` who could not by `before`."""
    return ORG not in before and not after <= before


def unconfirmed(digest: bytes) -> bytes:
    """Return what stands for the content hash of a document whose new readers wait: the next pass looks at it again."""
    return hashlib.blake2b(b"unconfirmed" + digest, digest_size=16).digest()


def stale(digest: bytes) -> bytes:
    """Return what stands for the content hash of a document that the next pass is to write again."""
    return hashlib.blake2b(b"stale" + digest, digest_size=16).digest()


def _held_back(item: Prepared) -> dict[str, Any]:
    waits: dict[str, Any] = {"content_hash": unconfirmed(item.content_hash)}
    return waits | ({"visibility": Visibility.RESTRICTED} if visibility(item.record) == Visibility.ORG else {})


def content_hash(record: DocumentRecord) -> bytes:
    """Return 16 bytes that change whenever the record, or the way it is cut, does."""
    canonical = [
        CHUNKER, record.kind, record.title, record.text, [_told(credit) for credit in record.authors], _iso(record.created),
        _iso(record.updated), record.tags, record.url, record.language, record.visibility, record.allow, record.thread, record.votes,
        record.accepted, record.deleted,
    ]  # fmt: skip
    return hashlib.blake2b(json.dumps(canonical, ensure_ascii=False).encode(), digest_size=16).digest()


def _told(credit: Credit) -> tuple[str | float, ...]:
    # Without a share nothing stands for it: most sources tell none, and their documents keep the hash they had.
    told = (credit.person, credit.role)
    return told if credit.share is None else (*told, credit.share)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _columns(item: Prepared) -> dict[str, Any]:
    record = item.record
    return {
        "kind": record.kind, "title": record.title, "body": record.text, "language": item.language, "created": record.created,
        "updated": record.updated, "url": record.url, "thread": record.thread, "votes": record.votes, "accepted": record.accepted,
        "tags": list(record.tags), "visibility": visibility(record), "deleted": False, "content_hash": item.content_hash,
    }  # fmt: skip


def _authorships(credits: dict[str, tuple[Part, ...]], numbers: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"document_id": numbers[key], "person_id": part.person, "role": part.role, "share": part.share}
        for key, parts in credits.items()
        for part in parts
    ]


def _passages(kept: Sequence[Prepared], numbers: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"document_id": numbers[item.record.id], "ordinal": ordinal, "start": span.start, "end": span.end, "heading": span.heading}
        for item in kept
        for ordinal, span in enumerate(item.spans)
    ]


def _access(session: Session, numbers: list[int]) -> dict[int, tuple[set[tuple[int, str]], set[str]]]:
    found: dict[int, tuple[set[tuple[int, str]], set[str]]] = {number: (set(), set()) for number in numbers}
    parts = select(Authorship.document_id, Authorship.person_id, Authorship.role).where(Authorship.document_id.in_(numbers))
    for number, person, role in session.execute(parts):
        found[number][0].add((person, role))
    for number, name in session.execute(select(Grant.document_id, Grant.principal).where(Grant.document_id.in_(numbers))):
        found[number][1].add(name)
    return found


def remove_parts(session: Session, numbers: Sequence[int]) -> None:
    """Remove the passages, grants and credits of documents."""
    for first in range(0, len(numbers), 500):
        batch = numbers[first : first + 500]
        for table in (Passage, Grant, Authorship):
            session.execute(delete(table).where(table.document_id.in_(batch)))


def bury(session: Session, numbers: Sequence[int], revision: int) -> None:
    """Turn documents into empty tombstones that nobody may read."""
    remove_parts(session, numbers)
    empty: dict[str, Any] = {
        "title": "", "body": "", "url": None, "thread": None, "tags": [], "votes": 0, "accepted": False, "visibility": Visibility.PRIVATE,
        "deleted": True, "content_hash": b"", "access_revision": revision,
    }  # fmt: skip
    for first in range(0, len(numbers), 500):
        session.execute(update(Document).where(Document.id.in_(numbers[first : first + 500])).values(**empty))
