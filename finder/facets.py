"""Counts of what the hits have in common, so that the asker can narrow them: over all hits, never over one page."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from finder.answers import Count
from finder.filters import Scope
from finder.retrieval import Hits
from finder.view import OUTPUT, View
from models.arrays import entries
from models.generation import Generation

SHOWN = 12
FACETS = {"people": ("team", "location", "skill", "language"), "documents": ("kind", "source", "tag")}


def of_people(generation: Generation, name: str, found: NDArray[np.int32], view: View) -> tuple[Count, ...]:
    """Count one facet over the people found (see `people_in`)."""
    people = generation.people
    if name == "team":
        return _counts(generation.names.team, people.team[found])
    if name == "location":
        return _counts(generation.names.location, people.location[found])
    if name == "language":
        entry, _ = entries(people.language_starts, found)
        return _counts(generation.names.language, people.language[entry])
    entry, _ = entries(people.skill_starts, found)
    return _counts(generation.names.skill, people.skill[entry[view.skills[entry]]])


def of_documents(generation: Generation, name: str, hits: Hits) -> tuple[Count, ...]:
    """Count one facet over the documents hit."""
    documents = generation.documents
    if name == "kind":
        return _counts(generation.names.kind, documents.kind[hits.documents])
    if name == "source":
        return _counts(generation.names.source, documents.source[hits.documents])
    entry, _ = entries(documents.tag_starts, hits.documents)
    return _counts(generation.names.tag, documents.tag[entry])


def people_in(generation: Generation, documents: NDArray[np.int64], scope: Scope, view: View) -> NDArray[np.int32]:
    """Return the rows of the people in scope who had a part in the documents found."""
    entry, _ = entries(generation.credits.starts, documents)
    found = np.unique(generation.credits.person[entry[OUTPUT[generation.credits.role[entry]] & view.votes[entry]]])
    seen: NDArray[np.int32] = found[scope.people[found]]
    return seen


def _counts(names: Sequence[str], codes: NDArray[np.int32]) -> tuple[Count, ...]:
    counts = np.bincount(codes[codes >= 0], minlength=len(names)) if len(names) else np.zeros(0, np.int64)
    held = np.flatnonzero(counts)
    order = held[np.lexsort((held, -counts[held]))][:SHOWN]
    return tuple(Count(names[code], int(counts[code])) for code in order)
