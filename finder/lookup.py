"""One person or one document, as far as the asker may see it; what may not be seen is not there."""

from collections.abc import Iterable

from sqlalchemy import select

from finder import neighbours, strength
from finder.answers import DocumentPage
from finder.portrait import CommonGroup, PersonPage, Similar, SkillPage
from finder.praise import achievements
from finder.profiles import Shelf
from models.access import Principal
from models.errors import NotFound
from models.tables import Document, Group, Membership, Origin, Passage, Person, PersonSkill

RECENT = 30  # documents on a person's page
EVIDENCE = 100  # documents that name a skill


def person(shelf: Shelf, public_id: str, asker: Principal) -> PersonPage:
    """Return a person's page. Raises NotFound."""
    row = person_row(shelf, public_id)
    rows = strength.written(shelf, row)
    named = strength.naming(shelf, rows)
    held = strength.skills(shelf, row, named, asker.user)
    summaries = shelf.documents(rows[:RECENT])
    number = int(shelf.generation.people.id[row])
    return PersonPage(
        profile=shelf.people([row])[row],
        bio=shelf.session.scalar(select(Person.bio).where(Person.id == number)),
        interests=_interests(shelf, row),
        documents=tuple(summaries[int(found)] for found in rows[:RECENT] if int(found) in summaries),
        document_count=len(rows),
        skills=held,
        timeline=strength.timeline(shelf, row, rows, named),
        near=neighbours.near(shelf, row),
        groups=_in_common(shelf, number, asker) if asker.user != public_id else (),
        achievements=achievements(shelf, row),
    )


def skill(shelf: Shelf, public_id: str, name: str, asker: Principal) -> SkillPage:
    """Return a person's skill with what names it. Raises NotFound, also for a skill that the asker may not know of."""
    row = person_row(shelf, public_id)
    named = strength.naming(shelf, strength.written(shelf, row))
    held = next((held for held in strength.skills(shelf, row, named, asker.user) if held.name.casefold() == name.casefold()), None)
    if held is None:
        raise NotFound("There is no such skill.", "The person's page lists those that are known.")
    rows = named.get(name.casefold(), [])[:EVIDENCE]
    summaries = shelf.documents(rows)
    return SkillPage(shelf.people([row])[row], held, tuple(summaries[found] for found in rows if found in summaries))


def similar(shelf: Shelf, public_id: str) -> tuple[Similar, ...]:
    """Return the people whose profile lies nearest, nearest first. Raises NotFound."""
    return neighbours.similar(shelf, person_row(shelf, public_id))


def names(shelf: Shelf, public_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of those of the given people whom the asker may see, by public id."""
    rows = (shelf.generation.person_rows.get(public_id) for public_id in public_ids)
    return {held.id: held.name for held in shelf.people(row for row in rows if row is not None and shelf.view.people[row]).values()}


def document(shelf: Shelf, public_id: str) -> DocumentPage:
    """Return a document in full. Raises NotFound."""
    row = document_row(shelf, public_id)
    summaries = shelf.documents([row])
    if row not in summaries:
        raise _no_document()
    number = int(shelf.generation.documents.id[row])
    found = shelf.session.execute(select(Document.body, Document.updated).where(Document.id == number)).one()
    spans = shelf.session.execute(select(Passage.start, Passage.end).where(Passage.document_id == number).order_by(Passage.start))
    passages = tuple((start, end) for start, end in spans)
    return DocumentPage(summaries[row], found[0], found[1].isoformat() if found[1] else None, passages)


def document_row(shelf: Shelf, public_id: str) -> int:
    """Return the row of a document that the asker may read. Raises NotFound."""
    row = shelf.generation.document_rows.get(public_id)
    if row is None or not shelf.view.documents[row]:
        raise _no_document()
    return row


def _no_document() -> NotFound:
    return NotFound("There is no such document.", "It may have been removed, or it is not open to you.")


def person_row(shelf: Shelf, public_id: str) -> int:
    """Return the row of a person whom the asker may see. Raises NotFound."""
    row = shelf.generation.person_rows.get(public_id)
    if row is None or not shelf.view.people[row]:
        raise NotFound("There is no such person.", "They may have left, or they are not visible to you.")
    return row


def _interests(shelf: Shelf, row: int) -> tuple[str, ...]:
    query = select(PersonSkill.name).where(
        PersonSkill.person_id == int(shelf.generation.people.id[row]), PersonSkill.interest, PersonSkill.origin != Origin.REJECTED
    )
    return tuple(sorted(name for name in shelf.session.scalars(query) if (row, name.casefold()) not in shelf.view.muted))


def _in_common(shelf: Shelf, number: int, asker: Principal) -> tuple[CommonGroup, ...]:
    """Return the groups that a signed-in asker is in together with the person: who is in a group may know who else is."""
    held = [name.removeprefix("group:") for name in asker.grants if name.startswith("group:")] if asker.user else []
    query = select(Group.public_id, Group.name).join(Membership, Membership.group_id == Group.id)
    query = query.where(Membership.person_id == number, Group.public_id.in_(held)).distinct().order_by(Group.name, Group.public_id)
    return tuple(CommonGroup(public_id, name) for public_id, name in shelf.session.execute(query)) if held else ()
