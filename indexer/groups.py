"""Writes groups and who is in them, as one source says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select, tuple_, update
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

    def _groups(self, session: Session, titles: Mapping[str, str]) -> dict[str, tuple[int, str]]:
        held = {row.public_id: row for row in session.scalars(select(Group))}
        found: dict[str, tuple[int, str]] = {}
        for own, title in titles.items():
            public_id = own
            while public_id in held and held[public_id].source_id != self.source_id:
                public_id = f"{self.source}:{public_id}"
            group = held.get(public_id)
            if group is None:
                group = Group(public_id=public_id, source_id=self.source_id, name=title)
                session.add(group)
                session.flush()
                held[public_id] = group
            group.name = title
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

    def _memberships(self, session: Session, wanted: set[tuple[int, int]], *, complete: bool) -> None:
        rows = session.execute(select(Membership.group_id, Membership.person_id).where(Membership.source_id == self.source_id))
        held = set(rows)
        ended = list(held - wanted) if complete else []
        begun = sorted(wanted - held)
        for first in range(0, len(ended), 400):
            pair = tuple_(Membership.group_id, Membership.person_id)
            session.execute(delete(Membership).where(Membership.source_id == self.source_id, pair.in_(ended[first : first + 400])))
        if begun:
            session.execute(insert(Membership), [{"group_id": g, "person_id": p, "source_id": self.source_id} for g, p in begun])
        touched = sorted({person for _, person in [*ended, *begun]})
        revision = bump_access(session) if touched else 0
        for first in range(0, len(touched), 500):
            session.execute(update(Person).where(Person.id.in_(touched[first : first + 500])).values(access_revision=revision))
