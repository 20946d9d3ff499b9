from dataclasses import replace
from pathlib import Path

import pytest

from finder.answers import Answer, Confidence, Filters, Kind, Request, Sort
from finder.web.cursors import Cursors
from models.access import VISITOR, Principal
from models.errors import CursorGone, InvalidCursor
from models.settings import Settings
from tests.world import World, document, person

ASKED = Request("slow queries", Kind.PEOPLE, filters=Filters((("team", ("Data", "Pay")), ("kind", ("wiki",)))))


def page(request: Request, *, more: bool = True) -> Answer:
    return Answer(request, "00000001", Confidence.GOOD, (), (), (), more=more)


def test_a_cursor_leads_to_the_next_page_of_its_generation() -> None:
    cursors = Cursors(b"secret")
    cursor = cursors.following(page(ASKED), VISITOR)
    assert cursor is not None
    second = cursors.follow(cursor, ASKED, VISITOR)
    assert second == replace(ASKED, offset=10, generation="00000001")
    third = cursors.following(page(second), VISITOR)
    assert third is not None
    assert cursors.follow(third, ASKED, VISITOR).offset == 20


def test_the_order_of_filters_does_not_matter() -> None:
    cursor = Cursors(b"secret").following(page(ASKED), VISITOR)
    assert cursor is not None
    turned = replace(ASKED, filters=Filters((("kind", ("wiki",)), ("team", ("Pay", "Data")))))
    assert Cursors(b"secret").follow(cursor, turned, VISITOR).offset == 10


@pytest.mark.parametrize("answer", [page(ASKED, more=False), page(replace(ASKED, kind=Kind.ALL))])
def test_the_last_page_and_both_lists_together_have_none(answer: Answer) -> None:
    assert Cursors(b"secret").following(answer, VISITOR) is None


def test_a_cursor_of_another_installation_or_asker_is_refused() -> None:
    cursor = Cursors(b"secret").following(page(ASKED), VISITOR)
    assert cursor is not None
    with pytest.raises(InvalidCursor, match="not issued"):
        Cursors(b"other").follow(cursor, ASKED, VISITOR)
    with pytest.raises(InvalidCursor, match="another question"):
        Cursors(b"secret").follow(cursor, ASKED, Principal(frozenset({"org", "user:ada"}), "ada"))


def test_a_cursor_belongs_to_one_order() -> None:
    cursor = Cursors(b"secret").following(page(ASKED), VISITOR)
    assert cursor is not None
    with pytest.raises(InvalidCursor, match="another question"):
        Cursors(b"secret").follow(cursor, replace(ASKED, sort=Sort.RECENT), VISITOR)


def test_no_byte_of_a_cursor_can_be_changed() -> None:
    cursors = Cursors(b"secret")
    cursor = cursors.following(page(ASKED), VISITOR)
    assert cursor is not None
    for place, character in enumerate(cursor):
        changed = cursor[:place] + ("B" if character != "B" else "C") + cursor[place + 1 :]
        with pytest.raises(InvalidCursor):
            cursors.follow(changed, ASKED, VISITOR)


def test_a_cursor_survives_one_new_index_and_is_gone_after_the_next(tmp_path: Path) -> None:
    world = World(tmp_path, [person("ada")], documents=[document(f"d{n}", f"Slow queries {n}", by=["ada"]) for n in range(5)])
    finder, cursors = world.open(), Cursors.of(Settings(home=tmp_path))
    asked = Request("slow queries", Kind.DOCUMENTS, limit=2)
    cursor = cursors.following(finder.search(asked, VISITOR), VISITOR)
    assert cursor is not None
    second = cursors.follow(cursor, asked, VISITOR)
    first_time = finder.search(second, VISITOR)
    for number in range(2):
        world.documents.append(document(f"new{number}", f"Slow queries again {number}", by=["ada"]))
        world.ingest()
        world.build()
        finder.refresh()
        if number == 0:
            assert [found.document.id for found in finder.search(second, VISITOR).documents] == [
                found.document.id for found in first_time.documents
            ]
    with pytest.raises(CursorGone):
        finder.search(second, VISITOR)
