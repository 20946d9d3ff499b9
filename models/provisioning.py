"""Who the identity provider's accounts are: the keys of provisioned people, and whom it has suspended. Both sides go by them."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.tables import Identity, State
from models.told import SCIM, ScimResource

USER, GROUP = "User", "Group"
CHUNK = 500  # values of one query


def own_key(identifier: str) -> str:
    """Return the key of a provisioned account within its source."""
    return f"source:{SCIM}:{identifier}"


def external_key(external_id: str) -> str:
    """Return the key that an identity provider's own id of an account stands for."""
    return f"externalid:{external_id}".lower()


def declared(emails: Iterable[str], external_id: str | None) -> list[str]:
    """Return the keys, apart from its own, that tell whom a provisioned account is of."""
    return [f"email:{email}".lower() for email in emails] + ([external_key(external_id)] if external_id else [])


def holders(session: Session, identifier: str, keys: Iterable[str]) -> set[int]:
    """Return the rows of the people whom an account is of: by its own key, else by those it declares.

    Somebody who has another provisioned account is not meant by a shared address.
    """
    own = session.scalar(select(Identity.person_id).where(Identity.key == own_key(identifier)))
    if own is not None:
        return {own}
    others = select(Identity.person_id).where(_provisioned())
    return set(session.scalars(select(Identity.person_id).where(Identity.key.in_(list(keys)), Identity.person_id.not_in(others))))


def suspended(session: Session) -> set[int]:
    """Return the rows of people whom the identity provider has suspended or removed. No other source makes them visible again.

    The caller writes: until it commits, nobody can be suspended in between.
    """
    session.execute(select(State.value).with_for_update()).all()
    rows = session.execute(select(ScimResource.id, ScimResource.keys).where(ScimResource.kind == USER, ~ScimResource.active)).all()
    if not rows:
        return set()
    own = dict(session.execute(select(Identity.key, Identity.person_id).where(_provisioned())).all())
    joined = [key for number, keys in rows if own_key(number) not in own for key in keys]
    found = {own[own_key(number)] for number, _ in rows if own_key(number) in own}
    for first in range(0, len(joined), CHUNK):
        found |= set(session.scalars(select(Identity.person_id).where(Identity.key.in_(joined[first : first + CHUNK])))) - set(own.values())
    return found


def _provisioned() -> ColumnElement[bool]:
    return Identity.key.startswith(own_key(""), autoescape=True)
