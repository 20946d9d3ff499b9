"""Reads a query against any database that SQLAlchemy reaches: a small TOML file names the database, the query and what each column is.

The database is only read: the query runs in a transaction that is rolled back, and PostgreSQL and SQLite hold the session to reading.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError

from indexer import validation
from indexer.connectors.formats import Format
from indexer.fields import LARGEST_NUMBER
from indexer.records import Item, Refused
from models.errors import SourceError
from models.tables import Role

BATCH = 500  # rows held at a time
LARGEST_FILE = 100_000  # bytes of the TOML
FIELDS = {
    "people": frozenset(
        "id name title team location timezone bio manager skills interests languages emails accounts groups active".split()
    ),
    "documents": frozenset(
        "id kind title text author editor created updated tags url language visibility allow thread votes accepted deleted".split()
    ),
}
LISTS = frozenset("skills interests languages emails accounts groups tags allow author editor".split())
_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_READS = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)


class Sql:
    """The connector for a TOML file with `url` and the tables `people` and `documents`, each with `query`, `columns` and `values`."""

    kind = "sql"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path

    def items(self) -> Iterator[Item]:
        """Yield people, then documents. Raises SourceError where the file or the database cannot be used."""
        plan = _plan(self._path)
        try:
            engine = create_engine(_address(self._path, plan))
        except (SQLAlchemyError, ImportError, ValueError, OSError) as error:
            raise SourceError(f"{self._path}: the database cannot be reached: {_short(error)}.", "Check `url` and its driver.") from error
        _read_only(engine)
        try:
            with engine.connect() as connection:
                yield from self._rows(connection, plan)
        except (SQLAlchemyError, UnicodeError) as error:  # a damaged database's complaint may not be UTF-8
            raise SourceError(
                f"{self._path}: the database refuses: {_short(error)}.", "Try the query in the database's own tool."
            ) from error
        finally:
            engine.dispose()

    def _rows(self, connection: Connection, plan: Mapping[str, Any]) -> Iterator[Item]:
        for name, check in (("people", validation.person), ("documents", validation.document)):
            if name in plan:
                table = plan[name]
                options = connection.execution_options(stream_results=True, yield_per=BATCH)
                found = options.execute(text(table["query"].replace(":", r"\:")))  # a colon in it is one, no parameter's beginning
                missing = sorted(set(table["columns"].values()) - set(found.keys()))
                if missing:
                    raise SourceError(
                        f"{self._path}: the query of {name} gives no column {missing[0]!r}.", "Correct `columns` or the query."
                    )
                for number, row in enumerate(found.mappings(), start=1):
                    yield from _item(dict(row), table, f"{name} row {number}", check)


def _item(row: Mapping[str, Any], table: Mapping[str, Any], place: str, check: Callable[..., Iterator[Item]]) -> Iterator[Item]:
    try:
        fields = dict(table["values"]) | {field: _value(field, row[column]) for field, column in table["columns"].items()}
    except ValueError as error:
        yield Refused(place, str(error), validation.known_id({"id": str(row[table["columns"]["id"]])}))
        return
    roles = (("author", Role.AUTHOR), ("editor", Role.EDITOR))
    credits = [{"id": who, "role": role} for name, role in roles for who in fields.pop(name, None) or ()]
    yield from check(fields | ({"authors": credits} if credits else {}), place)


def _value(field: str, value: object) -> object:
    """Return a database's value as the field wants it. Raises ValueError."""
    if isinstance(value, bytes):
        raise ValueError(f"the column of {field} holds bytes, no text")  # noqa: TRY004 said of a row, not of a program
    if value is None or isinstance(value, date | datetime):
        return value
    if field in ("active", "accepted", "deleted"):
        return str(value).strip().lower() not in ("0", "false", "f", "no", "n", "")
    if field == "votes":
        return _whole(value)
    if field in LISTS:
        parts = value if isinstance(value, list | tuple) else re.split(r"[;|\n]" if field == "author" else r"[;|,\n]", str(value))
        return [str(part).strip() for part in parts if str(part).strip()]
    return str(value)


def _whole(value: object) -> int:
    """Return a whole number, 0 for anything else: a database may hold fractions, no number, and infinity."""
    if not isinstance(value, int | float | Decimal) or value != value or not -LARGEST_NUMBER < value < LARGEST_NUMBER:  # noqa: PLR0124
        return 0
    return int(value) if value == int(value) else 0


def _plan(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()[: LARGEST_FILE + 1]
        plan = tomllib.loads(content.decode()) if len(content) <= LARGEST_FILE else {}
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(f"{path} cannot be read: {error}.", "See docs/connectors.md for an example.") from error
    if not isinstance(plan.get("url"), str) or not set(plan) & set(FIELDS):
        raise SourceError(f"{path} names no `url`, or neither [people] nor [documents].", "See docs/connectors.md for an example.")
    return plan | {name: _table(path, name, plan[name]) for name in FIELDS if name in plan}


def _table(path: Path, name: str, table: object) -> dict[str, Any]:
    held = table if isinstance(table, dict) else {}
    query, columns, values = held.get("query"), held.get("columns"), held.get("values", {})
    if not isinstance(query, str) or not isinstance(columns, dict) or not isinstance(values, dict) or "id" not in columns:
        raise SourceError(f"{path}: [{name}] needs `query` and `columns` with an `id`.", "See docs/connectors.md for an example.")
    if not _READS.match(query):
        raise SourceError(f"{path}: the query of [{name}] does not begin with SELECT or WITH.", "A source is only read.")
    unknown = sorted((set(columns) | set(values)) - FIELDS[name])
    if unknown or not all(isinstance(column, str) for column in columns.values()):
        raise SourceError(
            f"{path}: [{name}] has no field {', '.join(unknown) or 'that is no text'}.", f"Fields: {', '.join(sorted(FIELDS[name]))}."
        )
    return {"query": query, "columns": columns, "values": values}


def _address(path: Path, plan: Mapping[str, Any]) -> str:
    """Return the database's address with `${NAME}` taken from the environment: a password does not belong into a file."""

    def variable(match: re.Match[str]) -> str:
        if match[1] not in os.environ:
            raise SourceError(f"{path}: the variable {match[1]} is not set.", "Set it for this command.")
        return os.environ[match[1]]

    address = _VARIABLE.sub(variable, plan["url"])
    if make_url(address).get_backend_name() == "sqlite":
        file = make_url(address).database or ""
        try:
            found = (path.parent / file).resolve()
            is_there = bool(file) and found.is_file()
        except (OSError, ValueError):  # no name that a file can have
            is_there = False
        if not is_there:
            raise SourceError(f"{path}: there is no database file {file[:200]!r}.", "Name an existing file, relative to the TOML file.")
        return f"sqlite:///file:{quote(str(found))}?mode=ro&uri=true"
    return address


def _read_only(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":

        @event.listens_for(engine, "connect")
        def connect(driver: DBAPIConnection, _record: object) -> None:
            # Of the session, and so of a transaction too that a query would begin after ending ours.
            cursor = driver.cursor()
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
            cursor.close()
            driver.commit()


def _short(error: Exception) -> str:
    """Return the first line of an error, without the statement or the address that follow it."""
    return (str(error).splitlines() or ["unknown"])[0][:300]


def recognises(path: Path) -> bool:
    """Whether a TOML file names a database."""
    if not path.is_file() or path.suffix.lower() != ".toml" or path.stat().st_size > LARGEST_FILE:
        return False
    content = path.read_bytes()
    return b"url" in content and b"query" in content


FORMAT = Format(
    "sql",
    "a TOML file that names a database (any SQLAlchemy address), a query, and what each column is",
    "the document's author alone; a column or a value of `visibility` says otherwise",
    recognises,
    Sql,
)
