"""One collection measured from start to end: opened, ranked by the baselines, asked, its worst questions looked into."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from sqlalchemy import func, select

from finder.evaluation import failures, trec, trial
from finder.evaluation.collection import Collection, Question, read_collection, read_questions
from finder.evaluation.failures import Failures
from finder.evaluation.halves import Half
from finder.evaluation.measures import Run
from finder.evaluation.trial import Ask, Outcome, Runs
from finder.evaluation.workspace import build
from models.database import reading
from models.encoder import Encoder
from models.errors import SourceError
from models.settings import Settings
from models.tables import Document, Person

EVERYDAY = "everyday.txt"
OURS = frozenset({*trial.PEOPLE_SYSTEMS, *trial.DOCUMENT_SYSTEMS})


@dataclass(frozen=True, slots=True)
class Plan:
    """What one evaluation is to do."""

    half: Half
    product: bool
    dense: bool
    fresh: bool
    off_topic: tuple[Path, ...]
    people_runs: tuple[Path, ...] = ()
    documents_runs: tuple[Path, ...] = ()
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Bench:
    """What a collection is measured with; `say` tells how far it is."""

    settings: Settings
    encoder: Encoder
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Searched:
    """What there was to find: people, documents, and the day of the newest document, empty where none has one."""

    people: int
    documents: int
    newest: str


@dataclass(frozen=True, slots=True)
class Study:
    """What was measured on a collection, and what in it went worst."""

    collection: Collection
    searched: Searched
    outcome: Outcome
    failures: tuple[Failures, ...] = ()


def study(folder: Path, bench: Bench, plan: Plan) -> Study:
    """Measure one collection.

    A folder without documents holds judgements of the installation's own index: the finder alone is measured, on that.
    Raises SourceError for what cannot be used.
    """
    collection = read_collection(folder)
    guests = (
        guest_runs(plan.people_runs, collection, collection.people),
        guest_runs(plan.documents_runs, collection, tuple(paper.id for paper in collection.papers)),
    )
    ask, searched = _opened(collection, bench, plan)
    found = _baselines(collection, bench, plan) if collection.whole else ({}, {})
    bench.say(f"{collection.name}: asking the questions")
    outcome = trial.evaluate(collection, plan.half, ask, (found[0] | guests[0], found[1] | guests[1]))
    if ask is None:
        return Study(collection, searched, outcome)
    outcome = replace(outcome, abstentions=(*outcome.abstentions, *_abstentions(folder, ask, plan)))
    looked_into = failures.failures(collection, outcome.boards, ask, plan.failures) if plan.failures else ()
    return Study(collection, searched, outcome, looked_into)


def everyday_questions() -> list[Question]:
    """Return the shipped questions about everyday life, which no organisation's documents answer."""
    lines = files("finder.evaluation").joinpath(EVERYDAY).read_text(encoding="utf-8").splitlines()
    return [Question(f"everyday-{number}", line, f"everyday-{number}") for number, line in enumerate(filter(str.strip, lines), start=1)]


def guest_runs(paths: tuple[Path, ...], collection: Collection, known: tuple[str, ...]) -> Runs:
    """Read the runs of other engines by tag.

    Raises SourceError where one has another's name, or names no question, or none of the `known` items where those are known.
    """
    runs: Runs = {}
    for path in paths:
        tag, run = trec.read_run(path)
        if tag in OURS or tag in runs:
            raise SourceError(f"{path} is tagged {tag!r}, which another system is called.", "Give it a tag of its own.")
        _about(path, run, collection, known)
        runs[tag] = run
    return runs


def _about(path: Path, run: Run, collection: Collection, known: tuple[str, ...]) -> None:
    if not run.keys() & {question.id for question in collection.questions}:
        raise SourceError(f"{path} names no question of {collection.name}.", "Name questions by their id in queries.jsonl.")
    if known and not {item for items in run.values() for item in items} & set(known):
        raise SourceError(
            f"{path} ranks nothing that {collection.name} holds.", "Name people and documents by their ids, each in a run of its own."
        )


def _baselines(collection: Collection, bench: Bench, plan: Plan) -> tuple[Runs, Runs]:
    bench.say(f"{collection.name}: ranking with the baselines")
    runs = trial.baseline_runs(collection)
    if plan.dense:
        runs = trial.with_dense(collection, runs, bench.encoder, bench.settings.home / "evaluate" / "baselines")
    return runs


def _abstentions(folder: Path, ask: Ask, plan: Plan) -> list[trial.Abstention]:
    others = [(found.resolve().name, read_questions(found)) for found in plan.off_topic if found.resolve() != folder.resolve()]
    return [trial.abstention(ask, name, asked) for name, asked in (("everyday", everyday_questions()), *others)]


def _opened(collection: Collection, bench: Bench, plan: Plan) -> tuple[Ask | None, Searched]:
    """Open the finder on the collection, None where the baselines are measured alone, and count what it searches."""
    if not collection.whole:
        return _installation(collection, bench, plan)
    searched = Searched(len(collection.people), len(collection.papers), collection.newest)
    if not plan.product:
        return None, searched
    from finder.service import Finder
    from finder.weights import load

    own, quarantined = build(collection.folder, bench.settings, bench.encoder.identity, fresh=plan.fresh)
    if quarantined:
        bench.say(f"{collection.name}: some rows were quarantined; `FINDER_HOME={own.home} indexer status` says which")
    # The home is the collection's own, the weights are those that the installation ranks with.
    finder = Finder.open(own, bench.encoder, load(bench.settings))
    return trial.asker(finder.search, finder.principal), searched


def _installation(collection: Collection, bench: Bench, plan: Plan) -> tuple[Ask, Searched]:
    if not plan.product:
        raise SourceError(f"{collection.folder} holds no documents for the baselines.", "Drop --baselines, or name a whole collection.")
    from finder.service import Finder

    bench.say(f"{collection.name}: without documents of its own; the finder alone is measured, on the index in {bench.settings.home}")
    finder = Finder.open(bench.settings, bench.encoder)
    with reading(finder.engine) as session:
        people = session.scalar(select(func.count()).select_from(Person).where(Person.active)) or 0
        documents, newest = session.execute(select(func.count(), func.max(Document.created)).where(~Document.deleted)).one()
    return trial.asker(finder.search, finder.principal), Searched(people, documents, newest.isoformat() if newest else "")
