from pathlib import Path

import pytest

from finder.answers import Kind, Request
from models.access import VISITOR
from tests.world import Row, World, document


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
