"""An import that is killed goes on with the next run, and ends where an undisturbed one does, row by row."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.bench_import import add, compared, held, interrupted
from tests.exports import MAKERS

SIZE = 400_000  # bytes of each export
KILLS = 2


@pytest.mark.parametrize("name", MAKERS)
def test_a_killed_import_ends_as_an_undisturbed_one(tmp_path: Path, name: str) -> None:
    export = tmp_path / "export"
    export.mkdir()
    source = MAKERS[name](export, SIZE)
    add(tmp_path / "whole", name, source)
    count = held(tmp_path / "whole/finder.db")
    chance = random.Random(name)
    killed, _ = interrupted(tmp_path / "killed", name, source, sorted(chance.randrange(1, count) for _ in range(KILLS)))
    rows, differing = compared(tmp_path / "whole/finder.db", tmp_path / "killed/finder.db")
    assert killed > 0
    assert rows > count
    assert differing == []


def test_a_row_that_differs_would_be_seen(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    add(tmp_path / "home", "slack", MAKERS["slack"](export, 10_000))
    one, other = tmp_path / "home/finder.db", tmp_path / "other.db"
    shutil.copy(one, other)
    assert compared(one, other)[1] == []
    with sqlite3.connect(other) as connection:
        connection.execute('UPDATE passage SET "end" = "end" + 1 WHERE document_id = (SELECT max(document_id) FROM passage)')
    connection.close()
    assert "passage" in compared(one, other)[1][0]
