"""Measures against figures worked out by hand, intervals and tests against known answers."""

from math import log2

import numpy as np
import pytest

from finder.evaluation.collection import read_collection
from finder.evaluation.measures import difference, mean, measure
from tests.finder.evaluation.places import HARBOUR


def test_ndcg_is_what_the_hand_computes() -> None:
    grades = read_collection(HARBOUR).people_grades  # crane-word: ada 2, di 1
    found = measure({"crane-word": ["eve", "di", "ada"]}, grades, ["crane-word"])
    gained, ideal = 1 / log2(3) + 2 / log2(4), 2 / log2(2) + 1 / log2(3)
    assert found["nDCG@10"][0] == pytest.approx(gained / ideal)
    assert found["MRR"][0] == pytest.approx(1 / 2)
    assert found["P@5"][0] == pytest.approx(2 / 5)
    assert found["MAP"][0] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert found["Recall@20"][0] == 1.0


def test_values_follow_the_order_of_the_questions_and_a_missing_ranking_is_worth_nothing() -> None:
    grades = {"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1}, "d": {"x": 1}}
    found = measure({"a": ["x"], "b": ["y", "x"], "c": []}, grades, ["c", "b", "d", "a"])
    assert found["MRR"].tolist() == [0.0, 0.5, 0.0, 1.0]


def test_no_ranking_at_all_is_worth_nothing() -> None:
    assert measure({}, {"a": {"x": 1}}, ["a"])["nDCG@10"].tolist() == [0.0]


def test_the_given_order_counts_whatever_the_ids() -> None:
    # Evaluators of this family break ties by id in falling order; the order given must survive it.
    grades = {"a": {"a1": 1}}
    assert measure({"a": ["a1", "z9"]}, grades, ["a"])["MRR"][0] == 1.0
    assert measure({"a": ["z9", "a1"]}, grades, ["a"])["MRR"][0] == 0.5


def test_an_interval_holds_the_mean_and_narrows_with_more_topics() -> None:
    values = np.random.default_rng(1).random(400)
    few, many = mean(values[:40], [str(n) for n in range(40)]), mean(values, [str(n) for n in range(400)])
    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low
    assert many.high - many.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.05)


def test_copies_of_a_topic_do_not_narrow_the_interval() -> None:
    values = np.random.default_rng(2).random(30)
    once = mean(values, [str(n) for n in range(30)])
    thrice = mean(np.repeat(values, 3), [str(n) for n in range(30) for _ in range(3)])
    assert (thrice.low, thrice.high) == pytest.approx((once.low, once.high))


def test_equal_systems_do_not_differ() -> None:
    values = np.random.default_rng(3).random(50)
    found = difference(values, values, [str(n) for n in range(50)])
    assert (found.value, found.p) == (0.0, 1.0)


def test_a_small_test_is_exact_to_sampling_error() -> None:
    # Five topics, all better by the same amount: of 32 sign patterns two are as far out, so p is 1/16.
    found = difference(np.full(5, 0.6), np.full(5, 0.5), list("abcde"))
    assert found.value == pytest.approx(0.1)
    assert found.p == pytest.approx(1 / 16, abs=0.01)


def test_ten_phrasings_of_one_topic_prove_nothing() -> None:
    assert difference(np.full(10, 0.9), np.full(10, 0.1), ["one"] * 10).p == 1.0


def test_a_clear_gain_is_significant_and_its_sign_is_ours_minus_theirs() -> None:
    rng = np.random.default_rng(4)
    theirs = rng.random(80)
    found = difference(theirs + 0.2 + 0.1 * rng.random(80), theirs, [str(n) for n in range(80)])
    assert found.low > 0.2
    assert found.p < 0.001
