from pathlib import Path

import pytest

from tests.indexer.worlds import World, world


@pytest.fixture
def place(tmp_path: Path) -> World:
    return world(tmp_path)
