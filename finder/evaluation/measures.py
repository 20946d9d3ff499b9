"""What a ranking is worth, question by question, and how sure a mean or a difference of means is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finder.evaluation.collection import Grades

Run = Mapping[str, Sequence[str]]  # question id -> ranked ids, best first
Values = NDArray[np.float64]  # one value a question
MEASURES = {"nDCG@10": "nDCG@10", "MRR": "RR", "P@5": "P@5", "MAP": "AP", "Recall@20": "R@20"}  # our names, ir-measures' names
PRIMARY = "nDCG@10"
RESAMPLES = 10_000
SEED = 20_250_101


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over questions with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of one system minus that of another over the same questions, its 95 % interval and two-sided p-value."""

    value: float
    low: float
    high: float
    p: float


def measure(run: Run, grades: Grades, questions: Sequence[str]) -> dict[str, Values]:
    """Return {measure: values in the order of `questions`}; a question without a ranking is worth 0."""
    import ir_measures

    wanted = set(questions)
    # Scores fall by one a rank: the evaluator re-sorts by score, and must neither meet a tie nor break one.
    scored = {q: {item: float(-rank) for rank, item in enumerate(items)} for q, items in run.items() if q in wanted and items}
    judged = {q: dict(grades[q]) for q in questions}
    names = {ir_measures.parse_measure(theirs): ours for ours, theirs in MEASURES.items()}
    place = {q: index for index, q in enumerate(questions)}
    values = {name: np.zeros(len(questions)) for name in MEASURES}
    if scored:
        for found in ir_measures.iter_calc(list(names), judged, scored):
            values[names[found.measure]][place[found.query_id]] = found.value
    return values


def mean(values: Values, rows: Sequence[str]) -> Mean:
    """Return the mean with a 95 % percentile bootstrap interval that resamples `rows` (topics), not questions."""
    low, high = _interval(values, rows)
    return Mean(float(values.mean()), low, high)


def difference(ours: Values, theirs: Values, rows: Sequence[str]) -> Difference:
    """Compare two systems question by question.

    The p-value is of the paired two-sided randomisation test (Fisher-Pitman) that swaps the systems row by row.
    """
    gaps = ours - theirs
    low, high = _interval(gaps, rows)
    sums, _ = _by_row(gaps, rows)
    signs = np.random.default_rng(SEED).integers(0, 2, (RESAMPLES, len(sums)), np.int8) * 2.0 - 1.0
    # The tolerance keeps rounding from telling apart what is equal, such as the observed arrangement itself.
    as_far = np.abs(signs @ sums) >= abs(sums.sum()) - 1e-9
    return Difference(float(gaps.mean()), low, high, float((1 + as_far.sum()) / (1 + RESAMPLES)))


def _interval(values: Values, rows: Sequence[str]) -> tuple[float, float]:
    sums, counts = _by_row(values, rows)
    drawn = np.random.default_rng(SEED).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), RESAMPLES)
    low, high = np.quantile((drawn @ sums) / (drawn @ counts), (0.025, 0.975))
    return float(low), float(high)


def _by_row(values: Values, rows: Sequence[str]) -> tuple[Values, Values]:
    _, index = np.unique(np.asarray(rows), return_inverse=True)
    return np.bincount(index, values).astype(np.float64), np.bincount(index).astype(np.float64)
