"""A desk over a real index; each test gets a database of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from finder.service import Finder
from finder.workbench.desk import Desk
from tests.finder.workbench.staff import SECRET, world
from tests.world import World


@pytest.fixture(scope="session")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = world(tmp_path_factory.mktemp("staff"))
    made.ingest()
    made.build()
    return made


@pytest.fixture
def finder(staffed: World, tmp_path: Path) -> Iterator[Finder]:
    shutil.copytree(staffed.folder / "home", tmp_path / "home")
    opened = Finder.open(World(tmp_path).settings, staffed.encoder)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def desk(finder: Finder) -> Desk:
    return Desk(finder, SECRET, 180)
