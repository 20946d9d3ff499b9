"""Compares the product question by question: with another system, or with an earlier version of it whose values were kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from finder.evaluation.measures import MEASURES, Difference, difference
from finder.evaluation.trial import PRODUCT, Board, Outcome
from models import durable
from models.errors import SourceError

FORMAT = 1
LISTS = ("people", "documents")
SAVED = "the saved run (now minus then)"


@dataclass(frozen=True, slots=True)
class Change:
    """How the product differs from its `rival`, a saved run or another system, on the questions that both answered."""

    collection: str
    list: str
    measure: str
    questions: int
    difference: Difference
    rival: str = SAVED


def save(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the product's value for each question and measure as JSON, replacing the file."""
    kept = {
        outcome.collection: {name: _values(board) for name in LISTS if (board := getattr(outcome, name)) and PRODUCT in board.values}
        for outcome in outcomes
    }
    durable.replace(path, json.dumps({"format": FORMAT, "collections": kept}, indent=1, sort_keys=True).encode())


def load(path: Path) -> Mapping[str, Any]:
    """Return the collections of a saved run.

    Raises SourceError where the file is no saved run.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(
            f"The saved run {path} cannot be read: {error}.", "Write one with --save, or name a system, such as bm25-votes."
        ) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT or not isinstance(content.get("collections"), dict):
        raise SourceError(f"{path} is not a saved run of this version.", "Write one with --save.")
    found: Mapping[str, Any] = content["collections"]
    return found


def compare(outcomes: Sequence[Outcome], before: Mapping[str, Any]) -> list[Change]:
    """Return the paired differences, now minus then, for every collection, list and measure that both runs hold."""
    changes = []
    for outcome in outcomes:
        for name in LISTS:
            board, then = getattr(outcome, name), before.get(outcome.collection, {}).get(name)
            if board is not None and then and PRODUCT in board.values:
                changes.extend(_changes(outcome.collection, name, board, then))
    return changes


def versus(outcomes: Sequence[Outcome], system: str) -> list[Change]:
    """Return the paired differences, the product minus another system, for every list and measure that both were measured on.

    Raises SourceError where there is none.
    """
    found = [
        Change(outcome.collection, name, measure, len(board.questions), difference(ours[measure], theirs[measure], board.rows), system)
        for outcome in outcomes
        for name, board in outcome.boards.items()
        if (ours := board.values.get(PRODUCT)) and (theirs := board.values.get(system))
        for measure in MEASURES
    ]
    if not found:
        raise SourceError(f"No list measures the finder beside {system!r}.", "Drop --baselines and --no-dense, or name another system.")
    return found


def _changes(collection: str, name: str, board: Board, then: Mapping[str, Mapping[str, float]]) -> list[Change]:
    both = [index for index, question in enumerate(board.questions) if question in then]
    rows = [board.rows[index] for index in both]
    if not both:
        return []
    found = []
    for measure in MEASURES:
        old = np.asarray([then[board.questions[index]][measure] for index in both])
        found.append(Change(collection, name, measure, len(both), difference(board.values[PRODUCT][measure][both], old, rows)))
    return found


def _values(board: Board) -> dict[str, dict[str, float]]:
    ours = board.values[PRODUCT]
    return {q: {name: round(float(values[index]), 6) for name, values in ours.items()} for index, q in enumerate(board.questions)}
