"""Finds out what a source is and gives the connector that reads it."""

import re
from pathlib import Path

from sqlalchemy import Engine, select

from indexer.connectors import formats
from indexer.records import Connector
from models.database import reading
from models.errors import SourceError
from models.tables import Source

_NAME = re.compile(r"[\w][\w.-]{0,99}")


def detect(path: Path, name: str | None = None) -> Connector:
    """Return the connector for a source, of the format `name` where that is given.

    Raises SourceError where there is nothing, or nothing we can read.
    """
    wanted = None if name is None else formats.named(name)
    try:
        if not path.exists():
            raise SourceError(f"{path} does not exist.", "Check the path.")
        found = wanted or formats.recognised(path)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.", "Check that you may read it.") from error
    if found is None:
        raise SourceError(
            f"{path} is no source that is recognised.",
            f"Formats: {formats.listing()}. `indexer formats` says what each is; --format NAME takes the path for one.",
        )
    return found.open(path)


def source_name(engine: Engine, given: str | None, path: Path, location: str) -> str:
    """Return the name for a source: the one given, else the one this location has already, else the path's own.

    Raises SourceError where the path's own name belongs to another location, and where a name cannot be one.
    """
    if given is not None:
        if not _NAME.fullmatch(given):
            raise SourceError(f"{given!r} cannot be a source's name.", "Use up to 100 letters, digits, dots, dashes and underscores.")
        return given
    own = own_name(path)
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


def own_name(path: Path) -> str:
    """Return the name that a path suggests for its source."""
    last = path.resolve().stem if path.is_file() else path.resolve().name
    return re.sub(r"[^\w.-]+", "-", last).strip(".-")[:100] or "source"
