"""`finder tune`, `finder ablate` and `finder attack`: the ranking under other weights, with parts missing, and with a fraud in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from finder import weights as weights_file
from finder.evaluation import ablation, attacks, findings, report, tuning
from finder.evaluation.attacks import ATTACKS, Outcome
from finder.evaluation.collection import Collection, read_collection
from finder.evaluation.command import FOLDER
from finder.evaluation.halves import Half
from finder.evaluation.panel import PEOPLE, Panel, panels
from finder.evaluation.workspace import build
from finder.service import Finder
from finder.weights import Weights
from models.encoder import Encoder, load_encoder
from models.errors import SourceError
from models.settings import Settings, load_settings

COLLECTIONS = click.argument("collections", nargs=-1, required=True, type=FOLDER)
HALF = click.option(
    "--half", type=click.Choice([half.value for half in Half]), default=Half.ALL.value, help="Questions to use, split by topic."
)


@dataclass(frozen=True, slots=True)
class Installation:
    """What experiments work with: the installation's settings, encoder and weights in force."""

    settings: Settings
    encoder: Encoder
    weights: Weights


@click.command("tune")
@COLLECTIONS
@HALF
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def tune(collections: Sequence[Path], half: str, dry_run: bool) -> None:
    """Find better weights on judged COLLECTIONS, and write them where the gain is no luck.

    The gain is measured on questions that had no say in finding the weights. Written to FINDER_HOME/weights.toml, which the
    finder reads when it starts.
    """
    ours = _installation()
    found = tuning.tune(_all_panels(collections, ours, Half(half)), ours.weights, _counted)
    click.echo(report.section(findings.tuning(found)))
    changed = tuning.changes(found.before, found.after)
    if changed:
        click.echo(report.section(findings.weights(changed)))
    if found.objection:
        click.echo(f"Nothing is written: {found.objection}.")
    elif dry_run:
        click.echo("Nothing is written, as asked.")
    else:
        click.echo(f"Written to {weights_file.save(ours.settings, found.after)}. Start the finder again to use them.")


@click.command("ablate")
@COLLECTIONS
@HALF
def ablate(collections: Sequence[Path], half: str) -> None:
    """Print what judged COLLECTIONS lose when one part of the ranking is taken away."""
    ours = _installation()
    for panel in _all_panels(collections, ours, Half(half)):
        losses = list(ablation.ablate(panel, ours.weights))
        click.echo(report.section(findings.ablation(panel, ablation.whole(panel, ours.weights), losses)))


@click.command("attack")
@COLLECTIONS
def attack(collections: Sequence[Path]) -> None:
    """Put a made-up expert into copies of judged COLLECTIONS, and print how often they are found."""
    judged = [_with_people(folder) for folder in collections]
    ours = _installation()
    found = [outcome for collection in judged for outcome in _attacked(collection, ours)]
    click.echo(report.section(findings.attacks(found)))


def _with_people(folder: Path) -> Collection:
    collection = read_collection(folder)
    if not collection.whole or not collection.judged(collection.people_grades):
        raise SourceError(f"{folder} holds no documents or no judged people.", "Name a collection that has both.")
    return collection


def _attacked(collection: Collection, ours: Installation) -> Iterator[Outcome]:
    home, _ = build(collection.folder, ours.settings, ours.encoder.identity)
    clean = _people(collection, home, ours)
    for name in ATTACKS:
        click.echo(f"{collection.name}: {name}", err=True)
        planted = attacks.plant(collection, name, ours.settings.home / "evaluate" / "attacks" / name)
        attacked, _ = build(planted, ours.settings, ours.encoder.identity, like=home.home)
        yield attacks.outcome(name, clean, _people(collection, attacked, ours), ours.weights)


def _installation() -> Installation:
    settings = load_settings()
    return Installation(settings, load_encoder(settings), weights_file.load(settings))


def _people(collection: Collection, home: Settings, ours: Installation) -> Panel:
    return next(found for found in panels(collection, Finder.open(home, ours.encoder, ours.weights), Half.ALL) if found.list == PEOPLE)


def _all_panels(folders: Sequence[Path], ours: Installation, half: Half) -> list[Panel]:
    """Ask every collection's questions: of its own index, or of the installation's where it holds judgements alone."""
    found: list[Panel] = []
    for collection in [read_collection(folder) for folder in folders]:
        home = build(collection.folder, ours.settings, ours.encoder.identity)[0] if collection.whole else ours.settings
        found += panels(collection, Finder.open(home, ours.encoder, ours.weights), half)
    if not found:
        raise SourceError("None of these questions is judged in this half.", "Name a collection with qrels_people.tsv or qrels_docs.tsv.")
    return found


def _counted(tried: int) -> None:
    if tried % 10 == 0:
        click.echo(f"weights tried: {tried}", err=True)
