"""Who may read what a source says nothing about, where the person who adds the source says it."""

from collections.abc import Iterator
from dataclasses import replace

from indexer.records import Connector, DocumentRecord, Item


class _Stated:
    def __init__(self, connector: Connector, visibility: str) -> None:
        self.kind = connector.kind
        self.location = connector.location
        self.complete = getattr(connector, "complete", True)
        self.stated = visibility
        self.gauge = getattr(connector, "gauge", None)
        self._connector = connector

    def items(self) -> Iterator[Item]:
        """Yield the items; a document without a visibility and without grants gets the one that was said."""
        for item in self._connector.items():
            silent = isinstance(item, DocumentRecord) and item.visibility is None and not item.allow
            yield replace(item, visibility=self.stated) if isinstance(item, DocumentRecord) and silent else item


def stated(connector: Connector, visibility: str | None) -> Connector:
    """Return a connector whose documents have the given visibility where the source says nothing of it; the same one for None."""
    return connector if visibility is None else _Stated(connector, visibility)
