"""Where a newcomer starts: people who carry a topic or a team's work, documents at the heart of it."""

from pathlib import Path

import pytest

from finder.service import Finder
from finder.start import FIVE
from models.access import VISITOR, Principal
from models.errors import NotFound
from tests.landscape import EACH, landscape
from tests.world import document, person, reader


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    return landscape(tmp_path_factory.mktemp("start")).open()


def topic(finder: Finder, word: str) -> str:
    return next(found.id for found in finder.topics(VISITOR) if word in found.name)


def test_a_topic_starts_with_those_who_wrote_most_of_it(finder: Finder) -> None:
    found = finder.start(VISITOR, topic=topic(finder, "tide"))
    assert [(guide.profile.id, guide.documents) for guide in found.people] == [("ada", 5), ("bob", 1)]
    assert found.people[0].latest is not None
    assert found.people[0].latest.id == "tides5"
    assert found.documents == EACH


def test_who_answers_others_comes_before_who_wrote_as_much(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    world.documents = [
        *world.documents,
        *(document(f"q{n}", "sourdough bread", f"oven {n}", {"eve": "asker", "dee": "accepted"}, created="2026-01-01") for n in range(2)),
        *(document(f"p{n}", "sourdough bread", f"flour {n}", ["cy"], created="2026-01-01") for n in range(2)),
    ]
    finder = world.open()
    found = finder.start(VISITOR, topic=topic(finder, "bread"))
    assert [(guide.profile.id, guide.documents, guide.answers) for guide in found.people] == [("dee", 5, 2), ("cy", 5, 0)]


def test_a_wiki_page_is_read_first_and_what_is_said_of_a_document_is_in_it(finder: Finder) -> None:
    found = finder.start(VISITOR, topic=topic(finder, "bells"))
    assert found.readings[0].document.id == "bells2"
    assert len(found.readings) == FIVE
    assert set(found.readings[0].words) <= set(found.readings[0].topic.words)
    assert "rope ringing tower" in " ".join(found.readings[0].words) or found.readings[0].words


def test_a_team_starts_with_its_own_people_and_what_it_mostly_writes_about(finder: Finder) -> None:
    found = finder.start(VISITOR, team="Sea")
    assert {guide.profile.id for guide in found.people} == {"ada", "bob"}
    assert [held.id for held in found.topics] == [topic(finder, "tide"), topic(finder, "bells")]
    assert {reading.document.id[:5] for reading in found.readings} == {"tides", "bells"}


def test_of_one_thread_and_of_copies_one_document_is_enough(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    world.documents = [
        {**row, "thread": "all"} if row["id"] in ("bells0", "bells1", "bells2", "bells3") else row for row in world.documents
    ]
    finder = world.open()
    assert len(finder.start(VISITOR, topic=topic(finder, "bells")).readings) == 3


def test_a_question_nobody_answered_is_nothing_to_start_with(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    world.documents = [*world.documents, document("why", "church bells", "rope ringing tower?", {"cy": "asker"}, kind="wiki")]
    finder = world.open()
    found = finder.start(VISITOR, topic=topic(finder, "bells"))
    assert "why" not in {reading.document.id for reading in found.readings}
    assert "cy" not in {guide.profile.id for guide in found.people}


@pytest.mark.parametrize("asked", [{"team": "Nowhere"}, {"topic": "nothing"}, {"team": ""}])
def test_an_unknown_team_or_topic_is_not_found(finder: Finder, asked: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        finder.start(VISITOR, **asked)


def test_who_does_not_hold_org_starts_nowhere(finder: Finder) -> None:
    for asked in ({"team": "Sea"}, {"topic": topic(finder, "tide")}):
        with pytest.raises(NotFound):
            finder.start(Principal(frozenset({"user:ada"}), "ada"), **asked)


def test_a_team_of_people_whom_only_some_may_know_is_no_team_to_others(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    world.people = [*world.people, person("zed", team="Cellar", active=False)]
    finder = world.open()
    assert finder.teams(VISITOR) == ("Kitchen", "Sea", "Town")
    with pytest.raises(NotFound):
        finder.start(reader("eve"), team="Cellar")
