"""Every reader on damaged input: no hang, no unhandled exception, bounded memory. `make fuzz` reads more of it, see tests/fuzz.py."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import reduce
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.records import Item, PersonRecord
from models.errors import SourceError
from tests import fuzz
from tests.indexer.connectors import hunt
from tests.indexer.connectors.golden import sources
from tests.indexer.connectors.hunt import Tally, consumed, within_time
from tests.indexer.connectors.mutations import Mutation, mutations
from tests.indexer.connectors.specimens import Attempt, Specimen

INPUTS = 60  # of each reader, always the same ones
EXAMPLES = 5  # of each source, which hypothesis makes smaller where one fails
SOURCES = list(sources())


@pytest.mark.parametrize("name", fuzz.NAMES)
def test_a_reader_reads_damaged_input_as_far_as_it_goes_or_refuses_it(tmp_path: Path, name: str) -> None:
    tally = Tally(name)
    hunt.hunt(tally, fuzz.prey_of(name, tmp_path / "sources"), range(INPUTS))
    assert tally.failures == {}
    assert tally.whole + tally.partly + tally.refused == INPUTS
    assert tally.partly + tally.refused


@pytest.mark.parametrize(("name", "path"), SOURCES, ids=[f"{name}/{path.name}" for name, path in SOURCES])
def test_the_smallest_damage_that_a_reader_does_not_bear_is_told(tmp_path: Path, name: str, path: Path) -> None:
    specimen = Specimen.of(name, path, tmp_path / "sources")
    files = list(specimen.files)

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
    @given(st.integers(0, 99), mutations())
    def try_one(which: int, changes: list[Mutation]) -> None:
        victim = files[which % len(files)]
        content = reduce(lambda content, change: change.apply(content), changes, specimen.files[victim])
        with specimen.changed(victim, content) as attempt, within_time(), suppress(SourceError):
            consumed(attempt())

    try_one()


class Trap:
    """A source whose reader does what no reader may."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt

    @contextmanager
    def damaged(self, chance: Random) -> Iterator[Attempt]:
        del chance
        yield self._attempt


def hangs() -> Iterator[Item]:
    begun = time.process_time()
    while time.process_time() - begun < 30:
        with suppress(Exception):
            sum(range(1000))
    yield from ()


def raises() -> Iterator[Item]:
    yield PersonRecord("a", "A", "1")
    raise KeyError("oops")


def eats() -> Iterator[Item]:
    held = bytearray(300_000_000)
    held[::4096] = b"x" * len(held[::4096])
    yield PersonRecord("a", f"A{len(held)}", "1")


def tells_what_cannot_be_stored() -> Iterator[Item]:
    yield PersonRecord("a", "half of a pair \ud800", "1")


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (hangs, "more than 0.3 s"),
        (raises, "KeyError at test_fuzz.py"),
        (eats, "more than 100 MB"),
        (tells_what_cannot_be_stored, "PersonRecord.name cannot be stored"),
    ],
)
def test_the_fuzzer_notices_a_reader_that_misbehaves_and_tells_the_seed(
    monkeypatch: pytest.MonkeyPatch, attempt: Attempt, said: str
) -> None:
    monkeypatch.setattr(hunt, "SECONDS", 0.3)
    tally = Tally("trap")
    hunt.hunt(tally, [Trap(attempt)], [7], memory=100_000)
    assert [(said in what, seed, count) for what, (seed, count) in tally.failures.items()] == [(True, 7, 1)]


def test_a_reader_that_takes_its_process_along_or_is_silent_is_noticed_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzz, "SILENCE", 0.5)
    state = tmp_path / "state"
    state.write_bytes(b"")
    for code, said in (("import os; os.abort()", f"died of signal {signal.SIGABRT.value}"), ("input()", "silent")):
        with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:
            assert said in fuzz.ended(process, state)


def test_a_seed_gives_the_same_damage_each_time(tmp_path: Path) -> None:
    (specimen,) = fuzz.prey_of("people", tmp_path / "sources")
    told = []
    for seed in (1, 2, 1):
        with specimen.damaged(Random(seed)) as attempt, suppress(SourceError):
            told.append(repr(list(attempt())))
    assert told[0] == told[2] != told[1]


def test_the_command_tells_of_each_reader() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--only", "people", "--inputs", "20"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert [line.split()[:2] for line in told] == [["reader", "inputs"], ["people", "20"]]
