"""Sign-ins: who came through the organisation's provider, until when; only a hash of what the browser holds is kept."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, select

from models.database import reading, writing
from models.errors import NotFound
from models.tables import Identity, Person
from models.told import SignInRow

LONGEST = 100  # characters; our own have 43


@dataclass(frozen=True, slots=True)
class SignIn:
    """A person's public id, and those of the provider's groups that give roles here."""

    user: str
    groups: frozenset[str]


def begin(engine: Engine, account: str, groups: Iterable[str], hours: int) -> str:
    """Sign in the person of an account key such as `email:ada@example.com`; return what their browser is to hold.

    Sign-ins that have ended are cleared away on the occasion. Raises NotFound where nobody in the directory declares the account.
    """
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    with writing(engine) as session:
        session.execute(delete(SignInRow).where(SignInRow.expires <= now))
        person = session.scalar(
            select(Person.id)
            .join(Identity, Identity.person_id == Person.id)
            .where(Identity.key == _key(account), Person.active, Person.listed)
        )
        if person is None:
            raise NotFound("Nobody in the directory has this account.", "Ask whoever keeps the people source.")
        ends = now + timedelta(hours=hours)
        session.add(SignInRow(token_hash=_hash(token), person_id=person, groups=sorted(groups), created=now, expires=ends))
    return token


def find(engine: Engine, token: str) -> SignIn | None:
    """Return the sign-in that a browser holds, None where it has ended."""
    held = (
        select(Person.public_id, SignInRow.groups)
        .join(Person, Person.id == SignInRow.person_id)
        .where(SignInRow.token_hash == _hash(token), SignInRow.expires > datetime.now(UTC))
    )
    with reading(engine) as session:
        row = session.execute(held).one_or_none()
    return SignIn(row[0], frozenset(row[1])) if row is not None else None


def end(engine: Engine, token: str) -> None:
    """Sign out: what the browser holds is worth nothing from the next request on."""
    with writing(engine) as session:
        session.execute(delete(SignInRow).where(SignInRow.token_hash == _hash(token)))


def _key(account: str) -> str:
    """Return an account as the directory keeps it: an id within a source as it is written, any other in small letters."""
    if account.startswith("source:"):
        return account
    lowered = account.lower()
    # A few letters beyond ASCII have small ones within it (the Kelvin sign): lowered, they would name somebody else.
    return account if lowered.isascii() and not account.isascii() else lowered


def _hash(token: str) -> str:
    # The token is 256 random bits: a slow hash would protect nothing that this one does not.
    return hashlib.sha256(token[:LONGEST].encode("utf-8", "replace")).hexdigest()
