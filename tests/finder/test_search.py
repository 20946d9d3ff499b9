"""The whole read side over a small organisation."""

import pytest

from finder.answers import Filters, Kind, Request
from finder.search import MOST
from finder.service import Finder
from models.access import VISITOR, Principal
from models.errors import InvalidQuery
from tests.world import World, document, person, reader


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("search"))
    world.people = [person("ada", team="Data", skills=["vacuum"]), person("bob", team="Pay"), person("cy")]
    world.groups = [{"id": "board", "name": "Board", "members": ["bob"]}]
    world.documents = [
        document(
            "d1", "Slow queries", "Vacuum sleeps at night.", ["ada"], created="2025-03-04", url="https://example.org/d1", tags=["index"]
        ),
        document("d2", "Slow queries again", "Index bloat.", ["ada", "bob"]),
        document("s1", "Slow queries of the merger", "Salary", ["cy"], visibility="restricted", allow=["group:board"]),
        *(document(f"z{n}", f"Canteen menu {n}", "Soup") for n in range(3)),
    ]
    return world.open()


def test_a_question_gets_people_documents_and_counts(finder: Finder) -> None:
    found = finder.search(Request("who knows about slow queries"), VISITOR)
    assert found.people[0].profile.id == "ada"
    assert found.people[0].rank == 1
    assert {found.documents[n].document.id for n in range(2)} == {"d1", "d2"}
    assert found.facets["people"]["team"]
    assert not found.more


def test_a_document_is_told_with_all_a_list_shows(finder: Finder) -> None:
    found = next(held for held in finder.search(Request("vacuum sleeps"), VISITOR).documents if held.document.id == "d1")
    assert (found.document.title, found.document.created, found.document.tags) == ("Slow queries", "2025-03-04", ("index",))
    assert found.document.source_url == "https://example.org/d1"
    assert [(author.id, author.role) for author in found.document.authors] == [("ada", "author")]
    assert [found.snippet.text[start:end] for start, end in found.snippet.highlights] == ["Vacuum", "sleeps"]


def test_only_the_list_asked_for_is_given(finder: Finder) -> None:
    assert finder.search(Request("slow queries", Kind.PEOPLE), VISITOR).documents == ()
    assert finder.search(Request("slow queries", Kind.DOCUMENTS), VISITOR).people == ()


def test_the_same_question_gets_the_same_answer(finder: Finder) -> None:
    assert finder.search(Request("slow queries"), VISITOR) == finder.search(Request("slow queries"), VISITOR)


def test_interleaved_askers_never_get_each_others_answers(finder: Finder) -> None:
    board = finder.principal("bob")
    expected = {asker: finder.search(Request("slow queries merger"), asker) for asker in (VISITOR, board, Principal(frozenset()))}
    for _ in range(3):
        for asker, answer in expected.items():
            assert finder.search(Request("slow queries merger"), asker) == answer
    assert "s1" in {held.document.id for held in expected[board].documents}
    assert "s1" not in {held.document.id for held in expected[VISITOR].documents}
    assert expected[Principal(frozenset())].documents == ()


def test_who_has_no_name_in_the_organisation_is_not_found(finder: Finder) -> None:
    everybody = {held.profile.id for held in finder.search(Request("slow queries merger", Kind.PEOPLE, limit=50), VISITOR).people}
    assert everybody <= {"ada", "bob", "cy"}


def test_people_are_paged_without_gap_or_repetition(finder: Finder) -> None:
    whole = [held.profile.id for held in finder.search(Request("slow queries", Kind.PEOPLE), reader("x", "board")).people]
    pages = [finder.search(Request("slow queries", Kind.PEOPLE, limit=1, offset=n), reader("x", "board")) for n in range(len(whole))]
    assert [page.people[0].profile.id for page in pages] == whole
    assert [page.people[0].rank for page in pages] == list(range(1, len(whole) + 1))
    assert [page.more for page in pages] == [True] * (len(whole) - 1) + [False]


@pytest.mark.parametrize("limit", [0, -1, MOST + 1])
def test_a_limit_out_of_range_is_refused(finder: Finder, limit: int) -> None:
    with pytest.raises(InvalidQuery, match=f"limit={limit}"):
        finder.search(Request("slow", limit=limit), VISITOR)


def test_both_lists_together_have_no_second_page(finder: Finder) -> None:
    with pytest.raises(InvalidQuery, match="no further pages"):
        finder.search(Request("slow", offset=10), VISITOR)


def test_an_unknown_filter_is_refused_before_anything_is_searched(finder: Finder) -> None:
    with pytest.raises(InvalidQuery, match="colour"):
        finder.search(Request("slow", filters=Filters((("colour", ("red",)),))), VISITOR)


def test_a_page_beyond_the_last_is_empty(finder: Finder) -> None:
    found = finder.search(Request("slow queries", Kind.PEOPLE, offset=1000), VISITOR)
    assert (found.people, found.more) == ((), False)


@pytest.mark.parametrize(
    "question",
    ["a\0slow", "🙂 slow", "slow " * 1900, "\u202ewols slow", "SELECT * FROM slow; --", "<b>slow</b>", "漢字 slow", "e\u0301" * 4000],
)
def test_a_hostile_question_is_answered(finder: Finder, question: str) -> None:
    assert finder.search(Request(question), VISITOR).documents


def test_being_ready_means_that_database_and_encoder_answer(finder: Finder) -> None:
    finder.ready()
    assert finder.describe() | {"encoder": None} == {
        "generation": "00000001", "documents": 6, "people": 3, "passages": 6, "encoder": None, "warnings": []
    }  # fmt: skip
