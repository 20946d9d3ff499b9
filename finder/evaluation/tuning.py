"""Finds weights that rank judged questions better, and tells a gain from luck by questions that had no say in finding them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from finder.evaluation.measures import Difference, Values, difference
from finder.evaluation.panel import Panel
from finder.people import ROLES
from finder.weights import SHARES, Weights, most, names
from models.errors import SourceError

FOLDS = 5
FEWEST = 20  # topics; with fewer, a fold holds no more than chance
SIGNIFICANT = 0.05
GAIN = 0.0005  # what a step has to add to the mean: less is noise
ROUNDS = 4
# `evidence` is only a unit, beside which `profile` and `newcomer` are measured.
FIXED = frozenset({"evidence"})
STEPS = (0.5, 0.8, 1.25, 2.0)
SHIFTS = (-0.2, -0.1, 0.1, 0.2)
START = 0.1  # what a weight of 0 is tried at

Masks = Sequence[NDArray[np.bool_]]  # for each panel, which of its questions count


@dataclass(frozen=True, slots=True)
class Tried:
    """One list of one collection: its mean under the weights in force, out of fold under tuned ones, and how sure the difference is."""

    collection: str
    list: str
    before: float
    after: float
    difference: Difference


@dataclass(frozen=True, slots=True)
class Tuning:
    """The weights found on all questions, what tuning like this is worth on questions it has not seen, and whether to take them."""

    before: Weights
    after: Weights
    tried: tuple[Tried, ...]
    overall: Difference

    @property
    def objection(self) -> str:
        """What speaks against taking the weights; empty where the gain over all lists is significant and no list loses significantly."""
        if not changes(self.before, self.after):
            return "no other weights were found to rank these questions better"
        if self.overall.value <= 0 or self.overall.p >= SIGNIFICANT:
            return "on questions that tuning has not seen, the gain cannot be told from luck"
        lost = [f"{one.collection} ({one.list})" for one in self.tried if one.difference.value < 0 and one.difference.p < SIGNIFICANT]
        return f"it would make {', '.join(lost)} significantly worse" if lost else ""


@dataclass(slots=True)
class Judge:
    """What weights are worth on each question; asked twice, it answers from memory."""

    panels: Sequence[Panel]
    said: Callable[[int], object]
    _kept: dict[tuple[float, ...], list[Values]] = field(default_factory=dict)

    def values(self, weights: Weights) -> list[Values]:
        """Return the values of every panel's questions."""
        key = tuple(weights.value(name) for name in names())
        if key not in self._kept:
            self._kept[key] = [panel.values(weights) for panel in self.panels]
            self.said(len(self._kept))
        return self._kept[key]

    def mean(self, weights: Weights, masks: Masks) -> float:
        """Return the mean over panels of the mean over the questions that count: a large collection does not outvote a small one."""
        means = [float(values[mask].mean()) for values, mask in zip(self.values(weights), masks, strict=True) if mask.any()]
        return float(np.mean(means))


def tune(panels: Sequence[Panel], before: Weights, said: Callable[[int], object]) -> Tuning:
    """Tune by coordinate ascent, cross-validated by topic. `said` is told how many weights were tried.

    Raises SourceError where there are too few topics to tell a gain from luck.
    """
    topics = {row for panel in panels for row in panel.rows}
    if len(topics) < FEWEST:
        raise SourceError(
            f"The questions are judged on {len(topics)} topics, and tuning needs {FEWEST} to tell a gain from luck.",
            "Judge more questions, or name more collections.",
        )
    judge = Judge(panels, said)
    folds = [np.asarray([fold_of(row) for row in panel.rows]) for panel in panels]
    unseen = [np.zeros(len(panel.rows)) for panel in panels]
    for fold in range(FOLDS):
        held_out = [which == fold for which in folds]
        found = fit(judge, before, [~mask for mask in held_out])
        for kept, values, mask in zip(unseen, judge.values(found), held_out, strict=True):
            kept[mask] = values[mask]
    after = fit(judge, before, [np.ones(len(which), bool) for which in folds])
    return _verdict(panels, (before, after), judge.values(before), unseen)


def fit(judge: Judge, start: Weights, masks: Masks) -> Weights:
    """Return the weights that rank the questions that count best; the others have no say in it."""
    return ascend(start, used(judge.panels), lambda weights: judge.mean(weights, masks))


def ascend(start: Weights, tuned: Sequence[str], worth: Callable[[Weights], float]) -> Weights:
    """Change one weight at a time to the best of a few steps up and down, until a round over all of them gains nothing."""
    best, value = start, worth(start)
    for _ in range(ROUNDS):
        before = value
        for name in tuned:
            for step in steps(name, best.value(name)):
                candidate = best.changed(name, step)
                found = worth(candidate)
                if found > value + GAIN:
                    best, value = candidate, found
        if value <= before:
            break
    return best


def steps(name: str, value: float) -> list[float]:
    """Return the values to try in place of one: shares move by tenths, everything else by factors, none beyond what a weight may be."""
    if name in SHARES:
        return sorted({round(min(most(name), max(0.0, value + shift)), 3) for shift in SHIFTS} - {value})
    if not value:
        return [START]
    # Nothing at all comes last: of changes that are worth the same the first is taken.
    found = dict.fromkeys(min(most(name), float(f"{value * step:.3g}")) for step in (*STEPS, 0.0))
    return [step for step in found if step != value]


def used(panels: Sequence[Panel]) -> tuple[str, ...]:
    """Return the weights that could change anything: of the parts people have in documents, only those that occur."""
    present: set[str] = set()
    for panel in panels:
        asked = next((found for found in panel.asked if found is not None), None)
        if asked is not None:
            present |= {f"roles.{ROLES[code].value}" for code in np.unique(asked.generation.credits.role)}
    return tuple(name for name in names() if name not in FIXED and (not name.startswith("roles.") or name in present))


def fold_of(topic: str) -> int:
    """Return the fold of a topic: by its SHA-256, so that phrasings of one topic stay together and a run can be repeated."""
    return hashlib.sha256(b"fold " + topic.encode()).digest()[0] % FOLDS


def _verdict(panels: Sequence[Panel], found: tuple[Weights, Weights], then: Sequence[Values], unseen: Sequence[Values]) -> Tuning:
    tried = [
        Tried(panel.collection, panel.list, float(old.mean()), float(new.mean()), difference(new, old, panel.rows))
        for panel, old, new in zip(panels, then, unseen, strict=True)
    ]
    # Each list weighs the same in the overall difference, however many questions it has.
    total = sum(len(panel.rows) for panel in panels)
    scale = np.concatenate([np.full(len(panel.rows), total / (len(panels) * len(panel.rows))) for panel in panels])
    rows = [row for panel in panels for row in panel.rows]
    overall = difference(np.concatenate(unseen) * scale, np.concatenate(list(then)) * scale, rows)
    return Tuning(*found, tuple(tried), overall)


def changes(before: Weights, after: Weights) -> Mapping[str, tuple[float, float]]:
    """Return {name: (before, after)} of the weights that differ."""
    return {name: (before.value(name), after.value(name)) for name in names() if before.value(name) != after.value(name)}
