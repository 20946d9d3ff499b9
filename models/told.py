"""What people, programs and the identity provider told the service: tables that the finder writes, each in one short transaction.

The indexer takes from here what was sent to it, and removes what is past its time.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.tables import Base

METADATA = Base.metadata  # of all tables: these, and those that the indexer writes

PUSH, SCIM = "push", "scim"  # kinds of source that send rather than are read


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
