"""Chosen values of one name are alternatives, names add up, and nothing chosen is a mask over what was already cut."""

from pathlib import Path

import numpy as np
import pytest

from finder.answers import Filters, Request
from finder.filters import NAMES, Scope, check, scope
from finder.service import Finder
from models.access import VISITOR, Principal
from models.errors import InvalidQuery
from tests.world import World, document, person, reader


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("filters"))
    world.people = [
        person("ada", team="Data", location="Oslo", languages=["en", "no"], skills=["vacuum"]),
        person("bob", team="Pay", location="Graz", languages=["de"], skills=["payroll"]),
        person("cy", team="Data", location="Graz"),
    ]
    world.documents = [
        document("a1", "Queries", "slow", ["ada"], tags=["index", "speed"], created="2025-01-10", kind="wiki"),
        document("b1", "Queries", "paid", ["bob"], tags=["money"], created="2024-03-01"),
        document("c1", "Queries", "both", {"cy": "reviewer", "ada": "mentioned"}, created="1965-01-01"),
        document("n1", "Queries", "nobody"),
        document("s1", "Queries", "secret", ["bob"], visibility="restricted", allow=["group:board"], tags=["hush"], kind="memo"),
    ]
    return world.open()


def chosen(finder: Finder, asker: Principal = VISITOR, without: str = "", **values: str | tuple[str, ...]) -> tuple[set[str], set[str]]:
    """The ids of the documents and people in scope."""
    filters = Filters(tuple((name, (value,) if isinstance(value, str) else value) for name, value in values.items()))
    check(filters)
    generation = finder._generations.serving
    found: Scope = scope(generation, finder._views.of(generation, asker), filters, without)
    assert np.array_equal(found.passages, found.documents[generation.passages.document])
    return (
        {name for name, held in zip(generation.names.documents, found.documents, strict=True) if held},
        {name for name, held in zip(generation.names.people, found.people, strict=True) if held},
    )


def test_without_filters_everything_readable_is_in_scope(finder: Finder) -> None:
    assert chosen(finder) == ({"a1", "b1", "c1", "n1"}, {"ada", "bob", "cy"})
    assert chosen(finder, team=()) == chosen(finder)


@pytest.mark.parametrize(
    ("values", "documents", "people"),
    [
        ({"team": "Data"}, {"a1", "c1"}, {"ada", "cy"}),
        ({"team": ("Data", "Pay")}, {"a1", "b1", "c1"}, {"ada", "bob", "cy"}),
        ({"location": "Graz"}, {"b1", "c1"}, {"bob", "cy"}),
        ({"language": "no"}, {"a1"}, {"ada"}),
        ({"skill": "payroll"}, {"b1"}, {"bob"}),
        ({"team": "Data", "location": "Graz"}, {"c1"}, {"cy"}),
        ({"team": "Pay", "location": "Oslo"}, set(), set()),
        ({"team": "Nowhere"}, set(), set()),
    ],
)
def test_filters_of_people_restrict_them_and_documents_through_their_authors(
    finder: Finder, values: dict[str, str], documents: set[str], people: set[str]
) -> None:
    assert chosen(finder, **values) == (documents, people)


@pytest.mark.parametrize(
    ("values", "documents"),
    [
        ({"kind": "wiki"}, {"a1"}),
        ({"kind": ("wiki", "post")}, {"a1", "b1", "c1", "n1"}),
        ({"source": "org"}, {"a1", "b1", "c1", "n1"}),
        ({"source": "elsewhere"}, set()),
        ({"tag": ("speed", "money")}, {"a1", "b1"}),
        ({"tag": "speed", "kind": "post"}, set()),
        ({"author": "ada"}, {"a1"}),
        ({"author": ("ada", "cy", "nobody")}, {"a1", "c1"}),
        ({"since": "2024-03-01"}, {"a1", "b1"}),
        ({"since": "2024-03-02"}, {"a1"}),
        ({"until": "2024-03-01"}, {"b1", "c1"}),
        ({"since": "2024-01-01", "until": "2024-12-31"}, {"b1"}),
        ({"since": ("2025-01-01", "2024-01-01")}, {"a1", "b1"}),
        ({"since": "1960-01-01"}, {"a1", "b1", "c1"}),
        ({"until": "1960-01-01"}, set()),
    ],
)
def test_filters_of_documents_restrict_evidence_and_no_person(finder: Finder, values: dict[str, str], documents: set[str]) -> None:
    assert chosen(finder, **values) == (documents, {"ada", "bob", "cy"})


def test_a_filter_never_opens_what_is_hidden(finder: Finder) -> None:
    assert chosen(finder, tag="hush")[0] == chosen(finder, kind="memo")[0] == set()
    assert chosen(finder, author="bob")[0] == {"b1"}
    assert chosen(finder, reader("x", "board"), tag="hush")[0] == {"s1"}


def test_one_filter_can_be_left_out(finder: Finder) -> None:
    assert chosen(finder, without="team", team="Pay", location="Graz") == chosen(finder, location="Graz")


def test_every_name_is_a_filter(finder: Finder) -> None:
    check(Filters(tuple((name, ("2025-01-01",)) for name in NAMES)))


@pytest.mark.parametrize("name", ["teams", "", "limit", "Team", "visibility"])
def test_an_unknown_filter_is_refused(name: str) -> None:
    with pytest.raises(InvalidQuery, match="There is no filter"):
        check(Filters(((name, ("x",)),)))


@pytest.mark.parametrize("value", ["yesterday", "2025-02-30", "", "2025-1-1x"])
def test_an_unreadable_date_is_refused(value: str) -> None:
    for name in ("since", "until"):
        with pytest.raises(InvalidQuery, match="is not a date"):
            check(Filters(((name, (value,)),)))


def test_a_filter_reaches_beyond_the_best_hits(tmp_path: Path) -> None:
    """It is applied before the cut: the only match of a rare kind is found however many others are nearer."""
    world = World(tmp_path)
    world.documents = [document(f"d{n:03}", "Slow queries", f"slow queries {n}") for n in range(450)]
    world.documents.append(document("rare", "Relay", "clock and queries", kind="memo"))
    found = world.open().search(Request("slow queries", filters=Filters((("kind", ("memo",)),))), VISITOR)
    assert [result.document.id for result in found.documents] == ["rare"]
