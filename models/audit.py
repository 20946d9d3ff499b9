"""The audit chain: acts of consequence, each row holding the hash of the one before, so that a changed or missing row is noticed.

People stand in it under a keyed pseudonym, and a stated purpose is sealed, not hashed in the clear: an erasure destroys the key and
withdraws the words, and the chain still verifies.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from models.told import ChainRow, Pseudonym

GENESIS = "0" * 64
MARKED = 32  # hexadecimal digits of a pseudonym
Fact = str | int | bool


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what, why and of whom: `actor` and `people` are public ids, `facts` what else is worth keeping, without a name in it."""

    actor: str
    action: str
    purpose: str
    people: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    generation: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: rows that hold, the hash of the last of them, purposes withdrawn, and the first broken row, if any."""

    rows: int
    head: str
    withdrawn: int
    broken: str | None = None


def record(session: Session, act: Act) -> None:
    """Append an act to the chain within the caller's transaction, which has to be one that writes."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE audit_chain IN EXCLUSIVE MODE"))  # two writers would follow the same row
    named = _pseudonyms(session, (act.actor, *act.people))
    detail = {**act.facts, "people": [named[person] for person in act.people]}
    salt = secrets.token_hex(16)
    row = ChainRow(
        at=datetime.now(UTC),
        actor=named[act.actor],
        action=act.action,
        detail=_canonical(detail),
        generation=act.generation,
        request_id=act.request_id,
        purpose=act.purpose,
        salt=salt,
        seal=_seal(salt, act.purpose),
        previous=session.scalar(select(ChainRow.hash).order_by(ChainRow.id.desc()).limit(1)) or GENESIS,
    )
    row.hash = _hash(row)
    session.add(row)
    session.flush()


def verify(session: Session, known: str = "") -> Verdict:
    """Follow the chain from its first row. `known` is the hash of a row noted earlier, which must still be in it."""
    rows = withdrawn = 0
    head, met = GENESIS, not known
    for row in session.scalars(select(ChainRow).order_by(ChainRow.id)):
        fault = _fault(row, head)
        if fault:
            return Verdict(rows, head, withdrawn, f"Row {row.id} ({row.at:%Y-%m-%d %H:%M}, {row.action}): {fault}.")
        rows, head, withdrawn, met = rows + 1, row.hash, withdrawn + (not row.salt), met or row.hash == known
    return Verdict(rows, head, withdrawn, None if met else f"No row has the hash {known[:16]}… any more: rows were taken off the end.")


def names(session: Session) -> dict[str, str]:
    """Return the public id behind each pseudonym whose key still exists."""
    return {_mark(row.key, row.public_id): row.public_id for row in session.scalars(select(Pseudonym))}


def withdraw(session: Session, public_id: str, mentions: Iterable[str]) -> None:
    """Destroy a person's key, and withdraw the purposes that mention one of the given lower-case words."""
    session.execute(delete(Pseudonym).where(Pseudonym.public_id == public_id))
    words = tuple(mentions)
    for row in session.scalars(select(ChainRow).where(ChainRow.salt != "")):
        if any(word in row.purpose.lower() for word in words):
            row.purpose = row.salt = ""


def _fault(row: ChainRow, head: str) -> str | None:
    if row.previous != head:
        return "it does not follow the row before, which was changed, added or taken away"
    if row.hash != _hash(row):
        return "it was changed after it was written"
    if (row.purpose or row.salt) and row.seal != _seal(row.salt, row.purpose):
        return "its purpose was changed after it was written"
    return None


def _hash(row: ChainRow) -> str:
    held = {
        "action": row.action,
        "actor": row.actor,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "detail": row.detail,
        "generation": row.generation,
        "previous": row.previous,
        "request_id": row.request_id,
        "seal": row.seal,
    }
    return hashlib.sha256(_canonical(held).encode()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _seal(salt: str, purpose: str) -> str:
    return hmac.new(salt.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def _pseudonyms(session: Session, people: Iterable[str]) -> dict[str, str]:
    wanted = dict.fromkeys(people)
    known = {row.public_id: row.key for row in session.scalars(select(Pseudonym).where(Pseudonym.public_id.in_(wanted)))}
    for person in wanted:
        if person not in known:
            known[person] = secrets.token_bytes(32)
            session.add(Pseudonym(public_id=person, key=known[person]))
    return {person: _mark(key, person) for person, key in known.items()}


def _mark(key: bytes, public_id: str) -> str:
    return hmac.new(key, public_id.encode(), hashlib.sha256).hexdigest()[:MARKED]
