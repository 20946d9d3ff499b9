"""A saved run compared with a later one."""

from pathlib import Path

import numpy as np
import pytest

from finder.evaluation.halves import Half
from finder.evaluation.measures import MEASURES
from finder.evaluation.saved import compare, load, save, versus
from finder.evaluation.trial import Board, Outcome
from models.errors import SourceError


def outcome(values: list[float], names: tuple[str, ...]) -> Outcome:
    board = Board(
        names, names, {"finder": dict.fromkeys(MEASURES, np.asarray(values)), "random": dict.fromkeys(MEASURES, np.zeros(len(values)))}
    )
    return Outcome("harbour", Half.ALL, board, None, ())


def test_the_same_run_shows_no_change(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    save(file, [outcome([0.5, 0.25], ("a", "b"))])
    changes = compare([outcome([0.5, 0.25], ("a", "b"))], load(file))
    assert [change.measure for change in changes] == list(MEASURES)
    assert {(change.difference.value, change.difference.p) for change in changes} == {(0.0, 1.0)}


def test_questions_are_paired_by_id_and_only_shared_ones_count(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    save(file, [outcome([0.1, 0.2, 0.9], ("a", "b", "gone"))])
    change = compare([outcome([0.6, 0.2, 0.9], ("b", "a", "new"))], load(file))[0]
    assert change.questions == 2
    assert change.difference.value == pytest.approx(((0.6 - 0.2) + (0.2 - 0.1)) / 2)


def test_a_collection_the_saved_run_lacks_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    save(file, [])
    assert compare([outcome([0.5], ("a",))], load(file)) == []


@pytest.mark.parametrize("content", ["", "[]", '{"format": 0, "collections": {}}', '{"format": 1}'])
def test_what_is_no_saved_run_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(content)
    with pytest.raises(SourceError):
        load(file)
    with pytest.raises(SourceError):
        load(tmp_path / "absent.json")


def test_the_product_is_tested_against_another_system_on_the_lists_that_both_were_measured_on() -> None:
    changes = versus([outcome([0.6, 0.2], ("a", "b"))], "random")
    assert {(change.list, change.rival, change.questions) for change in changes} == {("people", "random", 2)}
    assert [change.measure for change in changes] == list(MEASURES)
    assert changes[0].difference.value == pytest.approx(0.4)


def test_a_system_that_was_not_measured_is_refused() -> None:
    with pytest.raises(SourceError, match="'dense'"):
        versus([outcome([0.6], ("a",))], "dense")
