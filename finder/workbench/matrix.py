"""Requirements x people: each requirement is asked as a question of the recruiter's own, and what was found stands in words."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finder import confidence
from finder.answers import Kind, Request
from finder.asked import Asked
from finder.people import Candidates
from finder.search import rank_people
from finder.service import Finder
from finder.workbench import strengths
from finder.workbench.requirements import Requirement, asked
from finder.workbench.strengths import LEVELS, Strength
from models.access import Principal


@dataclass(frozen=True, slots=True)
class Grid:
    """Everybody for whom there is evidence, in order: rows of the generation, and their levels (requirements, n)."""

    requirements: tuple[Requirement, ...]
    answers: tuple[Asked, ...]
    ranked: tuple[Candidates, ...]
    rows: NDArray[np.int64]
    levels: NDArray[np.int64]

    @property
    def answered(self) -> tuple[bool, ...]:
        """For each requirement, whether anything that may be read is clearly about it."""
        return tuple(bool((held > 0).any()) for held in self.levels)

    @property
    def generation(self) -> str:
        """The name of the generation that was asked."""
        return self.answers[0].generation.name

    def public_id(self, row: int) -> str:
        """Return the public id of a row."""
        return self.answers[0].generation.names.people[row]

    def strength(self, requirement: int, row: int) -> Strength:
        """Return how strong the evidence for a person is; none for who is not in the grid."""
        at = np.flatnonzero(self.rows == row)
        return LEVELS[int(self.levels[requirement, at[0]])] if len(at) else Strength.NONE


def grid(finder: Finder, requirements: tuple[Requirement, ...], principal: Principal, draw: Callable[[str], str]) -> Grid:
    """Ask every requirement and put everybody with evidence for one of them in order. `draw` gives the lot of a public id.

    The asker is left out: nobody judges themselves. Raises InvalidQuery for a requirement that holds no word.
    """
    analyzer, weights = finder.tools.analyzer, finder.tools.weights
    answers = tuple(finder.begin(Request(asked(held.text, analyzer), Kind.PEOPLE), principal) for held in requirements)
    ranked = tuple(rank_people(weights, answer) for answer in answers)
    generation = answers[0].generation
    eligible = generation.people.listed & answers[-1].view.people
    own = generation.person_rows.get(principal.user or "")
    if own is not None:
        eligible = eligible & (np.arange(len(eligible)) != own)
    held = np.zeros((len(requirements), len(generation.names.people)), np.int64)
    for place, (answer, found) in enumerate(zip(answers, ranked, strict=True)):
        # The best of those who can be chosen sets the scale, not the recruiter or somebody outside.
        shares = found.score / found.score[eligible[found.rows]].max(initial=1e-12)
        held[place, found.rows] = strengths.levels(shares, np.isin(found.rows, found.votes.person), confidence.of_answer(answer))
    rows = np.flatnonzero((held > 0).any(axis=0) & eligible)
    lots = [draw(generation.names.people[row]) for row in rows]
    rows = rows[strengths.order(held[:, rows], requirements, lots)] if len(rows) else rows
    return Grid(requirements, answers, ranked, rows, held[:, rows])
