"""`finder tune`, `finder ablate` and `finder attack`: the ranking under other weights, with parts missing, and with a fraud in it."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from finder import weights as weights_file
from finder.evaluation import ablation, attacks, findings, report, tuning
from finder.evaluation.attacks import ATTACKS
from finder.evaluation.collection import Collection, read_collection
from finder.evaluation.command import FOLDER
from finder.evaluation.halves import Half
from finder.evaluation.panel import PEOPLE, Panel, panels
from finder.evaluation.workspace import build
from finder.service import Finder
from finder.weights import Weights
from models.encoder import Encoder, load_encoder
from models.errors import FinderError, SourceError
from models.settings import Settings, load_settings

COLLECTIONS = click.argument("collections", nargs=-1, required=True, type=FOLDER)


@dataclass(frozen=True, slots=True)
class Bench:
    """What experiments work with: the installation's settings, encoder and weights in force."""

    settings: Settings
    encoder: Encoder
    weights: Weights


HALF = click.option(
    "--half", type=click.Choice([half.value for half in Half]), default=Half.ALL.value, help="Questions to use, split by topic."
)


def _named_errors(command: Callable[..., None]) -> Callable[..., None]:
    @wraps(command)
    def told(**options: Any) -> None:
        try:
            command(**options)
        except FinderError as error:
            click.echo(f"{error.what}\n{error.remedy}", err=True)
            sys.exit(1)

    return told


@click.command("tune")
@COLLECTIONS
@HALF
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@_named_errors
def tune(collections: tuple[Path, ...], half: str, dry_run: bool) -> None:
    """Find better weights on judged COLLECTIONS, and write them where the gain is no luck.

    The gain is measured on questions that had no say in finding the weights. Written to FINDER_HOME/weights.toml, which the
    finder reads when it starts.
    """
    bench = _bench()
    found = tuning.tune(_all_panels(collections, bench, Half(half)), bench.weights, _counted)
    click.echo(report.section(findings.tuning(found)))
    changed = tuning.changes(found.before, found.after)
    if changed:
        click.echo(report.section(findings.weights(changed)))
    if not found.gains:
        click.echo("Nothing is written: on questions that tuning has not seen, the gain cannot be told from luck.")
    elif dry_run:
        click.echo("Nothing is written, as asked.")
    else:
        click.echo(f"Written to {weights_file.save(bench.settings, found.after)}. Start the finder again to use them.")


@click.command("ablate")
@COLLECTIONS
@HALF
@_named_errors
def ablate(collections: tuple[Path, ...], half: str) -> None:
    """Print what judged COLLECTIONS lose when one part of the ranking is taken away."""
    bench = _bench()
    for panel in _all_panels(collections, bench, Half(half)):
        losses = list(ablation.ablate(panel, bench.weights))
        click.echo(report.section(findings.ablation(panel, ablation.whole(panel, bench.weights), losses)))


@click.command("attack")
@COLLECTIONS
@_named_errors
def attack(collections: tuple[Path, ...]) -> None:
    """Put a made-up expert into copies of judged COLLECTIONS, and print how often they are found."""
    bench = _bench()
    found = []
    for folder in collections:
        collection = read_collection(folder)
        if not collection.whole or not collection.people_grades:
            raise SourceError(f"{folder} holds no documents or no judged people.", "Name a collection that has both.")
        home, _ = build(folder, bench.settings, bench.encoder.identity)
        clean = _people(collection, home, bench)
        for name in ATTACKS:
            click.echo(f"{collection.name}: {name}", err=True)
            planted = attacks.plant(collection, name, bench.settings.home / "evaluate" / "attacks" / name)
            attacked, _ = build(planted, bench.settings, bench.encoder.identity, like=home.home)
            found.append(attacks.outcome(name, clean, _people(collection, attacked, bench), bench.weights))
    click.echo(report.section(findings.attacks(found)))


def _bench() -> Bench:
    settings = load_settings()
    return Bench(settings, load_encoder(settings), weights_file.load(settings))


def _people(collection: Collection, own: Settings, bench: Bench) -> Panel:
    return next(found for found in panels(collection, Finder.open(own, bench.encoder, bench.weights), Half.ALL) if found.list == PEOPLE)


def _all_panels(folders: tuple[Path, ...], bench: Bench, half: Half) -> list[Panel]:
    """Ask every collection's questions: of its own index, or of the installation's where it holds judgements alone."""
    found: list[Panel] = []
    for folder in folders:
        collection = read_collection(folder)
        own = build(folder, bench.settings, bench.encoder.identity)[0] if collection.whole else bench.settings
        found += panels(collection, Finder.open(own, bench.encoder, bench.weights), half)
    if not found:
        raise SourceError("None of these questions is judged in this half.", "Name a collection with qrels_people.tsv or qrels_docs.tsv.")
    return found


def _counted(tried: int) -> None:
    if tried % 10 == 0:
        click.echo(f"weights tried: {tried}", err=True)
