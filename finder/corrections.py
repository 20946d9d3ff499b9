"""What a signed-in person says of what is told of them, and of a colleague's skills: each in one short transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from models.access import Principal
from models.database import bump_access, reading, writing
from models.errors import Forbidden, InvalidQuery, NotFound
from models.tables import Authorship, Document, Grant, Person
from models.told import Correction, CorrectionKind, Endorsement

MOST = 1000  # corrections of one person in force


class Saying(StrEnum):
    """What a person can do about what is told of them."""

    MUTE = "mute"
    HIDE = "hide"
    NOTE = "note"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Said:
    """One correction: of a topic (mute), a document's id (hide), or what a note is about; a pause is about nothing but the person."""

    kind: Saying
    value: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote to the administrators: who, about what, and when."""

    person: str
    name: str
    about: str
    text: str
    created: datetime


def signed_in(session: Session, asker: Principal) -> Person:
    """Return the person who asks. Raises Forbidden where nobody is signed in."""
    found = session.scalar(select(Person).where(Person.public_id == asker.user, Person.active, Person.listed)) if asker.user else None
    if found is None:
        raise Forbidden("This is for somebody who is signed in as a person of the directory.", "Come through the organisation's sign-in.")
    return found


def correct(engine: Engine, asker: Principal, said: Said) -> None:
    """Put a correction in force. Saying it twice changes nothing; a note also mutes the skill or hides the document it is about.

    Raises Forbidden where nobody is signed in, NotFound for a document in which the asker has no part, InvalidQuery beyond MOST.
    """
    with writing(engine) as session:
        person, revision = signed_in(session, asker), bump_access(session)
        if said.kind is Saying.PAUSE:
            person.opted_out, person.access_revision = True, revision
            return
        subject, _, own = said.value.partition("/") if said.kind is Saying.NOTE else (said.kind.value, "", said.value)
        if said.kind is Saying.NOTE:
            _put(session, person, CorrectionKind.NOTE, said, revision)
        if subject in (Saying.MUTE, "skills"):
            _put(session, person, CorrectionKind.MUTE, Said(Saying.MUTE, own), revision)
        elif subject in (Saying.HIDE, "documents"):
            _has_part(session, person, asker, own)
            _put(session, person, CorrectionKind.HIDE, Said(Saying.HIDE, own), revision)


def undo(engine: Engine, asker: Principal, said: Said) -> None:
    """Take a correction back; what is not in force stays so. Raises Forbidden where nobody is signed in."""
    with writing(engine) as session:
        person, revision = signed_in(session, asker), bump_access(session)
        if said.kind is Saying.PAUSE:
            person.opted_out, person.access_revision = False, revision
            return
        mine = (Correction.person_id == person.id, Correction.kind == said.kind.value, Correction.undone.is_(None))
        same = [row for row in session.scalars(select(Correction).where(*mine)) if row.value.casefold() == said.value.casefold()]
        if said.kind is not Saying.MUTE:
            same = [row for row in same if row.value == said.value]
        changed = {"undone": datetime.now(UTC), "access_revision": revision}
        session.execute(update(Correction).where(Correction.id.in_([row.id for row in same])).values(**changed))


def _put(session: Session, person: Person, kind: CorrectionKind, said: Said, revision: int) -> None:
    mine = (Correction.person_id == person.id, Correction.undone.is_(None))
    same = select(Correction.id).where(*mine, Correction.kind == kind, Correction.value == said.value, Correction.text == said.text)
    if session.scalar(same.limit(1)) is not None:
        return
    if (session.scalar(select(func.count()).select_from(Correction).where(*mine)) or 0) >= MOST:
        raise InvalidQuery(f"You have {MOST} corrections in force.", "Take some back, or pause.")
    now = datetime.now(UTC)
    row = {"person_id": person.id, "kind": kind, "value": said.value, "text": said.text, "created": now, "access_revision": revision}
    session.execute(insert(Correction).values(**row))


def _has_part(session: Session, person: Person, asker: Principal, document: str) -> None:
    part = select(Document.id).join(Authorship, Authorship.document_id == Document.id).join(Grant, Grant.document_id == Document.id)
    readable = part.where(Document.public_id == document, ~Document.deleted, Grant.principal.in_(asker.grants))
    if session.scalar(readable.where(Authorship.person_id == person.id).limit(1)) is None:
        raise NotFound("There is no such document.", "It may have been removed, it is not open to you, or it does not name you.")


def notes(engine: Engine, first: int = 0, count: int | None = None) -> tuple[Note, ...]:
    """Return the notes to the administrators that nobody took back, newest first, from the one at `first`, at most `count`."""
    columns = (Person.public_id, Person.name, Correction.value, Correction.text, Correction.created)
    query = select(*columns).join(Person, Person.id == Correction.person_id)
    query = query.where(Correction.kind == CorrectionKind.NOTE, Correction.undone.is_(None))
    query = query.order_by(Correction.created.desc(), Correction.id.desc()).offset(first).limit(count)
    with reading(engine) as session:
        return tuple(Note(*row) for row in session.execute(query))


def endorse(engine: Engine, asker: Principal, public_id: str, skill: str) -> None:
    """Confirm a colleague's skill, which the caller has found to be shown to the asker. Raises Forbidden for one's own."""
    with writing(engine) as session:
        endorser, person = signed_in(session, asker), session.scalar(select(Person).where(Person.public_id == public_id))
        if person is None:
            raise NotFound("There is no such person.", "They may have left, or they are not visible to you.")
        if person.id == endorser.id:
            raise Forbidden("Nobody confirms their own skills.", "Colleagues can, on your page.")
        if not _same(session, person.id, endorser.id, skill):
            row = {"person_id": person.id, "name": skill, "endorser_id": endorser.id, "created": datetime.now(UTC)}
            session.execute(insert(Endorsement).values(**row))


def withdraw(engine: Engine, asker: Principal, public_id: str, skill: str) -> None:
    """Take a confirmation back; where there is none nothing happens. Raises Forbidden where nobody is signed in."""
    with writing(engine) as session:
        endorser = signed_in(session, asker)
        number = session.scalar(select(Person.id).where(Person.public_id == public_id))
        same = _same(session, number or 0, endorser.id, skill)
        mine = (Endorsement.person_id == number, Endorsement.endorser_id == endorser.id)
        session.execute(delete(Endorsement).where(*mine, Endorsement.name.in_(same)))


def _same(session: Session, person: int, endorser: int, skill: str) -> list[str]:
    """Return how an endorser spelled a skill of a person before, in any case."""
    held = session.scalars(select(Endorsement.name).where(Endorsement.person_id == person, Endorsement.endorser_id == endorser))
    return [name for name in held if name.casefold() == skill.casefold()]
