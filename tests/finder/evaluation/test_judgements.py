"""Feedback as a judged collection: by majority, of what everybody may see, without those who gave it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from finder.evaluation.collection import read_collection
from finder.evaluation.judgements import Voice, export, judge, public, question_id, voices
from finder.service import Finder
from models.database import writing
from models.errors import SourceError
from models.told import Feedback
from tests.world import World, document, person

CRANES = question_id("Who greases the cables?")


def everything(subject: str) -> bool:
    return True


def said(*voiced: tuple[str, str, str], question: str = "Who greases the cables?") -> list[Voice]:
    return [Voice(who, question, subject, verdict) for who, subject, verdict in voiced]


@pytest.fixture
def finder(tmp_path: Path) -> Iterator[Finder]:
    world = World(tmp_path)
    world.people = [person("ada lind"), person("bo"), person("gone", active=False)]
    world.documents = [
        document("d1", "Crane cables", "Cables are greased every month.", ["ada lind"]),
        document("d2", "Secret cables", "Not for everybody.", ["ghost"], visibility="restricted", allow=["user:bo"]),
    ]
    opened = world.open()
    yield opened
    opened.engine.dispose()


def record(finder: Finder, *given: tuple[str, str, str, str]) -> None:
    with writing(finder.engine) as session:
        for number, (who, question, subject, verdict) in enumerate(given):
            created = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
            session.add(Feedback(created=created, principal=who, question=question, subject=subject, verdict=verdict, comment="private"))


def test_the_majority_decides_and_a_tie_is_left_out() -> None:
    found = judge(
        said(
            ("u1", "people/ada", "helpful"), ("u2", "people/ada", "helpful"), ("u3", "people/ada", "wrong"),
            ("u1", "people/bo", "helpful"), ("u2", "people/bo", "outdated"), ("u1", "documents/a/b", "unhelpful"),
        ),
        everything,
    )  # fmt: skip
    assert found.grades == {"people": {CRANES: {"ada": 1}}, "documents": {CRANES: {"a/b": 0}}}
    assert (found.judged, found.split) == (2, 1)


def test_a_person_has_one_voice_on_a_result_their_last_word() -> None:
    found = judge(said(("u1", "people/ada", "helpful"), ("u1", "people/ada", "helpful"), ("u1", "people/ada", "wrong")), everything)
    assert found.grades["people"] == {CRANES: {"ada": 0}}


def test_the_same_words_are_one_question_and_no_words_none() -> None:
    voiced = said(("u1", "people/ada", "helpful"))
    voiced += said(("u2", "people/bo", "helpful"), question="  who GREASES the\tcables? ")
    voiced += said(("u3", "people/ada", "wrong"), question=" ")
    found = judge(voiced, everything)
    assert found.questions == {CRANES: "Who greases the cables?"}
    assert found.grades["people"] == {CRANES: {"ada": 1, "bo": 1}}


def test_what_not_everybody_may_see_is_not_exported_nor_the_question_about_it(finder: Finder) -> None:
    record(
        finder,
        ("user:bo", "Where is the merger?", "documents/d2", "helpful"),
        ("user:bo", "Where is the merger?", "people/ghost", "helpful"),
        ("user:bo", "Who left?", "people/gone", "helpful"),
        ("user:bo", "Who greases the cables?", "documents/d1", "helpful"),
    )
    found = judge(voices(finder), public(finder))
    assert list(found.questions.values()) == ["Who greases the cables?"]
    assert found.grades == {"people": {}, "documents": {CRANES: {"d1": 1}}}


def test_the_export_reads_back_as_a_collection_and_names_nobody_who_judged(finder: Finder, tmp_path: Path) -> None:
    record(
        finder,
        ("user:bo", "Who greases the cables?", "people/ada lind", "helpful"),
        ("key:7", "Who greases the cables?", "people/bo", "wrong"),
    )
    folder = tmp_path / "export"
    export(folder, judge(voices(finder), public(finder)))
    collection = read_collection(folder)
    assert [(question.id, question.text, question.principal) for question in collection.questions] == [
        (CRANES, "Who greases the cables?", None)
    ]
    assert collection.people_grades == {CRANES: {"ada lind": 1, "bo": 0}}
    assert not collection.whole
    written = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert not any(told in written for told in ("user:bo", "key:7", "private", "2025"))


def test_a_folder_that_holds_anything_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_text("kept")
    with pytest.raises(SourceError, match="is not empty"):
        export(tmp_path, judge([], everything))
    assert (tmp_path / "queries.jsonl").read_text() == "kept"
