"""The formats that can be read: the product's own and those that other packages bring, found by name or by looking at a path."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from indexer.records import Connector
from models.errors import SourceError

ENTRY_POINTS = "expertise_finder.connectors"
# Modules beside this one, each with a FORMAT, in the order in which a path is shown to them: the most particular first.
BUILT_IN = (
    "collection",
    "slack",
    "mattermost",
    "stack_exchange",
    "confluence",
    "confluence_html",
    "discourse",
    "mediawiki",
    "mail",
    "activity",
    "scim",
    "idea_box",
    "issues",
    "jira_csv",
    "wordpress",
    "feed",
    "sql",
    "git",
    "markdown",
    "ldif",
    "people_csv",
)


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of source.

    `what` says in a line what to point the indexer at, `readers` who may read where the source says nothing. `recognises` tells
    whether a path that exists is such a source: it reads little, changes nothing and never raises for foreign content. `open`
    gives the connector.
    """

    name: str
    what: str
    readers: str
    recognises: Callable[[Path], bool]
    open: Callable[[Path], Connector]


@cache
def built_in() -> tuple[Format, ...]:
    """Return the product's own formats."""
    return tuple(importlib.import_module(f"indexer.connectors.{module}").FORMAT for module in BUILT_IN)


@cache
def added() -> tuple[Format, ...]:
    """Return the formats that installed packages bring. Raises SourceError where one cannot be loaded."""
    found = []
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name):
        try:
            loaded = entry.load()
        except Exception as error:
            raise SourceError(
                f"The connector {entry.name!r} ({entry.value}) cannot be loaded: {error}.", "Update its package, or uninstall it."
            ) from error
        if not isinstance(loaded, Format):
            raise SourceError(f"The connector {entry.name!r} ({entry.value}) is no Format.", "See docs/connectors.md, or uninstall it.")
        found.append(loaded)
    return tuple(found)


def named(name: str) -> Format:
    """Return the format of a name. Raises SourceError where there is none."""
    for found in built_in():
        if found.name == name:
            return found
    for found in added():
        if found.name == name:
            return found
    raise SourceError(f"There is no format {name!r}.", f"Choose one of: {listing()}.")


def recognised(path: Path) -> Format | None:
    """Return the first format that recognises a path, the product's own first. Raises OSError, SourceError."""
    for found in built_in():
        if found.recognises(path):
            return found
    return next((found for found in added() if found.recognises(path)), None)


def listing() -> str:
    """Return the names of all formats as a phrase."""
    return ", ".join(found.name for found in (*built_in(), *added()))
