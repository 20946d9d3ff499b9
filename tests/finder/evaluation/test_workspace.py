"""The home of an evaluated collection."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from finder.evaluation.workspace import build, key
from models.errors import SourceError
from models.settings import Settings
from tests.fake_encoder import FakeEncoder
from tests.finder.evaluation.places import HARBOUR

IDENTITY = FakeEncoder.identity


def test_the_key_follows_content_and_versions_and_nothing_else(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(HARBOUR, copy)
    first = key(HARBOUR, IDENTITY, "1")
    assert key(copy, IDENTITY, "1") == first
    (copy / "qrels_people.tsv").write_text("")  # judgements change no index
    assert key(copy, IDENTITY, "1") == first
    assert key(HARBOUR, IDENTITY, "2") != first
    assert key(HARBOUR, replace(IDENTITY, weights="1" * 64), "1") != first
    with (copy / "documents.jsonl").open("a") as file:
        file.write("\n")
    assert key(copy, IDENTITY, "1") != first


def test_a_failing_indexer_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SourceError, match="exit code 1"):
        build(empty, Settings(home=tmp_path / "home"), IDENTITY)


def homes(folder: Path) -> set[str]:
    return {path.name for path in (folder / "evaluate").iterdir()}


def test_a_new_home_begins_as_a_copy_of_one_like_it_and_an_old_one_is_left_alone(tmp_path: Path) -> None:
    """The indexer fails on an empty folder, so that what it was given is seen as it was."""
    empty, like, settings = tmp_path / "empty", tmp_path / "like", Settings(home=tmp_path / "home")
    empty.mkdir()
    (like / "generations").mkdir(parents=True)
    (like / "generations" / "current").write_text("1")
    (tmp_path / "home" / "evaluate").mkdir(parents=True)
    with pytest.raises(SourceError):
        build(empty, settings, IDENTITY, like=like)
    (made,) = homes(settings.home)
    kept = settings.home / "evaluate" / made / "generations" / "current"
    assert kept.read_text() == "1"
    (like / "generations" / "current").write_text("2")
    for fresh, expected in ((False, "1"), (True, "2")):
        with pytest.raises(SourceError):
            build(empty, settings, IDENTITY, like=like, fresh=fresh)
        assert kept.read_text() == expected


def test_an_interrupted_copy_is_no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty, like, settings = tmp_path / "empty", tmp_path / "like", Settings(home=tmp_path / "home")
    empty.mkdir()
    like.mkdir()
    (like / "finder.txt").write_text("whole")
    (tmp_path / "home" / "evaluate").mkdir(parents=True)
    with monkeypatch.context() as patched:
        patched.setattr("models.durable.rename", interrupted)
        with pytest.raises(KeyboardInterrupt):
            build(empty, settings, IDENTITY, like=like)
    assert all(name.startswith(".") for name in homes(settings.home))
    with pytest.raises(SourceError):
        build(empty, settings, IDENTITY, like=like)
    (made,) = homes(settings.home)
    assert (settings.home / "evaluate" / made / "finder.txt").read_text() == "whole"


def interrupted(*_: Path) -> None:
    raise KeyboardInterrupt
