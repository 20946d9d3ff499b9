"""`make bench-import`: imports an export of a given size for each of three formats, undisturbed and killed again and again.

Prints what reading and storing took, and compares the two databases row by row. tests/test_resume.py does the same with little ones.
"""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import click

from tests.exports import MAKERS

UNLIKE = "run"  # when things happened
POLL = 0.005  # seconds


@dataclass(frozen=True, slots=True)
class Took:
    """What a process took: wall and processor time in seconds, its highest memory in MB, and whether it ended by itself."""

    seconds: float
    processor: float
    memory: float
    ended: bool


def spent(command: Sequence[str], environment: dict[str, str], until: "Until | None" = None) -> Took:
    """Run a command to its end, or kill it where `until` says so; return what it took. Raises where it fails by itself."""
    begun = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        number = 0
        while until is not None and number == 0 and not until.come():
            time.sleep(POLL)
            number, status, used = os.wait4(process.pid, os.WNOHANG)
        if number == 0:
            if until is not None:
                process.send_signal(signal.SIGKILL)
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        if process.returncode not in (0, -signal.SIGKILL):
            raise click.ClickException(said.read().decode())
    return Took(time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000, process.returncode == 0)


@dataclass(frozen=True, slots=True)
class Until:
    """Waits until a database holds so many documents."""

    database: Path
    documents: int

    def come(self) -> bool:
        """Whether it does."""
        return held(self.database) >= self.documents


def held(database: Path) -> int:
    """Return how many documents were ever stored; 0 before there is a database."""
    if not database.exists():
        return 0
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        return int(connection.execute("SELECT coalesce(max(id), 0) FROM document").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # there is no such table yet
    finally:
        connection.close()


def add(home: Path, name: str, source: Path, until: Until | None = None) -> Took:
    """Import a source into a home by `indexer add`, in a process of its own."""
    command = [sys.executable, "-m", "indexer", "add", str(source), "--format", name, "--as", "export", "--no-build"]
    return spent(command, {**os.environ, "FINDER_HOME": str(home)}, until)


def interrupted(home: Path, name: str, source: Path, points: Sequence[int]) -> tuple[int, Took]:
    """Import a source, killed whenever it holds so many documents; return how often it was killed, and what the last run took."""
    killed = [add(home, name, source, Until(home / "finder.db", point)) for point in points]
    return sum(not took.ended for took in killed), add(home, name, source)


def rows(database: Path) -> Iterator[tuple[object, ...]]:
    """Yield the name of a table and a row, for every row of the database that says what was imported."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    for (table,) in connection.execute(named).fetchall():
        if table != UNLIKE:
            keys = [column for _, column, _, _, _, place in connection.execute(f'PRAGMA table_info("{table}")') if place]
            order = ", ".join(f'"{key}"' for key in keys) or "rowid"
            yield from ((table, *row) for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY {order}'))
    connection.close()


def compared(one: Path, other: Path) -> tuple[int, list[str]]:
    """Return how many rows two databases hold, and the first in which they differ."""
    count, differing = 0, []
    for row, twin in zip_longest(rows(one), rows(other)):
        count += 1
        if row != twin:
            differing.append(f"{str(row)[:300]} / {str(twin)[:300]}")
            break
    return count, differing


def read(name: str, source: str) -> None:
    """Read a source to its end; say how many records that were. Runs in a process of its own, whose memory is its own."""
    from indexer.connectors.detect import detect

    print(sum(1 for _ in detect(Path(source), name).items()))


@click.command()
@click.option("--megabytes", default=200, show_default=True, help="Size of each export.")
@click.option("--kills", default=10, show_default=True, help="How often an import is killed.")
@click.option("--seed", default=20250304, show_default=True, help="Of the points at which it is.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where the exports and databases are made; removed after.")
@click.option("--only", type=click.Choice(list(MAKERS)), help="One format alone.")
def bench(megabytes: int, kills: int, seed: int, folder: Path | None, only: str | None) -> None:
    """Print what reading, storing and storing under SIGKILL took."""
    for name in [only] if only else MAKERS:
        with tempfile.TemporaryDirectory(dir=folder) as made:
            _bench(name, Path(made), megabytes * 1_000_000, random.Random(f"{seed} {name}"), kills)


def _bench(name: str, folder: Path, size: int, chance: random.Random, kills: int) -> None:
    export = folder / "export"
    export.mkdir()
    source = MAKERS[name](export, size)
    click.echo(f"{name}, {size // 1_000_000:,} MB")
    reading = spent([sys.executable, "-m", "tests.bench_import", "--read", name, str(source)], dict(os.environ))
    click.echo(f"  read:   {_figures(reading)}")
    storing = add(folder / "whole", name, source)
    count = held(folder / "whole/finder.db")
    click.echo(f"  stored: {_figures(storing)}, {count:,} documents, {count / storing.processor:,.0f} a second of processor time")
    again = add(folder / "whole", name, source)
    click.echo(f"  again:  {_figures(again)}, nothing changed")
    points = sorted(chance.randrange(count) for _ in range(kills))
    times, last = interrupted(folder / "killed", name, source, points)
    click.echo(f"  killed: {times} times, at {', '.join(f'{point:,}' for point in points)}; the last run {_figures(last)}")
    compare, differing = compared(folder / "whole/finder.db", folder / "killed/finder.db")
    click.echo(f"  {compare:,} rows compared: {'; '.join(differing) or 'all the same'}")
    shutil.rmtree(folder, ignore_errors=True)
    if differing or times != kills:
        raise click.ClickException("the interrupted import came out otherwise")


def _figures(took: Took) -> str:
    return f"{took.processor:,.1f} s of processor time ({took.seconds:,.1f} s), highest memory {took.memory:,.0f} MB"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(*sys.argv[2:4])
    else:
        bench()
