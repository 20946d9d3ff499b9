"""One person or one document, as far as the asker may see it; what may not be seen is not there."""

import numpy as np
from sqlalchemy import select

from finder.answers import DocumentPage, PersonPage, Profile
from finder.profiles import Shelf
from finder.view import OUTPUT
from models.errors import NotFound
from models.tables import Document, Origin, Person, PersonSkill

RECENT = 30  # documents on a person's page
SIMILAR = 6


def person(shelf: Shelf, public_id: str) -> PersonPage:
    """Return a person's page. Raises NotFound."""
    row = _person_row(shelf, public_id)
    profile = shelf.people([row])[row]
    rows = _written(shelf, row)
    summaries = shelf.documents(rows[:RECENT])
    number = int(shelf.generation.people.id[row])
    bio = shelf.session.scalar(select(Person.bio).where(Person.id == number))
    interests = select(PersonSkill.name).where(PersonSkill.person_id == number, PersonSkill.interest, PersonSkill.origin != Origin.REJECTED)
    known = tuple(sorted(shelf.session.scalars(interests)))
    return PersonPage(profile, bio, known, tuple(summaries[found] for found in rows[:RECENT] if found in summaries), len(rows))


def similar(shelf: Shelf, public_id: str) -> tuple[Profile, ...]:
    """Return the people whose profile lies nearest, nearest first. Raises NotFound."""
    row = _person_row(shelf, public_id)
    centroids, view = shelf.generation.centroids, shelf.view
    counted = np.where(centroids.mined, view.mined[centroids.person], view.said[centroids.person])
    shown = view.people[centroids.person] & counted & view.member
    mine = shown & (centroids.person == row)
    if not mine.any():
        return ()
    cosines = (centroids.vector[shown] @ centroids.vector[mine].T).max(axis=1)
    best = np.full(len(view.people), -1.0)
    np.maximum.at(best, centroids.person[shown], cosines)
    best[row] = -1.0
    rows = [int(found) for found in np.lexsort((np.arange(len(best)), -best))[:SIMILAR] if best[found] > 0]
    profiles = shelf.people(rows)
    return tuple(profiles[found] for found in rows if found in profiles)


def document(shelf: Shelf, public_id: str) -> DocumentPage:
    """Return a document in full. Raises NotFound."""
    row = shelf.generation.document_rows.get(public_id)
    summaries = shelf.documents([row]) if row is not None and shelf.view.documents[row] else {}
    if row is None or row not in summaries:
        raise NotFound("There is no such document.", "It may have been removed, or it is not open to you.")
    number = int(shelf.generation.documents.id[row])
    found = shelf.session.execute(select(Document.body, Document.updated).where(Document.id == number)).one()
    return DocumentPage(summaries[row], found[0], found[1].isoformat() if found[1] else None)


def _person_row(shelf: Shelf, public_id: str) -> int:
    row = shelf.generation.person_rows.get(public_id)
    if row is None or not shelf.view.people[row]:
        raise NotFound("There is no such person.", "They may have left, or they are not visible to you.")
    return row


def _written(shelf: Shelf, person_row: int) -> list[int]:
    """Return the readable documents a person had a part in making, newest first."""
    credits, documents = shelf.generation.credits, shelf.generation.documents
    mine = (credits.person == person_row) & OUTPUT[credits.role] & shelf.view.documents[credits.document] & shelf.view.votes
    rows = credits.document[mine]
    return [int(found) for found in rows[np.lexsort((rows, -documents.day[rows]))]]
