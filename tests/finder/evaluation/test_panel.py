"""Judged questions asked once, ranked under whatever weights."""

from pathlib import Path

import pytest

from finder.answers import Kind, Request
from finder.evaluation.collection import Collection, Question, read_collection
from finder.evaluation.halves import Half, half_of
from finder.evaluation.panel import panels
from finder.service import Finder
from finder.weights import Weights
from models.access import VISITOR
from tests.finder.evaluation.judged import asked, judge
from tests.finder.evaluation.places import HARBOUR
from tests.world import World, document


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("panel"))
    made.documents = [
        document("d-tide", "Tide tables", "Where they hang.", {"ada": "author", "bob": "reviewer"}),
        document("d-fog", "Radar in fog", "How ships are brought in.", {"cy": "author", "bob": "editor"}),
        document("d-gold", "Tide of gold", "Tide tables of the vault.", {"cy": "author"}, visibility="restricted", allow=["user:cy"]),
    ]
    return made


@pytest.fixture(scope="module")
def collection(world: World) -> Collection:
    questions = {"t1": ("tide tables", ["bob"], ["d-tide"]), "t2": ("who knows the tide?", ["bob"], []), "fog": ("radar", [], ["d-fog"])}
    return judge(world, questions | {"none": ("unjudged", [], [])}, {"t1": "tide", "t2": "tide"})


@pytest.fixture(scope="module")
def finder(world: World, collection: Collection) -> Finder:
    return world.open()


def test_each_judged_list_has_a_panel_of_its_own_questions(collection: Collection, finder: Finder) -> None:
    found = {panel.list: [question.id for question in panel.questions] for panel in panels(collection, finder, Half.ALL)}
    assert found == {"people": ["t1", "t2"], "documents": ["t1", "fog"]}


def test_topics_are_told_apart_from_those_of_other_collections(collection: Collection, finder: Finder) -> None:
    assert asked(collection, finder)["people"].rows == ("org/tide", "org/tide")


def test_a_half_holds_its_own_topics_and_a_list_without_any_is_left_out(collection: Collection, finder: Finder) -> None:
    for half in (Half.TUNE, Half.TEST):
        for panel in panels(collection, finder, half):
            assert all(half_of(question.row) is half for question in panel.questions)
    other = Half.TEST if half_of("tide") is Half.TUNE else Half.TUNE
    assert "people" not in asked(collection, finder, other)


def test_the_ranking_is_the_services_own(collection: Collection, finder: Finder) -> None:
    found = asked(collection, finder)
    for question in found["people"].questions:
        answer = finder.search(Request(question.text, Kind.PEOPLE, limit=50), VISITOR)
        assert found["people"].run(Weights())[question.id] == [person.profile.id for person in answer.people]
    for question in found["documents"].questions:
        answer = finder.search(Request(question.text, Kind.DOCUMENTS, limit=50), VISITOR)
        assert found["documents"].run(Weights())[question.id] == [hit.document.id for hit in answer.documents]


def test_other_weights_rank_the_same_questions_anew(collection: Collection, finder: Finder) -> None:
    people = asked(collection, finder)["people"]
    reviewers = Weights().changed("roles.reviewer", 9.0)
    assert [people.run(weights)["t1"][0] for weights in (Weights(), reviewers, Weights())] == ["ada", "bob", "ada"]
    assert people.values(Weights()).tolist() == pytest.approx([0.6309, 0.6309], abs=1e-4)
    assert people.values(reviewers).tolist() == [1.0, 1.0]


def test_the_fusion_is_done_anew_too(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.documents = [document("near", "Gantry gantry", "gantry gantry"), document("words", "Soup", "crane gantry bread fish meat")]
    found = asked(judge(world, {"q": ("gantry crane", [], ["near"])}), world.open())["documents"]
    first = {share: found.run(Weights().changed("meaning", share))["q"][0] for share in (0.0, 1.0)}
    assert first == {0.0: "words", 1.0: "near"}


def test_questions_are_asked_as_a_visitor_whoever_they_name(world: World, finder: Finder) -> None:
    questions = (Question("q", "tide tables", "q", "user:cy"),)
    named = Collection("org", world.folder, (), (), questions, {"q": {"cy": 1}}, {"q": {"d-gold": 1}})
    for panel in panels(named, finder, Half.ALL):
        assert "d-gold" not in panel.run(Weights())["q"]
        assert panel.asked[0] is not None
        assert not panel.asked[0].view.documents.all()


def test_a_refused_question_is_worth_nothing_and_stops_nothing(world: World, finder: Finder) -> None:
    questions = (Question("q", "?", "q"), Question("t", "tide", "t"))
    (panel,) = panels(Collection("org", world.folder, (), (), questions, {"q": {"ada": 1}, "t": {"ada": 1}}, {}), finder, Half.ALL)
    assert panel.asked[0] is None
    assert panel.values(Weights()).tolist() == [0.0, 1.0]


def test_a_collection_without_judgements_has_no_panel(tmp_path: Path, finder: Finder) -> None:
    whole = read_collection(HARBOUR)
    assert panels(Collection("bare", tmp_path, whole.people, whole.papers, whole.questions, {}, {}), finder, Half.ALL) == []
