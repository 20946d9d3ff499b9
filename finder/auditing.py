"""`finder audit`: does the audit chain hold, and what does it tell. For administrators, who have a shell on the machine."""

import json
from collections.abc import Mapping

import click
from sqlalchemy import Engine, select

from finder.web import logs
from models import audit as chain
from models.database import check_schema, connect, reading
from models.errors import DatabaseUnavailable, NotFound
from models.settings import load_settings
from models.told import ChainRow

FORGOTTEN = "(erased)"


@click.group()
def audit() -> None:
    """Verify and read the audit chain of the recruiter workbench."""
    logs.configure(as_json=False)


@audit.command()
@click.option("--head", "known", default="", metavar="HASH", help="A hash noted earlier, which must still be in the chain.")
def verify(known: str) -> int:
    """Follow the chain from its first row; end with 1 and name the first broken row where it does not hold."""
    with reading(_engine()) as session:
        found = chain.verify(session, known)
    if found.broken:
        click.echo(found.broken, err=True)
        return 1
    withdrawn = f" The purpose of {found.withdrawn:,} was withdrawn by an erasure." if found.withdrawn else ""
    click.echo(f"{found.rows:,} rows hold.{withdrawn}")
    click.echo(f"head {found.head}")
    return 0


@audit.command()
@click.option("--person", default="", metavar="ID", help="Only what was done by this person or shows them.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Rows, the newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a row.")
def show(person: str, limit: int, as_json: bool) -> None:
    """Show who did what, for which purpose, and of whom."""
    with reading(_engine()) as session:
        named = chain.names(session)
        if person and person not in named.values():
            raise NotFound(f"The audit chain does not name {person!r}.", "Use the id in the address of the person's page.")
        shown = 0
        for row in session.scalars(select(ChainRow).order_by(ChainRow.id.desc())):
            plain = _plain(row, named)
            if shown < limit and (not person or person in (plain["by"], *plain["people"])):  # type: ignore[misc]
                click.echo(json.dumps(plain, ensure_ascii=False) if as_json else _line(plain))
                shown += 1


def _engine() -> Engine:
    engine = connect(load_settings())
    check_schema(engine)
    return engine


def _plain(row: ChainRow, named: Mapping[str, str]) -> dict[str, object]:
    try:
        detail = json.loads(row.detail)
        people = detail.pop("people")
    except (ValueError, KeyError, AttributeError) as error:
        raise DatabaseUnavailable(f"Row {row.id} of the audit chain cannot be read.", "Run `finder audit verify`.") from error
    return {
        "row": row.id,
        "at": row.at.isoformat(timespec="seconds"),
        "by": named.get(row.actor, FORGOTTEN),
        "action": row.action,
        "purpose": row.purpose if row.salt else FORGOTTEN,
        "people": [named.get(mark, FORGOTTEN) for mark in people],
        "facts": detail,
        "generation": row.generation,
        "request": row.request_id,
    }


def _line(plain: Mapping[str, object]) -> str:
    people = plain["people"]
    shown = f" · {', '.join(people)}" if isinstance(people, list) and people else ""
    return f"{plain['row']} {plain['at']} {plain['by']} {plain['action']} “{plain['purpose']}”{shown}"
