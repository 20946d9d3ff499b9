"""`finder evaluate`: measures each collection and puts out what was asked for. `finder judgements`: feedback as a collection."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import click
from rich.console import Console

from finder.evaluation import html, plot, report, saved, trec
from finder.evaluation.halves import Half
from finder.evaluation.saved import Change
from finder.evaluation.study import OURS, Bench, Plan, Study, study
from finder.evaluation.trial import PRODUCT, Outcome
from models import durable
from models.encoder import EncoderIdentity, load_encoder
from models.errors import FinderError
from models.settings import load_settings

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
RUN = click.Path(exists=True, dir_okay=False, path_type=Path)
Chosen = TypeVar("Chosen", "Outputs", Plan)


@dataclass(frozen=True, slots=True)
class Outputs:
    """What is to come of an evaluation besides the tables on the terminal."""

    as_json: bool
    as_markdown: bool
    save_to: Path | None
    runs_to: Path | None
    plot_to: Path | None
    html_to: Path | None


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured, by which encoder, and how it differs from what it is compared with."""

    studies: tuple[Study, ...]
    changes: Sequence[Change]
    encoder: EncoderIdentity


def picture(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    """Return the path of a picture. Raises BadParameter for a suffix that we cannot draw."""
    if path is not None and path.suffix.lower() not in plot.FORMATS:
        raise click.BadParameter(f"name a file that ends in {' or '.join(plot.FORMATS)}.")
    return path


@click.command("evaluate")
@click.argument("collections", nargs=-1, required=True, type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown tables.")
@click.option("--html", "html_to", type=FILE, help="Write a report to read in a browser to FILE.")
@click.option("--plot", "plot_to", type=FILE, callback=picture, help="Draw the systems' nDCG@10 to FILE, .svg or .png.")
@click.option("--failures", type=click.IntRange(0), default=0, metavar="N", help="Explain the N worst questions of each list.")
@click.option("--half", type=click.Choice([half.value for half in Half]), default=Half.ALL.value, help="Questions to use, split by topic.")
@click.option("--off-topic", type=FOLDER, multiple=True, help="A collection whose questions have no answer in the others.")
@click.option("--save", "save_to", type=FILE, help="Keep the values of each question in FILE.")
@click.option("--against", metavar="FILE|SYSTEM", help="Test question by question against a run kept by --save, or another system.")
@click.option("--runs", "runs_to", type=NEW_FOLDER, help="Write every ranking and the judgements to this folder, in TREC's format.")
@click.option("--people-run", "people_runs", type=RUN, multiple=True, help="Another engine's TREC run of people, measured beside ours.")
@click.option("--documents-run", "documents_runs", type=RUN, multiple=True, help="The same for documents.")
@click.option("--baselines", "only_baselines", is_flag=True, help="Measure the baselines alone, without building an index.")
@click.option("--no-dense", is_flag=True, help="Leave out the baselines that embed every passage: minutes on a large collection, once.")
@click.option("--fresh", is_flag=True, help="Build each index anew.")
def evaluate(collections: tuple[Path, ...], against: str | None, **options: Any) -> None:
    """Measure the finder on judged COLLECTIONS, beside baselines that never change.

    A collection without documents, as `finder judgements` writes it, is asked of the installation's own index.
    """
    options |= {"half": Half(options["half"]), "product": not options["only_baselines"], "dense": not options["no_dense"]}
    plan, outputs = _chosen(Plan, options), _chosen(Outputs, options)
    if (plan.people_runs or plan.documents_runs) and len(collections) > 1:
        raise click.UsageError("A run answers the questions of one collection: name that alone.")
    try:
        results = _measure(collections, plan, outputs, against)
        _write(outputs, results)
    except FinderError as error:
        click.echo(f"{error.what}\n{error.remedy}", err=True)
        sys.exit(1)
    _print(outputs, results)


@click.command("judgements")
@click.argument("folder", type=NEW_FOLDER)
def judgements(folder: Path) -> None:
    """Write what people said of results to FOLDER, as a judged collection for `finder evaluate`.

    It holds the questions as they were typed, and nobody who judged.
    """
    from finder.evaluation.judgements import export, judge, public, voices
    from finder.service import Finder

    finder = Finder.open(load_settings())
    found = judge(voices(finder), public(finder))
    export(folder, found)
    click.echo(
        f"Judged results: {found.judged}. Questions: {len(found.questions)}. Left out for want of a majority: {found.split}.", err=True
    )


def _chosen(kind: type[Chosen], options: Mapping[str, Any]) -> Chosen:
    return kind(**{field.name: options[field.name] for field in fields(kind)})


def _measure(collections: tuple[Path, ...], plan: Plan, outputs: Outputs, against: str | None) -> Results:
    """Measure every collection; what can be refused before the long work is."""
    if outputs.plot_to or outputs.html_to:
        plot.require()
    compare = _comparison(against, plan)
    settings = load_settings()
    bench = Bench(settings, load_encoder(settings), lambda text: click.echo(text, err=True))
    studies = []
    for folder in collections:
        studies.append(study(folder, bench, plan))
        if outputs.as_json:
            click.echo(report.json_line(studies[-1].outcome))
    return Results(tuple(studies), compare([found.outcome for found in studies]), bench.encoder.identity)


def _comparison(against: str | None, plan: Plan) -> Callable[[Sequence[Outcome]], Sequence[Change]]:
    """Return what compares outcomes with the saved run or the system that was named; a file is read at once."""
    if against is None:
        return lambda _: ()
    guests = bool(plan.people_runs or plan.documents_runs)
    if against in OURS - {PRODUCT} or (guests and not Path(against).is_file()):
        return partial(saved.versus, system=against)
    return partial(saved.compare, before=saved.load(Path(against)))


def _write(outputs: Outputs, results: Results) -> None:
    outcomes = [found.outcome for found in results.studies]
    if outputs.save_to:
        saved.save(outputs.save_to, outcomes)
    if outputs.runs_to:
        outputs.runs_to.mkdir(parents=True, exist_ok=True)
        for found in results.studies:
            _write_runs(outputs.runs_to, found)
    if outputs.plot_to:
        plot.draw(outcomes, outputs.plot_to)
    if outputs.html_to:
        text = html.page(results.studies, results.changes, results.encoder, plot.inline(outcomes))
        durable.replace(outputs.html_to, text.encode())


def _write_runs(folder: Path, found: Study) -> None:
    """Write every ranking of a collection as COLLECTION.LIST.SYSTEM.run, and the judgements as COLLECTION.LIST.qrels."""
    grades = {"people": found.collection.people_grades, "documents": found.collection.document_grades}
    for name, board in found.outcome.boards.items():
        judged = {question: grades[name][question] for question in board.questions}
        files = {"qrels": trec.qrels_lines(judged)}
        files |= {f"{quote(system, safe='')}.run": trec.run_lines(run, system) for system, run in board.runs.items()}
        for ending, lines in files.items():
            durable.replace(folder / f"{found.outcome.collection}.{name}.{ending}", "".join(lines).encode())


def _print(outputs: Outputs, results: Results) -> None:
    outcomes = [found.outcome for found in results.studies]
    failures = [listed for found in results.studies for listed in found.failures]
    if outputs.as_markdown:
        click.echo(report.markdown(outcomes, results.changes, failures))
    elif not outputs.as_json:
        report.show(Console(), outcomes, results.changes, failures)
