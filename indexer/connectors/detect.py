"""Finds out what a source is and gives the connector that reads it."""

import re
from pathlib import Path

from sqlalchemy import Engine, select

from indexer.connectors.collection import DOCUMENTS, Collection, table
from indexer.connectors.git import Git, is_repository
from indexer.connectors.markdown import Markdown, pages
from indexer.connectors.people_csv import PeopleCsv
from indexer.records import Connector
from models.database import reading
from models.errors import SourceError
from models.tables import Source

_NAME = re.compile(r"[\w][\w.-]{0,99}")


def detect(path: Path) -> Connector:
    """Return the connector for a source. Raises SourceError where there is nothing, or nothing we can read."""
    try:
        if path.is_file() and path.suffix.lower() in (".csv", ".tsv"):
            return PeopleCsv(path)
        if path.is_dir():
            if table(path, DOCUMENTS) is not None:
                return Collection(path)
            if is_repository(path):
                return Git(path)
            if next(pages(path), None) is not None:
                return Markdown(path)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.", "Check that you may read it.") from error
    if not path.exists():
        raise SourceError(f"{path} does not exist.", "Check the path.")
    raise SourceError(
        f"{path} is no source that can be read.",
        "Name a folder with documents.jsonl, a git repository, a folder with Markdown files, or a CSV file of people.",
    )


def source_name(engine: Engine, given: str | None, path: Path, location: str) -> str:
    """Return the name for a source: the one given, else the one this location has already, else the path's own.

    Raises SourceError where the path's own name belongs to another location, and where a name cannot be one.
    """
    if given is not None:
        if not _NAME.fullmatch(given):
            raise SourceError(f"{given!r} cannot be a source's name.", "Use up to 100 letters, digits, dots, dashes and underscores.")
        return given
    own = re.sub(r"[^\w.-]+", "-", (path.resolve().stem if path.is_file() else path.resolve().name)).strip(".-")[:100] or "source"
    with reading(engine) as session:
        held = dict(session.execute(select(Source.name, Source.location)).all())
    for name, where in held.items():
        if where == location:
            return name
    if own in held:
        raise SourceError(
            f"The name {own!r} belongs to the source at {held[own]}.",
            "Give this one another name with --as, or say --as " + own + " if it moved.",
        )
    return own
