"""What people corrected about themselves, as masks over one generation: in force from the next request on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.generation import Generation
from models.tables import Origin
from models.told import Correction, CorrectionKind

INFERRED = tuple(Origin).index(Origin.INFERRED)


@dataclass(frozen=True, slots=True)
class Corrected:
    """Corrections by row of a generation.

    `muted` holds (person row, topic in lower case), `skills` says which skill entries are muted, `votes` which credit entries count.
    Of the people in `unmined` a document was hidden, and of those in `unsaid` a skill of their own words muted, since the generation was
    built: what was computed from it is left out until the next.
    """

    muted: frozenset[tuple[int, str]]
    skills: NDArray[np.bool_]
    votes: NDArray[np.bool_]
    unmined: NDArray[np.bool_]
    unsaid: NDArray[np.bool_]


def corrected(session: Session, generation: Generation) -> Corrected:
    """Read the corrections in force."""
    people, credits, since = generation.people, generation.credits, generation.manifest.access_revision
    said = _in_force(session, generation)
    found = Corrected(
        frozenset((row, value.casefold()) for row, kind, value, _ in said if kind == CorrectionKind.MUTE),
        np.zeros(len(people.skill), bool),
        np.ones(len(credits.person), bool),
        np.zeros(len(people.id), bool),
        np.zeros(len(people.id), bool),
    )
    for row, kind, value, revision in said:
        if kind == CorrectionKind.MUTE:
            held = np.arange(people.skill_starts[row], people.skill_starts[row + 1])
            same = held[[generation.names.skill[people.skill[entry]].casefold() == value.casefold() for entry in held]]
            found.skills[same] = True
            found.unsaid[row] |= revision > since and bool((people.skill_origin[same] != INFERRED).any())
        elif (document := generation.document_rows.get(value)) is not None:
            held = np.arange(credits.starts[document], credits.starts[document + 1])
            found.votes[held[credits.person[held] == row]] = False
            found.unmined[row] |= revision > since
    return found


def _in_force(session: Session, generation: Generation) -> list[tuple[int, str, str, int]]:
    """Return what mutes and hides: the row of the person who says it, its kind, what it is about, and since which revision."""
    query = select(Correction.person_id, Correction.kind, Correction.value, Correction.access_revision)
    said = session.execute(query.where(Correction.kind != CorrectionKind.NOTE, Correction.undone.is_(None))).all()
    rows = {int(number): row for row, number in enumerate(generation.people.id)} if said else {}
    return [(rows[number], kind, value, revision) for number, kind, value, revision in said if number in rows]
