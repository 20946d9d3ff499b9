"""`make bench-scale`: what an answer costs after encoding and retrieval, in an organisation of 200,000 passages and 5,000 people.

The organisation is made of random words and the encoder is the tests' own: what is measured depends on sizes, not on meaning.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase

import click
from rich.console import Console
from rich.table import Table

from finder.answers import Request
from finder.profiles import Shelf
from finder.search import answer
from finder.service import Finder
from models.access import VISITOR
from models.database import reading
from tests.fake_encoder import FakeEncoder
from tests.world import Row, World, document, person

DIMENSION = 384  # of the default encoder
WORDS = 20_000
PEOPLE = 5_000
TEAMS = 60
QUESTIONS = 300
WARM = 50


class WideEncoder(FakeEncoder):
    """The tests' encoder at the width of the real one."""

    identity = replace(FakeEncoder.identity, dimension=DIMENSION)


@click.command()
@click.option("--passages", default=200_000, show_default=True)
def scale(passages: int) -> None:
    """Make the organisation, ask it questions, and print what each stage took."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), list(people(chance)), [], list(documents(chance, passages)), WideEncoder())
        finder = world.open()
        table = Table("stage", "p50 ms", "p99 ms", "CPU p50 ms", "CPU p99 ms", title=f"{passages:,} passages, {PEOPLE:,} people")
        for name, took in stages(finder, chance).items():
            table.add_row(name, *(cell for seconds in zip(*took, strict=True) for cell in _percentiles(seconds)))
    Console().print(table)


def people(chance: random.Random) -> Iterator[Row]:
    """People in teams, each with a few skills."""
    for number in range(PEOPLE):
        skills = [word(chance) for _ in range(5)]
        yield person(f"p{number}", team=f"Team {number % TEAMS}", location=f"Place {number % 12}", skills=skills, languages=["en"])


def documents(chance: random.Random, count: int) -> Iterator[Row]:
    """Posts of a passage each, most by one person, some by a few."""
    for number in range(count):
        by = {f"p{int(PEOPLE * chance.random() ** 2)}" for _ in range(chance.choice((1, 1, 1, 2, 3)))}
        text = " ".join(word(chance) for _ in range(60))
        yield document(f"d{number}", f"{word(chance)} {word(chance)}", text, sorted(by), tags=[word(chance)])


def word(chance: random.Random) -> str:
    """A word, the common ones far more often than the rare."""
    number = int(WORDS * chance.random() ** 3)
    return f"{ascii_lowercase[number % 26]}{number}"


def stages(finder: Finder, chance: random.Random) -> dict[str, list[tuple[float, float]]]:
    """Return the seconds that each question spent in each stage, by the clock and of the processor's: other programs count in the first."""
    took: dict[str, list[tuple[float, float]]] = {"parse, encode and retrieve": [], "everything after": []}
    for number in range(WARM + QUESTIONS):
        question = " ".join(word(chance) for _ in range(5))
        begun = _now()
        asked = finder.begin(Request(question), VISITOR)
        retrieved = _now()
        with reading(finder.engine) as session:
            answer(finder._tools, asked, Shelf(session, asked.generation, asked.view))
        done = _now()
        if number >= WARM:
            took["parse, encode and retrieve"].append(_between(begun, retrieved))
            took["everything after"].append(_between(retrieved, done))
    return took


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()


def _between(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    return end[0] - start[0], end[1] - start[1]


def _percentiles(seconds: Sequence[float]) -> tuple[str, str]:
    return f"{statistics.median(seconds) * 1000:.2f}", f"{sorted(seconds)[int(len(seconds) * 0.99)] * 1000:.2f}"


if __name__ == "__main__":
    scale()
