import io

import pytest
from rich.console import Console

from indexer import display
from indexer.display import Bar, Lines


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: moment[0])
    return moment


def test_a_short_stage_says_nothing_and_a_long_one_its_end(capsys: pytest.CaptureFixture[str], clock: list[float]) -> None:
    lines = Lines()
    lines.start("short", 2)
    lines.advance(2)
    lines.finish()
    assert capsys.readouterr().err == ""
    lines.start("long", 4)
    clock[0] += 4
    lines.advance(2)
    clock[0] += 4
    lines.advance(2)
    lines.finish()
    lines.finish()
    assert capsys.readouterr().err.splitlines() == [
        "long: 2 of 4 (0 a second, about 4 s left)",
        "long: 4 of 4 (0 a second)",
    ]


def test_lines_tell_how_far_a_reading_is_before_it_yields_anything(capsys: pytest.CaptureFixture[str], clock: list[float]) -> None:
    lines = Lines()
    lines.start("reading wiki", None)
    for tenth in range(1, 6):
        clock[0] += 5
        lines.reach(tenth / 10)
    lines.advance(500)
    lines.finish()
    assert capsys.readouterr().err.splitlines() == [
        "reading wiki: 0 (10 %)",
        "reading wiki: 0 (30 %, about 35 s left)",
        "reading wiki: 0 (50 %, about 25 s left)",
        "reading wiki: 500 (50 %, 20 a second, about 25 s left)",
    ]


def test_what_is_told_of_no_stage_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    for shown in (Lines(), Bar()):
        shown.advance(1)
        shown.reach(0.5)
        shown.finish()
    assert capsys.readouterr() == ("", "")


def test_a_bar_shows_share_rate_and_time_left(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(display, "Console", lambda stderr: Console(file=screen, force_terminal=True, width=120))
    bar = Bar()
    bar.start("reading wiki", None)
    bar.advance(500)
    for share in (0.25, 0.375, 0.5):
        clock[0] = 100 + 20 * share
        bar.reach(share)
    bar._bars.refresh()  # type: ignore[union-attr]
    assert "500 (50 %, 50 a second, about 10 s left)" in screen.getvalue()
    bar.finish()
