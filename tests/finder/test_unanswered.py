"""Questions without an answer: words only, counted by people, shown from five on, and only what everybody may read has a say."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from finder.answers import Filters, Request
from finder.atlas import Unanswered
from finder.service import Finder
from models.access import VISITOR, Principal
from models.database import connect, reading, writing
from models.questions import KEPT, LEAST_ASKERS
from models.settings import load_settings
from models.told import AskedQuestion
from tests.landscape import landscape
from tests.world import World, document, person, reader

TODAY = datetime.now(UTC).date()
ASKERS = [f"asker{sign}" for sign in "abcdefg"]


def organisation(folder: Path) -> World:
    made = landscape(folder)
    made.people = [
        *made.people,
        *(person(name, name=f"Asker {name[-1].upper()}") for name in ASKERS),
        person("sab", name="Sabine Sabbatical"),
    ]
    return made


def opened(world: World, *, keep: bool = True) -> Finder:
    world.ingest()
    world.build()
    return Finder.open(world.settings.model_copy(update={"keep_questions": keep}), world.encoder)


@pytest.fixture
def finder(tmp_path: Path) -> Finder:
    return opened(organisation(tmp_path))


def ask(finder: Finder, question: str, *askers: str, **more: object) -> None:
    for asker in askers:
        finder.search(Request(question, **more), reader(asker))  # type: ignore[arg-type]


def told(finder: Finder) -> tuple[Unanswered, ...]:
    found = finder.explore(VISITOR).unanswered
    assert found is not None
    return found


def kept(finder: Finder) -> list[AskedQuestion]:
    with reading(finder.engine) as session:
        rows = list(session.scalars(select(AskedQuestion)))
        session.expunge_all()
    return rows


def test_what_five_people_asked_in_vain_is_shown_and_what_four_asked_is_not(finder: Finder) -> None:
    ask(finder, "parental leave zyx", *ASKERS[: LEAST_ASKERS - 1])
    assert told(finder) == ()
    ask(finder, "how does parental leave work?", ASKERS[LEAST_ASKERS])
    assert told(finder) == (Unanswered("parental leave", LEAST_ASKERS),)


def test_who_asks_again_and_again_is_one_person(finder: Finder) -> None:
    for _ in range(2 * LEAST_ASKERS):
        ask(finder, "parental leave", ASKERS[0])
    assert told(finder) == ()
    assert len(kept(finder)) == 3


def test_what_was_answered_is_not_kept(finder: Finder) -> None:
    ask(finder, "church bells rope ringing tower", *ASKERS)
    assert kept(finder) == []


def test_neither_the_question_nor_who_asked_is_kept(finder: Finder) -> None:
    ask(finder, "who knows my manager about parental leave in zanzibar", *ASKERS[:2])
    rows = kept(finder)
    assert max(len(row.words.split()) for row in rows) == 2
    assert not any(asker in row.asker for row in rows for asker in ASKERS)
    # Two words of one asker bear two names: nobody can put a question together again, or tell what else somebody asked.
    assert len({row.asker for row in rows}) == len(rows)


def test_without_the_setting_nothing_is_kept_and_nothing_is_shown(tmp_path: Path) -> None:
    finder = opened(organisation(tmp_path), keep=False)
    ask(finder, "parental leave", *ASKERS)
    assert kept(finder) == []
    assert finder.explore(VISITOR).unanswered is None


def test_only_first_unfiltered_questions_of_members_count(finder: Finder) -> None:
    ask(finder, "parental leave", ASKERS[0], filters=Filters((("team", ("Sea",)),)))
    finder.search(Request("parental leave"), VISITOR)
    finder.search(Request("parental leave"), Principal(frozenset({"user:ada"}), "ada"))
    assert kept(finder) == []


def test_the_name_of_somebody_is_no_topic(finder: Finder) -> None:
    ask(finder, "sabbatical zyxw", *ASKERS)
    assert [found.words for found in told(finder)] == ["zyxw"]


def test_what_is_older_than_agreed_is_not_shown(finder: Finder) -> None:
    rows = [
        {"words": "leave", "asker": asker, "day": TODAY - KEPT + timedelta(days=late)}
        for late in (0, 1)
        for asker in ASKERS[3 * late : 3 * late + 3]
    ]
    with writing(finder.engine) as session:
        session.execute(insert(AskedQuestion), rows)
    assert told(finder) == ()


def test_a_document_that_only_askers_may_read_does_not_show_in_the_counts_of_others(tmp_path: Path) -> None:
    """Who may read the answer finds it; that they do must not be told to who may not know that there is one."""
    seen = []
    for name in ("without", "holding"):
        world = organisation(tmp_path / name)
        if name == "holding":
            hidden = document(
                "secret", "parental leave", "About parental leave.", visibility="restricted", allow=[f"user:{who}" for who in ASKERS]
            )
            world.documents = [*world.documents, hidden]
        finder = opened(world)
        ask(finder, "parental leave", *ASKERS)
        seen.append(repr(finder.explore(reader("ada"))))
    assert seen[0] == seen[1]
    assert "parental leave" in seen[0]


def test_the_name_of_an_author_of_hidden_documents_alone_is_a_word_as_any_other_to_who_may_not_know_them(tmp_path: Path) -> None:
    seen = []
    for name in ("without", "holding"):
        world = organisation(tmp_path / name)
        if name == "holding":
            world.documents = [
                *world.documents,
                document("secret", "Merger", "Salary", ["zyxw"], visibility="restricted", allow=["user:bob"]),
            ]
        finder = opened(world)
        ask(finder, "zyxw", *ASKERS)
        seen.append([repr(finder.explore(reader(who)).unanswered) for who in ("ada", "bob")])
    assert seen[0][0] == seen[1][0] == seen[0][1] != "()"
    assert seen[1][1] == "()"


def test_where_nothing_can_be_written_the_answer_comes_all_the_same(finder: Finder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert finder._questions is not None
    broken = connect(load_settings(home=finder.settings.home, database_url=f"sqlite:///{finder.settings.home}"))
    monkeypatch.setattr(finder._questions, "_engine", broken)
    ask(finder, "parental leave", ASKERS[0])
    assert kept(finder) == []


def test_the_day_is_all_that_is_known_of_when(finder: Finder) -> None:
    ask(finder, "parental leave", ASKERS[0])
    assert {type(row.day) for row in kept(finder)} == {date}
