"""Writes groups and who is in them, as one source says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from indexer.identities import Directory
from indexer.records import GroupRecord, Noted
from models.database import bump_access
from models.tables import Group, Membership, Person


@dataclass(slots=True)
class GroupWriter:
    """Writes one source's groups. A name another source has used first becomes `NAME:id`: no source can add to another's groups."""

    source_id: int
    source: str
    directory: Directory
    notes: list[Noted] = field(default_factory=list)

    def write(
        self, session: Session, records: Sequence[GroupRecord], named: Mapping[int, Sequence[str]], *, complete: bool
    ) -> dict[str, str]:
        """Write groups and memberships in the caller's transaction; return public ids by the source's own ids.

        `named` gives the groups that people's own rows name. Memberships that are no longer listed end only in a complete pass.
        """
        titles = {name: name for names in named.values() for name in names} | {record.id: record.name for record in records}
        groups = self._groups(session, titles)
        wanted = {(groups[name][0], person) for person, names in named.items() for name in names}
        for record in records:
            wanted |= {(groups[record.id][0], person) for person in self._members(record)}
        self._memberships(session, wanted, complete=complete)
        return {own: public_id for own, (_, public_id) in groups.items()}

    def assign(self, session: Session, record: GroupRecord) -> None:
        """Make a group's members, as far as this source says, exactly those of a record."""
        group, _ = self._groups(session, {record.id: record.name})[record.id]
        wanted = {(group, person) for person in self._members(record)}
        self._memberships(session, wanted, complete=True, within=Membership.group_id == group)

    def enrol(self, session: Session, person: int, names: Sequence[str]) -> None:
        """Put a person, as far as this source says, into exactly the groups of these names."""
        wanted = {(group, person) for group, _ in self._groups(session, dict.fromkeys(names)).values()}
        self._memberships(session, wanted, complete=True, within=Membership.person_id == person)

    def known(self, session: Session) -> dict[str, str]:
        """Return the public ids of all groups of this source by the source's own ids."""
        found = session.scalars(select(Group.public_id).where(Group.source_id == self.source_id))
        return {_own(public_id, f"{self.source}:"): public_id for public_id in found}

    def remove(self, session: Session, own: str) -> bool:
        """Remove a group of this source with its memberships; say whether there was one."""
        public_id = self.known(session).get(own)
        group = session.scalar(select(Group).where(Group.public_id == public_id, Group.source_id == self.source_id))
        if group is None:
            return False
        members = session.scalars(select(Membership.person_id).where(Membership.group_id == group.id)).all()
        session.execute(delete(Membership).where(Membership.group_id == group.id))
        session.delete(group)
        _stamp(session, members)
        return True

    def _groups(self, session: Session, titles: Mapping[str, str | None]) -> dict[str, tuple[int, str]]:
        held = {row.public_id: row for row in session.scalars(select(Group))}
        found: dict[str, tuple[int, str]] = {}
        for own, title in titles.items():
            public_id = own
            while public_id in held and held[public_id].source_id != self.source_id:
                public_id = f"{self.source}:{public_id}"
            group = held.get(public_id)
            if group is None:
                group = Group(public_id=public_id, source_id=self.source_id, name=title or own)
                session.add(group)
                session.flush()
                held[public_id] = group
            group.name = title or group.name
            found[own] = group.id, public_id
        return found

    def _members(self, record: GroupRecord) -> list[int]:
        members = []
        for name in record.members:
            known = self.directory.find(self.source, name)
            if known is None:
                self.notes.append(Noted(record.place, f"the member {name[:60]!r} is nobody we know and was left out"))
            else:
                members.append(known.id)
        return members

    def _memberships(
        self, session: Session, wanted: set[tuple[int, int]], *, complete: bool, within: ColumnElement[bool] | None = None
    ) -> None:
        query = select(Membership.group_id, Membership.person_id).where(Membership.source_id == self.source_id)
        rows = session.execute(query if within is None else query.where(within))
        held = set(rows)
        ended = list(held - wanted) if complete else []
        begun = sorted(wanted - held)
        for first in range(0, len(ended), 400):
            pair = tuple_(Membership.group_id, Membership.person_id)
            session.execute(delete(Membership).where(Membership.source_id == self.source_id, pair.in_(ended[first : first + 400])))
        if begun:
            session.execute(insert(Membership), [{"group_id": g, "person_id": p, "source_id": self.source_id} for g, p in begun])
        _stamp(session, sorted({person for _, person in [*ended, *begun]}))


def _own(public_id: str, prefix: str) -> str:
    while public_id.startswith(prefix):
        public_id = public_id.removeprefix(prefix)
    return public_id


def _stamp(session: Session, people: Sequence[int]) -> None:
    """Mark people as changed in what they may see."""
    revision = bump_access(session) if people else 0
    for first in range(0, len(people), 500):
        session.execute(update(Person).where(Person.id.in_(people[first : first + 500])).values(access_revision=revision))
