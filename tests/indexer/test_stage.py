import random
from itertools import pairwise

import pytest

from indexer.stage import FIRM, Stage, duration


def stage(total: int | None, done: int = 0) -> Stage:
    made = Stage("reading", total, 100.0)
    made.advance(done)
    return made


def reach(made: Stage, share: float, now: float) -> None:
    """Get so far in three steps, all of them at once."""
    for third in (1, 2, 3):
        made.reach(share * third / 3, now)


def test_of_a_known_number_rate_and_time_left_are_told() -> None:
    assert stage(1500, 500).said(110.0) == "500 of 1,500 (50 a second, about 20 s left)"
    assert stage(1500, 1500).said(110.0) == "1,500 of 1,500 (150 a second)"
    assert stage(10).said(100.0) == "0 of 10 (0 a second)"


def test_of_an_unknown_number_the_rate_is_told_and_the_share_where_it_is_known() -> None:
    assert stage(None, 500).said(110.0) == "500 (50 a second)"
    made = stage(None, 62_801)
    reach(made, 0.25, 112.0)
    assert made.said(112.0) == "62,801 (25 %, 5,233 a second, about 36 s left)"


def test_a_look_that_yields_nothing_tells_its_share_alone() -> None:
    made = stage(None)
    reach(made, 0.05, 103.0)
    assert made.said(103.0) == "0 (5 %, about 57 s left)"


def test_nothing_is_complete_before_it_is_and_then_nothing_is_left() -> None:
    made = stage(None, 9)
    made.reach(0.9999, 200.0)
    assert "99 %" in made.said(200.0)
    made.reach(1.0, 200.1)
    assert made.said(200.1) == "9 (100 %, 0 a second)"


def test_there_is_no_estimate_before_there_is_something_to_go_by() -> None:
    early, firm, sudden = stage(None, 5), stage(None, 5), stage(None, 5)
    reach(early, FIRM * 0.99, 120.0)
    reach(firm, FIRM, 120.0)
    sudden.reach(0.5, 120.0)
    assert (early.left(120.0), sudden.left(120.0)) == (None, None)
    assert firm.left(120.0) == pytest.approx(20 / FIRM - 20)


def test_an_even_pace_makes_an_estimate_that_falls_with_the_clock() -> None:
    made = stage(None)
    for second in range(1, 1000):
        made.reach(second / 1000, 100.0 + second)
        if second >= 30:
            assert made.left(100.0 + second) == pytest.approx(1000 - second)


def test_an_uneven_pace_does_not_throw_the_estimate_over() -> None:
    """Blocks take between a tenth of a second and two, now and then ten."""
    chance, made, now, share = random.Random(1), stage(None), 100.0, 0.0
    ends = []
    while share < 0.9:
        now += 10 if chance.random() < 0.02 else chance.uniform(0.1, 2)
        share += 0.0005
        made.reach(share, now)
        if now > 220:
            ends.append(now + (made.left(now) or 0))
    true = now + (1 - share) * (now - 100) / share
    assert all(0.6 < (end - 100) / (true - 100) < 1.6 for end in ends)
    assert all(abs(after / before - 1) < 0.2 for before, after in pairwise(ends))


def test_a_part_at_another_pace_soon_counts() -> None:
    """A first look of ten seconds for a tenth, then 400 seconds for the rest."""
    made = stage(None)
    for step in range(1, 11):
        made.reach(step / 100, 100.0 + step)
    for second in range(1, 61):
        made.reach(0.1 + 0.9 * second / 400, 110.0 + second)
    assert made.left(170.0) == pytest.approx(340, rel=0.05)


def test_a_standstill_makes_the_estimate_grow() -> None:
    made = stage(None)
    reach(made, 0.5, 110.0)
    assert made.left(110.0) == pytest.approx(10)
    assert made.left(150.0) == pytest.approx(50)


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (36.4, "36 s"), (300, "5 min"), (5999, "100 min"), (7200, "2 h")])
def test_a_time_is_told_in_one_unit(seconds: float, words: str) -> None:
    assert duration(seconds) == words
