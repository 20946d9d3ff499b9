"""Killed at any moment, the indexer loses nothing that was acknowledged and embeds nothing twice beyond one shard.

FINDER_SOAK=n runs n times as many rounds.
"""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest

from finder.service import Finder
from models.errors import GenerationMissing
from models.generation import MANIFEST, SEAL, Generation, current, published
from tests import crash_build
from tests.world import World, document, empty_database, person

SEED = 20250304
KILLS = 6 * int(os.environ.get("FINDER_SOAK", "1"))
SHARD = 8
# Row numbers and the generation's own name tell of the history, not of the content.
HISTORY = {MANIFEST, SEAL, "documents-id.npy", "people-id.npy"}


def collection(folder: Path) -> World:
    made = World(folder)
    made.people = [person("ada", bio="Keeps queries fast."), person("bob", skills=["payroll"])]
    made.documents = [document(f"d{n:03}", f"Slow queries {n}", f"Vacuum {n} sleeps. " * 5, ["ada", "bob"]) for n in range(60)]
    return made


def content(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in current(home / "generations").iterdir() if path.name not in HISTORY}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = collection(tmp_path_factory.mktemp("source"))
    made.ingest()
    return made.folder / "org"


def fresh(home: Path) -> Path:
    home.mkdir(parents=True)
    (home / "finder.db").write_bytes(empty_database())
    return home


@pytest.fixture(scope="module")
def undisturbed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], float]:
    """What a run that nobody disturbs leaves, and how long it takes."""
    home = fresh(tmp_path_factory.mktemp("undisturbed") / "home")
    run(home, source).join()
    begun = time.monotonic()
    again = fresh(home.parent / "again")
    run(again, source).join()
    assert content(again) == content(home)
    return content(home), time.monotonic() - begun


def run(home: Path, source: Path):  # noqa: ANN201
    """Start the indexer in a process of its own, forked from a server that has everything imported."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.crash_build", "sklearn.linear_model", "spacy"])
    process = context.Process(target=crash_build.main, args=(home, source))
    process.start()
    return process


def embedded(home: Path) -> int:
    notes = home / "embedded.txt"
    return sum(int(line) for line in notes.read_text().split()) if notes.exists() else 0


def test_a_killed_indexer_run_again_gives_what_an_undisturbed_one_gives(
    source: Path, undisturbed: tuple[dict[str, bytes], float], tmp_path: Path
) -> None:
    expected, seconds = undisturbed
    chance, killed = random.Random(SEED), 0
    for number in range(KILLS):
        home = fresh(tmp_path / str(number))
        for _ in range(chance.randint(1, 3)):
            process = run(home, source)
            process.join(chance.uniform(0, seconds))
            killed += process.is_alive()
            process.kill()
            process.join()
            sound(home)
        process = run(home, source)
        process.join(60)
        assert process.exitcode == 0
        assert content(home) == expected
        assert [path.name for path in (home / "generations").iterdir() if path.name.startswith(".")] == []
        assert not (home / "embedding").exists()
        assert 62 <= embedded(home) <= 62 + 3 * SHARD
        shutil.rmtree(home)
    assert killed > KILLS / 2


def sound(home: Path) -> None:
    """Whatever the pointer names is whole, at any time."""
    try:
        Generation.load(current(home / "generations"))
    except GenerationMissing:
        assert not (home / "generations" / "current").exists()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[World, Finder]]:
    world = collection(tmp_path / "served")
    finder = world.open()
    yield world, finder
    finder.engine.dispose()


def test_a_killed_rebuild_leaves_the_one_in_service(served: tuple[World, Finder]) -> None:
    world, finder = served
    home, chance = world.settings.home, random.Random(SEED)
    for number in range(6):
        world.documents.append(document(f"more{number}", f"Certificates {number}", "Renewing them"))
        source = world.folder / "org"
        world.ingest()
        process = run(home, source)
        process.join(chance.uniform(0.01, 0.25))
        process.kill()
        process.join()
        sound(home)
        finder.refresh()
        assert finder.generation == current(home / "generations").name
        assert len(published(home / "generations")) <= 3
    process = run(home, world.folder / "org")
    process.join(60)
    fresh_world = collection(world.folder / "fresh")
    fresh_world.documents = world.documents
    fresh_world.ingest()
    fresh_world.build()
    assert content(home) == content(fresh_world.settings.home)
    assert len(published(home / "generations")) <= 2


def test_the_process_of_this_test_runs_by_itself(source: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash_build", str(fresh(tmp_path / "home")), str(source)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout.split()) == (0, ["begun", "done"]), done.stderr
