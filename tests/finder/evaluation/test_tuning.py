"""Tuning takes what holds on questions it has not seen, and nothing else."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.evaluation import tuning
from finder.evaluation.collection import Grades
from finder.evaluation.measures import Difference
from finder.evaluation.panel import Panel
from finder.evaluation.tuning import FOLDS, Judge, Tried, Tuning, ascend, changes, fit, fold_of, steps, tune, used
from finder.weights import SHARES, Weights, load, most, names, save
from models.errors import SourceError
from models.settings import load_settings
from tests.finder.evaluation.judged import TOPICS, asked, judge, reviewed
from tests.world import World, document

PHRASINGS = ("", "who can help me with ")


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    """Two phrasings of each topic, judged to be known by who reviewed its page: never the one that is ranked first."""
    world = World(tmp_path_factory.mktemp("tuning"), documents=reviewed())
    questions = {f"{topic}-{n}": (frame + topic, [f"x-{topic}"], []) for topic in TOPICS for n, frame in enumerate(PHRASINGS)}
    collection = judge(world, questions, {f"{topic}-{n}": topic for topic in TOPICS for n in range(len(PHRASINGS))})
    return asked(collection, world.open())["people"]


def ignore(_: int) -> None:
    """Nobody listens to how many weights were tried."""


def writers(panel: Panel, rows: Sequence[str]) -> Grades:
    """The judgements with whoever stands first in the place of the expert, for the questions of some topics."""
    first = panel.run(Weights())
    return {
        question.id: {first[question.id][0]: 1} if row in rows else panel.grades[question.id]
        for question, row in zip(panel.questions, panel.rows, strict=True)
    }


def test_a_real_gain_is_found_in_the_right_direction(panel: Panel) -> None:
    found = tune([panel], Weights(), ignore)
    assert found.objection == ""
    assert found.after.value("roles.reviewer") > found.after.value("roles.author")
    (people,) = found.tried
    assert (people.collection, people.list) == ("org", "people")
    assert people.before == pytest.approx(0.6309, abs=1e-4)
    assert people.after == 1.0
    assert found.overall.value == pytest.approx(people.difference.value)
    assert found.overall.p < 0.001


@pytest.mark.parametrize("seed", range(3))
def test_judgements_by_lot_teach_nothing(panel: Panel, seed: int) -> None:
    """Of each page one of its two people is judged to know, whichever the lot says: the weights found on all questions are luck."""
    lot = random.Random(seed).sample(sorted(set(panel.rows)), len(TOPICS) // 2)
    found = tune([replace(panel, grades=writers(panel, lot))], Weights(), ignore)
    assert "luck" in found.objection or not changes(found.before, found.after)


def test_where_nothing_can_be_better_nothing_is_changed(panel: Panel) -> None:
    found = tune([replace(panel, grades=writers(panel, panel.rows))], Weights(), ignore)
    assert changes(found.before, found.after) == {}
    assert found.objection == "no other weights were found to rank these questions better"


def test_a_question_has_no_say_in_the_weights_it_is_tested_with(panel: Panel) -> None:
    """One fold is judged the other way round: what was learned from the others meets it unchanged, and is wrong there."""
    folds = np.asarray([fold_of(row) for row in panel.rows])
    odd = replace(panel, grades=writers(panel, [row for row in panel.rows if fold_of(row) == 0]))
    learned = fit(Judge([odd], ignore), Weights(), [folds != 0])
    assert learned == fit(Judge([panel], ignore), Weights(), [folds != 0])
    assert odd.values(learned)[folds == 0].max() < 1


def test_what_tuning_is_worth_is_told_by_questions_it_has_not_seen(panel: Panel) -> None:
    mixed = replace(panel, grades=writers(panel, [row for row in panel.rows if fold_of(row) == 0]))
    folds = np.asarray([fold_of(row) for row in panel.rows])
    judge_of, unseen = Judge([mixed], ignore), np.zeros(len(folds))
    for fold in range(FOLDS):
        unseen[folds == fold] = mixed.values(fit(judge_of, Weights(), [folds != fold]))[folds == fold]
    found = tune([mixed], Weights(), ignore)
    assert found.tried[0].after == pytest.approx(unseen.mean())
    assert unseen.mean() < mixed.values(found.after).mean()


def test_phrasings_of_one_topic_are_in_one_fold(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question's fold is decided by its topic alone: each set of questions that tuning learns from holds whole topics."""
    seen: list[np.ndarray] = []
    learn = tuning.fit
    monkeypatch.setattr(tuning, "fit", lambda judge, start, masks: (seen.append(masks[0]), learn(judge, start, masks))[1])
    tune([panel], Weights(), ignore)
    assert len(seen) == FOLDS + 1
    rows = np.asarray(panel.rows)
    for mask in seen[:FOLDS]:
        assert not set(rows[mask]) & set(rows[~mask])
    assert np.sum([~mask for mask in seen], axis=0).tolist() == [1] * len(rows)
    assert seen[FOLDS].all()


def test_folds_are_the_same_in_every_run() -> None:
    assert [fold_of(f"org/{topic}") for topic in TOPICS[:6]] == [3, 1, 2, 1, 4, 4]
    assert {fold_of(topic) for topic in TOPICS} == set(range(FOLDS))


def verdict(overall: float, p: float, *lists: tuple[float, float]) -> str:
    def gap(value: float, p: float) -> Difference:
        return Difference(value, value - 0.01, value + 0.01, p)

    tried = tuple(Tried(f"c{n}", "people", 0.5, 0.5 + value, gap(value, p)) for n, (value, p) in enumerate(lists))
    return Tuning(Weights(), Weights(head=3.0), tried, gap(overall, p)).objection


def test_a_significant_gain_that_harms_nobody_is_taken() -> None:
    assert verdict(0.03, 0.04, (0.09, 0.01), (-0.03, 0.3)) == ""


def test_what_may_be_luck_is_not_taken() -> None:
    assert "luck" in verdict(0.03, 0.05, (0.03, 0.05))
    assert "luck" in verdict(-0.03, 0.01, (-0.03, 0.01))


def test_a_list_that_loses_significantly_forbids_the_gain_of_all() -> None:
    assert verdict(0.03, 0.01, (0.09, 0.01), (-0.03, 0.04)) == "it would make c1 (people) significantly worse"


def test_each_list_weighs_alike_however_many_questions_it_has(panel: Panel, tmp_path: Path) -> None:
    """A second collection of a few questions, which the tuned weights make worse, halves the gain of the large one."""
    world = World(tmp_path / "few", documents=[document("d", "Quill", "A quill.", {"ada": "author", "zoe": "reviewer"})])
    few = asked(judge(world, {"q": ("quill", ["ada"], [])}), world.open())["people"]
    found = tune([panel, replace(few, collection="few")], Weights(), ignore)
    large, small = found.tried
    assert found.overall.value == pytest.approx((large.difference.value + small.difference.value) / 2)


def test_too_few_topics_are_refused_however_many_phrasings_they_have(panel: Panel) -> None:
    some = tuple(question for question in panel.questions if question.row in TOPICS[:19])
    few = replace(panel, questions=some, asked=panel.asked[: len(some)])
    with pytest.raises(SourceError, match="judged on 19 topics, and tuning needs 20"):
        tune([few, few], Weights(), ignore)


def test_a_weight_that_nothing_turns_on_is_not_tried(panel: Panel) -> None:
    tried = used([panel])
    assert {name for name in tried if name.startswith("roles.")} == {"roles.author", "roles.reviewer"}
    assert set(names()) - set(tried) == {"evidence", *(name for name in names() if name.startswith("roles."))} - {
        "roles.author",
        "roles.reviewer",
    }


def test_the_same_weights_are_ranked_once(panel: Panel) -> None:
    heard: list[int] = []
    judge_of = Judge([panel], heard.append)
    first = judge_of.values(Weights())
    assert judge_of.values(Weights()) is first
    judge_of.values(Weights().changed("roles.asker", 0.5))
    assert heard == [1, 2]


def test_the_ascent_climbs_as_long_as_a_round_gains() -> None:
    def near(weights: Weights) -> float:
        return -abs(weights.head - 8.0) - abs(weights.strange - 0.7)

    found = ascend(Weights(), ("head", "strange"), near)
    assert (found.head, found.strange) == (8.0, 0.7)
    assert changes(Weights(), found) == {"strange": (0.3, 0.7), "head": (2.0, 8.0)}


def test_of_changes_worth_the_same_the_gentle_one_is_taken() -> None:
    found = ascend(Weights(), ("head",), lambda weights: float(weights.head < 2.0))
    assert found.head == 1.0


def test_a_gain_too_small_to_mean_anything_is_left(panel: Panel) -> None:
    assert ascend(Weights(), ("head",), lambda weights: 0.0001 * weights.head) == Weights()


@given(name=st.sampled_from(names()), share=st.floats(0, 1))
def test_no_step_leaves_what_a_weight_may_be(name: str, share: float) -> None:
    value = share * most(name)
    for step in steps(name, value):
        assert 0 <= step <= most(name)
        assert step != value
    assert most(name) == (1.0 if name in SHARES else 1000.0)


@given(data=st.data(), name=st.sampled_from(names()))
def test_whatever_way_is_walked_the_file_can_be_read_back(data: st.DataObject, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    weights = Weights()
    for _ in range(12):
        found = steps(name, weights.value(name))
        weights = weights.changed(name, data.draw(st.sampled_from(found)))
    settings = load_settings(home=tmp_path_factory.mktemp("walk"))
    save(settings, weights)
    assert load(settings) == weights
