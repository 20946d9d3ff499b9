"""What is kept of questions is let go of: after its time, when no longer wanted, and with who asked."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from indexer.questions import forget_questions
from indexer.removal import erase
from models.database import writing
from models.questions import KEPT, pseudonym
from models.told import AskedQuestion
from tests.indexer.worlds import SECRET, World, page

TODAY = date(2026, 3, 31)


@pytest.fixture
def asked(place: World) -> World:
    """Two people asked for leave, one of them of old; one for tides."""
    rows = [("leave", "ada", TODAY - KEPT), ("leave", "bob", TODAY - KEPT + timedelta(days=1)), ("tides", "ada", TODAY)]
    engine = place.engine()
    with writing(engine) as session:
        session.execute(
            insert(AskedQuestion), [{"words": words, "asker": pseudonym(SECRET, who, words), "day": day} for words, who, day in rows]
        )
    engine.dispose()
    return place


def left(place: World) -> list[str]:
    return [words for (words,) in place.rows(AskedQuestion, "words")]


def test_after_thirty_days_it_is_gone(asked: World) -> None:
    forget_questions(asked.engine(), TODAY, wanted=True)
    assert left(asked) == ["leave", "tides"]
    forget_questions(asked.engine(), TODAY + KEPT, wanted=True)
    assert left(asked) == []


def test_where_questions_are_no_longer_to_be_kept_all_go(asked: World) -> None:
    forget_questions(asked.engine(), TODAY, wanted=False)
    assert left(asked) == []


def test_who_is_erased_takes_what_they_asked_along(asked: World) -> None:
    asked.add(asked.collection([page(1)]))
    erase(asked.engine(), "ada", SECRET)
    assert asked.rows(AskedQuestion, "words", "asker") == [("leave", pseudonym(SECRET, "bob", "leave"))]


def test_an_asker_bears_another_name_beside_other_words() -> None:
    assert len({pseudonym(SECRET, who, words) for who in ("ada", "bob") for words in ("leave", "tides")}) == 4
    assert pseudonym(SECRET, "ada", "leave") != pseudonym(b"another", "ada", "leave")
