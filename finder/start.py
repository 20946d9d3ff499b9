"""Where a newcomer to a team or a topic starts: five people to ask and five documents to read, each with what speaks for it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finder.atlas import Guide, Reading, Start
from finder.profiles import ROLES, Shelf
from finder.topics import Tally
from models.errors import NotFound
from models.tables import Role

FIVE = 5
ANSWERS = np.asarray([role in (Role.ANSWERER, Role.ACCEPTED) for role in ROLES])
ANSWERED = 2.0  # an answer counts as so many documents: who answered others will answer a newcomer
WIKI = "wiki"
KEPT_UP = 2.0  # a wiki page is kept up to date where other documents are written once
EACH = 2  # documents of one topic, where a team has several


@dataclass(frozen=True, slots=True)
class _Scope:
    """What one starts with: a mask over documents, one over people, and how near to the heart of it each document is."""

    documents: NDArray[np.bool_]
    people: NDArray[np.bool_]
    near: NDArray[np.float64]


def of_topic(shelf: Shelf, tally: Tally, topic_id: str) -> Start:
    """Return where to start with a topic. Raises NotFound, also where the asker may not know of it."""
    code = shelf.generation.topic_rows.get(topic_id, -1)
    if code not in tally.topics:
        raise NotFound("There is no such topic.", "Topics are mined anew with each index; /explore shows those of today.")
    within = tally.of == code
    scope = _Scope(within, shelf.view.people, shelf.generation.topics.centrality.astype(np.float64))
    return Start(None, tally.topics[code], int(within.sum()), (), _guides(shelf, tally, scope), _readings(shelf, tally, scope, each=FIVE))


def of_team(shelf: Shelf, tally: Tally, team: str) -> Start:
    """Return where to start in a team. Raises NotFound, also where the asker may know nobody of it."""
    names = shelf.generation.names
    member = shelf.view.people & (shelf.generation.people.team == (names.team.index(team) if team in names.team else -2))
    if not member.any() or not shelf.view.member:
        raise NotFound("There is no such team.", "/start lists the teams.")
    person, document = tally.made
    within = np.bincount(document[member[person]], minlength=len(tally.of)) > 0
    about = np.bincount(tally.of[within & (tally.of >= 0)], minlength=len(tally.sizes))
    # What is at the middle of a topic that the team writes much about is near to its heart; -1, no topic, is the added last one.
    near = np.append(about, 0)[tally.of] / max(1, int(within.sum())) * shelf.generation.topics.centrality
    scope = _Scope(within, member, near)
    largest = [int(code) for code in np.lexsort((np.arange(len(about)), -about)) if about[code]][:FIVE]
    return Start(
        team, None, int(within.sum()), tuple(tally.topics[code] for code in largest),
        _guides(shelf, tally, scope), _readings(shelf, tally, scope, each=EACH),
    )  # fmt: skip


def teams(shelf: Shelf) -> tuple[str, ...]:
    """Return the teams of the people whom the asker may know of."""
    held = shelf.generation.people.team[shelf.view.people]
    return tuple(shelf.generation.names.team[code] for code in np.unique(held[held >= 0])) if shelf.view.member else ()


def _guides(shelf: Shelf, tally: Tally, scope: _Scope) -> tuple[Guide, ...]:
    """Return who carries most of the documents, fresh and valued ones before others, and answers others."""
    credits, documents, count = shelf.generation.credits, shelf.generation.documents, len(shelf.view.people)
    person, document = tally.made
    used = scope.documents[document] & scope.people[person]
    person, document = person[used], document[used]
    entry = tally.entries[used]
    given = entry[ANSWERS[credits.role[entry]]]
    answers = np.bincount(credits.person[given], minlength=count)
    worth = np.bincount(person, documents.weight[document], count) + (ANSWERED - 1) * np.bincount(
        credits.person[given], documents.weight[credits.document[given]], count
    )
    rows = np.flatnonzero(worth)
    rows = rows[np.lexsort((rows, -worth[rows]))][:FIVE]
    held = {int(row): document[person == row] for row in rows}
    newest = {row: int(own[np.lexsort((own, -documents.day[own]))[0]]) for row, own in held.items()}
    profiles, summaries = shelf.people(held), shelf.documents(newest.values())
    return tuple(
        Guide(profiles[row], len(own), int(answers[row]), summaries.get(newest[row])) for row, own in held.items() if row in profiles
    )


def _readings(shelf: Shelf, tally: Tally, scope: _Scope, *, each: int) -> tuple[Reading, ...]:
    """Return the documents nearest to the heart of the scope, fresh and valued ones and wiki pages before others; one of a thread."""
    documents, names = shelf.generation.documents, shelf.generation.names
    hands = np.bincount(tally.made[1], minlength=len(tally.of))
    wiki = documents.kind == (names.kind.index(WIKI) if WIKI in names.kind else -1)
    worth = scope.near * documents.weight * np.where(wiki, KEPT_UP, 1.0)
    rows = np.flatnonzero(scope.documents & (hands > 0) & (worth > 0) & (tally.of >= 0))
    chosen: list[int] = []
    for row in rows[np.lexsort((rows, -worth[rows]))].tolist():
        told = any(documents.unit[row] == documents.unit[other] or documents.twin[row] == documents.twin[other] for other in chosen)
        if not told and sum(int(tally.of[other] == tally.of[row]) for other in chosen) < each:
            chosen.append(row)
        if len(chosen) == FIVE:
            break
    summaries = shelf.documents(chosen)
    found = [(row, tally.topics[int(tally.of[row])]) for row in chosen if row in summaries]
    return tuple(Reading(summaries[row], topic, tally.spoken(row, topic), int(hands[row])) for row, topic in found)
