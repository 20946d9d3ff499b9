"""The indexer's commands. Each opens the home, calls one function and says in words what came of it."""

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from indexer.progress import Progress
from indexer.records import Connector
from models.commandline import QUARANTINED, run
from models.errors import SourceError
from models.settings import Settings, load_settings


@click.group()
def commands() -> None:
    """Read sources into the database and publish the index that the finder serves."""


def main() -> NoReturn:
    """Run the command that was typed. SIGTERM ends it as Ctrl-C does: what it is at is written down and left in order."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    run(commands)


@contextmanager
def _interruptible(progress: Progress, said: str) -> Iterator[None]:
    """Say in a sentence what an interruption leaves behind."""
    try:
        yield
    except KeyboardInterrupt:
        progress.finish()
        click.echo(said, err=True)
        raise


@commands.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--format", "kind", help="Take SOURCE for this format; `indexer formats` lists them.")
@click.option("--default-visibility", "readers", type=click.Choice(["org"]), help="Who may read what SOURCE says nothing about.")
@click.option("--as", "name", help="The source's name; the folder's or file's own by default.")
@click.option("--no-build", is_flag=True, help="Store only; publish later with `build`.")
@click.option("--confirm", "confirmed", is_flag=True, help="Do what waited for a person's word: many deletions, wider readers.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would change, and change nothing.")
def add(source: Path, kind: str | None, readers: str | None, **options: Any) -> int:
    """Read SOURCE, an export, a folder or a file of any format that `indexer formats` lists, and publish."""
    from indexer.connectors.detect import detect, source_name
    from indexer.connectors.unstated import stated
    from indexer.session import workplace
    from indexer.store import ingest

    connector, name = stated(detect(source, kind), readers), options["name"]
    if options["dry"]:
        return _rehearse(source, name, connector)
    with workplace() as place:
        called = source_name(place.engine, name, source, connector.location)
        with _interruptible(place.progress, f"{called}: interrupted. What was read until now is stored; the same command goes on."):
            summary = ingest(place.engine, called, connector, place.policy(confirmed=options["confirmed"]))
        place.progress.finish()
        click.echo(summary.sentence(called))
        if not options["no_build"]:
            with _interruptible(place.progress, "Interrupted. What was read is stored and not yet published; `indexer build` goes on."):
                click.echo(place.publish())
        if summary.held is not None:
            raise summary.held
    if summary.quarantined or summary.notes:
        click.echo(f"{summary.quarantined:,} rows were left out, {summary.notes:,} have a remark: see `indexer status`.", err=True)
    return QUARANTINED if summary.quarantined else 0


def _rehearse(source: Path, name: str | None, connector: Connector) -> int:
    from indexer.connectors.detect import source_name
    from indexer.display import display
    from indexer.rehearsal import rehearse
    from models.database import check_schema, connect, empty

    settings, progress = load_settings(), display()
    fresh = not settings.database_url and not (settings.home / "finder.db").exists()
    engine = empty() if fresh else connect(settings)
    try:
        if not fresh:
            check_schema(engine)
        called = source_name(engine, name, source, connector.location)
        found = rehearse(engine, called, connector, _secret(settings, fresh=fresh), progress)
    finally:
        progress.finish()
        engine.dispose()
    for line in found.lines():
        click.echo(line)
    return QUARANTINED if found.quarantined.count else 0


def _secret(settings: Settings, *, fresh: bool) -> bytes:
    from models.secret import installation_secret

    return b"" if fresh else installation_secret(settings)  # where nothing is installed nobody was erased


@commands.command()
def formats() -> None:
    """List what can be read, with a line each."""
    from indexer.connectors.formats import added, built_in

    for found in (*built_in(), *added()):
        click.echo(f"{found.name:<16}{found.what}")


@commands.command()
def build() -> None:
    """Publish an index of what the database holds."""
    from indexer.session import workplace

    with workplace() as place:
        click.echo(place.publish())


@commands.command()
@click.option("--no-build", is_flag=True, help="Store only; publish later with `build`.")
def take(no_build: bool) -> int:
    """Take in what programs and the identity provider sent, and publish."""
    from indexer.session import workplace
    from models.told import Fate

    with workplace() as place:
        taken = place.take()
        for found in taken:
            click.echo(found.sentence)
        if not taken:
            click.echo("Nothing was sent.")
        if not no_build:
            click.echo(place.publish())
    return QUARANTINED if any(Fate.QUARANTINED in found.counts for found in taken) else 0


@commands.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--every", type=click.FloatRange(1), default=300.0, show_default=True, help="Seconds between two readings of a source.")
@click.option("--no-build", is_flag=True, help="Store only; publish later with `build`.")
def watch(names: tuple[str, ...], every: float, no_build: bool) -> None:
    """Read the sources (all, or those named) again when they change, take in what is sent, and publish, until stopped."""
    from indexer.session import workplace
    from indexer.watch import Watch
    from models.database import connect

    settings = load_settings()
    with workplace():
        pass  # the schema is of this version, and nobody else is at it
    watching = Watch(connect(settings), settings.home, workplace, lambda what: click.echo(what, err=True), every, not no_build)
    watching.names = frozenset(names)
    watching.ended = _told_to_end()
    try:
        watching.run()
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


def _told_to_end() -> Callable[[], bool]:
    """Remember a SIGTERM besides raising KeyboardInterrupt; return whether there was one."""
    met: list[int] = []

    def end(number: int, _frame: object) -> NoReturn:
        met.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    return lambda: bool(met)


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--map", "mapping", type=click.Path(path_type=Path), help="Take in a CSV file of accounts and whose they are first.")
def identities(as_json: bool, mapping: Path | None) -> int:
    """Show accounts without a person, and who may be the same person."""
    from indexer.mapping import take_in
    from indexer.resemblance import findings
    from indexer.session import actor, workplace
    from models.database import connect

    refused: list[str] = []
    if mapping is not None:
        with workplace() as place:
            refused = take_in(place.engine, mapping, actor())
    for line in refused:
        click.echo(line, err=True)
    found = findings(connect(load_settings()))
    click.echo(json.dumps(found.plain(), ensure_ascii=False, indent=1) if as_json else "\n".join(found.lines()))
    return QUARANTINED if refused else 0


@commands.command()
@click.argument("person")
@click.argument("other")
@click.option("--no-build", is_flag=True, help="Store only; publish later with `build`.")
def merge(person: str, other: str, no_build: bool) -> None:
    """Make OTHER one with PERSON, whose entry stays. Each is an id or an account such as email:ada@example.com."""
    from indexer.decisions import merge as decide
    from indexer.session import actor, workplace

    with workplace() as place:
        told = decide(place.engine, person, other, actor())
        click.echo(f"{told.other} is {told.person} now, with {', '.join(told.keys)}. `indexer split {told.person} {told.other}` undoes it.")
        if not no_build:
            click.echo(place.publish())


@commands.command()
@click.argument("person")
@click.argument("other")
@click.option("--no-build", is_flag=True, help="Store only; publish later with `build`.")
def split(person: str, other: str, no_build: bool) -> None:
    """Take OTHER, who was merged into PERSON or is an account of theirs, out again."""
    from indexer.decisions import split as decide
    from indexer.session import actor, workplace

    with workplace() as place:
        told = decide(place.engine, person, other, actor())
        click.echo(
            f"{', '.join(told.keys)} is {told.other} now, apart from {told.person}. `indexer merge {told.person} {told.other}` undoes it."
        )
        if not no_build:
            click.echo(place.publish())


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Show sources, their last runs, quarantined rows and the published index."""
    from indexer.status import Status, table

    found = Status.read(load_settings())
    click.echo(json.dumps(found.plain(), ensure_ascii=False, indent=1) if as_json else table(found))


@commands.command()
def check() -> None:
    """Verify the database and every file of the published index."""
    from indexer.check import findings

    found = findings(load_settings())
    for finding in found:
        click.echo(finding, err=True)
    if found:
        raise SourceError(f"{len(found)} things are wrong.", "Run `indexer build`; where that does not help, `indexer restore` a backup.")
    click.echo("The database and the index are sound.")


@commands.command()
@click.argument("name")
@click.option("--no-build", is_flag=True, help="Remove only; publish later with `build`.")
def forget(name: str, no_build: bool) -> None:
    """Remove the source NAME with everything that only it said."""
    from indexer.removal import forget as remove
    from indexer.session import workplace

    with workplace() as place:
        click.echo(f"{name}: {remove(place.engine, name):,} documents removed.")
        if not no_build:
            click.echo(place.publish())


@commands.command()
@click.argument("person")
@click.option("--no-build", is_flag=True, help="Remove from the database only; publish later with `build`.")
def erase(person: str, no_build: bool) -> None:
    """Erase PERSON (an id, or an account such as email:ada@example.com) for good, and print a receipt."""
    from indexer.removal import erase as remove
    from indexer.session import workplace
    from models.secret import installation_secret

    with workplace() as place:
        receipt = remove(place.engine, person, installation_secret(place.settings))
        click.echo(json.dumps(receipt.plain(), indent=1))
        if not no_build:
            click.echo(place.publish(erasing=True))


@commands.command()
def upgrade() -> None:
    """Bring the database to this version and rewrite its file without what was removed."""
    from indexer.removal import compact
    from indexer.session import workplace

    with workplace() as place:
        compact(place.engine)
        click.echo("The database is of this version.")


@commands.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the database, while it is in use, with what belongs to it, into FILE."""
    from indexer.backup import backup as save

    save(load_settings(), file)
    click.echo(f"Saved to {file}.")


@commands.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--no-build", is_flag=True, help="Restore only; publish later with `build`.")
def restore(file: Path, no_build: bool) -> None:
    """Put back what FILE holds; who was erased since stays erased, who paused stays paused."""
    from indexer.backup import restore as load
    from indexer.session import workplace

    settings = load_settings()
    erased = load(settings, file)
    with workplace() as place:
        click.echo(f"Restored {file}; {erased} erasures carried out again.")
        if not no_build:
            click.echo(place.publish(erasing=bool(erased)))
