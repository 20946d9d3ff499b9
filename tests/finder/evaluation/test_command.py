"""The command as a person runs it, with the real indexer and the real encoder."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from finder.cli import commands
from finder.evaluation.command import evaluate
from finder.evaluation.trec import read_run
from models.database import writing
from models.encoder import load_encoder
from models.told import Feedback
from tests.finder.evaluation.places import HARBOUR
from tests.world import World, document, person

CHEAP = (str(HARBOUR), "--baselines", "--no-dense")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "home"))
    # Were it used, the indexer would fail: an evaluation never touches the configured database.
    monkeypatch.setenv("FINDER_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    return tmp_path / "home"


def test_an_evaluation_prints_one_object_for_each_collection(home: Path, tmp_path: Path) -> None:
    saved = tmp_path / "run.json"
    done = CliRunner().invoke(evaluate, [str(HARBOUR), "--json", "--save", str(saved), "--failures", "2"], catch_exceptions=False)
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


def test_every_ranking_and_the_judgements_are_written_for_other_evaluators(home: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    CliRunner().invoke(evaluate, [*CHEAP, "--runs", str(runs)], catch_exceptions=False)
    systems = {"people": ("bm25-votes", "most-prolific", "random"), "documents": ("bm25",)}
    files = {f"harbour.{name}.{system}.run" for name, found in systems.items() for system in found}
    assert {path.name for path in runs.iterdir()} == files | {"harbour.people.qrels", "harbour.documents.qrels"}
    assert (runs / "harbour.people.qrels").read_text().splitlines()[:2] == ["crane-word 0 ada 2", "crane-word 0 di 1"]
    tag, ranked = read_run(runs / "harbour.people.bm25-votes.run")
    assert (tag, ranked["crane-word"]) == ("bm25-votes", ["ada", "di", "eve"])


def test_another_engines_run_is_measured_drawn_and_written_beside_ours(home: Path, tmp_path: Path) -> None:
    run, report, runs = tmp_path / "other.run", tmp_path / "report.html", tmp_path / "runs"
    run.write_text("fog Q0 bo 1 2 ../other\n")
    options = ["--people-run", str(run), "--json", "--html", str(report), "--plot", str(tmp_path / "plot.PNG"), "--runs", str(runs)]
    done = CliRunner().invoke(evaluate, [*CHEAP, *options], catch_exceptions=False)
    assert json.loads(done.stdout)["people"]["../other"]["MRR"] == pytest.approx(1 / 5)
    assert "../other" in report.read_text(encoding="utf-8")
    assert (tmp_path / "plot.PNG").read_bytes().startswith(b"\x89PNG")
    assert (runs / "harbour.people...%2Fother.run").is_file()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--against", "bm25-votes"], "No list measures the finder beside 'bm25-votes'"),
        (["--against", "nothing-of-the-kind"], "name a system"),
        (["--plot", "plot.jpeg"], "ends in .svg or .png"),
        (["--people-run", str(HARBOUR / "people.jsonl"), str(HARBOUR)], "one collection"),
        (["--people-run", str(HARBOUR / "people.jsonl")], "people.jsonl:1 is no line of a TREC run"),
    ],
)
def test_what_cannot_be_done_is_said(home: Path, options: list[str], reason: str) -> None:
    done = CliRunner().invoke(evaluate, [*CHEAP, *options])
    assert done.exit_code in (1, 2)
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_feedback_is_exported_for_an_evaluation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, people=[person("ada")], documents=[document("d1", "Crane cables", "Cables are greased.", ["ada"])])
    world.encoder = load_encoder(world.settings)
    finder = world.open()
    said = Feedback(created=datetime(2025, 1, 1, tzinfo=UTC), principal="u", question="cables", subject="people/ada", verdict="helpful")
    said.comment = "thanks"
    with writing(finder.engine) as session:
        session.add(said)
    finder.engine.dispose()
    monkeypatch.setenv("FINDER_HOME", str(world.settings.home))
    done = CliRunner().invoke(commands, ["judgements", str(tmp_path / "export")], catch_exceptions=False, standalone_mode=False)
    assert "Judged results: 1. Questions: 1." in done.stderr
    assert (tmp_path / "export" / "qrels_people.tsv").read_text().endswith(" 0 ada 1\n")
