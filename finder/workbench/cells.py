"""What the cells of a few people show: documents, dates, the lines that met the requirement; nobody is named where names are hidden."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from finder import explain
from finder.answers import Evidence, Profile, Snippet
from finder.explain import Exhibit
from finder.profiles import ROLES, Shelf
from finder.snippets import snippet
from finder.workbench.blind import Mask
from finder.workbench.matrix import Grid
from finder.workbench.strengths import Strength
from models.analyzer import Analyzer
from models.tables import Person


@dataclass(frozen=True, slots=True)
class Cell:
    """What speaks for one person in one requirement; strength without evidence means that their profile alone says it."""

    strength: Strength
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Looking:
    """What fetching works with: at most `most` documents a cell, whether names are hidden, and the rows of who was shown before."""

    found: Grid
    shelf: Shelf
    analyzer: Analyzer
    most: int
    blind: bool
    near: frozenset[int]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is shown of some rows: who they are, a cell for each requirement, and the mask that hid names, if any."""

    profiles: dict[int, Profile]
    cells: dict[int, tuple[Cell, ...]]
    mask: Mask | None


def look(looking: Looking, rows: Collection[int]) -> Seen:
    """Return what is shown of the given rows, in their order; who is in the directory no more is left out."""
    held = [{row: _exhibits(looking, place, row) for row in rows} for place in range(len(looking.found.requirements))]
    mask = None
    if looking.blind:
        documents = {exhibit.document for each in held for exhibits in each.values() for exhibit in exhibits}
        mask = mask_for(looking.shelf, {*rows, *looking.near, *looking.shelf.writers(documents)})
    by_requirement = [_cells(looking, place, each, mask) for place, each in enumerate(held)]
    profiles = present(looking.shelf, rows)
    return Seen(profiles, {row: tuple(cells[row] for cells in by_requirement) for row in profiles}, mask)


def present(shelf: Shelf, rows: Iterable[int]) -> dict[int, Profile]:
    """Return the profiles of the given rows, in their order, as far as the directory still lists them."""
    numbers = {int(shelf.generation.people.id[row]): row for row in rows if shelf.view.people[row]}
    there = set(shelf.session.scalars(select(Person.id).where(Person.id.in_(numbers), Person.listed, Person.active, ~Person.opted_out)))
    profiles = shelf.people(row for number, row in numbers.items() if number in there)
    return {row: profiles[row] for row in numbers.values() if row in profiles}


def mask_for(shelf: Shelf, near: Iterable[int]) -> Mask:
    """Return a mask for everybody the asker may know of, in the parts of their names too for the rows that are `near`."""
    known = {int(number) for number in shelf.generation.people.id[shelf.view.people]}
    directory = shelf.session.execute(select(Person.id, Person.public_id, Person.name)).all()
    everybody = [word for number, public_id, name in directory if number in known for word in (public_id, name)]
    return Mask.of(everybody, [profile.name for profile in shelf.people(near).values()])


def _exhibits(looking: Looking, place: int, row: int) -> tuple[Exhibit, ...]:
    ranked = looking.found.ranked[place]
    at = np.flatnonzero(ranked.rows == row)
    shown = len(at) and looking.found.strength(place, row) != Strength.NONE
    return explain.exhibits(ranked, int(at[0]))[: looking.most] if shown else ()


def _cells(looking: Looking, place: int, held: dict[int, tuple[Exhibit, ...]], mask: Mask | None) -> dict[int, Cell]:
    exhibits = [exhibit for each in held.values() for exhibit in each]
    documents = looking.shelf.documents({exhibit.document for exhibit in exhibits}, {})
    texts = looking.shelf.passages({exhibit.passage for exhibit in exhibits})
    weights = looking.found.answers[place].term_weights

    def piece(exhibit: Exhibit) -> Evidence:
        document, text = documents[exhibit.document], texts.get(exhibit.passage, "")
        public_id, title = document.id, document.title
        if mask is not None:
            # An id can name its author, and the document's page does.
            public_id, title, text = "", mask(title, document.language), mask(text, document.language)
        lines = snippet(text, weights, looking.analyzer) if text else Snippet("")
        return Evidence(public_id, title, document.kind, ROLES[exhibit.role].value, document.created, exhibit.share, lines)

    return {
        row: Cell(looking.found.strength(place, row), tuple(piece(exhibit) for exhibit in each if exhibit.document in documents))
        for row, each in held.items()
    }
