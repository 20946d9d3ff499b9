"""Rankings and judgements in TREC's files: what other engines and evaluators read and write.

TREC separates columns by white space, so an id that holds some, or a percent sign, is percent-encoded on the way out and decoded on
the way in.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, unquote

from models.errors import SourceError

UNSAFE = re.compile(r"[\s%\x00-\x1f\x7f]")
ITERATION = "Q0"  # the column that nobody reads any more
Run = Mapping[str, Sequence[str]]  # question id -> ranked ids, best first
Scores = dict[str, dict[str, float]]


def encode(name: str) -> str:
    """Return an id as one TREC column."""
    return UNSAFE.sub(lambda found: quote(found[0], safe=""), name)


def decode(column: str) -> str:
    """Return the id that a TREC column stands for."""
    return unquote(column)


def run_lines(run: Run, tag: str) -> Iterator[str]:
    """Yield a run's lines: question, Q0, item, rank from 1, a score that falls by one a rank, tag."""
    for question, items in run.items():
        for index, item in enumerate(items):
            yield f"{encode(question)} {ITERATION} {encode(item)} {index + 1} {len(items) - index} {encode(tag)}\n"


def qrels_lines(grades: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Yield judgements: question, 0, item, grade."""
    for question, items in grades.items():
        for item, grade in items.items():
            yield f"{encode(question)} 0 {encode(item)} {grade}\n"


def read_run(path: Path) -> tuple[str, Run]:
    """Read a run file and return its tag and its rankings.

    As trec_eval does, it ranks by score whatever the rank column says, equal scores by id with the last one first.
    Raises SourceError naming the line that cannot be used.
    """
    scores: Scores = {}
    tag = ""
    for place, line in _lines(path):
        question, item, score, found = _parsed(place, line)
        if tag and found != tag:
            raise SourceError(f"{place} is of the run {found!r}, the lines before of {tag!r}.", "Keep each run in a file of its own.")
        tag = found
        ranked = scores.setdefault(question, {})
        if item in ranked:
            raise SourceError(f"{place} ranks {item!r} a second time for {question!r}.", "Name each item once a question.")
        ranked[item] = score
    if not scores:
        raise SourceError(f"{path} holds no ranking.", "Name a TREC run: question, Q0, item, rank, score, tag on each line.")
    return tag, {question: _ranked(items) for question, items in scores.items()}


def _parsed(place: str, line: str) -> tuple[str, str, float, str]:
    columns = line.split()
    try:
        question, _, item, _, number, tag = columns
        score = float(number)
    except ValueError as error:
        raise SourceError(f"{place} is no line of a TREC run.", "A line is: question, Q0, item, rank, score, tag.") from error
    if not math.isfinite(score):
        raise SourceError(f"{place} has the score {number}.", "Give a finite number, higher for better.")
    return decode(question), decode(item), score, decode(tag)


def _ranked(items: dict[str, float]) -> list[str]:
    return [item for item, _ in sorted(items.items(), key=lambda pair: (pair[1], pair[0]), reverse=True)]


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield f"{path}:{number}", line
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read: {error}.", "Name a TREC run, a text file in UTF-8.") from error
