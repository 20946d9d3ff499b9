"""Chosen facet values to masks: they restrict what is scored, never what was already cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from finder.answers import Filters
from finder.view import OUTPUT, View
from models.errors import InvalidQuery
from models.generation import Generation

OF_PEOPLE = ("team", "location", "skill", "language")
OF_DOCUMENTS = ("kind", "source", "tag", "author", "since", "until")
NAMES = OF_PEOPLE + OF_DOCUMENTS
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one question is asked of: the readable and chosen documents (one of each set of copies), passages and people."""

    documents: NDArray[np.bool_]
    passages: NDArray[np.bool_]
    people: NDArray[np.bool_]


def check(filters: Filters) -> None:
    """Raise InvalidQuery for an unknown name or an unreadable date."""
    for name, values in filters.values:
        if name not in NAMES:
            raise InvalidQuery(f"There is no filter {name!r}.", f"Filters are {', '.join(NAMES)}.")
        if name in ("since", "until"):
            for value in values:
                _day(name, value)


def scope(generation: Generation, view: View, filters: Filters, without: str = "") -> Scope:
    """Return what the filters leave of the view, `without` naming one that is left out."""
    chosen = {name: values for name, values in filters.values if name != without and values}
    if not chosen:
        return _scope(generation, view.documents, view.people)
    people, documents = view.people, view.documents
    for name in OF_PEOPLE:
        if name in chosen:
            people = people & _people_with(generation, name, chosen[name], view)
    for name in OF_DOCUMENTS:
        if name in chosen:
            documents = documents & _documents_with(generation, name, chosen[name], view)
    if any(name in chosen for name in OF_PEOPLE):
        documents = documents & by_people(generation, people, view)
    return _scope(generation, documents, people)


def _scope(generation: Generation, documents: NDArray[np.bool_], people: NDArray[np.bool_]) -> Scope:
    documents = _without_copies(generation, documents)
    return Scope(documents, documents[generation.passages.document], people)


def _without_copies(generation: Generation, documents: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leave one of the documents that say the same in the same names: copies vote once, and must not crowd out what they copy."""
    rows, group = generation.copies
    held = documents[rows]
    if not held.any():
        return documents
    rows, group = rows[held], group[held]
    again = np.ones(len(rows), bool)
    again[np.unique(group, return_index=True)[1]] = False
    kept = documents.copy()
    kept[rows[again]] = False
    return kept


def by_people(generation: Generation, people: NDArray[np.bool_], view: View) -> NDArray[np.bool_]:
    """Return which documents somebody of the given people wrote and lets speak for them."""
    credits = generation.credits
    counted = people[credits.person] & OUTPUT[credits.role] & view.votes
    written: NDArray[np.bool_] = np.bincount(credits.document[counted], minlength=len(generation.documents.id)) > 0
    return written


def _people_with(generation: Generation, name: str, values: Sequence[str], view: View) -> NDArray[np.bool_]:
    people, names = generation.people, generation.names
    if name == "team":
        return np.isin(people.team, _codes(names.team, values))
    if name == "location":
        return np.isin(people.location, _codes(names.location, values))
    if name == "language":
        return _any(people.language_starts, np.isin(people.language, _codes(names.language, values)))
    held = np.isin(people.skill, _codes(names.skill, values)) & view.skills
    return _any(people.skill_starts, held)


def _documents_with(generation: Generation, name: str, values: Sequence[str], view: View) -> NDArray[np.bool_]:
    documents, names = generation.documents, generation.names
    if name == "kind":
        return np.isin(documents.kind, _codes(names.kind, values))
    if name == "source":
        return np.isin(documents.source, _codes(names.source, values))
    if name == "tag":
        return _any(documents.tag_starts, np.isin(documents.tag, _codes(names.tag, values)))
    if name == "author":
        people = np.zeros(len(names.people), bool)
        people[[generation.person_rows[value] for value in values if value in generation.person_rows]] = True
        return by_people(generation, people, view)
    days = [_day(name, value) for value in values]
    # A day of 0 is no day: what bears no date is neither before nor after one.
    within: NDArray[np.bool_] = documents.day >= min(days) if name == "since" else documents.day <= max(days)
    within &= documents.day != 0
    return within


def _codes(names: Sequence[str], values: Sequence[str]) -> list[int]:
    return [code for code, name in enumerate(names) if name in values]


def _any(starts: NDArray[np.int64], held: NDArray[np.bool_]) -> NDArray[np.bool_]:
    row = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    return np.bincount(row[held], minlength=len(starts) - 1) > 0


def _day(name: str, value: str) -> int:
    try:
        return (date.fromisoformat(value) - EPOCH).days
    except ValueError as error:
        raise InvalidQuery(f"The filter {name}={value!r} is not a date.", "Write it as 2025-03-31.") from error
