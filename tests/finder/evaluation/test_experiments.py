"""The commands as a person runs them, with the real indexer and the real encoder, on collections of a few lines."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from finder.cli import commands, main
from finder.evaluation.ablation import parts
from finder.service import Finder
from finder.weights import Weights, load
from models.encoder import load_encoder
from models.settings import load_settings
from tests.finder.evaluation.judged import TOPICS, judge, reviewed
from tests.finder.evaluation.places import HARBOUR
from tests.world import World, document, person


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """The commands log to the stderr of their run, which is closed after it."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One installation for all tests, so that each collection is indexed once; every test leaves it without weights of its own."""
    return tmp_path_factory.mktemp("experiments") / "home"


@pytest.fixture
def home(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FINDER_HOME", str(shared))
    # Were it used, the indexer would fail: an experiment never touches the configured database.
    monkeypatch.setenv("FINDER_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    yield shared
    (shared / "weights.toml").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def known_by_reviewers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages written by people who write about everything and reviewed by the one who knows."""
    world = World(tmp_path_factory.mktemp("reviewed"), documents=reviewed())
    return judge(world, {topic: (f"the {topic}", [f"x-{topic}"], []) for topic in TOPICS}).folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, [str(part) for part in arguments], catch_exceptions=False, standalone_mode=False)


def refused(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """Run a command to its exit with 1 and return what stands on stderr."""
    monkeypatch.setattr(sys, "argv", ["finder", *(str(part) for part in arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    err = capfd.readouterr().err
    assert "Traceback" not in err
    return err


def rows(text: str, title: str) -> list[list[str]]:
    """Return the cells below the heading of a Markdown table whose title begins so."""
    (table,) = re.findall(rf"^### {re.escape(title)}.*\n\n\|.*\n\|.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_tuning_tells_what_it_would_write_and_then_writes_what_the_finder_ranks_with(home: Path, known_by_reviewers: Path) -> None:
    told = run("tune", "--dry-run", known_by_reviewers)
    assert "Nothing is written, as asked." in told.stdout
    assert not (home / "weights.toml").exists()
    done = run("tune", known_by_reviewers)
    assert done.stdout.replace(str(home), "") == told.stdout.replace(
        "Nothing is written, as asked.", "Written to /weights.toml. Start the finder again to use them."
    )
    assert rows(done.stdout, "Tuned out of fold")[-1][:2] == ["all", "each list alike"]
    found = load(load_settings(home=home))
    assert found.value("roles.reviewer") > found.value("roles.author")
    changed = {name: (float(now), float(tuned)) for name, now, tuned in rows(done.stdout, "Weights found on all questions")}
    assert changed == {name: (Weights().value(name), found.value(name)) for name in changed}
    assert changed
    again = run("tune", known_by_reviewers)
    assert "Nothing is written: no other weights were found" in again.stdout
    assert load(load_settings(home=home)) == found


def test_tuning_that_gains_nothing_writes_nothing(home: Path, tmp_path: Path) -> None:
    world = World(tmp_path, documents=reviewed())
    by = {row["id"].removeprefix("d-"): next(one["id"] for one in row["authors"] if one["role"] == "author") for row in world.documents}
    found = run("tune", judge(world, {topic: (f"the {topic}", [by[topic]], []) for topic in TOPICS}).folder)
    assert found.exit_code == 0
    assert "Nothing is written: " in found.stdout
    assert not (home / "weights.toml").exists()


def test_too_few_topics_are_refused_by_name(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    err = refused(monkeypatch, capfd, "tune", HARBOUR)
    assert "judged on 4 topics, and tuning needs 20" in err
    assert not (home / "weights.toml").exists()


def test_ablation_prints_each_judged_list_with_each_part(home: Path) -> None:
    done = run("ablate", HARBOUR)
    assert [row[0] for row in rows(done.stdout, "harbour, people")] == ["nothing", *(part.name for part in parts())]
    documents = [part.name for part in parts() if not part.people_only]
    assert [row[0] for row in rows(done.stdout, "harbour, documents")] == ["nothing", *documents]


def test_ablation_takes_parts_from_the_weights_in_force(home: Path) -> None:
    before = rows(run("ablate", HARBOUR).stdout, "harbour, people")
    (home / "weights.toml").write_text("meaning = 0.0\npassage_words = 0.0\n[roles]\nauthor = 0.0\n")
    after = rows(run("ablate", HARBOUR).stdout, "harbour, people")
    assert after[0] != before[0]
    assert after[1] == ["vectors (words alone)", after[0][1], "+.000 [+.000, +.000]", "1.000"]


def test_an_attack_is_planted_in_copies_and_its_success_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finder.evaluation.attacks.COPIES", 12)
    original = {path.name: path.read_bytes() for path in HARBOUR.iterdir()}
    found = rows(run("attack", HARBOUR).stdout, "A made-up expert")
    assert [row[:2] for row in found] == [["harbour", name] for name in ("volume", "copies", "spam")]
    assert all(re.fullmatch(r"\d of 5 \(\d+\.\d%\)", row[2]) for row in found)
    assert len({row[3] for row in found}) == 1
    assert {path.name: path.read_bytes() for path in HARBOUR.iterdir()} == original
    assert len(list((home / "evaluate" / "attacks").glob("*/harbour/documents.jsonl"))) == 3


def test_judgements_alone_are_asked_of_the_installations_own_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, people=[person("ada")], documents=[document("d1", "Crane cables", "Cables are greased.", ["ada"])])
    world.encoder = load_encoder(world.settings)
    finder: Finder = world.open()
    finder.engine.dispose()
    monkeypatch.setenv("FINDER_HOME", str(world.settings.home))
    folder = tmp_path / "judged"
    folder.mkdir()
    (folder / "queries.jsonl").write_text(json.dumps({"id": "q", "text": "cables"}) + "\n")
    (folder / "qrels_people.tsv").write_text("q\tada\t1\n")
    assert rows(run("ablate", folder).stdout, "judged, people")[0][1] == "1.000 [1.000, 1.000]"
    assert not (world.settings.home / "evaluate").exists()


@pytest.mark.parametrize(
    ("command", "missing", "reason"),
    [
        ("attack", "qrels_people.tsv", "holds no documents or no judged people"),
        ("attack", "documents.jsonl", "holds no documents or no judged people"),
        ("tune", "queries.jsonl", "holds no questions"),
        ("ablate", "queries.jsonl", "holds no questions"),
    ],
)
def test_a_collection_that_lacks_something_is_refused_before_anything_is_indexed(  # noqa: PLR0917 - fixtures
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], command: str, missing: str, reason: str
) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "home"))
    folder = tmp_path / "poor"
    folder.mkdir()
    for path in HARBOUR.iterdir():
        if path.name != missing:
            (folder / path.name).write_bytes(path.read_bytes())
    assert reason in refused(monkeypatch, capfd, command, HARBOUR, folder)
    assert not (tmp_path / "home" / "evaluate").exists()


def test_people_who_are_all_judged_not_to_know_cannot_be_attacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "home"))
    folder = judge(World(tmp_path, documents=[document("d", "Cables", "", ["ada"])]), {"q": ("cables", [], [])}).folder
    (folder / "qrels_people.tsv").write_text("q\tada\t0\n")
    assert "no judged people" in refused(monkeypatch, capfd, "attack", folder)


def test_weights_that_cannot_be_used_are_named(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    (home / "weights.toml").write_text("head = -1\n")
    for command in ("tune", "ablate", "attack"):
        assert f"{home / 'weights.toml'} gives head a value" in refused(monkeypatch, capfd, command, HARBOUR)
