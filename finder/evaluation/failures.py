"""The questions that the product answers worst, and why: the best-placed right answer beside what stands above it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from finder.answers import Answer, Confidence, DocumentResult, Kind, PersonResult
from finder.evaluation.collection import Collection, Grades, Question
from finder.evaluation.measures import PRIMARY
from finder.evaluation.trial import PRODUCT, Ask, Board
from models.errors import InvalidQuery

WHOLE = 1 - 1e-9  # nDCG from which nothing is left to explain
KINDS = {"people": Kind.PEOPLE, "documents": Kind.DOCUMENTS}


@dataclass(frozen=True, slots=True)
class Reason:
    """One summand of a person's score: what it is, and for evidence the document's title and the person's role in it."""

    part: str
    share: float
    title: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One result: where it stands, with what score, and for a person what the score is made of."""

    rank: int
    id: str
    name: str
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """One badly answered question.

    `value` is its nDCG@10; `judged` are the right answers, the best first; `right` is the best-placed of them (None where none was
    found) and `above` what leads the list in its stead (None where nothing does). A `refused` question was not answered at all.
    """

    question: str
    value: float
    judged: tuple[str, ...]
    right: Place | None
    above: Place | None
    confidence: Confidence = Confidence.NONE
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Failures:
    """The worst questions of one list of a collection, the worst first."""

    collection: str
    list: str
    found: tuple[Failure, ...]


def worst(board: Board, most: int) -> list[tuple[str, float]]:
    """Return the ids and values of at most `most` questions that the product does not answer perfectly, the worst first."""
    valued = zip(board.questions, map(float, board.values[PRODUCT][PRIMARY]), strict=True)
    return sorted((pair for pair in valued if pair[1] < WHOLE), key=lambda pair: pair[1])[:most]


def failures(collection: Collection, boards: Mapping[str, Board], ask: Ask, most: int) -> tuple[Failures, ...]:
    """Ask the worst questions of each list once more and return what went wrong with each; lists without any are left out."""
    questions = {question.id: question for question in collection.questions}
    grades = {"people": collection.people_grades, "documents": collection.document_grades}
    found = []
    for name in (name for name, board in boards.items() if PRODUCT in board.values):
        asked = [_failure(name, questions[key], value, grades[name], ask) for key, value in worst(boards[name], most)]
        found += [Failures(collection.name, name, tuple(asked))] if asked else []
    return tuple(found)


def _failure(name: str, question: Question, value: float, grades: Grades, ask: Ask) -> Failure:
    judged = right_answers(grades[question.id])
    try:
        answer = ask(question, KINDS[name])
    except InvalidQuery as error:
        return Failure(question.text, value, judged, None, None, refused=error.what)
    right, above = outranked(places(answer, name), judged)
    return Failure(question.text, value, judged, right, above, answer.confidence)


def right_answers(grades: Mapping[str, int]) -> tuple[str, ...]:
    """Return what was judged right, the highest grade first."""
    return tuple(sorted((item for item, grade in grades.items() if grade > 0), key=lambda item: (-grades[item], item)))


def outranked(places: Sequence[Place], judged: Iterable[str]) -> tuple[Place | None, Place | None]:
    """Return the best-placed right answer, and the first result where that is another one."""
    wanted = frozenset(judged)
    right = next((place for place in places if place.id in wanted), None)
    above = places[0] if places and places[0] is not right else None
    return right, above


def places(answer: Answer, name: str) -> list[Place]:
    """Return the results of one of an answer's lists."""
    return [_person(found) for found in answer.people] if name == "people" else [_document(found) for found in answer.documents]


def _person(found: PersonResult) -> Place:
    shown = {evidence.document: evidence for evidence in found.evidence}
    reasons = []
    for part in found.explanation:
        evidence = shown.get(part.document or "")
        reasons.append(Reason(part.part, part.share, evidence.title, evidence.role) if evidence else Reason(part.part, part.share))
    return Place(found.rank, found.profile.id, found.profile.name, found.score, tuple(reasons))


def _document(found: DocumentResult) -> Place:
    return Place(found.rank, found.document.id, found.document.title, found.score)
