from pathlib import Path

import pytest

from finder.answers import Confidence, Request
from finder.confidence import of_person
from models.access import VISITOR
from tests.world import World, document


@pytest.mark.parametrize(
    ("answer", "score", "expected"),
    [
        (Confidence.STRONG, 1.0, Confidence.STRONG),
        (Confidence.STRONG, 0.6, Confidence.STRONG),
        (Confidence.STRONG, 0.5, Confidence.GOOD),
        (Confidence.STRONG, 0.2, Confidence.SOME),
        (Confidence.GOOD, 0.2, Confidence.SOME),
        (Confidence.SOME, 0.1, Confidence.SOME),
        (Confidence.NONE, 1.0, Confidence.NONE),
    ],
)
def test_who_falls_far_behind_the_best_is_less_sure(answer: Confidence, score: float, expected: Confidence) -> None:
    assert of_person(answer, score, 1.0) == expected


def test_no_answer_is_no_confidence_and_the_nearest_is_still_told(tmp_path: Path) -> None:
    empty = World(tmp_path / "a").open().search(Request("slow queries"), VISITOR)
    assert (empty.confidence, empty.people, empty.documents) == (Confidence.NONE, (), ())
    finder = World(
        tmp_path / "b", documents=[document("d", "Slow queries", "Vacuum", ["ada"]), document("e", "Soup", "Bread", ["bob"])]
    ).open()
    assert finder.search(Request("slow queries vacuum"), VISITOR).confidence == Confidence.STRONG
    off = finder.search(Request("football sunburn"), VISITOR)
    assert off.confidence == Confidence.NONE
    assert off.documents
    assert {result.confidence for result in off.people} == {Confidence.NONE}
