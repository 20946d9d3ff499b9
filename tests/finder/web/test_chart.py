"""The picture of a person's years."""

import pytest

from finder.portrait import Timeline, Year
from finder.web.chart import ABOVE, GAP, TALLEST, chart


def test_parts_stand_on_one_another_and_the_tallest_bar_fills_the_height() -> None:
    made = chart(Timeline(("a",), (Year(2024, (3, 1)), Year(2025, (0, 0)), Year(2026, (0, 2)))))
    assert made is not None
    first, empty, last = made.columns
    assert [part.topic for part in first.parts] == [0, 1]
    assert first.parts[0].y == pytest.approx(made.base - TALLEST * 3 / 4)
    assert first.parts[1].y == pytest.approx(ABOVE)
    assert first.parts[1].y + first.parts[1].height + GAP == pytest.approx(first.parts[0].y)
    assert (empty.total, empty.parts) == (0, ())
    assert last.parts[0].height == pytest.approx(TALLEST / 2 - GAP)
    assert made.width == pytest.approx(last.middle + first.middle)


@pytest.mark.parametrize("timeline", [Timeline(), Timeline(("a",), (Year(2024, (0, 0)),), 3)])
def test_nothing_has_no_picture(timeline: Timeline) -> None:
    assert chart(timeline) is None
