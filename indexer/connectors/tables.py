"""Tables in CSV with a line of headings, some of which may stand more than once; a bad row is refused in its place."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path

from indexer.connectors import packed
from indexer.connectors.gauge import Gauge
from indexer.records import Item, Refused
from models.errors import SourceError


def heading(cell: str) -> str:
    """Return a heading in lower case with one blank between words."""
    return " ".join(cell.lower().split())


def headings(path: Path) -> frozenset[str]:
    """Return the headings of a file's first line, to tell what it is; none where there are none."""
    first = _first(path)
    try:
        return frozenset(heading(cell) for cell in next(csv.reader([first], delimiter=delimiter(first)), []))
    except csv.Error:
        return frozenset()


def _first(path: Path) -> str:
    return packed.head(path, 20_000).decode("utf-8-sig", "replace").partition("\n")[0].strip()


def delimiter(first: str) -> str:
    """Return what separates the cells of a line of headings."""
    return max(",;\t|", key=first.count)


def cells(path: Path, gauge: Gauge) -> Iterator[tuple[str, Mapping[str, list[str]]] | Item]:
    """Yield (place, cells by heading) of each row, or why one is refused; cells that are empty are left out. The gauge counts bytes.

    Raises SourceError where there are no headings. Bytes that are not UTF-8 become lone surrogates, so that only their own row is refused.
    """
    mark = delimiter(_first(path))
    with packed.opened(path, gauge) as stream, TextIOWrapper(stream, "utf-8-sig", "surrogateescape", newline="") as file:
        table = csv.reader(file, delimiter=mark)
        try:
            names = [heading(cell) for cell in next(table, [])]
        except csv.Error as error:
            raise SourceError(f"{path} cannot be read as a table: {error}.", "Export it again.") from error
        try:
            for row in table:
                if any(cell.strip() for cell in row):
                    yield _row(names, row, f"{path.name}:{table.line_num}")
        except csv.Error as error:
            yield Refused(f"{path.name}:{table.line_num}", f"the file cannot be read on from here: {error}", incomplete=True)


def _row(names: Sequence[str], row: Sequence[str], place: str) -> tuple[str, Mapping[str, list[str]]] | Item:
    if len(row) > len(names):
        return Refused(place, f"the row has {len(row)} cells and there are {len(names)} columns", incomplete=True)
    found: dict[str, list[str]] = {}
    for name, cell in zip(names, row, strict=False):
        if cell.strip():
            found.setdefault(name, []).append(cell.strip())
    return place, found
