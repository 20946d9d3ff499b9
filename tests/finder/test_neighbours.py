"""Whom a person works near, and who is similar and why."""

import pytest

from finder.service import Finder
from models.access import VISITOR
from tests.world import World, document, person, reader


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("neighbours"))
    world.people = [
        person("ada", team="Data", skills=["Vacuum", "Index"], bio="Keeps queries fast."),
        person("bob", skills=["vacuum"], bio="Keeps queries fast too."),
        person("cy", team="Data"),
        person("dee", bio="Bakes bread."),
        person("eve"),
    ]
    world.documents = [
        document("one", "Queries", "Vacuum", {"ada": "author", "bob": "reviewer", "eve": "mentioned"}),
        document("two", "More queries", "Index", ["ada", "bob"]),
        document("why", "Why slow?", "Help", {"dee": "asker"}, thread="t1"),
        document("because", "Because", "Look", {"ada": "answerer"}, thread="t1"),
        document("board", "Merger", "Salary", ["ada", "eve"], visibility="restricted", allow=["group:board"]),
    ]
    return world.open()


def test_documents_conversations_and_teams_are_counted_apart(finder: Finder) -> None:
    near = [(other.profile.id, other.documents, other.threads, other.team) for other in finder.person("ada", VISITOR).near]
    assert near == [("bob", 2, 0, False), ("dee", 0, 1, False), ("cy", 0, 0, True)]


def test_being_mentioned_is_no_work_together_and_what_is_hidden_counts_for_nobody_else(finder: Finder) -> None:
    assert "eve" not in {other.profile.id for other in finder.person("ada", VISITOR).near}
    (eve,) = [other for other in finder.person("ada", reader("x", "board")).near if other.profile.id == "eve"]
    assert eve.documents == 1


def test_similar_people_share_what_is_named(finder: Finder) -> None:
    (bob, *_) = finder.similar("ada", VISITOR)
    assert (bob.profile.id, bob.shared) == ("bob", ("Vacuum", "Index"))
    assert {other.profile.id: other.shared for other in finder.similar("ada", VISITOR)}["dee"] == ()


def test_groups_are_told_to_those_who_are_in_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    world = World(tmp_path_factory.mktemp("groups"), [person("ada"), person("bob")])
    world.groups = [{"id": name, "name": name.title(), "members": ["ada", "bob"]} for name in ("board", "choir")]
    finder = world.open()
    assert [group.name for group in finder.person("ada", reader("bob", "choir")).groups] == ["Choir"]
    assert finder.person("ada", VISITOR).groups == ()
    assert finder.person("ada", reader("ada", "board", "choir")).groups == ()
