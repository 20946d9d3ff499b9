"""Topics as boxes: all of them, side by side in their order, over the whole of the map."""

import pytest

from finder.atlas import Topic
from finder.web.treemap import GAP, Box, step, treemap

SIZES = (40, 3, 3, 22, 9, 1, 14, 30, 5, 5, 2, 18)


def laid(sizes: tuple[int, ...], width: int = 1000, height: int = 500, name: str = "tides") -> tuple[Box, ...]:
    topics = [Topic(f"t{place}", (name,), size, place) for place, size in enumerate(sizes)]
    return treemap("wide", width, height, topics, ["note"] * len(sizes)).boxes


@pytest.mark.parametrize(("width", "height"), [(1120, 560), (700, 640), (340, 820)])
@pytest.mark.parametrize("sizes", [SIZES, (1,), (5, 5), (1000, *[1] * 47), tuple(range(1, 49))])
def test_boxes_cover_the_map_without_overlapping(width: int, height: int, sizes: tuple[int, ...]) -> None:
    boxes = laid(sizes, width, height)
    assert [box.topic.documents for box in boxes] == list(sizes)
    covered = sum((box.width + GAP) * (box.height + GAP) for box in boxes)
    assert covered == pytest.approx(width * height, rel=0.01)
    for box in boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= width
        assert box.y + box.height <= height + 0.5
    for one in boxes:
        for other in boxes:
            apart = one.x + one.width <= other.x or other.x + other.width <= one.x
            above = one.y + one.height <= other.y or other.y + other.height <= one.y
            assert one is other or apart or above


def test_a_topic_of_twice_the_documents_has_twice_the_room() -> None:
    small, large = laid((100, 200))
    assert (large.width + GAP) * (large.height + GAP) == pytest.approx(2 * (small.width + GAP) * (small.height + GAP), rel=0.01)


def test_the_smallest_topic_can_still_be_hit() -> None:
    smallest = laid((400, 400, 400, 1))[3]
    assert min(smallest.width, smallest.height) > 24


def test_lines_stand_inside_their_box_or_not_at_all() -> None:
    for name in ("tides", "a rather long name of a topic", "x" * 80):
        for box in laid(tuple(range(1, 49)), 340, 820, name):
            for line in box.lines:
                assert line.x >= box.x
                assert line.x + len(line.text) * line.size * 0.54 <= box.x + box.width
                assert box.y < line.y <= box.y + box.height


def test_a_large_box_tells_more_than_its_name() -> None:
    (box,) = treemap("wide", 400, 200, [Topic("t", ("tides", "gauge", "water"), 9, 2)], ["9 documents"]).boxes
    assert [line.text for line in box.lines] == ["tides", "9 documents", "gauge · water"]


def test_no_topics_make_an_empty_map() -> None:
    assert laid(()) == ()


def test_the_scale_tells_one_from_two_and_few_from_many() -> None:
    assert [step(people) for people in (0, 1, 2, 3, 5, 6, 12, 13, 4000)] == [1, 1, 2, 3, 3, 4, 4, 5, 5]
