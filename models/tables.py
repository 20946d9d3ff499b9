"""The database: people and documents, who may read them, and how they came.

These tables the indexer writes; models/told.py has the others.
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
    timezone: Mapped[str | None]


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
    """What a person did for a document, and their share of the work on it (above 0, at most 1) where the source tells one."""

    __tablename__ = "authorship"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    share: Mapped[float | None]


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
