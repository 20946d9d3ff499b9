"""Takes in a mapping file: CSV with a line for each account and whose it is, `account,person`."""

import csv
from pathlib import Path

from sqlalchemy import Engine

from indexer.decisions import assign
from models.errors import FinderError, SourceError

COLUMNS = ("account", "person")


def take_in(engine: Engine, file: Path, actor: str) -> list[str]:
    """Join every account to its person; return the lines that cannot be used, each with place and reason. Raises SourceError."""
    refused = []
    for number, account, person in _rows(file):
        try:
            if not account or not person:
                refused.append(f"{file.name}:{number}: account or person is missing")
            else:
                assign(engine, account, person, actor)
        except FinderError as error:
            refused.append(f"{file.name}:{number}: {error}")
    return refused


def _rows(file: Path) -> list[tuple[int, str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            if not set(COLUMNS) <= set(reader.fieldnames or ()):
                raise SourceError(f"{file} has no columns `account` and `person`.", "Name them in the first line: account,person")
            return [(reader.line_num, *((row[name] or "").strip() for name in COLUMNS)) for row in reader]  # type: ignore[misc]
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}.", "Check the path.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{file} is no CSV file in UTF-8: {error}.", "Save it as CSV in UTF-8.") from error
