from pathlib import Path

import pytest

from finder.answers import Related
from finder.service import Finder
from models.access import VISITOR, Principal
from models.errors import NotFound
from tests.world import World, document, person, reader

BOARD = {"visibility": "restricted", "allow": ["group:board"]}


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("related"))
    world.people = [person(name) for name in ("ada", "bob", "cy", "dee", "eve")]
    world.documents = [
        document("tides", "Tide gauge drift", "The tide gauge drifts when the float sticks.", {"ada": "author", "dee": "reviewer"}),
        document("float", "Float of the tide gauge sticks", "A sticking float makes the gauge drift.", ["bob"]),
        document("copy", "Tide gauge drift", "The tide gauge drifts when the float sticks.", ["eve"]),
        document("hidden", "Tide gauge float drift sticks", "The tide gauge drifts.", ["cy"], **BOARD),
        document("soup", "Canteen soup", "Lentils on Monday, leeks on Tuesday.", ["cy"]),
        document("alone", "Zebra crossing", "Paint arrives Friday.", ["ada"]),
    ]
    return world.open()


def names(found: Related) -> tuple[list[str], list[str]]:
    return [held.id for held in found.documents], [knower.profile.id for knower in found.people]


def test_what_is_about_the_same_is_near_and_who_wrote_it_knows(finder: Finder) -> None:
    assert names(finder.related("tides", VISITOR)) == (["float"], ["bob"])


def test_who_knows_is_named_with_a_document_that_says_so(finder: Finder) -> None:
    (bob,) = finder.related("tides", VISITOR).people
    assert [(evidence.document, evidence.role) for evidence in bob.evidence] == [("float", "author")]
    assert bob.evidence[0].snippet.highlights


def test_the_people_of_a_document_are_not_among_those_who_also_know(finder: Finder) -> None:
    documents, people = names(finder.related("float", VISITOR))
    assert "bob" not in people
    assert {"ada", "dee"} <= set(people)
    assert len({"tides", "copy"} & set(documents)) == 1  # of equal words, one


def test_each_asker_sees_what_they_may_read(finder: Finder) -> None:
    documents, people = names(finder.related("tides", reader("x", "board")))
    assert set(documents) == {"float", "hidden"}
    assert set(people) == {"bob", "cy"}


def test_where_nothing_is_near_nothing_is_claimed(finder: Finder) -> None:
    assert names(finder.related("alone", VISITOR)) == ([], [])


@pytest.mark.parametrize("public_id", ["hidden", "nothing"])
def test_of_what_may_not_be_read_nothing_is_told(finder: Finder, public_id: str) -> None:
    with pytest.raises(NotFound, match="There is no such document"):
        finder.related(public_id, VISITOR)


def test_a_guest_without_any_grant_learns_nothing(finder: Finder) -> None:
    with pytest.raises(NotFound):
        finder.related("tides", Principal(frozenset()))


def test_a_document_of_which_only_the_title_is_known_has_relations_too(tmp_path: Path) -> None:
    world = World(tmp_path, [person("ada"), person("bob")])
    world.documents = [document("a", "Tide gauge drift", "", ["ada"]), document("b", "Drift of the tide gauge", "", ["bob"])]
    assert names(world.open().related("a", VISITOR)) == (["b"], ["bob"])
