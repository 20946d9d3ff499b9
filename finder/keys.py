"""API keys: made, listed and revoked on the command line; compared in constant time; only a hash of the secret is kept."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Engine, or_, select

from models.access import ORG
from models.database import reading, writing
from models.errors import InvalidQuery, NotFound, Unauthenticated
from models.told import ApiKey, AuditRow

PREFIX = "ef"
NOBODY = hashlib.sha256(b"").hexdigest()


class Scope(StrEnum):
    """What a key may be used for."""

    SEARCH = "search"
    PEOPLE = "people"
    INGEST = "ingest"
    ADMIN = "admin"
    IMPERSONATE = "impersonate"


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the database holds it, without its secret."""

    id: str
    name: str
    scopes: frozenset[str]
    grants: frozenset[str]
    created: datetime
    expires: datetime | None
    revoked: datetime | None

    def usable(self, now: datetime) -> bool:
        """Whether the key is neither revoked nor expired."""
        return self.revoked is None and (self.expires is None or now < self.expires)


@dataclass(frozen=True, slots=True)
class Wish:
    """The key somebody wants to have."""

    name: str
    scopes: frozenset[Scope] = frozenset({Scope.SEARCH, Scope.PEOPLE})
    grants: frozenset[str] = frozenset({ORG})
    expires: datetime | None = None


def create(engine: Engine, wish: Wish, actor: str) -> str:
    """Store a new key and return it whole: `ef_<id>_<secret>`. It cannot be shown again.

    Raises InvalidQuery for a grant that is neither `org` nor `kind:name`.
    """
    for grant in wish.grants:
        if grant != ORG and not all(grant.partition(":")):
            raise InvalidQuery(f"{grant!r} is not a grant.", "Write org, group:finance or user:ada.")
    number, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    with writing(engine) as session:
        session.add(
            ApiKey(
                id=number,
                name=wish.name,
                secret_hash=_hash(secret),
                scopes=sorted(wish.scopes),
                grants=sorted(wish.grants),
                created=now,
                expires=wish.expires,
                revoked=None,
            )
        )
        session.add(AuditRow(at=now, actor=actor, action="key created", subject=f"key:{number}", request_id=""))
    return f"{PREFIX}_{number}_{secret}"


def every(engine: Engine) -> tuple[Key, ...]:
    """Return all keys, oldest first."""
    with reading(engine) as session:
        return tuple(_key(row) for row in session.scalars(select(ApiKey).order_by(ApiKey.created, ApiKey.id)))


def any_usable(engine: Engine) -> bool:
    """Whether there is a key that would be accepted."""
    alive = select(ApiKey.id).where(ApiKey.revoked.is_(None), or_(ApiKey.expires.is_(None), ApiKey.expires > datetime.now(UTC)))
    with reading(engine) as session:
        return session.scalar(alive.limit(1)) is not None


def revoke(engine: Engine, number: str, actor: str) -> None:
    """Make a key useless from the next request on. Raises NotFound."""
    now = datetime.now(UTC)
    with writing(engine) as session:
        row = session.get(ApiKey, number)
        if row is None:
            raise NotFound(f"There is no key {number!r}.", "`finder keys list` shows the ids.")
        if row.revoked is None:
            row.revoked = now
            session.add(AuditRow(at=now, actor=actor, action="key revoked", subject=f"key:{number}", request_id=""))


def verify(engine: Engine, presented: str) -> Key:
    """Return the key that a caller presents. Raises Unauthenticated with the same words whatever is wrong with it."""
    prefix, _, rest = presented.partition("_")
    number, _, secret = rest.partition("_")
    with reading(engine) as session:
        row = session.get(ApiKey, number) if prefix == PREFIX and _is_id(number) else None
        key = _key(row) if row is not None else None
        expected = row.secret_hash if row is not None else NOBODY
    # Compared also for unknown ids, so that the time taken does not tell which ids exist.
    matches = hmac.compare_digest(expected, _hash(secret))
    if key is None or not matches or not key.usable(datetime.now(UTC)):
        raise Unauthenticated("This API key is not accepted.", "It may be mistyped, revoked or expired.")
    return key


def living(engine: Engine, number: str) -> Key:
    """Return a key by its id, as long as it may be used. Raises Unauthenticated."""
    with reading(engine) as session:
        row = session.get(ApiKey, number)
        key = _key(row) if row is not None else None
    if key is None or not key.usable(datetime.now(UTC)):
        raise Unauthenticated("This API key is not accepted.", "It may be mistyped, revoked or expired.")
    return key


def scopes(names: Iterable[str]) -> frozenset[Scope]:
    """Parse scope names. Raises InvalidQuery."""
    try:
        return frozenset(Scope(name) for name in names)
    except ValueError as error:
        raise InvalidQuery(f"{error}.", f"Scopes are {', '.join(Scope)}.") from error


def _is_id(number: str) -> bool:
    return number.isascii() and number.isalnum() and len(number) <= 32


def _hash(secret: str) -> str:
    # The secret is 256 random bits: a slow hash would protect nothing that this one does not.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _key(row: ApiKey) -> Key:
    return Key(row.id, row.name, frozenset(row.scopes), frozenset(row.grants), row.created, row.expires, row.revoked)
