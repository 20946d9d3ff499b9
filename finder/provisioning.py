"""What the identity provider says of users and groups: kept as it said it, durably; what it takes away is taken away at once.

Only what withdraws is written through to people and memberships here. What gives is the indexer's to write.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Engine, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.database import bump_access, reading, writing
from models.errors import NameTaken, NotFound
from models.provisioning import GROUP, USER, holders, own_key
from models.tables import Group, Identity, Membership, Person, Source
from models.told import SCIM, ScimResource

FOUND_BY = {
    "username": ScimResource.user_name, "displayname": ScimResource.display_name, "externalid": ScimResource.external_id,
    "id": ScimResource.id,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What one user or group is said to be: `content` whole, as JSON, and what of it we go by. `members` are ids of users."""

    content: str
    user_name: str | None = None
    display_name: str | None = None
    external_id: str | None = None
    keys: tuple[str, ...] = ()
    active: bool = True
    members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """One user or group as it is kept; `revision` grows with each change."""

    id: str
    content: str
    created: datetime
    modified: datetime
    revision: int


Change = Callable[[Entry], Facts | None]


def create(engine: Engine, kind: str, facts: Facts) -> Entry:
    """Store a new user or group. Raises NameTaken, DatabaseUnavailable and StorageFull."""
    now = datetime.now(UTC)
    row = ScimResource(id=str(uuid.uuid4()), kind=kind, created=now, modified=now, revision=1, taken=0, deleted=False, **_columns(facts))
    try:
        with writing(engine) as session:
            session.add(row)
            session.flush()
            _withdraw(session, row, facts, frozenset())
            return _entry(row)
    except IntegrityError as error:
        raise _taken() from error


def read(engine: Engine, kind: str, number: str) -> Entry:
    """Return a user or group. Raises NotFound."""
    with reading(engine) as session:
        return _entry(_row(session, kind, number))


def change(engine: Engine, kind: str, number: str, members: Callable[[Entry], frozenset[str]], decide: Change) -> Entry:
    """Replace what is said of a user or group by what `decide` makes of it (None: leave it). Raises NotFound and NameTaken."""
    try:
        with writing(engine) as session:
            row = _row(session, kind, number)
            before = _entry(row)
            facts = decide(before)
            if facts is not None:
                session.execute(update(ScimResource).where(ScimResource.id == number).values(**_columns(facts), **_next(row)))
                session.refresh(row)
                _withdraw(session, row, facts, members(before))
            return _entry(row)
    except IntegrityError as error:
        raise _taken() from error


def remove(engine: Engine, kind: str, number: str, members: Callable[[Entry], frozenset[str]], check: Callable[[Entry], None]) -> None:
    """Delete a user or group; `check` may refuse. Raises NotFound."""
    with writing(engine) as session:
        row = _row(session, kind, number)
        before = _entry(row)
        check(before)
        gone = Facts("{}", keys=tuple(row.keys), active=False)
        values = {**_columns(gone), **_next(row), "deleted": True}
        session.execute(update(ScimResource).where(ScimResource.id == number).values(**values))
        session.refresh(row)
        _withdraw(session, row, gone, members(before))


def find(engine: Engine, kind: str, where: tuple[str, str] | None, first: int = 0, count: int | None = None) -> tuple[int, list[Entry]]:
    """Return how many there are, and a page of them in the order they came. `where`: a name of FOUND_BY and the value it must have."""
    query = [ScimResource.kind == kind, ~ScimResource.deleted, *([_equals(*where)] if where else [])]
    with reading(engine) as session:
        total = session.scalar(select(func.count()).select_from(ScimResource).where(*query)) or 0
        rows = select(ScimResource).where(*query).order_by(ScimResource.created, ScimResource.id).offset(first).limit(count)
        return total, [_entry(row) for row in session.scalars(rows)]


def groups_naming(engine: Engine, user: str | None = None) -> list[Entry]:
    """Return the groups that may have a user as a member, or all of them, in the order they came."""
    query = select(ScimResource).where(ScimResource.kind == GROUP, ~ScimResource.deleted)
    if user is not None:
        query = query.where(ScimResource.content.contains(user, autoescape=True))
    with reading(engine) as session:
        return [_entry(row) for row in session.scalars(query.order_by(ScimResource.created, ScimResource.id))]


def _equals(name: str, value: str) -> ColumnElement[bool]:
    column = FOUND_BY[name]
    return column == (value if name in ("externalid", "id") else value.lower())


def _row(session: Session, kind: str, number: str) -> ScimResource:
    query = select(ScimResource).where(ScimResource.id == number, ScimResource.kind == kind, ~ScimResource.deleted)
    row = session.scalar(query.with_for_update())
    if row is None:
        raise NotFound(f"There is no {kind.lower()} of this id.", "Use the id that it was created under.")
    return row


def _columns(facts: Facts) -> dict[str, object]:
    return {
        "user_name": facts.user_name.lower() if facts.user_name else None,
        "display_name": facts.display_name.lower() if facts.display_name else None,
        "external_id": facts.external_id, "keys": list(facts.keys), "active": facts.active, "content": facts.content,
    }  # fmt: skip


def _next(row: ScimResource) -> dict[str, object]:
    return {"revision": row.revision + 1, "modified": datetime.now(UTC)}


def _entry(row: ScimResource) -> Entry:
    return Entry(row.id, row.content, row.created, row.modified, row.revision)


def _taken() -> NameTaken:
    return NameTaken("Another user has this userName.", "Find that user by a filter and change it.")


def _withdraw(session: Session, row: ScimResource, facts: Facts, before: frozenset[str]) -> None:
    """Let what was taken away be gone at the next request: who is no longer active, who is no longer a member."""
    if row.kind == USER and not facts.active:
        _hide(session, holders(session, row.id, row.keys))
    elif row.kind != USER and row.public_id is not None:
        _expel(session, row.public_id, before - facts.members)


def _hide(session: Session, people: set[int]) -> None:
    shown = session.scalars(select(Person.id).where(Person.id.in_(people), Person.active)).all()
    if shown:
        session.execute(update(Person).where(Person.id.in_(shown)).values(active=False, access_revision=bump_access(session)))


def _expel(session: Session, group: str, users: frozenset[str]) -> None:
    gone = list(users)
    for first in range(0, len(gone), 500):
        keys = [own_key(user) for user in gone[first : first + 500]]
        people = session.scalars(select(Identity.person_id).where(Identity.key.in_(keys))).all()
        held = select(Group.id).join(Source, Source.id == Group.source_id).where(Group.public_id == group, Source.name == SCIM)
        session.execute(
            delete(Membership)
            .where(Membership.group_id.in_(held), Membership.person_id.in_(people))
            .execution_options(synchronize_session=False)
        )
        if people:
            session.execute(update(Person).where(Person.id.in_(people)).values(access_revision=bump_access(session)))
