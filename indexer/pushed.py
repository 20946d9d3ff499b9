"""A pushed record's bytes to a record of ours, or the reason it is refused. Pure: nothing is stored here."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from indexer import validation
from indexer.records import DocumentRecord, GroupRecord, Noted, PersonRecord, Refused

CHECKS = {"person": validation.person, "group": validation.group, "document": validation.document}


class Rank(IntEnum):
    """Who must be stored before whom within one transaction."""

    PERSON = 0
    GROUP = 1
    DOCUMENT = 2


@dataclass(frozen=True, slots=True)
class Departure:
    """A person or a group that is to go."""

    id: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """One row of the inbox, read. `record` is None where it was refused; `id` where it could still be read; `reason` remarks on it.

    `mentions` are the fields that were written, so that what was left out can stay as it is.
    """

    row: int
    place: str
    rank: Rank
    id: str | None
    record: PersonRecord | GroupRecord | DocumentRecord | Departure | None
    reason: str | None = None
    mentions: frozenset[str] = frozenset()


def read(row: int, place: str, content: bytes) -> Pushed:
    """Read one row of the inbox. A record without a `type` is a document."""
    try:
        values = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return _refused(row, place, f"it is not UTF-8: {error.reason} at byte {error.start}")
    except (ValueError, RecursionError) as error:
        return _refused(row, place, f"it is not JSON: {error}")
    if not isinstance(values, Mapping):
        return _refused(row, place, "it is not an object with fields")
    kind = values.get("type", "document")
    if not isinstance(kind, str) or kind not in CHECKS:
        return _refused(row, place, f"the type {str(kind)[:40]!r} is none of {', '.join(CHECKS)}")
    return _checked(row, place, kind, values)


def _checked(row: int, place: str, kind: str, values: Mapping[str, Any]) -> Pushed:
    items = list(CHECKS[kind](values, place))
    *notes, last = items
    rank, remarks = Rank[kind.upper()], "; ".join(note.reason for note in notes if isinstance(note, Noted)) or None
    if isinstance(last, Refused):
        return Pushed(row, place, rank, last.id, None, last.reason)
    assert isinstance(last, PersonRecord | GroupRecord | DocumentRecord)
    record: PersonRecord | GroupRecord | DocumentRecord | Departure = last
    deleted = values.get("deleted", False)
    if not isinstance(last, DocumentRecord) and deleted is not False:
        if deleted is not True:
            return Pushed(row, place, rank, last.id, None, "deleted is neither true nor false")
        record = Departure(last.id)
    return Pushed(row, place, rank, last.id, record, remarks, frozenset(values))


def batches(rows: Sequence[Pushed]) -> Iterator[list[Pushed]]:
    """Cut rows, in their order, into parts in which people stand before groups before documents and no id stands twice."""
    batch: list[Pushed] = []
    met: set[tuple[Rank, str | None]] = set()
    for pushed in rows:
        key = (pushed.rank, pushed.id)
        if batch and (pushed.rank < batch[-1].rank or (pushed.id is not None and key in met)):
            yield batch
            batch, met = [], set()
        batch.append(pushed)
        met.add(key)
    if batch:
        yield batch


def _refused(row: int, place: str, reason: str) -> Pushed:
    return Pushed(row, place, Rank.DOCUMENT, None, None, reason)
