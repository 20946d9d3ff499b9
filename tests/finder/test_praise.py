"""Answers accepted, thanks and votes, as far as the asker may read them."""

import pytest

from finder.service import Finder
from models.access import VISITOR
from tests.world import World, document, person, reader

BOARD = {"visibility": "restricted", "allow": ["group:board"]}


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("praise"), [person("ada"), person("bob")])
    world.documents = [
        document("old", "Old answer", "x", {"ada": "accepted"}, created="2020-01-01", votes=2),
        document("new", "New answer", "x", {"ada": "accepted"}, created="2024-01-01", votes=7),
        document("thanks", "Thanks", "x", {"bob": "author", "ada": "thanked"}, votes=90),
        document("plain", "Plain", "x", ["ada"]),
        document("secret", "Secret", "x", {"ada": "accepted"}, votes=50, **BOARD),
    ]
    return world.open()


def test_praise_is_what_the_asker_may_read_of_it(finder: Finder) -> None:
    found = finder.person("ada", VISITOR).achievements
    assert (found.accepted.count, [held.id for held in found.accepted.documents]) == (2, ["new", "old"])
    assert [held.id for held in found.thanked.documents] == ["thanks"]
    assert [(voted.document.id, voted.votes) for voted in found.voted] == [("new", 7), ("old", 2)]  # votes for others' work are not hers
    assert finder.person("ada", reader("x", "board")).achievements.voted[0].document.id == "secret"
    assert finder.person("bob", VISITOR).achievements.accepted.count == 0
