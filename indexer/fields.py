"""One raw row of a source: its fields read as the types they should have, within bounds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from indexer.records import Noted

LONGEST_ID = 200  # characters
LONGEST_LINE = 500  # characters of a name, a place, a tag
MOST_VALUES = 1000  # entries of one list
LARGEST_NUMBER = 2**31
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Unusable(Exception):
    """Why a field makes its whole row unusable."""


@dataclass(slots=True)
class Row:
    """One raw row: its fields, its place, and what there is to say about it."""

    values: Mapping[str, Any]
    place: str
    notes: list[Noted] = field(default_factory=list)

    def note(self, reason: str) -> None:
        """Keep a remark on a row that is used all the same."""
        self.notes.append(Noted(self.place, reason))

    def text(self, name: str) -> str | None:
        """Return a field as text, None where it is absent."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise Unusable(f"{name} is not text")
        return clean(value, name)

    def line(self, name: str, longest: int = LONGEST_LINE) -> str | None:
        """Return a field as one bounded line of text, None where it is absent or blank."""
        value = " ".join((self.text(name) or "").split())
        if len(value) > longest:
            raise Unusable(f"{name} is longer than {longest} characters")
        return value or None

    def id(self) -> str:
        """Return the row's id."""
        value = self.values.get("id")
        if isinstance(value, int) and not isinstance(value, bool):
            if abs(value) >= 10**LONGEST_ID:
                raise Unusable(f"id is longer than {LONGEST_ID} characters")
            value = str(value)
        return identifier(value, "id")

    def strings(self, name: str) -> tuple[str, ...]:
        """Return a list of lines without repeats; one text alone counts as a list of one."""
        value = self.values.get(name)
        if value is None:
            return ()
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list | tuple) or not all(isinstance(entry, str) for entry in value):
            raise Unusable(f"{name} is not a list of texts")
        if len(value) > MOST_VALUES:
            raise Unusable(f"{name} has more than {MOST_VALUES} entries")
        lines = (" ".join(clean(entry, name).split()) for entry in value)
        return tuple(dict.fromkeys(line[:LONGEST_LINE] for line in lines if line))

    def day(self, name: str) -> date | None:
        """Return a date; a time of day is left out."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        try:
            return datetime.fromisoformat(value.strip()).date()
        except (ValueError, AttributeError, TypeError) as error:
            raise Unusable(f"{name} {shown(value)!r} is not a date such as 2025-03-04") from error

    def number(self, name: str) -> int:
        """Return a whole number, 0 where it is absent."""
        value = self.values.get(name)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= LARGEST_NUMBER:
            raise Unusable(f"{name} is not a whole number")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """Return true or false, `default` where it is absent."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise Unusable(f"{name} is neither true nor false")
        return value


def shown(value: object) -> str:
    """Return the beginning of a value to name it by; numbers of thousands of digits have no text."""
    return f"a {type(value).__name__}" if isinstance(value, int) and abs(value) >= 10**40 else str(value)[:40]


def clean(value: str, name: str) -> str:
    """Return a text that can be stored, as it is. Raises Unusable."""
    if "\x00" in value:
        raise Unusable(f"{name} holds a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Unusable(f"{name} holds bytes that are not UTF-8 or half of a surrogate pair") from error
    return value


def identifier(value: object, name: str) -> str:
    """Return an id: one bounded line without control characters. Raises Unusable."""
    if not isinstance(value, str) or not value.strip():
        raise Unusable(f"{name} is missing")
    cleaned = clean(value, name).strip()
    if len(cleaned) > LONGEST_ID:
        raise Unusable(f"{name} is longer than {LONGEST_ID} characters")
    if CONTROL.search(cleaned):
        raise Unusable(f"{name} holds a control character")
    return cleaned
