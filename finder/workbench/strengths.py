"""How strong the evidence is, in words, and what follows from the words alone: an order of people, and the smallest team.

Nothing finer than the words decides: who shows the same evidence is equal, and equals stand in an order drawn for the search.
"""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from finder import coverage
from finder.answers import Confidence
from finder.coverage import Team
from finder.workbench.requirements import Requirement


class Strength(StrEnum):
    """How strongly what was found speaks for a person in one requirement."""

    NONE = "none"
    LITTLE = "little"
    SOME = "some"
    STRONG = "strong"


LEVELS = tuple(Strength)
# The shares of the best person's score from which evidence is little, some, strong.
STEPS = (0.08, 0.2, 0.5)
# What each level counts in the order; from `coverage.COVERS` on, a person covers a requirement.
WORTH = np.asarray([0.0, 0.2, 0.5, 1.0])
# Where the answer itself is less sure, so is what it says of each person.
LESS = {Confidence.STRONG: 0, Confidence.GOOD: 0, Confidence.SOME: 1}


def levels(shares: NDArray[np.float64], documented: NDArray[np.bool_], sure: Confidence) -> NDArray[np.int64]:
    """Return places in LEVELS (n,) for shares of the best score (n,); what only a profile says is little.

    Where nothing is clearly about the requirement, nobody has evidence for it.
    """
    if sure == Confidence.NONE:
        return np.zeros(len(shares), np.int64)
    found = np.maximum(np.searchsorted(STEPS, shares, side="right") - LESS[sure], 0)
    return np.asarray(np.where(documented, found, np.minimum(found, LEVELS.index(Strength.LITTLE))), np.int64)


def order(held: NDArray[np.int64], requirements: Sequence[Requirement], draw: Sequence[str]) -> NDArray[np.intp]:
    """Return the places of people, by their levels (requirements, n): gaps in musts last, then what the words are worth together.

    `draw` settles between equals; it has to be fixed for the search and to say nothing of the person.
    """
    must = np.asarray([requirement.must for requirement in requirements], bool)
    weights = np.asarray([requirement.weight for requirement in requirements], np.float64)
    gaps = (held[must] == 0).sum(axis=0)
    worth = coverage.mean(WORTH[held], weights)
    return np.lexsort((np.asarray(draw), -np.round(worth, 9), gaps))


def smallest_team(held: NDArray[np.int64]) -> Team:
    """Return the fewest people, by place, who show some or strong evidence for all that anybody shows it for (requirements, n)."""
    return coverage.team(np.arange(held.shape[1]), WORTH[held])
