"""From answers to runs, values and abstentions."""

import pytest

from finder.answers import Answer, Confidence, Kind, PersonResult, Profile, Request
from finder.evaluation.collection import Question, read_collection
from finder.evaluation.halves import Half, half_of
from finder.evaluation.trial import abstention, asker, board, evaluate, kinds_judged, replies
from models.access import VISITOR, Principal
from models.errors import InvalidQuery, SourceError
from tests.finder.evaluation.places import HARBOUR


def answer(request: Request, names: tuple[str, ...], confidence: Confidence = Confidence.GOOD) -> Answer:
    people = tuple(
        PersonResult(Profile(name, name, None, None, None, (), ()), rank, 1 / rank, confidence, None, (), ())
        for rank, name in enumerate(names, 1)
    )
    return Answer(request, "", confidence, (), people, ())


def knows_cranes(question: Question, kind: Kind) -> Answer:
    known = "crane" in question.text
    return answer(Request(question.text, kind), ("ada", "di") if known else ("eve",), Confidence.GOOD if known else Confidence.NONE)


def refuses(question: Question, kind: Kind) -> Answer:
    raise InvalidQuery("The question cannot be used.")


def test_a_question_is_asked_as_its_principal_or_as_a_visitor() -> None:
    asked: list[tuple[Request, Principal]] = []

    def search(request: Request, principal: Principal) -> Answer:
        asked.append((request, principal))
        return answer(request, ())

    ask = asker(search, lambda user: Principal(frozenset({"org", f"user:{user}"}), user))
    ask(Question("1", "open", "1"), Kind.PEOPLE)
    ask(Question("2", "closed", "2", "user:ada"), Kind.ALL)
    assert [who.user for _, who in asked] == [None, "ada"]
    assert asked[0][1] is VISITOR
    assert [(request.kind, request.limit) for request, _ in asked] == [(Kind.PEOPLE, 50), (Kind.ALL, 50)]
    with pytest.raises(SourceError, match="group:cranes"):
        ask(Question("3", "odd", "3", "group:cranes"), Kind.PEOPLE)


def test_a_question_is_asked_for_the_lists_it_is_judged_on() -> None:
    collection = read_collection(HARBOUR)
    kinds = kinds_judged(collection.judged(collection.people_grades)[:2], collection.judged(collection.document_grades))
    assert kinds == {"crane-word": Kind.ALL, "crane-question": Kind.PEOPLE, "fog": Kind.DOCUMENTS}


def test_the_product_stands_beside_the_baselines_on_the_same_questions() -> None:
    collection = read_collection(HARBOUR)
    worst = {question.id: ["eve"] for question in collection.questions}
    outcome = evaluate(collection, Half.ALL, knows_cranes, ({"random": worst}, {}))
    assert outcome.people is not None
    assert list(outcome.people.values) == ["finder", "random"]
    assert outcome.people.questions == ("crane-word", "crane-question", "fog", "tariff", "smuggling")
    assert outcome.people.rows[:2] == ("crane", "crane")
    assert outcome.people.values["finder"]["nDCG@10"].tolist() == [1.0, 1.0, 0.0, 0.0, 0.0]
    assert outcome.people.values["random"]["nDCG@10"].tolist() == [0.0] * 5
    assert [(found.questions, found.abstained, found.asked) for found in outcome.abstentions] == [("judged", 3, 5)]


def test_a_half_holds_its_own_topics_only() -> None:
    collection = read_collection(HARBOUR)
    boards = {half: evaluate(collection, half, knows_cranes, ({}, {})).people for half in (Half.TUNE, Half.TEST)}
    for half, found in boards.items():
        assert all(half_of(row) is half for row in (found.rows if found else ()))
    assert sum(len(found.questions) for found in boards.values() if found) == 5


def test_a_list_without_judgements_has_no_board() -> None:
    assert board({}, ("finder",), {}, ()) is None


def test_every_ranking_is_cut_at_the_same_depth() -> None:
    grades = {"q": {"late": 1}}
    found = board({"finder": {"q": [*map(str, range(50)), "late"]}}, ("finder",), grades, (Question("q", "text", "q"),))
    assert found is not None
    assert found.values["finder"]["MRR"].tolist() == [0.0]


def test_a_refused_question_abstains_and_finds_nobody() -> None:
    found = replies(refuses, [Question("q", "?", "q")], {"q": Kind.PEOPLE})
    assert found.people == {}
    assert found.abstained == {"q"}


def test_abstention_counts_confidence_none() -> None:
    questions = [Question("1", "soup", "1"), Question("2", "crane", "2"), Question("3", "fish", "3")]
    found = abstention(knows_cranes, "everyday", questions)
    assert (found.abstained, found.asked) == (2, 3)
