import pytest

from indexer.display import Lines, line


def test_a_line_tells_rate_and_time_left() -> None:
    assert line("embedding", 500, 1500, 10.0) == "embedding: 500 of 1,500 (50 a second, about 20 s left)"
    assert line("reading", 500, None, 10.0) == "reading: 500 (50 a second)"
    assert line("reading", 0, 10, 0.0) == "reading: 0 of 10 (0 a second)"


def test_a_short_stage_says_nothing_and_a_long_one_its_end(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
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
