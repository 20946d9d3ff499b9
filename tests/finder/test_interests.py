"""Who cares about something is another answer than who knows about it."""

from dataclasses import replace

import pytest

from finder.answers import Filters, Kind, Request
from finder.service import Finder
from models.access import VISITOR, Principal
from tests.world import World, document, person


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("interests"))
    world.people = [
        person("ada", interests=["gliding", "bread"], team="Data"),
        person("bob", interests=["gliding"], team="Pay"),
        person("cy", interests=["chess"]),
        person("gone", interests=["gliding"], active=False),
    ]
    world.documents = [
        *(document(f"d{n}", "Gliding in the mountains", f"thermals {n}", ["pilot"]) for n in range(3)),
        document("q1", "Gliding at night?", "Is gliding allowed at night?", {"cy": "asker", "pilot": "answerer"}),
        document("q2", "Gliding money", "Who pays for gliding?", {"bob": "asker"}, visibility="restricted", allow=["group:board"]),
        *(document(f"z{n}", f"Canteen menu {n}", "Soup", {"dee": "asker"}) for n in range(40)),
    ]
    return world.open()


def cares(finder: Finder, question: str, asker: Principal = VISITOR, **more: object) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    found = finder.search(replace(Request(question, Kind.PEOPLE), **more), asker).interested  # type: ignore[arg-type]
    return {held.profile.id: (held.interests, tuple(document.id for document in held.asked)) for held in found}


def test_declared_interests_and_questions_asked_show_who_cares(finder: Finder) -> None:
    assert cares(finder, "who knows about gliding") == {"ada": (("gliding",), ()), "bob": (("gliding",), ()), "cy": ((), ("q1",))}


def test_who_only_cares_is_not_among_those_who_know(finder: Finder) -> None:
    assert [found.profile.id for found in finder.search(Request("gliding", Kind.PEOPLE), VISITOR).people] == ["pilot"]


def test_a_question_that_the_asker_may_not_read_shows_nothing(finder: Finder) -> None:
    assert cares(finder, "gliding", Principal(frozenset({"org", "group:board"})))["bob"] == (("gliding",), ("q2",))
    assert cares(finder, "gliding")["bob"] == (("gliding",), ())


def test_a_guest_is_not_told_what_people_care_about(finder: Finder) -> None:
    assert cares(finder, "gliding", Principal(frozenset({"group:board"}))) == {}


def test_filters_narrow_who_is_told(finder: Finder) -> None:
    assert set(cares(finder, "gliding", filters=Filters((("team", ("Pay",)),)))) == {"bob"}


def test_only_the_first_page_of_people_tells(finder: Finder) -> None:
    assert cares(finder, "gliding", offset=1) == {}
    assert cares(finder, "gliding", kind=Kind.DOCUMENTS) == {}


def test_where_nothing_was_written_only_what_people_say_counts(finder: Finder) -> None:
    assert cares(finder, "chess") == {"cy": (("chess",), ())}
