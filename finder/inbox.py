"""What programs push: stored as it came, durably, before it is acknowledged; the indexer takes it from there."""

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.database import reading, writing
from models.errors import IdempotencyConflict, InboxFull, InvalidQuery, NotFound, PushTooLarge, SourceTaken
from models.tables import Source
from models.told import PUSH, SCIM, Fate, Inbox, Job

MOST_RECORDS = 1_000  # of one push
MOST_WAITING = 200_000  # of all pushes together: beyond that the indexer is not running
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Push:
    """Records for a source, each as the bytes it came in; `key` is the sender's Idempotency-Key."""

    source: str
    records: tuple[bytes, ...]
    key: str | None = None

    def digest(self) -> bytes:
        """Return 16 bytes that another source or other records would change."""
        found = hashlib.blake2b(self.source.encode(), digest_size=16)
        for record in self.records:
            found.update(len(record).to_bytes(8) + record)
        return found.digest()


@dataclass(frozen=True, slots=True)
class Told:
    """A pushed record's place in its push, the id it says it has (once the indexer has read it), and its fate."""

    position: int
    id: str | None
    fate: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """A push and what became of it: `state` is `queued` until the indexer has taken every record, then `done`."""

    id: str
    source: str
    created: datetime
    state: str
    counts: Mapping[str, int]
    records: tuple[Told, ...]


def accept(engine: Engine, actor: str, push: Push) -> str:
    """Store a push and return the number of its job; when this returns, it is committed and on disk.

    The same push under the same key is stored once. Raises InvalidQuery, PushTooLarge, IdempotencyConflict, SourceTaken, InboxFull,
    DatabaseUnavailable and StorageFull; nothing is stored then.
    """
    _check(push)
    try:
        with writing(engine) as session:
            return _held(session, actor, push) or _store(session, actor, push)
    except IntegrityError:  # the same key, at the same moment, through another worker
        with reading(engine) as session:
            held = _held(session, actor, push)
        if held is None:
            raise
        return held


def progress(engine: Engine, number: str, actor: str | None) -> Progress:
    """Return a job with the fate of each record. Raises NotFound, also where the job is not the actor's (None: anybody's will do)."""
    with reading(engine) as session:
        job = session.get(Job, number)
        if job is None or actor not in (None, job.actor):
            raise NotFound("There is no such job.", "Use the Location that the push was answered with; jobs are kept for 30 days.")
        columns = (Inbox.position, Inbox.record, Inbox.fate, Inbox.reason)
        told = tuple(Told(*row) for row in session.execute(select(*columns).where(Inbox.job_id == number).order_by(Inbox.position)).all())
    counts = Counter(record.fate for record in told)
    return Progress(job.id, job.source, job.created, "queued" if counts[Fate.QUEUED] else "done", counts, told)


def _check(push: Push) -> None:
    if not _NAME.fullmatch(push.source) or push.source == SCIM:
        raise InvalidQuery(
            f"{push.source[:40]!r} cannot be a source's name." if push.source else "source is missing.",
            "Say which source the records belong to, as in /api/v1/records?source=wiki: letters, digits, dots, dashes, underscores.",
        )
    if push.key is not None and not _KEY.fullmatch(push.key):
        raise InvalidQuery("The Idempotency-Key cannot be used.", "Send up to 200 printable ASCII characters without spaces.")
    if not push.records:
        raise InvalidQuery("The body holds no record.", "Send one object, an array of objects, or a line for each.")
    if len(push.records) > MOST_RECORDS:
        raise PushTooLarge(f"The body holds {len(push.records):,} records, and one push may hold {MOST_RECORDS:,}.", "Send it in parts.")


def _held(session: Session, actor: str, push: Push) -> str | None:
    """Return the job that the actor's key stands for already, None where it is new."""
    if push.key is None:
        return None
    job = session.scalar(select(Job).where(Job.actor == actor, Job.idempotency_key == push.key))
    if job is not None and job.digest != push.digest():
        raise IdempotencyConflict("This Idempotency-Key was used for another push.", "Give every push a key of its own.")
    return job.id if job is not None else None


def _store(session: Session, actor: str, push: Push) -> str:
    kind = session.scalar(select(Source.kind).where(Source.name == push.source))
    if kind not in (None, PUSH):
        raise SourceTaken(f"The source {push.source!r} is a {kind} that the indexer reads.", "Push to a source of another name.")
    waiting = session.scalar(select(func.count()).where(Inbox.fate == Fate.QUEUED)) or 0
    if waiting + len(push.records) > MOST_WAITING:
        raise InboxFull(f"{waiting:,} pushed records wait for the indexer.", "Run `indexer watch`, or `indexer take`.")
    job = Job(
        id=secrets.token_hex(12), actor=actor, source=push.source, idempotency_key=push.key, digest=push.digest(), created=datetime.now(UTC)
    )
    session.add(job)
    session.flush()
    rows = [{"job_id": job.id, "position": place, "content": content} for place, content in enumerate(push.records, start=1)]
    session.execute(insert(Inbox), rows)
    return job.id
