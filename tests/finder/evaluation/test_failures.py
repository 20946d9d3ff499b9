"""Why a question went wrong: the right answer, what stands above it, and what both scores are made of."""

from pathlib import Path

import pytest

from finder.answers import Kind
from finder.evaluation.collection import Collection, Question
from finder.evaluation.failures import Failures, failures, outranked, right_answers, worst
from finder.evaluation.halves import Half
from finder.evaluation.trial import Ask, asker, evaluate
from finder.service import Finder
from models.errors import InvalidQuery
from tests.finder.evaluation.studies import board
from tests.world import World, document, person

TALK = "the database is slow, who can help with a slow database"
QUESTIONS = (Question("slow", "slow database", "slow"), Question("tide", "tide tables", "tide"), Question("lost", "tide", "lost"))
GRADES = {"slow": {"expert": 2, "talker": 0}, "tide": {"expert": 1}, "lost": {"nobody": 1}}


@pytest.fixture(scope="module")
def collection() -> Collection:
    papers = {"slow": {"d-vacuum": 1}}
    return Collection("hand", Path(), ("expert", "talker"), (), QUESTIONS, GRADES, papers)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    world = World(tmp_path_factory.mktemp("failures"))
    world.people = [person("expert"), person("talker")]
    world.documents = [
        document("d-talk", "Slow database", TALK, ["talker"]),
        document("d-vacuum", "Vacuum", "A slow database: vacuum its tables, or the database grows slow.", ["expert"]),
        document("d-tide", "Tide tables", "Where the tide tables hang.", ["expert"]),
    ]
    finder: Finder = world.open()
    return asker(finder.search, finder.principal)


@pytest.fixture(scope="module")
def found(collection: Collection, ask: Ask) -> dict[str, Failures]:
    boards = evaluate(collection, Half.ALL, ask, ({}, {})).boards
    return {listed.list: listed for listed in failures(collection, boards, ask, 5)}


def test_the_worst_questions_come_first_and_perfect_ones_not_at_all() -> None:
    assert worst(board(finder=(0.5, 0.0, 1.0)), 5) == [("q2", 0.0), ("q1", 0.5)]
    assert worst(board(finder=(0.5, 0.0, 1.0)), 1) == [("q2", 0.0)]


def test_the_right_person_stands_beside_the_one_who_outranked_them_with_the_evidence_of_both(found: dict[str, Failures]) -> None:
    late = next(failure for failure in found["people"].found if failure.question == "slow database")
    assert late.right is not None
    assert late.above is not None
    assert (late.right.id, late.right.rank, late.above.id, late.above.rank) == ("expert", 2, "talker", 1)
    assert [(reason.title, reason.role) for reason in late.above.reasons if reason.part == "evidence"] == [("Slow database", "author")]
    assert {"Vacuum"} <= {reason.title for reason in late.right.reasons}
    for place in (late.right, late.above):
        assert sum(reason.share for reason in place.reasons) == pytest.approx(place.score)


def test_a_right_answer_that_was_not_found_is_told_by_its_id(found: dict[str, Failures]) -> None:
    lost = found["people"].found[0]
    assert (lost.value, lost.right, lost.judged) == (0.0, None, ("nobody",))
    assert lost.above is not None


def test_documents_have_scores_and_no_reasons(found: dict[str, Failures]) -> None:
    (late,) = found["documents"].found
    assert late.above is not None
    assert late.right is not None
    assert (late.above.id, late.right.id, late.right.reasons) == ("d-talk", "d-vacuum", ())


def test_a_list_without_a_product_or_without_failures_is_left_out(collection: Collection, ask: Ask) -> None:
    assert failures(collection, {"people": board(random=(0.0, 0.0, 0.0))}, ask, 5) == ()
    assert failures(collection, {"people": board(finder=(1.0, 1.0, 1.0))}, ask, 5) == ()


def test_a_refused_question_says_so(collection: Collection) -> None:
    def refuses(question: Question, kind: Kind) -> None:
        raise InvalidQuery("The question holds no word.")

    boards = evaluate(collection, Half.ALL, refuses, ({}, {})).boards  # type: ignore[arg-type]
    (listed, _) = failures(collection, boards, refuses, 1)  # type: ignore[arg-type]
    assert listed.found[0].refused == "The question holds no word."


def test_right_answers_have_a_grade_the_best_first() -> None:
    assert right_answers({"b": 1, "a": 1, "c": 2, "d": 0}) == ("c", "a", "b")
    assert outranked([], ["a"]) == (None, None)
