"""Writes people and what hangs on them, and joins rows that turn out to be one person."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from indexer.credits import together
from indexer.identities import Directory, Known, declared_keys, match, own_key
from indexer.ledger import Ledger
from indexer.records import Noted, PersonRecord
from models.database import bump_access
from models.provisioning import suspended
from models.tables import Authorship, Document, Grant, Identity, Membership, Origin, Person, PersonSkill
from models.told import Correction, Decision, Endorsement, Feedback, SignInRow, WorkbenchCandidate, WorkbenchDecision, WorkbenchSearch

UNLISTED: dict[str, Any] = {
    "title": None, "team": None, "location": None, "timezone": None, "bio": None, "manager": None, "languages": [], "emails": [],
    "listed": False, "content_hash": b"",
}  # fmt: skip


@dataclass(slots=True)
class PeopleWriter:
    """Writes one source's people in short transactions; `seen` are the rows met in this pass, with the groups they name.

    `handles` are the public ids wanted for people whose own ids are not to be read. Whom the identity provider suspended stays inactive
    whatever a source says.
    """

    source_id: int
    source: str
    directory: Directory
    ledger: Ledger
    seen: dict[int, tuple[str, ...]] = field(default_factory=dict)
    listed: set[int] = field(default_factory=set)
    notes: list[Noted] = field(default_factory=list)
    handles: dict[str, str] = field(default_factory=dict)
    suspended: set[int] = field(default_factory=set)
    within: Session | None = None
    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def write(self, session: Session, records: Sequence[PersonRecord]) -> None:
        """Write a batch within the caller's transaction."""
        revision = _Revision(session)
        if self.within is not session:  # asked once a transaction: nobody can be suspended before it ends
            self.within, self.suspended = session, suspended(session)
        for record in records:
            keys = (own_key(self.source, record.id), *declared_keys(record))
            if self.ledger.holds(keys):
                self.notes.append(Noted(record.place, "the row describes somebody who was erased and was left out"))
            else:
                self._write(session, record, keys, revision)

    def _write(self, session: Session, record: PersonRecord, keys: tuple[str, ...], revision: "_Revision") -> None:
        found = match(self.directory, self.source, record, self.seen)
        for key in found.refused:
            kind = key.split(":", 1)[0]
            self.notes.append(Noted(record.place, f"its {kind} key already belongs to somebody else and was left there"))
        person = found.person
        if person is None:
            person = self._insert(session, record)
        else:
            for other in found.same:
                join(session, self.directory, person, other)
            if keys[0] in self.directory.merged:
                self.unchanged += 1
            else:
                self._update(session, person, record, revision)
        new = [key for key in keys if key not in self.directory.keys]
        if new:
            session.execute(insert(Identity), [{"key": key, "person_id": person} for key in new])
            self.directory.keys.update(dict.fromkeys(new, person))
        self.seen[person] = tuple(dict.fromkeys((*self.seen.get(person, ()), *record.groups)))
        if record.listed:
            self.listed.add(person)

    def _insert(self, session: Session, record: PersonRecord) -> int:
        public_id = self.directory.free_id(self.source, self.handles.get(record.id, record.id))
        row = {**_details(record), "public_id": public_id, "source_id": self.source_id}
        number = session.execute(insert(Person).values(row).returning(Person.id)).scalar_one()
        self.directory.add(Known(number, public_id, self.source_id, record.listed, record.active, row["content_hash"]))
        _write_skills(session, number, record)
        self.added += record.listed  # those known only as authors are no entries of the directory
        return number

    def _update(self, session: Session, person: int, record: PersonRecord, revision: "_Revision") -> None:
        known = self.directory.people[person]
        details = _details(record)
        foreign = known.listed and known.source_id != self.source_id
        if foreign or not record.listed or (known.listed and known.content_hash == details["content_hash"]):
            self.unchanged += 1
            return
        if not known.listed:
            self._claim_id(session, known, record)
        details["active"] = record.active and person not in self.suspended
        if (known.listed, known.active) != (True, details["active"]):
            details["access_revision"] = revision.value()
        session.execute(update(Person).where(Person.id == person).values(**details, source_id=self.source_id))
        known.listed, known.active, known.source_id, known.content_hash = True, details["active"], self.source_id, details["content_hash"]
        _write_skills(session, person, record)
        self.changed += 1

    def _claim_id(self, session: Session, known: Known, record: PersonRecord) -> None:
        """Give somebody known only as an author the id of the people source that now lists them."""
        public_id = self.directory.free_id(self.source, self.handles.get(record.id, record.id), known.id)
        if public_id != known.public_id:
            session.execute(update(Person).where(Person.id == known.id).values(public_id=public_id))
            rename_principal(session, known.public_id, public_id)
            del self.directory.public[known.public_id]
            known.public_id = public_id
            self.directory.public[public_id] = known.id


class _Revision:
    """The access revision of one transaction, raised at its first use."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._value: int | None = None

    def value(self) -> int:
        """Return the raised revision."""
        if self._value is None:
            self._value = bump_access(self._session)
        return self._value


def _details(record: PersonRecord) -> dict[str, Any]:
    own: dict[str, Any] = {
        "name": record.name, "title": record.title, "team": record.team, "location": record.location, "bio": record.bio,
        "manager": record.manager, "languages": list(record.languages), "emails": list(record.emails), "listed": record.listed,
        "active": record.active,
    }  # fmt: skip
    # What only some people have is hashed where they have it: the others stay as they were when it was not kept yet.
    told = own | ({"timezone": record.timezone} if record.timezone else {})
    canonical = json.dumps([told, record.skills, record.interests], sort_keys=True)
    return own | {"timezone": record.timezone, "content_hash": hashlib.blake2b(canonical.encode(), digest_size=16).digest()}


def content_digest(record: PersonRecord) -> bytes:
    """Return 16 bytes that change whenever what a source says of a person does."""
    digest: bytes = _details(record)["content_hash"]
    return digest


def _write_skills(session: Session, person: int, record: PersonRecord) -> None:
    session.execute(delete(PersonSkill).where(PersonSkill.person_id == person, PersonSkill.origin == Origin.DECLARED))
    rows = [
        {"person_id": person, "name": name, "interest": interest, "origin": Origin.DECLARED}
        for names, interest in ((record.skills, False), (record.interests, True))
        for name in names
    ]
    if rows:
        session.execute(insert(PersonSkill), rows)


def join(session: Session, directory: Directory, person: int, other: int) -> None:
    """Make two rows one: accounts, credits, groups and skills of `other` pass to `person`, and `other` goes."""
    revision = bump_access(session)
    documents = _pass_on_credits(session, person, other)
    for table, key in (
        (Membership, (Membership.group_id, Membership.source_id)),
        (PersonSkill, (PersonSkill.name, PersonSkill.interest, PersonSkill.origin)),
    ):
        held = {tuple(row) for row in session.execute(select(*key).where(table.person_id == person))}
        moved = [tuple(row) for row in session.execute(select(*key).where(table.person_id == other)) if tuple(row) not in held]
        session.execute(delete(table).where(table.person_id == other))
        names = [column.key for column in key]
        if moved:
            session.execute(insert(table), [dict(zip(names, row, strict=True)) | {"person_id": person} for row in moved])
    session.execute(update(Correction).where(Correction.person_id == other).values(person_id=person, access_revision=revision))
    _pass_on_endorsements(session, person, other)
    _pass_on_searches(session, person, other)
    session.execute(update(Identity).where(Identity.person_id == other).values(person_id=person))
    rename_principal(session, directory.people[other].public_id, directory.people[person].public_id)
    stamp_documents(session, documents, revision)
    out = session.scalar(select(Person.opted_out).where(Person.id == other))
    retire(session, other)
    session.execute(update(Person).where(Person.id == person).values(access_revision=revision, **({"opted_out": True} if out else {})))
    directory.keys.update({key: person for key, holder in directory.keys.items() if holder == other})
    directory.drop(other)


def _pass_on_credits(session: Session, person: int, other: int) -> set[int]:
    """Pass on the parts in documents and return the documents; whoever had the same part under both names has both shares of it."""
    held = (select(Authorship.document_id, Authorship.role, Authorship.share).where(Authorship.person_id == one) for one in (person, other))
    mine, theirs = ({(document, role): share for document, role, share in session.execute(query)} for query in held)
    session.execute(delete(Authorship).where(Authorship.person_id == other))
    moved = [
        {"document_id": document, "role": role, "share": share, "person_id": person}
        for (document, role), share in theirs.items()
        if (document, role) not in mine
    ]
    if moved:
        session.execute(insert(Authorship), moved)
    for document, role in mine.keys() & theirs.keys():
        tell_share(session, (document, person, role), together(mine[document, role], theirs[document, role]))
    return {document for document, _ in theirs}


def tell_share(session: Session, part: tuple[int, int, str], share: float | None) -> None:
    """Set the share of a part: the document, the person and the role."""
    same = zip((Authorship.document_id, Authorship.person_id, Authorship.role), part, strict=True)
    session.execute(update(Authorship).where(*(column == value for column, value in same)).values(share=share))


def _pass_on_endorsements(session: Session, person: int, other: int) -> None:
    """Pass on what `other` was endorsed for and whom they endorsed: each once, and nobody by themselves."""
    theirs = or_(Endorsement.person_id == other, Endorsement.endorser_id == other)
    for name, *ends, created in session.execute(
        select(Endorsement.name, Endorsement.person_id, Endorsement.endorser_id, Endorsement.created).where(theirs)
    ).all():
        of, by = (person if number == other else number for number in ends)
        if of != by and session.get(Endorsement, (of, name, by)) is None:
            session.add(Endorsement(person_id=of, name=name, endorser_id=by, created=created))
    session.execute(delete(Endorsement).where(theirs))


def _pass_on_searches(session: Session, person: int, other: int) -> None:
    """Pass on where recruiters were shown `other`, and what they decided; of two letters in one search `person` keeps theirs."""
    shown = select(WorkbenchCandidate.search_id).where(WorkbenchCandidate.person_id == person)
    elsewhere = (WorkbenchCandidate.person_id == other, WorkbenchCandidate.search_id.not_in(shown))
    session.execute(update(WorkbenchCandidate).where(*elsewhere).values(person_id=person))
    session.execute(delete(WorkbenchCandidate).where(WorkbenchCandidate.person_id == other))
    session.execute(update(WorkbenchDecision).where(WorkbenchDecision.person_id == other).values(person_id=person))


def rename_principal(session: Session, old: str, new: str) -> None:
    """Pass on what is known under one public id to another: grants, feedback, decisions, and searches of the workbench."""
    for column, kind in ((Feedback.principal, "user:"), (Feedback.subject, "people/"), (WorkbenchSearch.owner, "")):
        session.execute(update(column.class_).where(column == kind + old).values({column.key: kind + new}))
    session.execute(update(Decision).where(Decision.person == old).values(person=new))
    user = f"user:{old}"
    holders = session.scalars(select(Grant.document_id).where(Grant.principal == user)).all()
    if not holders:
        return
    session.execute(
        delete(Grant).where(
            Grant.principal == f"user:{new}", Grant.document_id.in_(select(Grant.document_id).where(Grant.principal == user))
        )
    )
    session.execute(update(Grant).where(Grant.principal == user).values(principal=f"user:{new}"))
    stamp_documents(session, holders, bump_access(session))


def stamp_documents(session: Session, documents: Iterable[int], revision: int) -> None:
    """Mark documents as changed in who may see what."""
    numbers = list(dict.fromkeys(documents))
    for first in range(0, len(numbers), 500):
        session.execute(update(Document).where(Document.id.in_(numbers[first : first + 500])).values(access_revision=revision))


def retire(session: Session, person: int) -> None:
    """Remove a person's row. The newest row is emptied instead: its number must not come back while an index may still hold it."""
    session.execute(delete(SignInRow).where(SignInRow.person_id == person))
    session.execute(delete(Identity).where(Identity.person_id == person))
    session.execute(delete(Membership).where(Membership.person_id == person))
    session.execute(delete(PersonSkill).where(PersonSkill.person_id == person))
    session.execute(delete(Correction).where(Correction.person_id == person))
    session.execute(delete(Endorsement).where(or_(Endorsement.person_id == person, Endorsement.endorser_id == person)))
    if person == session.scalar(select(func.max(Person.id))):
        empty = UNLISTED | {"public_id": f"retired-{person}", "name": "", "active": False, "access_revision": bump_access(session)}
        session.execute(update(Person).where(Person.id == person).values(**empty))
    else:
        session.execute(delete(Person).where(Person.id == person))
