"""Why a person was found, in numbers that visibly add up."""

from hypothesis import given
from hypothesis import strategies as st

from finder.web.reasons import hundredths


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
