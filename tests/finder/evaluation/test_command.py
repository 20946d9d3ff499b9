"""The command as a person runs it, with the real indexer and the real encoder."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from finder.evaluation.command import evaluate, everyday_questions
from tests.finder.evaluation.places import HARBOUR


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "home"))
    # Were it used, the indexer would fail: an evaluation never touches the configured database.
    monkeypatch.setenv("FINDER_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    return tmp_path / "home"


def test_the_everyday_questions_are_a_hundred_different_ones() -> None:
    questions = everyday_questions()
    assert len({question.text for question in questions}) == 100
    assert all(question.text.endswith("?") for question in questions)


def test_an_evaluation_prints_one_object_for_each_collection(home: Path, tmp_path: Path) -> None:
    saved = tmp_path / "run.json"
    done = CliRunner().invoke(evaluate, [str(HARBOUR), "--json", "--save", str(saved)], catch_exceptions=False)
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert (found["collection"], found["half"]) == ("harbour", "all")
    assert list(found["people"]) == ["finder", "bm25-votes", "dense-combsum", "most-prolific", "random"]
    assert list(found["documents"]) == ["finder", "bm25", "dense", "rrf"]
    assert found["people"]["finder"]["nDCG@10"] > found["people"]["random"]["nDCG@10"]
    # Only `ada` may read the one document about smuggling: it is found because the question is asked as her.
    kept = json.loads(saved.read_text())["collections"]["harbour"]["people"]
    assert kept["smuggling"]["MRR"] == 1.0
    assert len(list((home / "evaluate").glob("*/finder.db"))) == 1


def test_a_file_that_is_no_saved_run_is_one_message_and_exit_code_1(home: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    done = CliRunner().invoke(evaluate, [str(HARBOUR), "--against", str(wrong)])
    assert done.exit_code == 1
    assert "is not a saved run" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_cheap_baselines_need_no_index_and_embed_nothing(home: Path) -> None:
    done = CliRunner().invoke(evaluate, [str(HARBOUR), "--baselines", "--no-dense", "--json"], catch_exceptions=False)
    found = json.loads(done.stdout)
    assert list(found["people"]) == ["bm25-votes", "most-prolific", "random"]
    assert list(found["documents"]) == ["bm25"]
    assert not home.exists()
