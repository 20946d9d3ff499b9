"""Takes what was pushed out of the inbox: each record is stored, and its fate written down, in one transaction. Safe to kill and rerun."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, Select, delete, func, insert, select, update
from sqlalchemy.orm import Session

from indexer.aside import MOST_ROWS
from indexer.identities import Directory
from indexer.ledger import Ledger
from indexer.merging import Merging
from indexer.pushed import Pushed, batches, read
from indexer.runs import open_run, open_source
from indexer.store import Policy
from models.database import reading, writing
from models.errors import SourceError
from models.tables import Quarantine, Run, Source
from models.told import PUSH, Fate, Inbox, Job

BATCH = 200  # records a transaction
BATCH_BYTES = 1_000_000  # of one transaction: together they keep the write lock under 200 ms
KEPT = timedelta(days=30)  # that a job can be asked about, and that its Idempotency-Key is known
ERASED = "erased"
COUNTED = {
    Fate.STORED: Run.changed, Fate.UNCHANGED: Run.unchanged, Fate.REMOVED: Run.deleted, Fate.QUARANTINED: Run.quarantined,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken in for one source, in records by their fate."""

    source: str
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The same in words."""
        return f"{self.source}: {', '.join(f'{count:,} {fate}' for fate, count in self.counts.items())}."


def waiting(engine: Engine) -> bool:
    """Whether anything was pushed that has not been taken in."""
    with reading(engine) as session:
        return session.scalar(select(Inbox.id).where(Inbox.fate == Fate.QUEUED).limit(1)) is not None


def take(engine: Engine, policy: Policy) -> tuple[Taken, ...]:
    """Take in everything that was pushed, source by source, each in the order it came. Raises DatabaseUnavailable and StorageFull."""
    _clear_old(engine)
    query = select(Job.source).join(Inbox, Inbox.job_id == Job.id).where(Inbox.fate == Fate.QUEUED).group_by(Job.source)
    with reading(engine) as session:
        sources = session.scalars(query.order_by(func.min(Inbox.id))).all()
    return tuple(_take(engine, name, policy) for name in sources)


def _take(engine: Engine, name: str, policy: Policy) -> Taken:
    taken = Taken(name)
    try:
        with writing(engine) as session:
            source_id = open_source(session, name, PUSH, "")
            run_id = open_run(session, source_id)
    except SourceError as error:
        return _refuse(engine, taken, error)
    with reading(engine) as session:
        merging = Merging.of(source_id, name, Directory.read(session), Ledger.read(session, policy.secret), policy.default_language)
    policy.progress.start(f"taking in {name}", None)
    while rows := _next(engine, name):
        for batch in batches(rows):
            prepared = merging.prepare(engine, batch)
            with writing(engine) as session:
                fates = merging.store(session, batch, prepared)
                _settle(session, fates)
                _count(session, run_id, source_id, fates)
            for _, fate, _ in fates:
                taken.counts[fate] = taken.counts.get(fate, 0) + 1
            policy.progress.advance(len(batch))
    policy.progress.finish()
    with writing(engine) as session:
        session.execute(update(Run).where(Run.id == run_id).values(finished=datetime.now(UTC)))
    return taken


Settled = Sequence[tuple[Pushed, Fate, str | None]]


def _queued(name: str) -> Select[int, str, int, bytes]:
    query = select(Inbox.id, Inbox.job_id, Inbox.position, Inbox.content).join(Job, Job.id == Inbox.job_id)
    return query.where(Job.source == name, Inbox.fate == Fate.QUEUED).order_by(Inbox.id).limit(BATCH)


def _next(engine: Engine, name: str) -> list[Pushed]:
    rows: list[Pushed] = []
    size = 0
    with reading(engine) as session:
        for number, job, position, content in session.execute(_queued(name)):
            size += len(content)
            if rows and size > BATCH_BYTES:
                break
            rows.append(read(number, f"job {job}, record {position}", content))
    return rows


def _settle(session: Session, fates: Settled) -> None:
    session.execute(
        update(Inbox),
        [{"id": row.row, "fate": fate, "record": row.id, "reason": reason, "content": b""} for row, fate, reason in fates],
    )


def _count(session: Session, run_id: int, source_id: int, fates: Settled) -> None:
    """Count a batch, and list what was refused where `indexer status` finds it: the newest rows, without those sent right since."""
    for fate, column in COUNTED.items():
        session.execute(update(Run).where(Run.id == run_id).values({column.key: column + sum(found is fate for _, found, _ in fates)}))
    refused = [{"source_id": source_id, "place": row.place, "reason": reason} for row, fate, reason in fates if fate is Fate.QUARANTINED]
    mended = {row.id for row, fate, _ in fates if fate is not Fate.QUARANTINED}
    places = select(Inbox.job_id, Inbox.position).join(Job, Job.id == Inbox.job_id).join(Source, Source.name == Job.source)
    before = places.where(Source.id == source_id, Inbox.fate == Fate.QUARANTINED, Inbox.record.in_(mended))
    gone = [f"job {job}, record {position}" for job, position in session.execute(before)]
    session.execute(delete(Quarantine).where(Quarantine.source_id == source_id, Quarantine.place.in_(gone)))
    if refused:
        session.execute(insert(Quarantine), refused)
        newest = select(Quarantine.id).where(Quarantine.source_id == source_id).order_by(Quarantine.id.desc()).limit(MOST_ROWS)
        session.execute(delete(Quarantine).where(Quarantine.source_id == source_id, Quarantine.id.not_in(newest.scalar_subquery())))


def _refuse(engine: Engine, taken: Taken, error: SourceError) -> Taken:
    """Refuse everything that was pushed to a name which belongs to a source of another kind by now."""
    while rows := _next(engine, taken.source):
        with writing(engine) as session:
            _settle(session, [(row, Fate.QUARANTINED, error.what) for row in rows])
        taken.counts[Fate.QUARANTINED] = taken.counts.get(Fate.QUARANTINED, 0) + len(rows)
    return taken


def _clear_old(engine: Engine) -> None:
    queued = select(Inbox.job_id).where(Inbox.fate == Fate.QUEUED)
    old = select(Job.id).where(Job.created < datetime.now(UTC) - KEPT, Job.id.not_in(queued))
    with writing(engine) as session:
        numbers = session.scalars(old.limit(BATCH)).all()
        session.execute(delete(Inbox).where(Inbox.job_id.in_(numbers)))
        session.execute(delete(Job).where(Job.id.in_(numbers)))


def forget(session: Session, name: str) -> None:
    """Remove every push to a source."""
    session.execute(delete(Inbox).where(Inbox.job_id.in_(select(Job.id).where(Job.source == name))))
    session.execute(delete(Job).where(Job.source == name))


def scrub(session: Session, words: Sequence[str]) -> None:
    """Take ids and words that name an erased person out of what is kept of pushes; what waits is held against the ledger when taken."""
    session.execute(update(Inbox).where(Inbox.record.in_(words)).values(record=ERASED, reason=None))
    for word in words:
        session.execute(update(Inbox).where(Inbox.reason.contains(word, autoescape=True)).values(reason=None))
