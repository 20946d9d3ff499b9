"""One collection, every system: the runs, what they are worth, and how often the product says that it does not know."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from finder.answers import Answer, Confidence, Kind, Request
from finder.evaluation import baselines
from finder.evaluation.collection import Collection, Grades, Question
from finder.evaluation.halves import Half, select
from finder.evaluation.measures import Run, Values, measure
from finder.evaluation.vectors import passage_vectors
from models.access import VISITOR, Principal
from models.encoder import Encoder
from models.errors import InvalidQuery, SourceError

PRODUCT = "finder"
PEOPLE_SYSTEMS = (PRODUCT, "bm25-votes", "dense-combsum", "most-prolific", "random")
DOCUMENT_SYSTEMS = (PRODUCT, "bm25", "dense", "rrf")

Ask = Callable[[Question, Kind], Answer]
Runs = dict[str, Run]  # by system


@dataclass(frozen=True, slots=True)
class Board:
    """The values of several systems on the same questions: {system: {measure: one value a question}}; `rows` are topics.

    `runs` are the rankings that were measured.
    """

    questions: tuple[str, ...]
    rows: tuple[str, ...]
    values: Mapping[str, Mapping[str, Values]]
    runs: Mapping[str, Run] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Abstention:
    """How many questions of a set were answered with confidence `none`."""

    questions: str
    abstained: int
    asked: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything measured on one collection."""

    collection: str
    half: Half
    people: Board | None
    documents: Board | None
    abstentions: tuple[Abstention, ...]

    @property
    def boards(self) -> dict[str, Board]:
        """The boards by list, of the lists that were judged."""
        return {name: found for name, found in (("people", self.people), ("documents", self.documents)) if found is not None}


@dataclass(frozen=True, slots=True)
class Replies:
    """What the product answered: runs by question, and the questions it abstained from."""

    people: Run
    documents: Run
    abstained: frozenset[str]


def asker(search: Callable[[Request, Principal], Answer], principal: Callable[[str], Principal]) -> Ask:
    """Return how a judged question is asked: as its principal (`user:ada`), else as a visitor."""

    def ask(question: Question, kind: Kind) -> Answer:
        who = VISITOR
        if question.principal:
            scheme, _, user = question.principal.partition(":")
            if scheme != "user" or not user:
                raise SourceError(f"Question {question.id} is asked by {question.principal!r}.", "A principal is written user:ID.")
            who = principal(user)
        return search(Request(question=question.text, kind=kind, limit=baselines.DEPTH), who)

    return ask


def replies(ask: Ask, questions: Sequence[Question], kinds: Mapping[str, Kind]) -> Replies:
    """Ask the product each question for the lists it is judged on; a question it refuses counts as abstained, with empty lists."""
    people: dict[str, list[str]] = {}
    documents: dict[str, list[str]] = {}
    abstained = set()
    for question in questions:
        try:
            answer = ask(question, kinds[question.id])
        except InvalidQuery:
            abstained.add(question.id)
            continue
        people[question.id] = [result.profile.id for result in answer.people]
        documents[question.id] = [result.document.id for result in answer.documents]
        if answer.confidence is Confidence.NONE:
            abstained.add(question.id)
    return Replies(people, documents, frozenset(abstained))


def baseline_runs(collection: Collection) -> tuple[Runs, Runs]:
    """Return the runs for people and for documents, over all questions, of the baselines that embed nothing."""
    questions = collection.questions
    lexical = baselines.lexical(collection, questions)
    people: Runs = {
        "bm25-votes": lexical["bm25-votes"],
        "most-prolific": baselines.most_prolific(collection, questions),
        "random": baselines.at_random(collection, questions),
    }
    return people, {"bm25": lexical["bm25"]}


def with_dense(collection: Collection, runs: tuple[Runs, Runs], encoder: Encoder, folder: Path) -> tuple[Runs, Runs]:
    """Return the baselines' runs with those added that embed every passage; their vectors are kept in `folder`."""
    questions = collection.questions
    cut = baselines.passages(collection.papers)
    vectors = passage_vectors(cut.texts, encoder, folder), encoder.encode([question.text for question in questions])
    dense = baselines.dense(collection, cut, vectors, questions)
    people, documents = runs
    fused = baselines.fused(documents["bm25"], dense["dense"])
    return people | {"dense-combsum": dense["dense-combsum"]}, documents | {"dense": dense["dense"], "rrf": fused}


def evaluate(collection: Collection, half: Half, ask: Ask | None, baselines_found: tuple[Runs, Runs]) -> Outcome:
    """Measure the product (where `ask` is given) and the baselines on one half of the judged questions."""
    people_questions = select(collection.judged(collection.people_grades), half)
    document_questions = select(collection.judged(collection.document_grades), half)
    people, documents = dict(baselines_found[0]), dict(baselines_found[1])
    abstentions: tuple[Abstention, ...] = ()
    if ask is not None:
        kinds = kinds_judged(people_questions, document_questions)
        asked = [question for question in collection.questions if question.id in kinds]
        found = replies(ask, asked, kinds)
        people[PRODUCT], documents[PRODUCT] = found.people, found.documents
        abstentions = (Abstention("judged", len(found.abstained), len(asked)),)
    return Outcome(
        collection=collection.name,
        half=half,
        people=board(people, PEOPLE_SYSTEMS, collection.people_grades, people_questions),
        documents=board(documents, DOCUMENT_SYSTEMS, collection.document_grades, document_questions),
        abstentions=abstentions,
    )


def kinds_judged(people: Sequence[Question], documents: Sequence[Question]) -> dict[str, Kind]:
    """Return which lists each question is judged on."""
    kinds = {question.id: Kind.PEOPLE for question in people}
    for question in documents:
        kinds[question.id] = Kind.ALL if question.id in kinds else Kind.DOCUMENTS
    return kinds


def board(runs: Runs, systems: Sequence[str], grades: Grades, questions: Sequence[Question]) -> Board | None:
    """Measure `systems` and then any other, as far as they have a run; None where no question is judged."""
    if not questions:
        return None
    names = tuple(question.id for question in questions)
    # Every system is cut at the same depth, else recall and MAP would reward the longer list.
    cut = {
        system: {name: list(runs[system].get(name, ()))[: baselines.DEPTH] for name in names}
        for system in dict.fromkeys((*systems, *runs))
        if system in runs
    }
    values = {system: measure(run, grades, names) for system, run in cut.items()}
    return Board(names, tuple(question.row for question in questions), values, cut)


def abstention(ask: Ask, name: str, questions: Sequence[Question]) -> Abstention:
    """Return how often the product abstains from questions that have no answer in the collection."""
    found = replies(ask, questions, {question.id: Kind.PEOPLE for question in questions})
    return Abstention(name, len(found.abstained), len(questions))
