"""Whom a person works near, and who knows similar things and why: by what the asker may read."""

import numpy as np
from numpy.typing import NDArray

from finder.portrait import Neighbour, Similar
from finder.profiles import Shelf
from finder.strength import SKILLS, naming, spelled, written
from models.arrays import entries
from models.tables import Role

NEAR = 8
SIMILAR = 6
SHARED = 4  # skills or topics named as the reason
TOGETHER = np.asarray([role is not Role.MENTIONED for role in Role])  # being mentioned is no work together


def near(shelf: Shelf, person_row: int) -> tuple[Neighbour, ...]:
    """Return those with a part in the same documents or threads, the most in common first, then others of the team."""
    people = shelf.generation.people
    documents, threads = _together(shelf, person_row)
    team = (people.team == people.team[person_row]) & (people.team >= 0)
    seen = shelf.view.people & ((documents + threads > 0) | team)
    seen[person_row] = False
    rows = np.flatnonzero(seen)
    rows = rows[np.lexsort((rows, ~team[rows], -(documents + threads)[rows]))][:NEAR]
    profiles = shelf.people(rows.tolist())
    return tuple(
        Neighbour(profiles[row], int(documents[row]), int(threads[row]), bool(team[row])) for row in rows.tolist() if row in profiles
    )


def _together(shelf: Shelf, person_row: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, per person, in how many documents both have a part, and in how many threads besides."""
    credits, unit = shelf.generation.credits, shelf.generation.documents.unit
    counted = shelf.view.documents[credits.document] & shelf.view.votes & TOGETHER[credits.role]
    mine = np.unique(credits.document[counted & (credits.person == person_row)])
    in_mine, in_units = np.zeros(len(unit), bool), np.zeros(int(unit.max(initial=-1)) + 1, bool)
    in_mine[mine], in_units[unit[mine]] = True, True
    entry = np.flatnonzero(counted & in_units[unit[credits.document]] & (credits.person != person_row))
    person, document = credits.person[entry].astype(np.int64), credits.document[entry]
    pair = person * len(in_units) + unit[document]
    same = in_mine[document]
    apart = np.setdiff1d(pair, pair[same]) // max(1, len(in_units))
    count = len(shelf.view.people)
    return np.bincount(person[same], minlength=count), np.bincount(apart, minlength=count)


def similar(shelf: Shelf, person_row: int) -> tuple[Similar, ...]:
    """Return the people whose profile lies nearest, nearest first."""
    centroids, view = shelf.generation.centroids, shelf.view
    counted = np.where(centroids.mined, view.mined[centroids.person], view.said[centroids.person])
    shown = view.people[centroids.person] & counted & view.member
    mine = shown & (centroids.person == person_row)
    if not mine.any():
        return ()
    cosines = (centroids.vector[shown] @ centroids.vector[mine].T).max(axis=1)
    best = np.full(len(view.people), -1.0)
    np.maximum.at(best, centroids.person[shown], cosines)
    best[person_row] = -1.0
    rows = [int(found) for found in np.lexsort((np.arange(len(best)), -best))[:SIMILAR] if best[found] > 0]
    profiles, own, usual = shelf.people(rows), _known(shelf, person_row), _usual(shelf)
    return tuple(Similar(profiles[row], _shared(own, _known(shelf, row), usual)) for row in rows if row in profiles)


def _known(shelf: Shelf, row: int) -> dict[str, tuple[int, str]]:
    """Return, by name in lower case, a person's skills (0) and the topics that their documents name (1), as they are written."""
    written_as, muted = spelled(shelf), shelf.view.muted
    topics = {name: (1, written_as[name]) for name in naming(shelf, written(shelf, row)) if (row, name) not in muted}
    return topics | {skill.name.casefold(): (0, skill.name) for skill in shelf.skills(row, SKILLS)}


def _usual(shelf: Shelf) -> dict[str, int]:
    """Return how many documents that the asker may read name each topic."""
    mentions, names = shelf.generation.mentions, shelf.generation.names.gazetteer
    entry, _ = entries(mentions.starts, np.flatnonzero(shelf.view.documents))
    counts = np.bincount(mentions.skill[entry], minlength=len(names)).tolist()
    return {name.casefold(): count for name, count in zip(names, counts, strict=False)}


def _shared(one: dict[str, tuple[int, str]], other: dict[str, tuple[int, str]], usual: dict[str, int]) -> tuple[str, ...]:
    """Return what both know: skills of both first, then what is a topic of either; what few documents name says more."""
    common = sorted((one[name][0] + other[name][0], usual.get(name, 0), name) for name in one.keys() & other.keys())
    return tuple(one[name][1] for *_, name in common[:SHARED])
