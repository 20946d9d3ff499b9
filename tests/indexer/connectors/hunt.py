"""Reads one damaged input after another and takes down what became of each: the loop of the fuzzer."""

import json
import resource
import signal
import time
import traceback
from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol

from indexer.records import DocumentRecord, GroupRecord, Noted, PersonRecord, Refused
from models.errors import SourceError
from tests.indexer.connectors.specimens import Attempt

SECONDS = 2  # of processor time for one input
MEMORY = 512_000  # kB that a reader may add at its highest
BETWEEN = 10  # inputs between two looks at the memory
RECORDS = PersonRecord | GroupRecord | DocumentRecord | Refused | Noted


class Prey(Protocol):
    """A sound source that can be damaged."""

    def damaged(self, chance: Random) -> AbstractContextManager[Attempt]:
        """Give a way to read it, damaged as `chance` decides."""
        ...


class Hang(BaseException):
    """Raised into a reader that takes too long; no reader catches it."""


@dataclass
class Tally:
    """What became of the inputs of one reader. Milliseconds of processor time; kB. `failures`: the first seed and the count of each."""

    reader: str
    seed: int = 0
    inputs: int = 0
    whole: int = 0
    partly: int = 0
    refused: int = 0
    slowest: float = 0
    slowest_seed: int = 0
    memory: int = 0
    failures: dict[str, list[int]] = field(default_factory=dict)

    def fail(self, what: str) -> None:
        self.failures.setdefault(what, [self.seed, 0])[1] += 1

    def keep(self, state: MutableSequence[int] | None) -> None:
        """Write down where we are, for whoever watches from outside; a NUL ends it."""
        if state is not None:
            said = json.dumps(vars(self)).encode() + b"\0"
            state[: len(said)] = said


def hunt(tally: Tally, prey: Sequence[Prey], seeds: Iterable[int], state: MutableSequence[int] | None = None, memory: int = MEMORY) -> None:
    """Read one damaged input for each seed and take down what became of it. `state` is kept for whoever watches from outside."""
    before = peak()
    for number, seed in enumerate(seeds, start=1):
        tally.seed = seed
        tally.keep(state)
        chance = Random(seed)
        with chance.choice(prey).damaged(chance) as attempt:
            _one(tally, attempt)
        tally.inputs += 1
        if number % BETWEEN == 0:
            _weigh(tally, before, memory)
    _weigh(tally, before, memory)
    tally.keep(state)


def _weigh(tally: Tally, before: int, memory: int) -> None:
    added = peak() - before
    if added > max(memory, tally.memory):
        tally.fail(f"more than {memory // 1000} MB, by this input or one of the {BETWEEN - 1} before it")
    tally.memory = max(added, tally.memory)


def _one(tally: Tally, attempt: Attempt) -> None:
    begun, hung = time.process_time(), False
    try:
        with within_time():
            refused = consumed(attempt())
        tally.partly += refused
        tally.whole += not refused
    except SourceError as error:
        tally.refused += 1
        str(error).encode()
    except Hang:
        hung = True
    except Exception as error:  # noqa: BLE001 every one that has no name is what we look for
        tally.fail(_where(error))
    took = time.process_time() - begun
    if hung or took > SECONDS:
        tally.fail(f"more than {SECONDS} s")
    if took * 1000 > tally.slowest:
        tally.slowest, tally.slowest_seed = took * 1000, tally.seed


def consumed(items: Iterable[object]) -> bool:
    """Read to the end; return whether anything was refused. Raises AssertionError for an item that could not be stored or printed."""
    refused = False
    for item in items:
        assert isinstance(item, RECORDS), f"{type(item).__name__} is no record"
        refused |= isinstance(item, Refused)
        for name in item.__slots__:
            value = getattr(item, name)
            said = value if isinstance(value, str) else "".join(map(str, value)) if isinstance(value, tuple) else ""
            assert said.isprintable() or _can_be_stored(said), f"{type(item).__name__}.{name} cannot be stored"
    return refused


def _can_be_stored(said: str) -> bool:
    try:
        said.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in said


@contextmanager
def within_time() -> Iterator[None]:
    """Raise Hang into what takes more than two seconds of processor time."""

    def stop(*_: object) -> None:
        raise Hang

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS, SECONDS / 4)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def peak() -> int:
    """Return the highest memory of this process so far, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _where(error: Exception) -> str:
    """Return what was raised, and by which line of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/indexer/" in frame.filename] or frames
    said = f": {error}" if isinstance(error, AssertionError) else ""  # of others the text differs with the input
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}{said}"
