"""Takes in what the identity provider said: the newest word on each user and group, and that it was taken, in one transaction."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from indexer import validation
from indexer.departures import unlist
from indexer.groups import GroupWriter
from indexer.identities import Directory
from indexer.inbox import Taken
from indexer.ledger import Ledger
from indexer.merging import PERSON_ERASED
from indexer.people import PeopleWriter
from indexer.records import GroupRecord, PersonRecord, Refused
from indexer.runs import open_run, open_source
from indexer.store import Policy
from models.database import bump_access, reading, writing
from models.provisioning import GROUP, USER, external_key, holders, own_key
from models.tables import Group, Identity, Membership, Person, Quarantine, Run
from models.told import SCIM, Fate, ScimResource

BATCH = 100
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
NEWS = ScimResource.revision > ScimResource.taken


def waiting(engine: Engine) -> bool:
    """Whether the identity provider said anything that has not been taken in."""
    with reading(engine) as session:
        return session.scalar(select(ScimResource.id).where(NEWS).limit(1)) is not None


def take(engine: Engine, policy: Policy) -> Taken | None:
    """Take in what is new; None where nothing is. Raises SourceError where another source has the name `scim`, DatabaseUnavailable."""
    if not waiting(engine):
        return None
    with writing(engine) as session:
        source_id = open_source(session, SCIM, SCIM, "")
        run_id = open_run(session, source_id)
    with reading(engine) as session:
        directory, ledger = Directory.read(session), Ledger.read(session, policy.secret)
    provisioning = _Provisioning(PeopleWriter(source_id, SCIM, directory, ledger), GroupWriter(source_id, SCIM, directory))
    taken = Taken(SCIM)
    # Users before groups: a group's members are known then.
    for kind in (USER, GROUP):
        while _round(engine, kind, provisioning, run_id, taken):
            pass
    with writing(engine) as session:
        session.execute(update(Run).where(Run.id == run_id).values(finished=datetime.now(UTC)))
    return taken


def _round(engine: Engine, kind: str, provisioning: "_Provisioning", run_id: int, taken: Taken) -> bool:
    """Take in some users or groups; say whether there were any. What is read cannot change until it is written."""
    query = select(ScimResource).where(NEWS, ScimResource.kind == kind).order_by(ScimResource.modified, ScimResource.id).limit(BATCH)
    counts = dict.fromkeys(Fate, 0)
    with writing(engine) as session:
        rows = session.scalars(query.with_for_update()).all()
        for row in rows:
            fate, reason = provisioning.store(session, row)
            counts[fate] += 1
            provisioning.note(session, row, reason if fate is Fate.QUARANTINED else None)
            if row.deleted:
                session.execute(delete(ScimResource).where(ScimResource.id == row.id))
            else:
                session.execute(update(ScimResource).where(ScimResource.id == row.id).values(taken=row.revision, public_id=row.public_id))
        session.execute(
            update(Run).where(Run.id == run_id).values(
                changed=Run.changed + counts[Fate.STORED], unchanged=Run.unchanged + counts[Fate.UNCHANGED],
                deleted=Run.deleted + counts[Fate.REMOVED], quarantined=Run.quarantined + counts[Fate.QUARANTINED],
            )
        )  # fmt: skip
    for fate, count in counts.items():
        if count:
            taken.counts[fate] = taken.counts.get(fate, 0) + count
    return bool(rows)


@dataclass(slots=True)
class _Provisioning:
    people: PeopleWriter
    groups: GroupWriter

    def store(self, session: Session, row: ScimResource) -> tuple[Fate, str | None]:
        """Bring the database to what is said of one user or group."""
        if row.kind == USER:
            return self._leave(session, row) if row.deleted else self._user(session, row)
        return self._dissolve(session, row) if row.deleted else self._group(session, row)

    def note(self, session: Session, row: ScimResource, reason: str | None) -> None:
        """List a user or group that cannot be used where `indexer status` finds it, until it can."""
        place = f"{row.kind} {row.id}"
        session.execute(delete(Quarantine).where(Quarantine.source_id == self.people.source_id, Quarantine.place == place))
        if reason is not None:
            session.execute(insert(Quarantine).values(source_id=self.people.source_id, place=place, reason=reason))

    def _user(self, session: Session, row: ScimResource) -> tuple[Fate, str | None]:
        said = json.loads(row.content)
        *_, record = validation.person(person_fields(row.id, said), f"user {row.id}")
        if isinstance(record, Refused):
            return Fate.QUARANTINED, record.reason
        assert isinstance(record, PersonRecord)
        self.people.seen.clear()
        self.people.handles[row.id] = str(said.get("userName") or row.id)
        before = self.people.unchanged
        self.people.write(session, [record])
        person = self.people.directory.keys.get(own_key(row.id))
        if person is None or person not in self.people.seen:
            return Fate.QUARANTINED, PERSON_ERASED
        self._admit(session, person, row.active)
        return Fate.UNCHANGED if self.people.unchanged > before else Fate.STORED, None

    def _admit(self, session: Session, person: int, active: bool) -> None:
        """Show or hide a person as said. Whom another source lists as well, that source shows again when it is next read."""
        shown = Person.active if not active else ~Person.active
        values: dict[str, Any] = {"active": active}
        if active and self.people.directory.people[person].source_id != self.people.source_id:
            values = {"content_hash": b""}
        found = session.scalar(select(Person.id).where(Person.id == person, shown))
        if found is not None:
            session.execute(update(Person).where(Person.id == person).values(**values, access_revision=bump_access(session)))

    def _leave(self, session: Session, row: ScimResource) -> tuple[Fate, str | None]:
        directory = self.people.directory
        gone = holders(session, row.id, row.keys)
        own = directory.keys.pop(own_key(row.id), None)
        if own is not None and directory.people[own].source_id == self.people.source_id and directory.people[own].listed:
            unlist(session, directory, [own])
        session.execute(delete(Identity).where(Identity.key == own_key(row.id)))
        session.execute(update(Person).where(Person.id.in_(gone), Person.source_id != self.people.source_id).values(content_hash=b""))
        return Fate.REMOVED, None

    def _group(self, session: Session, row: ScimResource) -> tuple[Fate, str | None]:
        said = json.loads(row.content)
        values = {"id": row.public_id or said.get("displayName"), "name": said.get("displayName"), "members": [*user_keys(said)]}
        *_, record = validation.group(values, f"group {row.id}")
        if isinstance(record, Refused):
            return Fate.QUARANTINED, record.reason
        assert isinstance(record, GroupRecord)
        if row.public_id is None:
            row.public_id = self._free_name(session, record.id)
        self.groups.assign(session, GroupRecord(row.public_id, record.name, record.place, record.members))
        return Fate.STORED, None

    def _free_name(self, session: Session, wanted: str) -> str:
        """Return what grants will name a group by: the name it has when it is first met, unless another group goes by it."""
        taken = set(session.scalars(select(Group.public_id)))
        while wanted in taken:
            wanted = f"{SCIM}:{wanted}"
        return wanted

    def _dissolve(self, session: Session, row: ScimResource) -> tuple[Fate, str | None]:
        group = session.scalar(select(Group).where(Group.public_id == row.public_id, Group.source_id == self.people.source_id))
        if group is not None:
            session.execute(delete(Membership).where(Membership.group_id == group.id))
            session.delete(group)
        return Fate.REMOVED, None


def person_fields(number: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a user as the fields of a person."""
    name = said.get("name") or {}
    parts = " ".join(filter(None, (name.get("givenName"), name.get("familyName"))))
    external = said.get("externalId")
    return {
        "id": number,
        "name": said.get("displayName") or name.get("formatted") or parts or said.get("userName"),
        "title": said.get("title"),
        "team": (said.get(ENTERPRISE) or {}).get("department"),
        "location": next((each["locality"] for each in _primary_first(said.get("addresses")) if each.get("locality")), None),
        "timezone": said.get("timezone"),
        "languages": [said["preferredLanguage"][:2]] if said.get("preferredLanguage") else [],
        "emails": [each["value"] for each in _primary_first(said.get("emails")) if each.get("value")],
        "accounts": [external_key(external)] if external else [],
        "active": said.get("active") is not False,
    }


def user_keys(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield the members of a group that are users, by their own ids; groups within groups are not followed."""
    for member in said.get("members") or ():
        if member.get("value") and str(member.get("type") or USER).lower() == USER.lower():
            yield str(member["value"])


def _primary_first(values: Sequence[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    return sorted(values or (), key=lambda each: not each.get("primary"))
