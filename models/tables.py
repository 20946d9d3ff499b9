"""The database: people, documents, who may read them, and what people told the service.

The indexer writes content. The finder writes only feedback, corrections, endorsements, keys, sign-ins, audit rows, the workbench's
searches, words of questions without an answer, and what was sent to it for the indexer to take.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, LargeBinary, MetaData, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import JSON

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Visibility(StrEnum):
    """Who may read a document, before its grants are counted."""

    ORG = "org"
    RESTRICTED = "restricted"
    PRIVATE = "private"


class Role(StrEnum):
    """What a person did for a document."""

    AUTHOR = "author"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    COMMITTER = "committer"
    ASKER = "asker"
    ANSWERER = "answerer"
    ACCEPTED = "accepted"
    MENTIONED = "mentioned"
    THANKED = "thanked"


class Origin(StrEnum):
    """Where a person's skill or interest comes from."""

    DECLARED = "declared"
    INFERRED = "inferred"
    ENDORSED = "endorsed"
    REJECTED = "rejected"


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes on every database; SQLite alone would forget the zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC without a zone."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    """Declarative base: 64-bit integers, JSON lists, unbounded text."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        int: BigInteger().with_variant(Integer, "sqlite"),
        str: Text,
        datetime: UtcDateTime,
        list[str]: JSON,
        dict[str, str]: JSON,
    }


class State(Base):
    """Counters that one indexed read answers: `access_revision` above all."""

    __tablename__ = "state"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class Source(Base):
    """A system of record, under the name that an administrator gave it.

    `stated` is who may read what it says nothing about, where the administrator said so.
    """

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    location: Mapped[str]
    stated: Mapped[str | None]


class Person(Base):
    """Somebody in the organisation, or known only as an author (`listed` false).

    `access_revision` is the value of State.access_revision when the person last became more or less visible.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    name: Mapped[str]
    title: Mapped[str | None]
    team: Mapped[str | None]
    location: Mapped[str | None]
    bio: Mapped[str | None]
    manager: Mapped[str | None]
    languages: Mapped[list[str]]
    emails: Mapped[list[str]]
    listed: Mapped[bool]
    active: Mapped[bool]
    opted_out: Mapped[bool] = mapped_column(default=False)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    access_revision: Mapped[int] = mapped_column(default=0, index=True)


class Identity(Base):
    """One account of one person: `source:NAME:id`, `email:...`, `github:ada`. Keys are declared, never guessed.

    `decided`: a person said where the key belongs, and no source's word moves it.
    """

    __tablename__ = "identity"

    key: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    decided: Mapped[bool] = mapped_column(default=False)


class Group(Base):
    """A set of people that can be granted to and that roles follow."""

    __tablename__ = "group"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    name: Mapped[str]


class Membership(Base):
    """A person in a group, as one source says."""

    __tablename__ = "membership"

    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)


class Document(Base):
    """Stored, citable text. A deleted one stays as an empty tombstone until no kept generation holds it."""

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_source_key", "source_id", "source_key", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    source_key: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    language: Mapped[str]
    created: Mapped[date | None]
    updated: Mapped[date | None]
    url: Mapped[str | None]
    thread: Mapped[str | None]
    votes: Mapped[int]
    accepted: Mapped[bool]
    tags: Mapped[list[str]]
    visibility: Mapped[str]
    deleted: Mapped[bool] = mapped_column(default=False)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    access_revision: Mapped[int] = mapped_column(default=0, index=True)


class Grant(Base):
    """One principal name (`org`, `user:ada`, `group:finance`) that may read a document, its authors' own included."""

    __tablename__ = "grant"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    principal: Mapped[str] = mapped_column(primary_key=True)


class Authorship(Base):
    """What a person did for a document."""

    __tablename__ = "authorship"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class Passage(Base):
    """A span [start, end) of a document's body, in code points; `heading` is the section it stands under."""

    __tablename__ = "passage"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[int]
    end: Mapped[int]
    heading: Mapped[str]


class PersonSkill(Base):
    """A skill or an interest of a person, with where it comes from."""

    __tablename__ = "person_skill"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    interest: Mapped[bool] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)


class Run(Base):
    """One run of the indexer over a source; `problem` says what waits for a person's word, or why it failed."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    started: Mapped[datetime]
    finished: Mapped[datetime | None]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    deleted: Mapped[int] = mapped_column(default=0)
    quarantined: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]


class Quarantine(Base):
    """A row that a source gave and that could not be used, with the reason; the newest run of a source replaces them."""

    __tablename__ = "quarantine"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    place: Mapped[str]
    reason: Mapped[str]


class Erasure(Base):
    """The ledger of erased people: keyed hashes of their identity keys, so that a re-import does not bring them back."""

    __tablename__ = "erasure"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    erased: Mapped[datetime]


class Feedback(Base):
    """What an asker said of one result."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[datetime]
    principal: Mapped[str]
    question: Mapped[str]
    subject: Mapped[str]
    verdict: Mapped[str]
    comment: Mapped[str]


class ApiKey(Base):
    """An API key: only the hash of its secret is kept."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    secret_hash: Mapped[str]
    scopes: Mapped[list[str]]
    grants: Mapped[list[str]]
    created: Mapped[datetime]
    expires: Mapped[datetime | None]
    revoked: Mapped[datetime | None]


class AuditRow(Base):
    """Who did what of consequence: keys created and revoked, people erased, impersonation."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    request_id: Mapped[str]


class SignInRow(Base):
    """Somebody who came through the organisation's sign-in, until it ends: only the hash of what their browser holds is kept.

    `groups` are those of the provider's groups that give roles here.
    """

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    groups: Mapped[list[str]]
    created: Mapped[datetime]
    expires: Mapped[datetime]


class CorrectionKind(StrEnum):
    """What a person may say against what is told of them."""

    MUTE = "mute"
    HIDE = "hide"
    NOTE = "note"


class Correction(Base):
    """What a person said of what is told of them: in force until `undone`; no source changes it.

    `value` is a topic (mute), a document's public id (hide), or what a note is about: `skills/NAME`, `documents/ID`, `profile/FIELD`.
    `access_revision` is the value of State.access_revision when it was last made or undone.
    """

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    value: Mapped[str]
    text: Mapped[str]
    created: Mapped[datetime]
    undone: Mapped[datetime | None]
    access_revision: Mapped[int]


class Endorsement(Base):
    """A skill of a person that a colleague confirmed; taken back, the row goes."""

    __tablename__ = "endorsement"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    endorser_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    created: Mapped[datetime]


class AskedQuestion(Base):
    """Words of a question that found no answer, and when somebody last asked with them. Kept only where the administrator chose so.

    Never the question itself, and not who asked: see models/questions.py.
    """

    __tablename__ = "asked_question"

    words: Mapped[str] = mapped_column(primary_key=True)
    asker: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)


class WorkbenchSearch(Base):
    """What a recruiter looks for, with the stated purpose; nobody but its owner reads it, and it is deleted some days after `created`."""

    __tablename__ = "workbench_search"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    purpose: Mapped[str]
    description: Mapped[str]
    created: Mapped[datetime]
    blind: Mapped[bool]


class WorkbenchRequirement(Base):
    """One requirement of a search: a phrase, how much it counts, and whether it is a must."""

    __tablename__ = "workbench_requirement"

    search_id: Mapped[str] = mapped_column(ForeignKey("workbench_search.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    weight: Mapped[int]
    must: Mapped[bool]


class WorkbenchCandidate(Base):
    """A person shown in a search, under a number that stands for them while names are hidden."""

    __tablename__ = "workbench_candidate"

    search_id: Mapped[str] = mapped_column(ForeignKey("workbench_search.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    number: Mapped[int]


class WorkbenchDecision(Base):
    """What a recruiter decided about a person in a search, or noted, with the reason; the newest row is the stage in force."""

    __tablename__ = "workbench_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[str] = mapped_column(ForeignKey("workbench_search.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    stage: Mapped[str]
    reason: Mapped[str]


class Pseudonym(Base):
    """The key under which the audit chain names a person; without it nobody can tell any more whom a row is about."""

    __tablename__ = "pseudonym"

    public_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class ChainRow(Base):
    """One act of the audit chain, see models/audit.py. `purpose` and `salt` stand outside the hash, `seal` stands for them in it."""

    __tablename__ = "audit_chain"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    detail: Mapped[str]
    generation: Mapped[str]
    request_id: Mapped[str]
    purpose: Mapped[str]
    salt: Mapped[str]
    seal: Mapped[str]
    previous: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str]


PUSH, SCIM = "push", "scim"  # kinds of source that send rather than are read


class Fate(StrEnum):
    """What became of a pushed record."""

    QUEUED = "queued"
    STORED = "stored"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    QUARANTINED = "quarantined"


class Job(Base):
    """One push: who sent it for which source, and the digest that tells a repeat from something else under the same key."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_actor_idempotency_key", "actor", "idempotency_key", unique=True),)

    id: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    source: Mapped[str] = mapped_column(index=True)
    idempotency_key: Mapped[str | None]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    created: Mapped[datetime]


class Inbox(Base):
    """One pushed record as it came, until the indexer takes it; afterwards its fate alone, and the id it said it has."""

    __tablename__ = "inbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id"), index=True)
    position: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    fate: Mapped[str] = mapped_column(default=Fate.QUEUED, index=True)
    record: Mapped[str | None]
    reason: Mapped[str | None]


class ScimResource(Base):
    """A user or a group as the identity provider describes it. The indexer has taken in what it said up to revision `taken`.

    `keys` tell whom a user is of; `public_id` is what grants name a group by, once the indexer has met it.
    `user_name` and `display_name` are in lower case; only users have the first, and no two the same. A deleted one keeps its row,
    emptied, until the indexer has taken note.
    """

    __tablename__ = "scim_resource"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    user_name: Mapped[str | None] = mapped_column(unique=True)
    display_name: Mapped[str | None] = mapped_column(index=True)
    external_id: Mapped[str | None] = mapped_column(index=True)
    keys: Mapped[list[str]]
    active: Mapped[bool]
    content: Mapped[str]
    created: Mapped[datetime]
    modified: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    taken: Mapped[int] = mapped_column(default=0)
    deleted: Mapped[bool] = mapped_column(default=False)
    public_id: Mapped[str | None]


class Decision(Base):
    """A person's word on who is who: `subject` merged into, or split off from, `person`; with what is needed to take it back."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    person: Mapped[str]
    subject: Mapped[str]
    keys: Mapped[list[str]]
    before: Mapped[str]
    undone: Mapped[datetime | None]
