"""Reads a collection folder: people, groups and documents as JSON lines, gzipped or not.

A document without a visibility is readable by the organisation: that is this format's stated default.
"""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from indexer import validation
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge, size_of
from indexer.connectors.lines import LONGEST_LINE, Line, read_lines
from indexer.records import Item, Refused
from models.errors import SourceError
from models.tables import Visibility

PEOPLE, GROUPS, DOCUMENTS = "people", "groups", "documents"


class Collection:
    """The connector for a folder with `documents.jsonl[.gz]`, and `people` and `groups` beside it."""

    kind = "collection"

    def __init__(self, folder: Path) -> None:
        self.location = str(folder.resolve())
        self._folder = folder
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield people, groups and documents. Raises SourceError where there is no readable documents file."""
        if table(self._folder, DOCUMENTS) is None:
            raise SourceError(f"{self._folder} holds no documents.jsonl.", "Name a collection folder, or add the file.")
        self.gauge.part(1.0, (size_of(path) for name in (PEOPLE, GROUPS, DOCUMENTS) if (path := table(self._folder, name))))
        yield from self._read(PEOPLE, validation.person)
        yield from self._read(GROUPS, validation.group)
        yield from self._read(DOCUMENTS, _document)

    def _read(self, name: str, check: Callable[[Mapping[str, Any], str], Iterator[Item]]) -> Iterator[Item]:
        path = table(self._folder, name)
        if path is None:
            return
        try:
            for number, line in enumerate(read_lines(path, self.gauge), start=1):
                yield from _row(line, f"{path.name}:{number}", check)
        except (EOFError, zlib.error, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise SourceError(
                    f"{path} cannot be read: {error.strerror}.", "Check that it is there and that you may read it."
                ) from error
            yield Refused(path.name, f"the file is damaged or cut off: {error}", incomplete=True)


def table(folder: Path, name: str) -> Path | None:
    """Return the file of a table in a collection folder, None where there is none."""
    return next((path for path in (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz") if path.is_file()), None)


def _row(line: Line, place: str, check: Callable[[Mapping[str, Any], str], Iterator[Item]]) -> Iterator[Item]:
    if line.bomb:
        yield Refused(place, "the file unpacks to far more than its size; the rest was not read", incomplete=True)
    elif line.too_long:
        yield Refused(place, f"the line is longer than {LONGEST_LINE // 1_000_000} MB")
    elif line.content.strip():
        try:
            values = json.loads(line.content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            yield Refused(place, f"the line is not UTF-8: {error.reason} at byte {error.start}")
        except (ValueError, RecursionError) as error:
            yield Refused(place, f"the line is not JSON: {error}")
        else:
            yield from check(values, place)


def _document(values: Mapping[str, Any], place: str) -> Iterator[Item]:
    if isinstance(values, Mapping) and "visibility" not in values:
        values = {**values, "visibility": Visibility.ORG}
    return validation.document(values, place)


def recognises(path: Path) -> bool:
    """Whether a folder has a documents file."""
    return path.is_dir() and table(path, DOCUMENTS) is not None


FORMAT = Format(
    "collection",
    "a folder with `documents.jsonl` and, beside it, `people.jsonl` and `groups.jsonl` (each may be `.gz`)",
    "the organisation. `visibility` and `allow` narrow it",
    recognises,
    Collection,
)
