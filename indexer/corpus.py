"""The database read once for a build: everything a generation is made of, but the bodies, in public-id order."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from indexer.chunking import Span
from models.access import ORG
from models.database import access_revision, reading
from models.tables import Authorship, Document, Grant, Origin, Passage, Person, PersonSkill, Role, Source
from models.told import Correction, CorrectionKind, Endorsement

BODIES = 500  # documents whose bodies are held in memory at a time
# A person with several parts in a document is credited for the first of these.
STRENGTH = (
    Role.AUTHOR, Role.ACCEPTED, Role.ANSWERER, Role.COMMITTER, Role.EDITOR, Role.REVIEWER, Role.MENTIONED, Role.THANKED, Role.ASKER,
)  # fmt: skip
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """A person's strongest part in a document, with its share where told. A `hidden` one, as its person wishes, says nothing of them."""

    person: int
    role: Role
    hidden: bool = False
    share: float | None = None


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document without its body. `group` is whose passages may share an encoder batch with its own."""

    id: int
    public_id: str
    source: str
    kind: str
    title: str
    tags: tuple[str, ...]
    language: str
    created: date | None
    thread: str | None
    votes: int
    accepted: bool
    readers: tuple[str, ...]
    parts: tuple[Part, ...]
    content_hash: bytes

    @property
    def group(self) -> str:
        """`org` for what the whole organisation may read, else its readers."""
        return ORG if self.public else "\0".join(self.readers)

    @property
    def public(self) -> bool:
        """Whether the whole organisation may read it."""
        return ORG in self.readers

    @property
    def key(self) -> bytes:
        """What tells this version of the document, for these readers, from every other."""
        return hashlib.blake2b(self.content_hash + self.group.encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class IndexedPerson:
    """A person with skills, each declared, endorsed by a colleague, or rejected: muted by the person."""

    id: int
    public_id: str
    title: str | None
    team: str | None
    location: str | None
    bio: str | None
    languages: tuple[str, ...]
    listed: bool
    skills: tuple[tuple[str, str], ...]
    interests: tuple[str, ...]
    content_hash: bytes

    @property
    def declared(self) -> tuple[str, ...]:
        """The skills they declare and have not muted."""
        muted = {name.casefold() for name, origin in self.skills if origin == Origin.REJECTED}
        return tuple(name for name, origin in self.skills if origin == Origin.DECLARED and name.casefold() not in muted)


@dataclass(frozen=True, slots=True)
class Corpus:
    """All visible documents and people, each sorted by public id."""

    documents: tuple[IndexedDocument, ...]
    people: tuple[IndexedPerson, ...]
    access_revision: int

    def digest(self, *versions: str) -> str:
        """Return what changes whenever a build over this corpus would."""
        state = hashlib.blake2b(repr(versions).encode(), digest_size=32)
        for document in self.documents:
            parts = [(part.person, part.role, part.hidden, part.share) for part in document.parts]
            state.update(repr((document.id, document.public_id, document.content_hash, document.readers, parts)).encode())
        for person in self.people:
            state.update(repr((person.id, person.public_id, person.content_hash, person.listed, person.skills, person.interests)).encode())
        return state.hexdigest()


def read_corpus(engine: Engine) -> Corpus:
    """Read everything but bodies and passages in one consistent transaction."""
    with reading(engine) as session:
        return Corpus(tuple(_documents(session)), tuple(_people(session)), access_revision(session))


def _grouped(rows: Iterable[Any], value: Callable[[Any], T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(value(row))
    return found


def _documents(session: Session) -> Iterator[IndexedDocument]:
    readers = _grouped(session.execute(select(Grant.document_id, Grant.principal)), lambda row: row[1])
    parts = _grouped(
        session.execute(select(Authorship.document_id, Authorship.person_id, Authorship.role, Authorship.share)), lambda row: row
    )
    columns = (
        Document.id, Document.public_id, Source.name, Document.kind, Document.title, Document.tags, Document.language, Document.created,
        Document.thread, Document.votes, Document.accepted, Document.content_hash,
    )  # fmt: skip
    query = select(*columns).join(Source, Source.id == Document.source_id).where(~Document.deleted)
    hidden = {tuple(row) for row in session.execute(_in_force(CorrectionKind.HIDE))}
    for row in sorted(session.execute(query), key=lambda row: row[1]):
        number, public_id, source, kind, title, tags, language, created, thread, votes, accepted, content_hash = row
        strongest = _strongest(parts.get(number, []))
        credited = tuple(Part(person, role, (person, public_id) in hidden, share) for person, role, share in strongest)
        yield IndexedDocument(
            number, public_id, source, kind, title, tuple(tags), language, created, thread, votes, accepted,
            tuple(sorted(readers.get(number, []))), credited, content_hash,
        )  # fmt: skip


def _strongest(rows: list[Any]) -> list[tuple[int, Role, float | None]]:
    chosen: dict[int, tuple[int, Role, float | None]] = {}
    for _, person, role, share in sorted(rows, key=lambda row: STRENGTH.index(Role(row[2]))):
        chosen.setdefault(person, (person, Role(role), share))
    return [chosen[person] for person in sorted(chosen)]


def _in_force(kind: CorrectionKind) -> Select[int, str]:
    return select(Correction.person_id, Correction.value).where(Correction.kind == kind, Correction.undone.is_(None))


def _people(session: Session) -> Iterator[IndexedPerson]:
    columns = (PersonSkill.person_id, PersonSkill.name, PersonSkill.origin, PersonSkill.interest)
    skills = _grouped(session.execute(select(*columns).where(PersonSkill.origin != Origin.INFERRED)), lambda row: row)
    here = select(Person.id).where(Person.active, ~Person.opted_out)
    endorsed = select(Endorsement.person_id, Endorsement.name).where(Endorsement.endorser_id.in_(here)).distinct()
    said = _grouped(session.execute(endorsed), lambda row: (row[1], Origin.ENDORSED.value))
    muted = _grouped(session.execute(_in_force(CorrectionKind.MUTE)), lambda row: (row[1], Origin.REJECTED.value))
    people = session.scalars(select(Person).where(Person.active, ~Person.opted_out))
    for person in sorted(people, key=lambda person: person.public_id):
        mine = skills.get(person.id, [])
        yield IndexedPerson(
            person.id, person.public_id, person.title, person.team, person.location, person.bio, tuple(person.languages), person.listed,
            tuple(sorted({(name, origin) for _, name, origin, interest in mine if not interest}.union(said[person.id], muted[person.id]))),
            tuple(sorted(name for _, name, _, interest in mine if interest)),
            person.content_hash,
        )  # fmt: skip


def read_bodies(engine: Engine, documents: list[IndexedDocument]) -> Iterator[tuple[IndexedDocument, str, list[Span]]]:
    """Yield each document with its body and passages, holding at most BODIES of them in memory."""
    for first in range(0, len(documents), BODIES):
        batch = documents[first : first + BODIES]
        ids = [document.id for document in batch]
        with reading(engine) as session:
            bodies = dict(session.execute(select(Document.id, Document.body).where(Document.id.in_(ids))).all())
            query = select(Passage).where(Passage.document_id.in_(ids)).order_by(Passage.document_id, Passage.ordinal)
            spans = _grouped(
                ((row.document_id, row.start, row.end, row.heading) for row in session.scalars(query)),
                lambda row: Span(row[1], row[2], row[3]),
            )
        for document in batch:
            # A document erased since the corpus was read has no body left; the build that follows the erasure drops it.
            yield document, bodies.get(document.id, ""), spans.get(document.id, [])
