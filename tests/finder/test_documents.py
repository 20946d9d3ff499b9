from pathlib import Path

import pytest

from finder.answers import Kind, Request, Sort
from models.access import VISITOR
from tests.world import Row, World, document, person


def shown(tmp_path: Path, *documents: Row, question: str = "slow queries") -> list[str]:
    others = [document(f"zz{n}", f"Canteen menu {n}", "Soup.") for n in range(3)]
    found = World(tmp_path, documents=[*documents, *others]).open().search(Request(question, Kind.DOCUMENTS), VISITOR)
    return [result.document.id for result in found.documents if not result.document.id.startswith("zz")]


def test_the_best_document_comes_first(tmp_path: Path) -> None:
    assert shown(tmp_path, document("b", "Slow queries", "How to"), document("a", "Elevators", "are slow"))[0] == "b"


def test_what_says_the_same_is_shown_once(tmp_path: Path) -> None:
    assert shown(tmp_path, *(document(f"d{n}", "Slow queries", "the same words") for n in range(3))) == ["d0"]


def test_a_copy_under_another_kind_is_shown_once(tmp_path: Path) -> None:
    assert shown(tmp_path, document("d0", "Slow queries", "words"), document("d1", "Slow queries", "words", kind="wiki")) == ["d0"]


def test_near_copies_are_folded_and_others_are_not(tmp_path: Path) -> None:
    long = " ".join(f"word{n}" for n in range(60))
    near = [document("d0", "Slow queries", long), document("d1", "Slow queries", long + " extra")]
    other = document("d2", "Slow queries", " ".join(f"other{n}" for n in range(60)))
    found = shown(tmp_path, *near, other)
    assert len(found) == 2
    assert "d2" in found


@pytest.mark.parametrize("limit", [1, 2])
def test_pages_follow_one_another_without_gap_or_repetition(tmp_path: Path, limit: int) -> None:
    finder = World(tmp_path, documents=[document(f"d{n}", f"Slow {word}", f"{word} " * 5) for n, word in enumerate("abcde")]).open()
    whole = [result.document.id for result in finder.search(Request("slow", Kind.DOCUMENTS), VISITOR).documents]
    paged, offset, more = [], 0, True
    while more:
        page = finder.search(Request("slow", Kind.DOCUMENTS, limit=limit, offset=offset), VISITOR)
        assert [result.rank for result in page.documents] == list(range(offset + 1, offset + 1 + len(page.documents)))
        paged += [result.document.id for result in page.documents]
        offset, more = offset + limit, page.more
    assert paged == whole


def test_by_date_the_newest_comes_first_and_what_bears_no_date_last(tmp_path: Path) -> None:
    documents = [
        document("best", "Slow queries", "Why queries are slow, and how slow.", created="2021-05-01"),
        document("undated", "Index advice", "An index helps slow queries of every table."),
        document("new", "Queries", "One is slow on Mondays.", created="2025-02-03"),
    ]
    finder = World(tmp_path, documents=documents).open()
    found = finder.search(Request("slow queries", Kind.DOCUMENTS, sort=Sort.RECENT), VISITOR).documents
    assert [result.document.id for result in found] == ["new", "best", "undated"]
    assert [result.rank for result in found] == [1, 2, 3]


def test_by_date_a_stranger_of_today_is_not_shown_before_the_answer_of_last_year(tmp_path: Path) -> None:
    about = [document(f"d{n:02}", f"Slow queries {n}", f"Slow queries and word{n}.", created=f"2020-01-{n + 1:02}") for n in range(12)]
    strangers = [document(f"s{n:02}", f"Canteen {n}", f"Soup {n} and a queries desk.", created="2026-01-01") for n in range(12)]
    finder = World(tmp_path, documents=about + strangers).open()
    asked = Request("slow queries", Kind.DOCUMENTS, limit=50, sort=Sort.RECENT)
    assert [result.document.id for result in finder.search(asked, VISITOR).documents] == [f"d{n:02}" for n in reversed(range(12))]


def test_people_have_no_order_by_date(tmp_path: Path) -> None:
    world = World(tmp_path, [person("ada"), person("bob")])
    world.documents = [
        document("old", "Slow queries", "Slow queries explained.", ["ada"], created="2020-01-01"),
        document("new", "Queries of the canteen", "Slow at noon, fine after lunch.", ["bob"], created="2026-01-01"),
        document("soup", "Soup", "Lentils on Monday.", ["bob"]),
    ]
    finder = world.open()
    by_date, by_relevance = (finder.search(Request("slow queries", Kind.PEOPLE, sort=sort), VISITOR).people for sort in reversed(Sort))
    assert [found.profile.id for found in by_date] == ["ada", "bob"]
    assert by_date == by_relevance
