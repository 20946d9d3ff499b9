"""The picture: what it shows, and that the same outcomes give the same bytes."""

import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from finder.evaluation import plot
from finder.evaluation.trial import Outcome
from models.errors import ExtraMissing
from tests.finder.evaluation.studies import board, study

OUTCOME = study().outcome


def texts(svg: str) -> list[str]:
    return ["".join(found.itertext()) for found in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_each_list_is_a_panel_with_every_system_in_the_order_of_the_table() -> None:
    shown = dict(plot.panels([OUTCOME]))
    assert list(shown) == ["harbour, people", "harbour, documents"]
    assert list(shown["harbour, people"]) == ["finder", "bm25-votes", "random"]
    assert shown["harbour, people"]["finder"].value == pytest.approx(1.43 / 3)
    written = texts(plot.inline([OUTCOME]))
    assert {"harbour, people", "harbour, documents", "finder", "bm25-votes", "random", "nDCG@10"} <= set(written)


def test_the_same_outcomes_give_the_same_bytes_without_a_date(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg", "one.png", "two.png"):
        plot.draw([OUTCOME], tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert "date" not in (tmp_path / "one.svg").read_text().lower()
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")


def test_the_finder_alone_is_drawn_in_colour() -> None:
    alone, others = board(finder=(0.5, 0.6, 0.7)), board(random=(0.1, 0.2, 0.3))
    assert plot.ACCENT in plot.inline([replace(OUTCOME, people=alone, documents=None)])
    assert plot.ACCENT not in plot.inline([replace(OUTCOME, people=others, documents=None)])


@pytest.mark.parametrize("tag", ["<script>x</script>", r"a $\frac$ & </svg>"])
def test_a_hostile_tag_is_written_as_it_is(tag: str) -> None:
    assert tag in texts(plot.inline([renamed(tag)]))


def test_a_long_tag_is_shortened() -> None:
    assert f"{'x' * 31}…" in texts(plot.inline([renamed("x" * 500)]))


def renamed(tag: str) -> Outcome:
    people = board(finder=(0.1, 0.2, 0.3))
    return replace(OUTCOME, people=replace(people, values={**people.values, tag: people.values["finder"]}))


def test_nothing_measured_is_an_empty_picture() -> None:
    assert plot.inline([Outcome("none", OUTCOME.half, None, None, ())]).startswith("<svg")


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ExtraMissing, match=r"pip install .*\[report\]"):
        plot.draw([OUTCOME], tmp_path / "plot.svg")
    assert list(tmp_path.iterdir()) == []
