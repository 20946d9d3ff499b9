"""The map of what an organisation knows, over what one asker may read: topics, teams, what hangs on one person, who could meet."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from finder.atlas import Cell, HeatMap, HeatRow, Map, Risk, Topic, TopicPage, Unanswered
from finder.circles import circles
from finder.profiles import Shelf
from finder.start import of_topic
from finder.topics import Tally

RECENT = 730  # days before the newest readable document: what a team no longer works on is no risk of today
FEWEST = 3  # recent documents; with fewer nearly every topic hangs on somebody
HANGS = 0.5  # the share of a topic's recent documents in which nobody else had a hand
NEAR = 3  # people who could share
EPOCH_YEAR = 1970


def explore(shelf: Shelf, unanswered: tuple[Unanswered, ...] | None) -> Map:
    """Return the map; an empty one for whom the organisation's statistics are not open to."""
    tally = Tally(shelf.generation, shelf.view)
    topics = tuple(tally.topics.values())
    return Map(topics, heat_map(tally), risks(shelf, tally), circles(shelf, tally), unanswered if shelf.view.member else None)


def topic_page(shelf: Shelf, topic_id: str) -> TopicPage:
    """Return a topic's page. Raises NotFound."""
    tally = Tally(shelf.generation, shelf.view)
    start = of_topic(shelf, tally, topic_id)
    within = tally.of == shelf.generation.topic_rows[topic_id]
    teams, made = shelf.generation.names.team, tally.by_team(tally.view.documents)
    cells = [Cell(teams[team], count, count / made[team]) for team, count in tally.by_team(within).items()]
    return TopicPage(
        start, _years(shelf.generation.documents.day[within]), tuple(sorted(cells, key=lambda cell: (-cell.documents, cell.team)))
    )


def heat_map(tally: Tally) -> HeatMap:
    """Return teams across topics.

    What is shown is the share of a team's own documents: it says what a team works on, whatever its size, and unlike a lift over the
    average it is not large by chance where there are few documents.
    """
    names = tally.generation.names.team
    made = tally.by_team(tally.view.documents)
    teams = sorted(made, key=lambda team: names[team])
    rows = []
    for code, topic in tally.topics.items():
        held = tally.by_team(tally.of == code)
        rows.append(HeatRow(topic, tuple(Cell(names[team], held.get(team, 0), held.get(team, 0) / made[team]) for team in teams)))
    return HeatMap(tuple(names[team] for team in teams), tuple(sorted(rows, key=_leading)))


def _leading(row: HeatRow) -> tuple[int, float, str]:
    """Sort a row to the others that the same team leads, the larger share first."""
    shares = [cell.share for cell in row.cells]
    leader = max(range(len(shares)), key=lambda place: (shares[place], -place), default=0)
    return leader, -max(shares, default=0.0), row.topic.id


def risks(shelf: Shelf, tally: Tally) -> tuple[Risk, ...]:
    """Return the topics that hang on one person, those that would lose most first.

    Of a topic's recent documents somebody who may be known had a part in making: in which share had one person alone? From HANGS on
    the topic hangs on them: were they away, nobody would be at hand who worked on half of it. It says nothing of how well they work.
    """
    day, (person, document) = shelf.generation.documents.day, tally.made
    newest = int(day[tally.view.documents].max(initial=0))
    hands = np.bincount(document, minlength=len(day))
    recent = (hands > 0) & (day > 0) & (day > newest - RECENT)
    people, topics = len(tally.view.people), tally.topics
    sole = recent[document] & (hands[document] == 1) & (tally.of[document] >= 0)
    alone = np.bincount(tally.of[document[sole]] * people + person[sole], minlength=len(tally.sizes) * people).reshape(-1, people)
    found = []
    for code, topic in topics.items():
        size = int((recent & (tally.of == code)).sum())
        holder = int(alone[code].argmax())
        if size >= FEWEST and alone[code, holder] >= HANGS * size:
            found.append((topic, holder, int(alone[code, holder]), size, _nearest(tally.carried[:, code], holder)))
    profiles = shelf.people({row for _, holder, _, _, near in found for row in (holder, *near)})
    shown = [
        Risk(topic, profiles[holder], lost, size, tuple(profiles[row] for row in near if row in profiles))
        for topic, holder, lost, size, near in found
        if holder in profiles
    ]
    return tuple(sorted(shown, key=lambda risk: (-risk.alone / risk.recent, -risk.recent, risk.topic.id)))


def _nearest(carried: NDArray[np.int64], holder: int) -> list[int]:
    """Return the other people with most documents of a topic."""
    rows = np.flatnonzero(carried)
    rows = rows[rows != holder]
    return [int(row) for row in rows[np.lexsort((rows, -carried[rows]))][:NEAR]]


def _years(days: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Count dated documents by year, years without one included."""
    dated = np.asarray([day for day in days if day], np.int64)
    if not len(dated):
        return ()
    years = dated.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + EPOCH_YEAR
    counts = np.bincount(years - years.min())
    return tuple((int(years.min()) + place, int(count)) for place, count in enumerate(counts))


def topics_of(shelf: Shelf) -> tuple[Topic, ...]:
    """Return the topics an asker may know of, the largest first."""
    found = Tally(shelf.generation, shelf.view).topics.values()
    return tuple(sorted(found, key=lambda topic: (-topic.documents, topic.id)))
