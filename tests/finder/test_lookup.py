from pathlib import Path

import pytest

from finder.answers import Kind, Request
from finder.lookup import RECENT
from finder.neighbours import SIMILAR
from finder.service import Finder
from models.access import VISITOR, Principal
from models.errors import NotFound
from tests.world import World, document, person, reader


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("lookup"))
    world.people = [
        person(
            "ada",
            team="Data",
            title="Engineer",
            bio="Keeps queries fast.",
            skills=["vacuum"],
            interests=["chess", "bees"],
            emails=["ada@example.com", "a@example.com"],
        ),
        person("bob", bio="Keeps queries fast too."),
        person("cy", bio="Bakes bread."),
    ]
    world.documents = [
        document("old", "Slow queries", "Vacuum", ["ada"], created="2020-01-01"),
        document("new", "Faster queries", "Index", ["ada"], created="2025-01-01", updated="2025-02-02"),
        document("undated", "Queries", "Whenever", {"ada": "reviewer"}),
        document("asked", "Why slow?", "Please help", {"ada": "asker"}),
        document("s1", "Merger", "Salary", ["ada", "phantom"], visibility="restricted", allow=["group:board"], created="2026-01-01"),
    ]
    return world.open()


def test_a_person_is_told_with_what_they_wrote_newest_first(finder: Finder) -> None:
    found = finder.person("ada", VISITOR)
    assert (found.profile.name, found.profile.title, found.profile.team, found.bio) == ("Ada", "Engineer", "Data", "Keeps queries fast.")
    assert found.interests == ("bees", "chess")
    assert [held.id for held in found.documents] == ["new", "old", "undated"]
    assert found.document_count == 3


def test_the_directory_s_address_is_for_those_who_stand_in_it(finder: Finder) -> None:
    assert finder.person("ada", reader("bob")).profile.contact == "ada@example.com"
    assert finder.person("bob", reader("bob")).profile.contact is None
    assert finder.person("ada", VISITOR).profile.contact is None


def test_each_asker_sees_what_they_may_read_of_a_person(finder: Finder) -> None:
    assert finder.person("ada", reader("x", "board")).documents[0].id == "s1"
    with pytest.raises(NotFound):
        finder.person("ada", Principal(frozenset()))


@pytest.mark.parametrize("public_id", ["phantom", "nobody", "", "ada' or 1=1 --"])
def test_a_hidden_and_a_missing_person_are_told_alike(finder: Finder, public_id: str) -> None:
    told = []
    for name in (public_id, "certainly-missing"):
        with pytest.raises(NotFound) as caught:
            finder.person(name, VISITOR)
        told.append((caught.value.what, caught.value.remedy))
        with pytest.raises(NotFound):
            finder.similar(name, VISITOR)
    assert told[0] == told[1]


@pytest.mark.parametrize("public_id", ["s1", "nothing", ""])
def test_a_hidden_and_a_missing_document_are_told_alike(finder: Finder, public_id: str) -> None:
    with pytest.raises(NotFound, match="There is no such document"):
        finder.document(public_id, VISITOR)


def test_a_document_is_told_in_full_to_whom_it_is_open(finder: Finder) -> None:
    assert finder.document("new", VISITOR).text == "Index"
    assert finder.document("new", VISITOR).updated == "2025-02-02"
    assert finder.document("s1", reader("x", "board")).document.title == "Merger"
    assert finder.document("s1", reader("phantom")).text == "Salary"


def test_similar_people_are_the_nearest_by_what_they_say_and_write(finder: Finder) -> None:
    assert finder.similar("ada", VISITOR)[0].profile.id == "bob"
    assert "ada" not in {held.profile.id for held in finder.similar("ada", VISITOR)}
    assert "phantom" not in {held.profile.id for held in finder.similar("ada", VISITOR)}


def test_of_whom_nothing_is_known_nobody_is_similar(tmp_path: Path) -> None:
    finder = World(tmp_path, [person("ada"), person("bob", bio="Queries")]).open()
    assert finder.similar("ada", VISITOR) == ()


def test_pages_are_bounded_and_counts_are_not(tmp_path: Path) -> None:
    world = World(tmp_path, [person(f"p{n}", bio="Keeps queries fast.") for n in range(SIMILAR + 4)])
    world.documents = [document(f"d{n:03}", f"Title {n}", "text", ["p0"]) for n in range(RECENT + 5)]
    finder = world.open()
    found = finder.person("p0", VISITOR)
    assert (len(found.documents), found.document_count) == (RECENT, RECENT + 5)
    assert len(finder.similar("p0", VISITOR)) == SIMILAR


def test_a_document_tells_which_passages_it_has(tmp_path: Path) -> None:
    text = "\n\n".join(f"Paragraph {n} " + "about the tide gauge and its float. " * 20 for n in range(3)).strip()
    finder = World(tmp_path, [person("ada")], documents=[document("long", "Tides", text, ["ada"])]).open()
    page = finder.document("long", VISITOR)
    assert [text[start:end].split(" about")[0] for start, end in page.passages] == ["Paragraph 0", "Paragraph 1", "Paragraph 2"]
    found = finder.search(Request("paragraph 2 float", Kind.DOCUMENTS), VISITOR).documents[0]
    assert found.passage == page.passages[2][0]
