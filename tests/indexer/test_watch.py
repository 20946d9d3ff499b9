"""A watch brings the database in step by itself, gives the lock back between rounds, and ends when told to."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from finder.inbox import Push, accept
from indexer.lock import locked
from indexer.session import workplace
from indexer.watch import Watch
from tests.indexer.test_cli import ROOT, run
from tests.indexer.worlds import World, page


@pytest.fixture
def watching(place: World) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    started = []

    def start(*options: str) -> "subprocess.Popen[bytes]":
        environment = os.environ | {"FINDER_HOME": str(place.home), "PYTHONPATH": str(ROOT)}
        with (place.home / "said").open("wb") as said:
            command = [sys.executable, "-m", "indexer", "watch", "--no-build", *options]
            started.append(subprocess.Popen(command, cwd=place.home, env=environment, stderr=said))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def said(place: World) -> str:
    return (place.home / "said").read_text()


def test_changes_pushes_and_new_sources_are_taken_in_and_the_end_is_clean(
    place: World, tmp_path: Path, watching: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    folder = place.collection([page(1)])
    place.add(folder)
    process = watching()
    place.collection([page(1), page(2)])
    until(lambda: sorted(place.live()) == ["d1", "d2"])
    engine = place.engine()
    accept(engine, "key:test", Push("wiki", (json.dumps(page(3)).encode(),)))
    engine.dispose()
    until(lambda: sorted(place.live()) == ["d1", "d2", "d3"])
    people = tmp_path / "hr.csv"
    people.write_text("id,name\ncy,Cy\n")
    assert run(place, "add", str(people), "--no-build")[0] == 0, "the lock is free between rounds"
    people.write_text("id,name\ncy,Cy\ndee,Dee\n")
    until(lambda: "hr: 1 added" in said(place))
    place.collection([page(2)])
    until(lambda: "d1" not in place.live())
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert said(place).endswith("Stopped.\n")
    with locked(place.home):
        pass


def test_a_source_that_cannot_be_read_is_tried_again_and_keeps_no_other_waiting(
    place: World, tmp_path: Path, watching: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    folder = place.collection([page(1)])
    place.add(folder)
    other = place.collection([page(7)], name="other")
    place.add(other)
    moved = folder.rename(tmp_path / "away")
    watching("--every", "1")
    until(lambda: "does not exist" in said(place))
    assert "Trying again in 5 s" in said(place)
    place.collection([page(7), page(8)], name="other")
    until(lambda: "d8" in place.live())
    assert "d1" in place.live(), "what cannot be read is not gone"
    moved.rename(folder)
    place.collection([page(1), page(2)])
    until(lambda: "d2" in place.live())


def test_a_listing_near_empty_is_told_once_and_deletes_nothing(place: World, watching: Callable[..., "subprocess.Popen[bytes]"]) -> None:
    place.add(place.collection([page(n) for n in range(30)]))
    place.collection([page(0)])
    watching("--every", "1")
    until(lambda: "--confirm" in said(place))
    time.sleep(3)
    assert said(place).count("--confirm") == 1
    assert len(place.live()) == 30


def test_a_source_is_read_again_as_it_was_added(place: World, tmp_path: Path, watching: Callable[..., "subprocess.Popen[bytes]"]) -> None:
    """With the format and the readers that the administrator chose: else what is open would close by itself."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "one.md").write_text("# One\n\nText.\n")
    assert run(place, "add", str(folder), "--format", "markdown", "--default-visibility", "org", "--no-build")[0] == 0
    process = watching("notes", "--every", "1")
    (folder / "two.md").write_text("# Two\n\nText.\n")
    until(lambda: len(place.live()) == 2)
    assert [readers for document in place.live() for readers in [place.readers(document)]] == [{"org"}, {"org"}]
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def test_before_anything_was_read_no_empty_index_is_made(place: World) -> None:
    """Else a watch that is started together with the first `indexer add` would keep it waiting for a model to load."""
    environment = os.environ | {"FINDER_HOME": str(place.home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "indexer", "watch"]
    process = subprocess.Popen(command, cwd=place.home, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(5)
        assert process.poll() is None
        assert not (place.home / "generations").exists()
        assert run(place, "add", str(place.collection([page(1)])), "--no-build")[0] == 0
    finally:
        process.kill()  # it may be loading the model, and is not asked to end cleanly here
        _, told = process.communicate(timeout=60)
    assert "Published" not in told.split("team")[0]


def test_a_watch_that_was_told_to_end_ends_though_the_interruption_was_swallowed(place: World) -> None:
    engine = place.engine()
    watch = Watch(engine, place.home, workplace, lambda _: None, ended=lambda: True)
    with pytest.raises(KeyboardInterrupt):
        watch.run()
    engine.dispose()
