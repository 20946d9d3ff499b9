"""Rows that a person should look at: those that a pass could not use, and remarks on those that it did."""

from dataclasses import dataclass, field

from indexer.records import Noted, Refused

MOST_ROWS = 1000  # kept for a person to read; the rest are counted
SHOWN = 20  # things that are told by name; the rest are counted


@dataclass(slots=True)
class Aside:
    """The first rows as places with reasons, and how many there were. `incomplete`: the source may list more than could be read."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0
    incomplete: bool = False

    def add(self, row: Refused | Noted) -> None:
        """Take in a row."""
        self.count += 1
        self.incomplete = self.incomplete or (isinstance(row, Refused) and row.incomplete)
        if len(self.rows) < MOST_ROWS:
            self.rows.append((row.place, row.reason))


@dataclass(slots=True)
class Named:
    """The first of some things by name, and how many there are."""

    first: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, name: str) -> None:
        """Take in one more."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(name)
