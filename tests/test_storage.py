"""The disk fails: a power cut drops, zeroes or cuts what is unsynced, or one call says EIO or ENOSPC. The old generation serves on.

FINDER_SOAK=n tries every step and call, each step of a power cut n - 1 times.
"""

import errno
import io
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from finder.answers import Kind, Request
from finder.service import Finder
from models import durable
from models.access import VISITOR
from models.errors import GenerationMissing, StorageFull
from models.generation import Generation, current
from tests.world import World, document, person

SEED = 20250304
ROUNDS = int(os.environ.get("FINDER_SOAK", "1"))


class PowerCut(BaseException):
    """The machine is off: nothing that would tidy up runs any more, and nothing reaches the disk."""


class Disk:
    """What the disk would hold after a power cut: contents once synced, names once their folder was synced.

    Stands in for `durable.write_by`, `durable.rename` and `durable.sync_folder`, the only ways an index file comes to be.
    """

    def __init__(self, root: Path, cut: int, chance: random.Random) -> None:
        self.root, self.cut, self.chance, self.steps = root, cut, chance, 0
        self.off = False
        self.unsynced: dict[Path, None] = {}
        self.unnamed: list[tuple[Path, Path, bytes | None]] = []

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.cut:
            self.off = True
        if self.off:
            raise PowerCut

    def write_by(self, path: Path, save: Callable[[Any], object]) -> None:
        with path.open("wb") as file:
            save(file)
        self.unsynced[path] = None
        self.step()
        self.unsynced.pop(path, None)
        self.step()

    def rename(self, source: Path, target: Path) -> None:
        before = target.read_bytes() if target.is_file() else None
        source.rename(target)
        self.unnamed.append((source, target, before))
        self.step()
        self.sync_folder(target.parent)

    def sync_folder(self, folder: Path) -> None:
        self.unnamed = [held for held in self.unnamed if held[1].parent != folder]
        self.step()

    def lose(self) -> None:
        """Let the power cut take what was not synced."""
        for source, target, before in reversed(self.unnamed):
            if self.chance.random() < 0.5:
                continue  # the name may have reached the disk all the same
            if before is None:
                target.rename(source)
            else:
                target.write_bytes(before)
        for path in self.unsynced:
            if path.exists():
                held = path.read_bytes()
                way = self.chance.choice(("drop", "zero", "truncate", "keep"))
                if way == "drop":
                    path.unlink()
                elif way != "keep":
                    path.write_bytes(bytes(len(held)) if way == "zero" else held[: self.chance.randrange(len(held) + 1)])


def organisation(folder: Path) -> World:
    made = World(folder)
    made.people = [person("ada", bio="Keeps queries fast.", skills=["vacuum"])]
    made.documents = [document(f"d{n}", f"Slow queries {n}", "Vacuum", ["ada"]) for n in range(5)]
    return made


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One generation published, and more in the database than it holds."""
    made = organisation(tmp_path_factory.mktemp("storage"))
    made.ingest()
    made.build()
    made.documents.append(document("new", "Certificates", "Renewing", ["ada"]))
    made.ingest()
    return made


@pytest.fixture(scope="module")
def expected(before: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    made = copied(before, tmp_path_factory.mktemp("expected") / "home")
    made.build()
    return content(made)


def copied(world: World, folder: Path) -> World:
    shutil.copytree(world.folder, folder)
    return World(folder, world.people, [], world.documents)


def content(world: World) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in current(world.settings.generations).iterdir() if "manifest" not in path.name}


def answers(world: World) -> int:
    """A finder that starts now opens something sound; how many documents it finds."""
    finder = Finder.open(world.settings, world.encoder)
    found = len(finder.search(Request("slow queries", Kind.DOCUMENTS), VISITOR).documents)
    finder.engine.dispose()
    return found


def steps_of(world: World, monkeypatch: pytest.MonkeyPatch) -> int:
    disk = Disk(world.folder, 0, random.Random(SEED))
    plug(disk, monkeypatch)
    world.build()
    monkeypatch.undo()
    return disk.steps


def plug(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("write_by", "rename", "sync_folder"):
        monkeypatch.setattr(durable, name, getattr(disk, name))
    remove = shutil.rmtree

    def removing(path: Path, ignore_errors: bool = False) -> None:
        if not disk.off:
            remove(path, ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", removing)


def test_after_a_power_cut_anywhere_the_old_or_the_new_generation_serves(
    before: World, expected: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(SEED)
    steps = steps_of(copied(before, tmp_path / "count"), monkeypatch)
    assert steps > 80
    tried = [*range(1, steps - 12, 6), *range(steps - 12, steps + 1)] if ROUNDS == 1 else [*range(1, steps + 1)] * (ROUNDS - 1)
    for cut in tried:
        world = copied(before, tmp_path / "world")
        disk = Disk(world.folder, cut, chance)
        plug(disk, monkeypatch)
        with pytest.raises(PowerCut):
            world.build()
        monkeypatch.undo()
        disk.lose()
        assert Generation.load(current(world.settings.generations)).name in ("00000001", "00000002"), cut
        if cut % 5 == 0:
            assert answers(world) >= 5
        world.build()
        assert content(world) == expected, cut
        assert [path for path in world.settings.generations.iterdir() if path.name.startswith(".building")] == []
        shutil.rmtree(world.folder)


class Failing:
    """Lets the n-th of a process's calls to the file system fail, within one folder."""

    def __init__(self, root: Path, fail: int, code: int) -> None:
        self.root, self.fail, self.code, self.calls = str(root), fail, code, 0

    def call(self, path: object) -> None:
        if isinstance(path, int) or str(path).startswith(self.root):
            self.calls += 1
            if self.calls == self.fail:
                raise OSError(self.code, os.strerror(self.code), None if isinstance(path, int) else str(path))

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def wrapped(original: Callable[..., Any]) -> Callable[..., Any]:
            def calling(path: Any, *arguments: Any, **named: Any) -> Any:
                self.call(path)
                return original(path, *arguments, **named)

            return calling

        class File(io.BufferedWriter):
            def write(file, content: Any) -> int:  # noqa: N805
                self.call(self.root)
                return super().write(content)

        plain = Path.open

        def opening(path: Path, mode: str = "r", *arguments: Any, **named: Any) -> Any:
            if mode == "wb" or self.code == errno.EIO:  # reading takes no space
                self.call(path)
            return File(io.FileIO(path, "w")) if mode == "wb" else plain(path, mode, *arguments, **named)

        monkeypatch.setattr(Path, "open", opening)
        for name in ("fsync", "rename", "mkdir"):
            monkeypatch.setattr(os, name, wrapped(getattr(os, name)))


def one_failure(world: World, fail: int, code: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Failing, BaseException | None]:
    failing = Failing(world.settings.home, fail, code)
    failing.install(monkeypatch)
    caught: BaseException | None = None
    try:
        world.build()
    except Exception as error:  # noqa: BLE001
        caught = error
    monkeypatch.undo()
    return failing, caught


@pytest.fixture
def served(before: World, tmp_path: Path) -> Iterator[tuple[World, Finder]]:
    world = copied(before, tmp_path / "world")
    finder = Finder.open(world.settings, world.encoder)
    yield world, finder
    finder.engine.dispose()


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_any_call_may_fail_once_and_the_old_generation_serves_on(
    served: tuple[World, Finder], expected: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    original, finder = served
    calls = one_failure(copied(original, tmp_path / "count"), 0, code, monkeypatch)[0].calls
    assert calls > 150
    tried = [*range(1, calls - 16, 16), *range(calls - 16, calls + 1)] if ROUNDS == 1 else range(1, calls + 1)
    for fail in tried:
        world = copied(original, tmp_path / "broken")
        failing, caught = one_failure(world, fail, code, monkeypatch)
        assert failing.calls >= fail
        if code == errno.ENOSPC and caught is not None:
            assert isinstance(caught, StorageFull), (fail, caught)
            assert caught.remedy
        name = current(world.settings.generations).name
        Generation.load(current(world.settings.generations))
        assert name == "00000001" or caught is None or fail > calls - 6, fail
        left = {path.name for path in world.settings.generations.iterdir()}
        assert not {held for held in left if held.startswith(".building")}, fail
        if caught is not None and name == "00000001":
            assert "00000002" not in left, fail
        world.build()
        assert content(world) == expected, fail
        shutil.rmtree(world.folder)
    finder.refresh()
    assert len(finder.search(Request("slow queries", Kind.DOCUMENTS), VISITOR).documents) >= 5


def test_a_first_build_that_fails_leaves_nothing_to_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = organisation(tmp_path)
    world.ingest()
    _, caught = one_failure(world, 40, errno.ENOSPC, monkeypatch)
    assert isinstance(caught, StorageFull)
    with pytest.raises(GenerationMissing):
        current(world.settings.generations)
    assert list(world.settings.generations.iterdir()) == []
