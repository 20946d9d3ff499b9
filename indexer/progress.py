"""How a run tells a person how far it is."""

from collections.abc import Iterator
from typing import Protocol

from indexer.connectors.gauge import Gauge
from indexer.records import Connector, Item, Noted


class Progress(Protocol):
    """One stage at a time."""

    def start(self, label: str, total: int | None) -> None:
        """Begin a stage of `total` steps (None: unknown)."""
        ...

    def advance(self, n: int) -> None:
        """Count n more steps done."""
        ...

    def reach(self, share: float) -> None:
        """Tell that this share of a stage is done whose number of steps is unknown."""
        ...

    def finish(self) -> None:
        """End the stage."""
        ...


class Silent:
    """Says nothing."""

    def start(self, label: str, total: int | None) -> None:
        """Say nothing."""

    def advance(self, n: int) -> None:
        """Say nothing."""

    def reach(self, share: float) -> None:
        """Say nothing."""

    def finish(self) -> None:
        """Say nothing."""


def followed(connector: Connector, name: str, progress: Progress) -> Iterator[Item]:
    """Yield what a source has, as one stage; how far that is tells the connector's gauge, where it has one."""
    gauge: Gauge = getattr(connector, "gauge", None) or Gauge()
    progress.start(f"reading {name}", None)
    gauge.restart(progress.reach)
    for item in connector.items():
        if not isinstance(item, Noted):
            progress.advance(1)
        yield item
    gauge.finish()
    progress.finish()
