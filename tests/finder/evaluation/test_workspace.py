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
