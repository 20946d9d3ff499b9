"""A person's word on who is who: merging and splitting, each recorded with what it takes to take it back."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from indexer.documents import stale
from indexer.identities import Directory, Known
from indexer.people import join, stamp_documents, tell_share
from models.database import bump_access, writing
from models.errors import IdentityConflict, NotFound
from models.tables import Authorship, Document, Grant, Identity, Membership, Person, PersonSkill
from models.told import Decision

MERGE, SPLIT, MAP = "merge", "split", "map"
COLUMNS = (
    "public_id", "source_id", "name", "title", "team", "location", "bio", "manager", "languages", "emails", "listed", "active", "opted_out",
    "timezone",
)  # fmt: skip
PARTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "credits": (Authorship, ("document_id", "role")),
    "memberships": (Membership, ("group_id", "source_id")),
    "skills": (PersonSkill, ("name", "interest", "origin")),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a decision did: the person who stays or stands, the other, and the accounts that moved."""

    person: str
    other: str
    keys: tuple[str, ...]


def merge(engine: Engine, stays: str, goes: str, actor: str) -> Told:
    """Make two people one, under the entry of the first. Each is named by public id or account. Raises NotFound, IdentityConflict."""
    with writing(engine) as session:
        directory = Directory.read(session)
        return _merge(session, directory, directory.named(stays), directory.named(goes), actor)


def _merge(session: Session, directory: Directory, person: Known, other: Known, actor: str) -> Told:
    if person.id == other.id:
        raise IdentityConflict("They are one already.", "`indexer identities` shows who has which accounts.")
    if other.listed and not person.listed:
        raise IdentityConflict(f"Only {other.public_id!r} has an entry in a people source.", "Merge the other way round.")
    row = session.get_one(Person, other.id)
    columns = {name: getattr(row, name) for name in COLUMNS}
    before = {"columns": columns, "other": _parts(session, other), "person": _parts(session, person)}
    keys = session.scalars(select(Identity.key).where(Identity.person_id == other.id).order_by(Identity.key)).all()
    name = other.public_id
    join(session, directory, person.id, other.id)
    session.execute(update(Identity).where(Identity.key.in_(keys)).values(decided=True))
    _record(session, actor, MERGE, Told(person.public_id, name, tuple(keys)), json.dumps(before))
    return Told(person.public_id, name, tuple(keys))


def split(engine: Engine, person: str, other: str, actor: str) -> Told:
    """Take a merge back, or give one account of a person to somebody else. `other` is who was merged, or the account.

    What was credited since is credited anew when its source is next read. Raises NotFound, IdentityConflict.
    """
    with writing(engine) as session:
        directory = Directory.read(session)
        known = directory.named(person)
        live = select(Decision).where(Decision.person == known.public_id, Decision.action == MERGE, Decision.undone.is_(None))
        for decision in session.scalars(live.order_by(Decision.id.desc())):
            if other == decision.subject or other.lower() in decision.keys or other in decision.keys:
                return _take_back(session, directory, known, decision)
        return _give_away(session, directory, known, other if other in directory.keys else other.lower(), actor)


def _take_back(session: Session, directory: Directory, person: Known, decision: Decision) -> Told:
    before = json.loads(decision.before)
    name = directory.free_id("split", before["columns"]["public_id"])
    revision = bump_access(session)
    columns = before["columns"] | {"public_id": name, "content_hash": b"", "access_revision": revision}
    number = session.execute(insert(Person).values(columns).returning(Person.id)).scalar_one()
    mine = _parts(session, person)
    for part, (table, names) in PARTS.items():
        theirs = {tuple(row) for row in before["other"][part]}
        kept = {tuple(row) for row in before["person"][part]}
        for row in {tuple(row) for row in mine[part]} & theirs:
            values = dict(zip(names, row, strict=True))
            if row in kept:
                session.execute(insert(table).values(**values, person_id=number))
            else:
                same = (getattr(table, key) == value for key, value in values.items())
                session.execute(update(table).where(table.person_id == person.id, *same).values(person_id=number))
    _return_shares(session, person.id, number, before)
    _return_grants(session, person.public_id, name, before)
    session.execute(
        update(Identity).where(Identity.key.in_(decision.keys), Identity.person_id == person.id).values(person_id=number, decided=False)
    )
    credited = {tuple(row) for part in ("other", "person") for row in before[part]["credits"]}
    _credit_anew(session, {row[0] for row in mine["credits"] if tuple(row) not in credited})
    stamp_documents(session, [row[0] for row in before["other"]["credits"]], revision)
    session.execute(update(Person).where(Person.id == person.id).values(access_revision=revision))
    decision.undone = datetime.now(UTC)
    return Told(person.public_id, name, tuple(decision.keys))


def _return_shares(session: Session, person: int, other: int, before: dict[str, Any]) -> None:
    """Give both the shares they had in what both had the same part in. The sources may tell others by now: they are read again."""
    mine, theirs = ({(document, role): share for document, role, share in before[part].get("shares", ())} for part in ("person", "other"))
    both = {tuple(row) for row in before["person"]["credits"]} & {tuple(row) for row in before["other"]["credits"]}
    told = both & (mine.keys() | theirs.keys())
    for document, role in told:
        tell_share(session, (document, person, role), mine.get((document, role)))
        tell_share(session, (document, other, role), theirs.get((document, role)))
    _credit_anew(session, {document for document, _ in told})


def _return_grants(session: Session, person: str, other: str, before: dict[str, Any]) -> None:
    mine, theirs = f"user:{person}", f"user:{other}"
    for document in before["other"]["grants"]:
        held = session.get(Grant, (document, mine))
        if held is None:
            continue
        if document not in before["person"]["grants"]:
            session.delete(held)
        session.add(Grant(document_id=document, principal=theirs))
    session.flush()


def _give_away(session: Session, directory: Directory, person: Known, key: str, actor: str) -> Told:
    if directory.keys.get(key) != person.id:
        raise NotFound(f"{person.public_id!r} has no account of this name.", "`indexer identities` shows who has which accounts.")
    if sum(holder == person.id for holder in directory.keys.values()) == 1:
        raise IdentityConflict("It is their only account.", "There is nothing to split.")
    revision = bump_access(session)
    name = directory.free_id("split", key)
    stranger = {
        "public_id": name, "source_id": person.source_id, "name": key, "languages": [], "emails": [], "listed": False, "active": True,
        "content_hash": b"", "access_revision": revision,
    }  # fmt: skip
    number = session.execute(insert(Person).values(stranger).returning(Person.id)).scalar_one()
    session.execute(update(Identity).where(Identity.key == key).values(person_id=number, decided=True))
    _credit_anew(session, set(session.scalars(select(Authorship.document_id).where(Authorship.person_id == person.id))))
    _record(session, actor, SPLIT, Told(person.public_id, name, (key,)), "{}")
    return Told(person.public_id, name, (key,))


def assign(engine: Engine, account: str, person: str, actor: str) -> Told | None:
    """Say whose an account is, as a line of a mapping file does; None where that is known. Raises NotFound, IdentityConflict."""
    with writing(engine) as session:
        directory = Directory.read(session)
        known, key = directory.named(person), account if account in directory.keys else account.lower()
        holder = directory.keys.get(key)
        if holder == known.id:
            return None
        if holder is None:
            session.execute(insert(Identity).values(key=key, person_id=known.id, decided=True))
            _record(session, actor, MAP, Told(known.public_id, "", (key,)), "{}")
            return Told(known.public_id, "", (key,))
        if directory.people[holder].listed:
            raise IdentityConflict(
                f"{account!r} belongs to {directory.people[holder].public_id!r}, who has an entry.",
                "Use `indexer merge`, or `indexer split`.",
            )
        return _merge(session, directory, known, directory.people[holder], actor)


def _parts(session: Session, known: Known) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for part, (table, names) in PARTS.items():
        rows = session.execute(select(*(getattr(table, name) for name in names)).where(table.person_id == known.id))
        found[part] = [list(row) for row in rows]
    shares = select(Authorship.document_id, Authorship.role, Authorship.share)
    rows = session.execute(shares.where(Authorship.person_id == known.id, Authorship.share.is_not(None)))
    found["shares"] = [list(row) for row in rows]
    found["grants"] = list(session.scalars(select(Grant.document_id).where(Grant.principal == f"user:{known.public_id}")))
    return found


def _credit_anew(session: Session, documents: set[int]) -> None:
    """Have documents looked at again by the next pass over their source, as if they had changed."""
    for number, digest in session.execute(select(Document.id, Document.content_hash).where(Document.id.in_(documents))).all():
        session.execute(update(Document).where(Document.id == number).values(content_hash=stale(digest)))


def _record(session: Session, actor: str, action: str, told: Told, before: str) -> None:
    session.add(
        Decision(
            at=datetime.now(UTC), actor=actor, action=action, person=told.person, subject=told.other, keys=list(told.keys), before=before
        )
    )
