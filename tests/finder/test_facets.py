from pathlib import Path

import pytest

from finder.answers import Filters, Kind, Request
from finder.facets import SHOWN
from finder.service import Finder
from models.access import VISITOR, Principal
from tests.world import World, document, person, reader


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("facets"))
    world.people = [
        person("ada", team="Data", location="Oslo", languages=["en", "no"], skills=["vacuum"]),
        person("bob", team="Pay", location="Graz", languages=["en"]),
        person("cy", team="Data", location="Graz"),
        person("dee", team="Idle", location="Oslo"),
    ]
    world.documents = [
        *(document(f"a{n}", "Slow queries", f"text {n}", ["ada"], tags=["index"], kind="wiki") for n in range(3)),
        document("b", "Slow queries", "paid", ["bob", "cy"], tags=["index", "money"]),
        document("asked", "Slow queries", "why", {"dee": "asker"}),
        document("s", "Slow queries", "secret", ["bob"], tags=["hush"], kind="memo", visibility="restricted", allow=["group:board"]),
    ]
    return world.open()


def counts(finder: Finder, side: str, name: str, asker: Principal = VISITOR, kind: Kind = Kind.ALL, **values: str) -> dict[str, int]:
    filters = Filters(tuple((key, (value,)) for key, value in values.items()))
    found = finder.search(Request("slow queries", kind, filters=filters), asker)
    return {count.value: count.count for count in found.facets[side].get(name, ())}


def test_people_are_counted_once_each_however_much_they_wrote(finder: Finder) -> None:
    assert counts(finder, "people", "team") == {"Data": 2, "Pay": 1}
    assert counts(finder, "people", "location") == {"Graz": 2, "Oslo": 1}
    assert counts(finder, "people", "language") == {"en": 2, "no": 1}
    assert counts(finder, "people", "skill") == {"index": 1, "vacuum": 1}


def test_documents_are_counted(finder: Finder) -> None:
    assert counts(finder, "documents", "kind") == {"wiki": 3, "post": 2}
    assert counts(finder, "documents", "tag") == {"index": 4, "money": 1}
    assert counts(finder, "documents", "source") == {"org": 5}


def test_the_most_frequent_value_comes_first(finder: Finder) -> None:
    assert list(counts(finder, "documents", "tag")) == ["index", "money"]


def test_who_only_asked_is_not_counted(finder: Finder) -> None:
    assert "Idle" not in counts(finder, "people", "team")


def test_a_facet_ignores_its_own_selection_and_follows_the_others(finder: Finder) -> None:
    assert counts(finder, "people", "team", team="Pay") == {"Data": 2, "Pay": 1}
    assert counts(finder, "people", "location", team="Pay") == {"Graz": 1}
    assert counts(finder, "documents", "kind", team="Pay") == {"post": 1}
    assert counts(finder, "documents", "kind", kind="wiki", tag="money") == {"post": 1}


def test_hidden_documents_are_not_counted(finder: Finder) -> None:
    assert "hush" not in counts(finder, "documents", "tag")
    assert counts(finder, "documents", "tag", reader("x", "board"))["hush"] == 1
    assert counts(finder, "people", "team", Principal(frozenset())) == {}


def test_only_the_lists_asked_for_are_counted(finder: Finder) -> None:
    assert counts(finder, "documents", "kind", kind=Kind.PEOPLE) == {}
    assert counts(finder, "people", "team", kind=Kind.DOCUMENTS) == {}


def test_counts_are_over_all_hits_and_not_over_one_page(finder: Finder) -> None:
    page = finder.search(Request("slow queries", Kind.DOCUMENTS, limit=1), VISITOR)
    assert sum(count.count for count in page.facets["documents"]["kind"]) == 5


def test_no_more_values_are_given_than_agreed(tmp_path: Path) -> None:
    world = World(tmp_path, documents=[document("d", "Slow queries", "text", tags=[f"tag{n:02}" for n in range(SHOWN + 9)])])
    assert len(counts(world.open(), "documents", "tag")) == SHOWN
