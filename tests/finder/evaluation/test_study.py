"""One collection from start to end: other engines' runs, and judgements measured on an installation's own index."""

import json
from pathlib import Path

import pytest

from finder.evaluation.collection import read_collection
from finder.evaluation.halves import Half
from finder.evaluation.study import Bench, Plan, everyday_questions, guest_runs, study
from models.errors import SourceError
from tests.finder.evaluation.places import HARBOUR
from tests.world import World, document, person

PLAN = Plan(Half.ALL, product=True, dense=True, fresh=False, off_topic=(), failures=3)
PEOPLE = ("ada", "bo")


def run(folder: Path, *lines: str) -> Path:
    path = folder / f"run{len(list(folder.iterdir()))}"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_everyday_questions_are_a_hundred_different_ones() -> None:
    questions = everyday_questions()
    assert len({question.text for question in questions}) == 100
    assert all(question.text.endswith("?") for question in questions)


def test_another_engines_run_is_named_by_its_tag(tmp_path: Path) -> None:
    path = run(tmp_path, "fog Q0 bo 1 2 other", "elsewhere Q0 bo 1 2 other")
    assert guest_runs((path,), read_collection(HARBOUR), PEOPLE) == {"other": {"fog": ["bo"], "elsewhere": ["bo"]}}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("fog Q0 bo 1 2 bm25", "another system is called"),
        ("elsewhere Q0 bo 1 2 other", "names no question of harbour"),
        ("fog Q0 d04 1 2 other", "ranks nothing that harbour holds"),
    ],
)
def test_a_run_that_cannot_be_measured_is_refused(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        guest_runs((run(tmp_path, line),), read_collection(HARBOUR), PEOPLE)


def test_two_runs_of_one_tag_are_refused(tmp_path: Path) -> None:
    path = run(tmp_path, "fog Q0 bo 1 2 other")
    with pytest.raises(SourceError, match="tagged 'other'"):
        guest_runs((path, path), read_collection(HARBOUR), PEOPLE)


@pytest.fixture
def judged(tmp_path: Path) -> tuple[Path, Bench, list[str]]:
    """A folder of judgements alone, and the installation that they are about."""
    world = World(tmp_path / "world", people=[person("ada"), person("bo")])
    world.documents = [
        document("d1", "Crane cables", "Cables are greased every month.", ["ada"], created="2025-02-01"),
        document("d2", "Radar in fog", "Ships are brought in by radar.", ["bo"], created="2025-06-01"),
    ]
    world.open().engine.dispose()
    folder = tmp_path / "judgements"
    folder.mkdir()
    (folder / "queries.jsonl").write_text(json.dumps({"id": "q", "text": "crane cables"}) + "\n")
    (folder / "qrels_people.tsv").write_text("q 0 ada 1\n")
    heard: list[str] = []
    return folder, Bench(world.settings, world.encoder, heard.append), heard


def test_judgements_without_documents_are_measured_on_the_installations_own_index(judged: tuple[Path, Bench, list[str]]) -> None:
    folder, bench, heard = judged
    found = study(folder, bench, PLAN)
    assert found.outcome.people is not None
    assert {name: values["MRR"].tolist() for name, values in found.outcome.people.values.items()} == {"finder": [1.0]}
    assert (found.searched.people, found.searched.documents, found.searched.newest) == (2, 2, "2025-06-01")
    assert found.failures == ()
    assert "the finder alone is measured, on the index in" in heard[0]


def test_judgements_without_documents_have_no_baselines(judged: tuple[Path, Bench, list[str]]) -> None:
    folder, bench, _ = judged
    with pytest.raises(SourceError, match="no documents for the baselines"):
        study(folder, bench, Plan(Half.ALL, product=False, dense=True, fresh=False, off_topic=()))
