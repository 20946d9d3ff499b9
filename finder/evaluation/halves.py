"""Splits judged questions in two by topic: one half tunes, the other tests."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from finder.evaluation.collection import Question


class Half(StrEnum):
    """Which questions count."""

    TUNE = "tune"
    TEST = "test"
    ALL = "all"


def half_of(row: str) -> Half:
    """Return the half of a topic: by the parity of its SHA-256, even tunes and odd tests."""
    return Half.TEST if hashlib.sha256(row.encode()).digest()[-1] % 2 else Half.TUNE


def select(questions: Iterable[Question], half: Half) -> tuple[Question, ...]:
    """Return the questions of one half, or all; phrasings of one topic stay together."""
    return tuple(question for question in questions if half in (Half.ALL, half_of(question.row)))
