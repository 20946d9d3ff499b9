"""Why a person was found, in numbers that visibly add up."""

from hypothesis import given
from hypothesis import strategies as st

from finder.answers import Part
from finder.web.reasons import Segment, bar, hundredths


def test_the_largest_remainders_are_rounded_up() -> None:
    assert hundredths([0.334, 0.333, 0.333], 100) == [34, 33, 33]


def test_exact_hundredths_stay_what_they_are() -> None:
    assert hundredths([0.57, 0.29, -0.01], 85) == [57, 29, -1]


@given(st.lists(st.floats(-1, 2), min_size=1, max_size=12))
def test_printed_shares_add_up_to_the_printed_total(shares: list[float]) -> None:
    total = round(sum(shares) * 100)
    rounded = hundredths(shares, total)
    assert sum(rounded) == total
    assert all(abs(whole - share * 100) <= 1.001 for whole, share in zip(rounded, shares, strict=True))


PARTS = (Part("evidence", 0.5, "d"), Part("profile", 0.3), Part("expected_by_volume", -0.2))


def test_the_bar_holds_what_speaks_for_somebody_end_to_end_and_over_its_end_what_is_taken_off() -> None:
    assert bar(PARTS, 0.8) == (
        Segment("evidence", 0.0, 62.5),
        Segment("profile", 62.5, 37.5),
        Segment("expected_by_volume", 75.0, 25.0),
    )


def test_bars_of_one_answer_have_one_scale() -> None:
    assert [segment.length for segment in bar(PARTS, 1.6)] == [31.25, 18.75, 12.5]


def test_a_bar_without_anything_to_measure_by_is_empty() -> None:
    assert [segment.length for segment in bar((Part("profile", 0.0),), 0.0)] == [0.0]
