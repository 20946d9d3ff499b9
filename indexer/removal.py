"""Takes a source or a person out for good. Each step is a short transaction, so that a killed run is finished by running it again."""

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from indexer import inbox
from indexer.departures import Missing, forget_strangers, remove
from indexer.documents import bury
from indexer.identities import Directory
from indexer.ledger import Ledger
from indexer.people import UNLISTED, retire, stamp_documents
from indexer.questions import forget_asker
from models.access import WRITERS
from models.database import bump_access, reading, writing
from models.errors import DatabaseUnavailable, NotFound, StorageFull
from models.provisioning import own_key
from models.retention import forget_person
from models.tables import Authorship, Document, Erasure, Grant, Group, Identity, Membership, Person, Quarantine, Run, Source
from models.told import SCIM, ApiKey, AuditRow, Correction, CorrectionKind, Decision, Feedback, ScimResource

BATCH = 200
ERASED = "erased"
ATTEMPTS = 5  # at emptying the log, each as long as the busy timeout
AGAIN = "Removed rows may be left in its files until `indexer upgrade` has rewritten them."


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an erasure did, without saying of whom."""

    erased: datetime
    accounts: int
    documents_removed: int
    credits_removed: int

    def plain(self) -> dict[str, Any]:
        """Return the receipt as JSON-ready values."""
        return asdict(self) | {"erased": self.erased.isoformat()}


def forget(engine: Engine, name: str) -> int:
    """Remove a source: its documents, the people and groups that only it listed, its history. Return how many documents went.

    The source's name and empty tombstones stay until the index no longer holds them. Raises NotFound.
    """
    with reading(engine) as session:
        source = session.scalar(select(Source).where(Source.name == name))
        if source is None:
            names = ", ".join(session.scalars(select(Source.name).order_by(Source.name))) or "none"
            raise NotFound(f"There is no source {name!r}.", f"The sources are: {names}.")
        number = source.id
        documents = tuple(session.scalars(select(Document.id).where(Document.source_id == number, ~Document.deleted)))
        people = tuple(session.scalars(select(Person.id).where(Person.source_id == number, Person.listed)))
        directory = Directory.read(session)
    remove(engine, directory, Missing(documents, len(documents), people, len(people)))
    with writing(engine) as session:
        session.execute(delete(Identity).where(Identity.key.startswith(f"source:{name}:", autoescape=True), ~_only_key()))
        session.execute(delete(Membership).where(Membership.source_id == number))
        empty = ~select(Membership.group_id).where(Membership.group_id == Group.id).exists()
        session.execute(delete(Group).where(Group.source_id == number, empty))
        session.execute(delete(Quarantine).where(Quarantine.source_id == number))
        session.execute(delete(Run).where(Run.source_id == number))
        inbox.forget(session, name)
        if name == SCIM:
            session.execute(delete(ScimResource))
        session.execute(update(Document).where(Document.source_id == number).values(source_key=_scrubbed(), public_id=_scrubbed()))
        bump_access(session)
    forget_strangers(engine, Directory.of(engine), number)
    return len(documents)


def _only_key() -> Any:
    other = Identity.__table__.alias()
    return ~select(other.c.key).where(other.c.person_id == Identity.person_id, other.c.key != Identity.key).exists()


def _scrubbed() -> Any:
    return f"{ERASED}-" + func.cast(Document.id, Document.public_id.type)


def erase(engine: Engine, person: str, secret: bytes) -> Receipt:
    """Erase a person, named by public id or by an account key. Raises NotFound.

    At once invisible; then what they alone wrote goes, their credits elsewhere, and every row that names them; the ledger keeps their
    accounts' keyed hashes. The caller builds an index afterwards, which drops what the files hold.
    """
    number = _find(engine, person)
    accounts = _hide(engine, number, Ledger(secret))
    removed, credits = _remove_work(engine, number)
    with writing(engine) as session:
        _remove_traces(session, number, secret)
    compact(engine)
    return Receipt(datetime.now(UTC), accounts, removed, credits)


def _find(engine: Engine, person: str) -> int:
    with reading(engine) as session:
        number = session.scalar(select(Person.id).where(Person.public_id == person))
        if number is None:
            number = session.scalar(select(Identity.person_id).where(Identity.key.in_((person, person.lower()))))
    if number is None:
        raise NotFound(
            "There is nobody of that id or account.",
            "Use the id in the address of the person's page, or an account such as email:ada@example.com.",
        )
    return number


def _hide(engine: Engine, number: int, ledger: Ledger) -> int:
    with writing(engine) as session:
        keys = session.scalars(select(Identity.key).where(Identity.person_id == number)).all()
        hashes = {ledger.hash(key) for key in keys}
        hashes -= set(session.scalars(select(Erasure.key_hash).where(Erasure.key_hash.in_(hashes))))
        if hashes:
            now = datetime.now(UTC)
            session.execute(insert(Erasure), [{"key_hash": value, "erased": now} for value in sorted(hashes)])
        hidden = {"active": False, "opted_out": True, "access_revision": bump_access(session)}
        session.execute(update(Person).where(Person.id == number).values(**UNLISTED, **hidden))
    return len(keys)


def _remove_work(engine: Engine, number: int) -> tuple[int, int]:
    removed = credited = 0
    while True:
        with writing(engine) as session:
            mine = list(session.scalars(select(Authorship.document_id).where(Authorship.person_id == number).distinct().limit(BATCH)))
            if not mine:
                return removed, credited
            written = select(Authorship.document_id).where(
                Authorship.document_id.in_(mine), Authorship.person_id == number, Authorship.role.in_(WRITERS)
            )
            others = set(
                session.scalars(
                    select(Authorship.document_id).where(
                        Authorship.document_id.in_(mine), Authorship.person_id != number, Authorship.role.in_(WRITERS)
                    )
                )
            )
            alone = sorted(set(session.scalars(written)) - others)
            revision = bump_access(session)
            session.execute(delete(Authorship).where(Authorship.person_id == number, Authorship.document_id.in_(mine)))
            bury(session, alone, revision)
            stamp_documents(session, mine, revision)
            removed += len(alone)
            credited += len(mine) - len(alone)


def _remove_traces(session: Session, number: int, secret: bytes) -> None:
    person = session.get_one(Person, number)
    keys = session.scalars(select(Identity.key).where(Identity.person_id == number)).all()
    ids = _ids(session, person, keys)
    users = [f"user:{each}" for each in ids]
    forget_person(session, number, ids)
    forget_asker(session, ids, person.name, secret)
    shared = session.scalars(select(Grant.document_id).where(Grant.principal.in_(users))).all()
    session.execute(delete(Grant).where(Grant.principal.in_(users)))
    stamp_documents(session, shared, bump_access(session))
    session.execute(delete(Feedback).where(or_(Feedback.principal.in_(users), Feedback.subject.in_([f"people/{each}" for each in ids]))))
    for key in session.scalars(select(ApiKey)):
        if not set(users).isdisjoint(key.grants):
            key.grants = [grant for grant in key.grants if grant not in users]
            key.revoked = key.revoked or datetime.now(UTC)
    for column in (AuditRow.actor, AuditRow.subject):
        session.execute(update(AuditRow).where(column.in_((*users, *ids, *keys))).values({column.key: ERASED}))
    words = [key.split(":", 2)[-1] if key.startswith("source:") else key.partition(":")[2] for key in keys]
    inbox.scrub(session, [*words, *ids])
    session.execute(delete(Decision).where(or_(Decision.person.in_(ids), Decision.subject.in_([*words, *ids]))))
    accounts = [key.removeprefix(own_key("")) for key in keys if key.startswith(own_key(""))]
    session.execute(delete(ScimResource).where(ScimResource.id.in_(accounts)))
    for word in {*words, *ids}:
        session.execute(delete(Quarantine).where(Quarantine.reason.contains(word, autoescape=True)))
        session.execute(update(Person).where(Person.manager == word).values(manager=None))
    _scrub_documents(session)
    session.flush()
    session.expunge_all()
    retire(session, number)


def _ids(session: Session, person: Person, keys: Sequence[str]) -> list[str]:
    """Return the public ids that rows may know a person by: before two of their rows were joined they had others."""
    own = [key.split(":", 2)[1:] for key in keys if key.startswith("source:")]
    once = {person.public_id, *(named for _, named in own), *(f"{source}:{named}" for source, named in own)}
    others = session.scalars(select(Person.public_id).where(Person.public_id.in_(once), Person.id != person.id))
    return sorted(once.difference(others))


def _scrub_documents(session: Session) -> None:
    """Remove the ids of deleted documents: they can name people too, and nobody can tell any more who wrote those deleted earlier."""
    for kind, place in ((CorrectionKind.HIDE, ""), (CorrectionKind.NOTE, "documents/")):
        gone = select(place + Document.public_id).where(Document.deleted)
        session.execute(delete(Correction).where(Correction.kind == kind, Correction.value.in_(gone)))
    session.execute(delete(Feedback).where(Feedback.subject.in_(select("documents/" + Document.public_id).where(Document.deleted))))
    session.execute(update(Document).where(Document.deleted).values(source_key=_scrubbed(), public_id=_scrubbed()))


def compact(engine: Engine) -> None:
    """Rewrite the database file, so that nothing removed is left in it or in its log. Raises StorageFull, DatabaseUnavailable."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM")
        for _ in range(ATTEMPTS):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()
            if busy is not None and busy[0] == 0:
                return
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise StorageFull("The disk has no space to rewrite the database in.", f"Free as much as its size. {AGAIN}") from error
        raise DatabaseUnavailable(f"The database file cannot be rewritten: {error}.", AGAIN) from error
    finally:
        raw.close()
    raise DatabaseUnavailable("A long-running reader keeps the database's log from being emptied.", AGAIN)
