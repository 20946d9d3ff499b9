"""The finder's commands. Each opens what it needs, calls one function and shows what came of it."""

from __future__ import annotations

import getpass
import importlib
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import click

from models.commandline import run
from models.errors import InvalidQuery
from models.settings import load_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from finder.answers import Filters
    from finder.service import Finder
    from models.access import Principal

LATER = {
    "audit": "finder.auditing",
    "evaluate": "finder.evaluation.command",
    "judgements": "finder.evaluation.command",
    "tune": "finder.evaluation.experiments",
    "ablate": "finder.evaluation.experiments",
    "attack": "finder.evaluation.experiments",
}


class Commands(click.Group):
    """A group whose LATER commands are loaded when they are asked for: most need libraries that serving does not."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*super().list_commands(ctx), *LATER])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name."""
        if cmd_name not in LATER:
            return super().get_command(ctx, cmd_name)
        found: click.Command = getattr(importlib.import_module(LATER[cmd_name]), cmd_name)
        return found


@click.group(cls=Commands)
def commands() -> None:
    """Ask who knows and what to read, or serve those answers over HTTP."""
    from finder.web import logs

    logs.configure(as_json=False)


def main() -> NoReturn:
    """Run the command that was typed."""
    run(commands)


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes; one for each core.")
@click.option("--examples", is_flag=True, help="Print questions to try.")
def serve(host: str, port: int, workers: int, examples: bool) -> None:
    """Serve the page and the API."""
    if sys.platform == "win32":
        raise click.ClickException("gunicorn does not run on Windows. Use WSL, or the container.")
    from finder import keys
    from finder.web import auth
    from finder.web.server import Address
    from finder.web.server import serve as run
    from models.database import check_schema, connect

    settings = load_settings()
    engine = connect(settings)
    check_schema(engine)
    auth.check(settings)
    auth.may_listen(settings, host, has_keys=keys.any_usable(engine))
    engine.dispose()
    run(settings, Address(host, port, workers), examples=examples)


@commands.command()
@click.argument("question")
@click.option("--people", "kind", flag_value="people", help="People only.")
@click.option("--documents", "kind", flag_value="documents", help="Documents only.")
@click.option("--limit", type=click.IntRange(1, 50), default=5, show_default=True, help="Results of each list.")
@click.option("--sort", type=click.Choice(["relevance", "recent"]), default="relevance", show_default=True, help="The order of documents.")
@click.option("--filter", "chosen", multiple=True, metavar="NAME=VALUE", help="For example team=Data; may be repeated.")
@click.option("--principal", metavar="user:ID", help="Ask as a member; a visitor asks otherwise.")
@click.option("--json", "as_json", is_flag=True, help="Print what the API answers.")
def search(question: str, kind: str | None, limit: int, **options: Any) -> None:
    """Find people and documents for QUESTION."""
    from finder import serial
    from finder.answers import Kind, Request, Sort
    from finder.service import Finder
    from finder.table import show
    from finder.web.cursors import Cursors

    settings = load_settings()
    finder = Finder.open(settings)
    who = _principal(finder, options["principal"])
    asked = Request(question, Kind(kind or "all"), limit, _filters(options["chosen"]), sort=Sort(options["sort"]))
    answer = finder.search(asked, who)
    if options["as_json"]:
        cursor = Cursors.of(settings).following(answer, who)
        click.echo(serial.dumps(serial.answer(answer, cursor)).decode())
    else:
        show(answer)


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(as_json: bool) -> int:
    """Show settings (secrets masked), versions, processor, disk and what is wrong."""
    from finder.doctor import examine, show

    found = examine(load_settings())
    show(found, as_json=as_json)
    return 0 if found.sound else 1


@commands.group()
def keys() -> None:
    """Make, list and revoke API keys."""


@keys.command("create")
@click.argument("name")
@click.option("--scope", "wanted", multiple=True, help="search, people, ingest, admin or impersonate; search and people by default.")
@click.option("--grant", "grants", multiple=True, help="org, group:NAME or user:ID: what the key may read; org by default.")
@click.option("--days", type=click.IntRange(1, 3650), help="Days until it expires; it does not by default.")
def create(name: str, wanted: tuple[str, ...], grants: tuple[str, ...], days: int | None) -> None:
    """Make a key for NAME and print it: it cannot be shown again."""
    from finder import keys as cabinet

    wish = cabinet.Wish(
        name,
        cabinet.scopes(wanted) or cabinet.Wish(name).scopes,
        frozenset(grants) or cabinet.Wish(name).grants,
        datetime.now(UTC) + timedelta(days=days) if days else None,
    )
    click.echo(cabinet.create(_engine(), wish, _actor()))


@keys.command("list")
def list_keys() -> None:
    """List all keys; their secrets are not kept."""
    from finder import keys as cabinet
    from finder.table import show_keys

    show_keys(cabinet.every(_engine()))


@keys.command("revoke")
@click.argument("number", metavar="ID")
def revoke(number: str) -> None:
    """Make the key with this ID useless from the next request on."""
    from finder import keys as cabinet

    cabinet.revoke(_engine(), number, _actor())
    click.echo(f"The key {number} is revoked.", err=True)


def _engine() -> Engine:
    from models.database import check_schema, connect

    engine = connect(load_settings())
    check_schema(engine)
    return engine


def _actor() -> str:
    return f"os:{getpass.getuser()}"


def _principal(finder: Finder, named: str | None) -> Principal:
    from models.access import VISITOR

    if named is None:
        return VISITOR
    kind, _, user = named.partition(":")
    if kind != "user" or not user:
        raise InvalidQuery(f"{named!r} is no principal.", "Write --principal user:ada.")
    return finder.principal(user)


def _filters(chosen: tuple[str, ...]) -> Filters:
    from finder.answers import Filters

    values: dict[str, list[str]] = {}
    for pair in chosen:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InvalidQuery(f"{pair!r} is no filter.", "Write --filter team=Data.")
        values.setdefault(name, []).append(value)
    return Filters(tuple((name, tuple(given)) for name, given in values.items()))
