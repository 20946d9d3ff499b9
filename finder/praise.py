"""What speaks well of a person in documents that the asker may read: answers accepted, thanks, votes. Shown, never ranked by."""

import numpy as np
from sqlalchemy import select

from finder.portrait import Achievements, Praise, Voted
from finder.profiles import ROLES, Shelf
from finder.view import OUTPUT
from models.tables import Authorship, Document, Role

SHOWN = 5


def achievements(shelf: Shelf, person_row: int) -> Achievements:
    """Return a person's achievements, the newest and the most voted for."""
    accepted, thanked = _with(shelf, person_row, Role.ACCEPTED), _with(shelf, person_row, Role.THANKED)
    votes = _voted(shelf, person_row)
    summaries = shelf.documents({*accepted[:SHOWN], *thanked[:SHOWN], *votes})
    return Achievements(
        Praise(len(accepted), tuple(summaries[row] for row in accepted[:SHOWN] if row in summaries)),
        Praise(len(thanked), tuple(summaries[row] for row in thanked[:SHOWN] if row in summaries)),
        tuple(Voted(summaries[row], count) for row, count in votes.items() if row in summaries),
    )


def _with(shelf: Shelf, person_row: int, role: Role) -> list[int]:
    credits = shelf.generation.credits
    mine = (credits.person == person_row) & (credits.role == ROLES.index(role)) & shelf.view.votes
    rows = credits.document[mine & shelf.view.documents[credits.document]]
    return [int(row) for row in rows[np.lexsort((rows, -shelf.generation.documents.day[rows]))]]


def _voted(shelf: Shelf, person_row: int) -> dict[int, int]:
    """Return the votes of the documents most voted for, by row."""
    number, credits = int(shelf.generation.people.id[person_row]), shelf.generation.credits
    mine = (credits.person == person_row) & OUTPUT[credits.role] & shelf.view.votes & shelf.view.documents[credits.document]
    rows = {int(shelf.generation.documents.id[row]): int(row) for row in credits.document[mine]}
    query = select(Document.id, Document.votes).join(Authorship, Authorship.document_id == Document.id)
    found = shelf.session.execute(query.where(Authorship.person_id == number, Document.votes > 0).distinct())
    most = sorted(((-votes, rows[document]) for document, votes in found if document in rows))[:SHOWN]
    return {row: -votes for votes, row in most}
