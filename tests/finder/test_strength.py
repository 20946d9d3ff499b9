"""Skills by what bears them out, and how documents move over the years."""

from pathlib import Path

import pytest

from finder.portrait import HeldSkill, Timeline, Year
from finder.service import Finder
from finder.strength import TOPICS, YEARS
from models.access import VISITOR, Principal
from models.errors import NotFound
from tests.world import World, document, person, reader


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("strength"))
    world.people = [
        person("ada", skills=["PostgreSQL", "Knots"]),
        person("bob", skills=["Vacuum", "postgresql"]),
        person("cy", skills=["Rust"]),
    ]
    world.documents = [
        document("a", "Vacuum in PostgreSQL", "How it sleeps", ["ada"], created="2022-05-01"),
        document("b", "Vacuum", "POSTGRESQL again", ["ada"], created="2024-02-01"),
        document("c", "Vacuum", "once more", {"ada": "editor"}, created="2024-03-01"),
        document("d", "Lunch", "Soup", ["ada"], created="2024-04-01"),
        document("e", "Dinner", "Soup", ["ada"]),
        document("asked", "PostgreSQL?", "Why", {"ada": "asker"}, created="2024-04-01"),
        document("s", "PostgreSQL merger", "Salary", ["ada"], visibility="restricted", allow=["group:board"], created="2025-04-01"),
    ]
    return world.open()


def test_skills_stand_by_how_many_documents_name_them(finder: Finder) -> None:
    assert finder.person("ada", VISITOR).skills == (
        HeldSkill("Vacuum", "inferred", 3),
        HeldSkill("PostgreSQL", "declared", 2),
        HeldSkill("Knots", "declared", 0),
    )


def test_each_skill_opens_its_evidence_newest_first(finder: Finder) -> None:
    found = finder.skill("ada", "postgresql", VISITOR)
    assert (found.skill.name, [held.id for held in found.documents]) == ("PostgreSQL", ["b", "a"])
    assert finder.skill("ada", "Knots", VISITOR).documents == ()


def test_a_skill_that_is_not_shown_and_one_that_is_not_there_are_told_alike(finder: Finder) -> None:
    for name in ("Rust", "Nothing", ""):
        with pytest.raises(NotFound, match="There is no such skill"):
            finder.skill("ada", name, VISITOR)


def test_who_does_not_hold_org_is_told_of_no_counts(tmp_path: Path) -> None:
    world = World(tmp_path, [person("ada", skills=["Vacuum"])])
    world.documents = [document("a", "Vacuum", "Dust", ["ada"], allow=["user:guest"], visibility="restricted")]
    found = world.open().person("ada", Principal(frozenset({"user:guest"}), "guest"))
    assert found.skills == (HeldSkill("Vacuum", "declared", 0),)


def test_years_tell_each_document_once_under_the_topic_that_is_rarest(finder: Finder) -> None:
    assert finder.person("ada", VISITOR).timeline == Timeline(
        ("Vacuum", "PostgreSQL"),
        (Year(2022, (0, 1, 0)), Year(2023, (0, 0, 0)), Year(2024, (1, 1, 1))),
        unplaced=1,
    )


def test_years_hold_what_the_asker_may_read(finder: Finder) -> None:
    assert [year.year for year in finder.person("ada", reader("x", "board")).timeline.years] == [2022, 2023, 2024, 2025]
    assert finder.person("bob", VISITOR).timeline == Timeline()


def test_no_more_years_and_topics_are_shown_than_can_be_told_apart(tmp_path: Path) -> None:
    names = [f"topic{n}" for n in range(TOPICS + 2)]
    world = World(tmp_path, [person("ada", skills=names)])
    world.documents = [document(f"d{n}", names[n % len(names)], "", ["ada"], created=f"{2000 + n}-01-01") for n in range(YEARS + 3)]
    found = world.open().person("ada", VISITOR).timeline
    assert (len(found.topics), len(found.years), found.unplaced) == (TOPICS, YEARS, 3)
    assert found.years[-1].year == 2000 + YEARS + 2
