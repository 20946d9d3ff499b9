from pathlib import Path

import pytest

from finder.answers import Suggestion
from finder.service import Finder
from finder.suggest import EACH, SHOWN
from models.access import VISITOR, Principal
from tests.world import World, document, person, reader


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("suggest"))
    world.people = [
        person("ada", skills=["Vacuum tuning", "Payroll"]),
        {"id": "vera", "name": "Vera Vacuum"},
        {"id": "ost", "name": "Östen Åberg"},
        {"id": "odd", "name": "100%_Real"},
        {"id": "left", "name": "Valid Nomore", "active": False},
    ]
    world.documents = [
        document("d1", "How vacuum works", "text"),
        document("d2", "Vacuum, in depth", "text"),
        document("d3", "The vacancy list", "text", ["ghost"]),
        document("s1", "Vacuum of power", "text", ["phantom"], visibility="restricted", allow=["group:board"]),
        *(document(f"m{n}", f"Minutes {n}", "text") for n in range(6)),
    ]
    return world.open()


def texts(finder: Finder, typed: str, asker: Principal = VISITOR) -> list[str]:
    return [suggestion.text for suggestion in finder.suggest(typed, asker)]


def test_skills_people_and_titles_are_completed(finder: Finder) -> None:
    assert set(finder.suggest("vacu", VISITOR)) == {
        Suggestion("Vacuum tuning", "skill"),
        Suggestion("Vera Vacuum", "person", "vera"),
        Suggestion("How vacuum works", "document", "d1"),
        Suggestion("Vacuum, in depth", "document", "d2"),
    }


def test_what_begins_as_typed_comes_first(finder: Finder) -> None:
    assert set(texts(finder, "vacu")[:2]) == {"Vacuum tuning", "Vacuum, in depth"}


@pytest.mark.parametrize("typed", ["VACU", "  vacu ", "Vacu"])
def test_case_and_spaces_make_no_difference(finder: Finder, typed: str) -> None:
    assert texts(finder, typed) == texts(finder, "vacu")


@pytest.mark.parametrize("typed", ["", "v", " ", "acuum", "zzz"])
def test_too_little_or_the_inside_of_a_word_completes_nothing(finder: Finder, typed: str) -> None:
    assert texts(finder, typed) == []


@pytest.mark.parametrize("typed", ["%%", "__", "100%", "10_%", "(a", "[", "\\", "a" * 5000, "v*u", "\n\n"])
def test_nothing_typed_is_taken_for_a_pattern(finder: Finder, typed: str) -> None:
    assert texts(finder, typed) in ([], ["100%_Real"])
    assert texts(finder, "%_real") == []


def test_names_in_other_letters_are_completed(finder: Finder) -> None:
    assert texts(finder, "öst") == texts(finder, "åbe") == texts(finder, "Östen å") == ["Östen Åberg"]


def test_hidden_titles_and_those_known_only_by_them_are_not_told(finder: Finder) -> None:
    assert "Vacuum of power" not in texts(finder, "vacuum")
    assert "Vacuum of power" in texts(finder, "vacuum", reader("x", "board"))
    assert texts(finder, "phan") == []
    assert texts(finder, "phan", reader("x", "board")) == ["phantom"]
    assert texts(finder, "gho") == ["ghost"]


def test_who_left_is_not_told(finder: Finder) -> None:
    assert texts(finder, "valid") == []


def test_a_guest_is_told_nothing(finder: Finder) -> None:
    assert finder.suggest("vacuum", Principal(frozenset({"group:board"}))) == ()


def test_no_kind_crowds_out_the_others(finder: Finder) -> None:
    assert len(texts(finder, "minutes")) == EACH


def test_no_more_are_told_than_agreed(tmp_path: Path) -> None:
    world = World(tmp_path, [{"id": f"p{n}", "name": f"Pump {n}", "skills": [f"Pump {n}"]} for n in range(9)])
    world.documents = [document(f"d{n}", f"Pump {n}") for n in range(9)]
    assert len(texts(world.open(), "pump")) == SHOWN
