"""Who asks, and what that allows: principals, grants, readers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.tables import Group, Membership, Person, Role, Visibility

ORG = "org"
WRITERS = frozenset({Role.AUTHOR, Role.EDITOR, Role.COMMITTER, Role.ASKER, Role.ANSWERER, Role.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks: the names they can be granted under (`org`, `user:ada`, `group:finance`), and what a person is called."""

    grants: frozenset[str]
    user: str | None = None
    name: str | None = field(default=None, compare=False)  # what it allows does not follow from it

    @property
    def member(self) -> bool:
        """Whether what derives from the organisation's statistics may be shown."""
        return ORG in self.grants


VISITOR = Principal(frozenset({ORG}))


def readers(visibility: str, allow: Iterable[str], writers: Iterable[str]) -> frozenset[str]:
    """Return every principal name that may read a document.

    `allow` are its namespaced grants, `writers` the public ids of those who wrote it. An unknown visibility is private.
    """
    own = {f"user:{writer}" for writer in writers}
    if visibility == Visibility.ORG:
        return frozenset(own | {ORG})
    return frozenset(own | {name for name in allow if ":" in name})


def member(session: Session, public_id: str) -> Principal:
    """Return the principal of an active, listed person, with the groups that the database holds.

    Raises NotFound where there is no such person.
    """
    person = session.scalar(select(Person).where(Person.public_id == public_id, Person.active, Person.listed))
    if person is None:
        raise NotFound(f"Nobody called {public_id!r} is in the directory.", "Use the id from the people source.")
    groups = session.scalars(
        select(Group.public_id).join(Membership, Membership.group_id == Group.id).where(Membership.person_id == person.id)
    )
    return Principal(frozenset({ORG, f"user:{public_id}", *(f"group:{name}" for name in groups)}), public_id, person.name)
