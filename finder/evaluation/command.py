"""`finder evaluate`: builds each collection aside, asks its questions, and reports beside the baselines."""

import sys
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import click
from rich.console import Console

from finder.evaluation import report, saved, trial
from finder.evaluation.collection import Collection, Question, read_collection, read_questions
from finder.evaluation.halves import Half
from finder.evaluation.workspace import build
from models.encoder import Encoder, load_encoder
from models.errors import FinderError
from models.settings import Settings, load_settings

EVERYDAY = "everyday.txt"
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one evaluation is to do."""

    half: Half
    product: bool
    dense: bool
    fresh: bool
    off_topic: tuple[Path, ...]


@click.command("evaluate")
@click.argument("collections", nargs=-1, required=True, type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown tables.")
@click.option("--half", type=click.Choice([half.value for half in Half]), default=Half.ALL.value, help="Questions to use, split by topic.")
@click.option("--off-topic", type=FOLDER, multiple=True, help="A collection whose questions have no answer in the others.")
@click.option("--save", "save_to", type=FILE, help="Keep the values of each question in FILE.")
@click.option("--against", type=FILE, help="Compare question by question with a run kept by --save.")
@click.option("--baselines", "only_baselines", is_flag=True, help="Measure the baselines alone, without building an index.")
@click.option("--no-dense", is_flag=True, help="Leave out the baselines that embed every passage: minutes on a large collection, once.")
@click.option("--fresh", is_flag=True, help="Build each index anew.")
def evaluate(  # noqa: PLR0913, PLR0917 - one parameter for each option
    collections: tuple[Path, ...],
    as_json: bool,
    as_markdown: bool,
    half: str,
    off_topic: tuple[Path, ...],
    save_to: Path | None,
    against: Path | None,
    only_baselines: bool,
    no_dense: bool,
    fresh: bool,
) -> None:
    """Measure the finder on judged COLLECTIONS, beside baselines that never change."""
    plan = Plan(Half(half), not only_baselines, not no_dense, fresh, off_topic)
    try:
        before = saved.load(against) if against else {}
        settings = load_settings()
        encoder = load_encoder(settings)
        outcomes = []
        for folder in collections:
            outcomes.append(_evaluate(folder, settings, encoder, plan))
            if as_json:
                click.echo(report.json_line(outcomes[-1]))
        if save_to:
            saved.save(save_to, outcomes)
        changes = saved.compare(outcomes, before)
    except FinderError as error:
        click.echo(f"{error.what}\n{error.remedy}", err=True)
        sys.exit(1)
    if as_markdown:
        click.echo(report.markdown(outcomes, changes))
    elif not as_json:
        report.show(Console(), outcomes, changes)


def everyday_questions() -> list[Question]:
    """Return the shipped questions about everyday life, which no organisation's documents answer."""
    lines = files("finder.evaluation").joinpath(EVERYDAY).read_text(encoding="utf-8").splitlines()
    return [Question(f"everyday-{number}", line, f"everyday-{number}") for number, line in enumerate(filter(str.strip, lines), start=1)]


def _evaluate(folder: Path, settings: Settings, encoder: Encoder, plan: Plan) -> trial.Outcome:
    collection = read_collection(folder)
    ask = _open(collection, settings, encoder, plan.fresh) if plan.product else None
    _say(f"{collection.name}: ranking with the baselines")
    runs = trial.baseline_runs(collection)
    if plan.dense:
        runs = trial.with_dense(collection, runs, encoder, settings.home / "evaluate" / "baselines")
    _say(f"{collection.name}: asking the questions")
    outcome = trial.evaluate(collection, plan.half, ask, runs)
    if ask is None:
        return outcome
    others = [(found.resolve().name, read_questions(found)) for found in plan.off_topic if found.resolve() != folder.resolve()]
    sets = [("everyday", everyday_questions()), *others]
    return replace(outcome, abstentions=(*outcome.abstentions, *(trial.abstention(ask, name, asked) for name, asked in sets)))


def _open(collection: Collection, settings: Settings, encoder: Encoder, fresh: bool) -> trial.Ask:
    from finder.service import Finder

    own, quarantined = build(collection.folder, settings, encoder.identity, fresh=fresh)
    if quarantined:
        _say(f"{collection.name}: some rows were quarantined; `FINDER_HOME={own.home} indexer status` says which")
    finder = Finder.open(own, encoder)
    return trial.asker(finder.search, finder.principal)


def _say(what: str) -> None:
    click.echo(what, err=True)
