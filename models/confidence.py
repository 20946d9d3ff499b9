"""How sure an answer can be: two features of a question against the index, and the logistic that joins them."""

import math
from collections.abc import Sequence

import numpy as np

from models.generation import Calibration
from models.lexical import Lexical


def coverage(lexical: Lexical, columns: Sequence[int | None], row: int) -> float:
    """Return the share of the question's terms, weighted by their rarity, that a row holds.

    `columns` are the terms' columns, None for a term that the index does not know: it counts as the rarest.
    """
    rarest = math.log1p((lexical.totals[0] + 0.5) / 0.5)
    weights = [rarest if column is None else lexical.idf(column) for column in columns]
    if not weights:
        return 0.0
    return sum(weight for weight, column in zip(weights, columns, strict=True) if column is not None and holds(lexical, column, row)) / sum(
        weights
    )


def holds(lexical: Lexical, column: int, row: int) -> bool:
    """Whether a row holds a term."""
    rows = lexical.rows[lexical.starts[column] : lexical.starts[column + 1]]
    place = int(np.searchsorted(rows, row))
    return place < len(rows) and int(rows[place]) == row


def probability(calibration: Calibration, cosine: float, covered: float) -> float:
    """Return the probability that a question is about something the index holds."""
    return 1 / (1 + math.exp(-(calibration.bias + calibration.cosine * cosine + calibration.coverage * covered)))
