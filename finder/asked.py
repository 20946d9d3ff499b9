"""One question asked of one generation by one asker: what is retrieved once and then ranked, counted and shown."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from finder.answers import Request
from finder.filters import Scope
from finder.query import Query
from finder.retrieval import Gathered, Hits
from finder.view import View
from models.generation import Generation


@dataclass(frozen=True, slots=True)
class Asked:
    """`vector` is the question's, shape (dimension,); `scope` what filters leave of the view.

    `found` is what the retrievers gave, `hits` the documents that its fusion left. `subjects` is the same for each of several
    subjects that the question names, and empty where it names one.
    """

    generation: Generation
    view: View
    request: Request
    query: Query
    vector: NDArray[np.float32]
    scope: Scope
    found: Gathered
    hits: Hits
    subjects: tuple["Asked", ...] = ()

    def each(self, change: Callable[["Asked"], "Asked"]) -> "Asked":
        """Return this with a change done to it and to each of its subjects."""
        changed = change(self)
        return replace(changed, subjects=tuple(change(subject) for subject in changed.subjects))

    @property
    def term_weights(self) -> dict[str, float]:
        """How much each term of the question tells, for choosing and marking snippets."""
        lexical, columns = self.generation.by_document, self.generation.vocabulary
        return {term: weight * lexical.idf(columns[term]) for term, weight in self.query.terms if term in columns}
