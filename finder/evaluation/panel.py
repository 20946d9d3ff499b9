"""Judged questions asked of an index once, and ranked again under other weights: what tuning and ablation look at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from finder import documents
from finder.answers import Request
from finder.asked import Asked
from finder.evaluation.baselines import DEPTH
from finder.evaluation.collection import Collection, Grades, Question
from finder.evaluation.halves import Half, select
from finder.evaluation.measures import PRIMARY, Run, Values, measure
from finder.retrieval import fuse
from finder.search import rank_people
from finder.service import Finder
from finder.weights import Weights
from models.access import VISITOR
from models.errors import InvalidQuery

PEOPLE, DOCUMENTS = "people", "documents"
Change = Callable[[Asked], Asked]


@dataclass(frozen=True, slots=True)
class Panel:
    """One list of one collection: its judged questions, their topics, and what the index found for each (None: refused)."""

    collection: str
    list: str
    questions: tuple[Question, ...]
    asked: tuple[Asked | None, ...]
    grades: Grades

    @property
    def rows(self) -> tuple[str, ...]:
        """The topic of each question, told apart from those of other collections."""
        return tuple(f"{self.collection}/{question.row}" for question in self.questions)

    def values(self, weights: Weights, change: Change | None = None) -> Values:
        """Return nDCG@10 of each question under these weights, with `change` done to what is ranked."""
        return self.measured(self.run(weights, change))

    def run(self, weights: Weights, change: Change | None = None) -> Run:
        """Rank each question's people or documents."""
        ranked = _people if self.list == PEOPLE else _documents
        return {
            question.id: ranked(asked.each(change) if change else asked, weights)
            for question, asked in zip(self.questions, self.asked, strict=True)
            if asked is not None
        }

    def measured(self, run: Run) -> Values:
        """Return nDCG@10 of each question in a run."""
        return measure(run, self.grades, [question.id for question in self.questions])[PRIMARY]


def panels(collection: Collection, finder: Finder, half: Half) -> list[Panel]:
    """Ask the questions of one half as a visitor: weights must come from what everybody may read."""
    judged = ((PEOPLE, collection.people_grades), (DOCUMENTS, collection.document_grades))
    kept: dict[str, Asked | None] = {}
    found = []
    for name, grades in judged:
        questions = select(collection.judged(grades), half)
        for question in questions:
            if question.id not in kept:
                kept[question.id] = _ask(finder, question)
        if questions:
            found.append(Panel(collection.name, name, questions, tuple(kept[question.id] for question in questions), grades))
    return found


def _ask(finder: Finder, question: Question) -> Asked | None:
    try:
        return finder.begin(Request(question.text, limit=DEPTH), VISITOR)
    except InvalidQuery:
        return None


def _people(asked: Asked, weights: Weights) -> Sequence[str]:
    ranked = rank_people(weights, _fused(asked, weights))
    return [asked.generation.names.people[row] for row in ranked.rows[:DEPTH]]


def _documents(asked: Asked, weights: Weights) -> Sequence[str]:
    hits = _fused(asked, weights).hits
    return [asked.generation.names.documents[row] for row in hits.documents[documents.distinct(asked.generation, hits)[:DEPTH]]]


def _fused(asked: Asked, weights: Weights) -> Asked:
    return asked.each(lambda part: replace(part, hits=fuse(part.generation, part.found, weights)))
