"""Reads a CSV file of people, as personnel systems export it: columns are found by their headings, English or German."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO

from indexer import validation
from indexer.connectors.formats import Format
from indexer.records import Item, Noted, Refused
from models.errors import SourceError

LARGEST_FILE = 200_000_000  # bytes
# A heading, in lower case with every mark taken out, and the field it stands for.
HEADINGS = {
    heading: field
    for field, headings in {
        "id": "id userid username employeeid personid login uid personalnummer mitarbeiterid benutzername kuerzel kürzel kennung",
        "emails": "email emails mail emailaddress workemail emailadresse mailadresse",
        "name": "name fullname displayname vollername anzeigename",
        "first": "firstname givenname vorname",
        "last": "lastname surname familyname nachname familienname",
        "title": "title jobtitle position role jobrole funktion stelle titel stellenbezeichnung",
        "team": "team department orgunit unit abteilung bereich organisationseinheit",
        "manager": "manager managerid supervisor reportsto vorgesetzter vorgesetzte vorgesetzteid führungskraft fuehrungskraft",
        "location": "location office city site standort ort büro buero",
        "timezone": "timezone zeitzone",
        "languages": "languages language spokenlanguages sprachen sprache",
        "skills": "skills expertise competencies kenntnisse fähigkeiten faehigkeiten kompetenzen",
        "interests": "interests interessen hobbies",
        "bio": "bio about description profile beschreibung profil",
        "accounts": "accounts account konten konto",
        "groups": "groups gruppen",
        "start": "start startdate hiredate entrydate eintritt eintrittsdatum",
        "end": "end enddate leavedate terminationdate exitdate austritt austrittsdatum",
        "active": "active aktiv",
    }.items()
    for heading in headings.split()
}
LISTS = ("emails", "languages", "skills", "interests", "accounts", "groups")
_DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d")
_NO = ("no", "false", "0", "n", "nein", "inactive", "inaktiv")
_YES = ("yes", "true", "1", "y", "j", "ja", "active", "aktiv")


class PeopleCsv:
    """The connector for one CSV file with a row of headings. `today` decides who has left."""

    kind = "people"

    def __init__(self, path: Path, today: date | None = None) -> None:
        self.location = str(path.resolve())
        self._path = path
        self._today = today or datetime.now(UTC).date()

    def items(self) -> Iterator[Item]:
        """Yield a person for each row. Raises SourceError where the file cannot be read or has no usable headings."""
        try:
            if self._path.stat().st_size > LARGEST_FILE:
                raise SourceError(f"{self._path} is larger than {LARGEST_FILE // 1_000_000} MB.", "Split it into several sources.")
            # Bytes that are not UTF-8 become lone surrogates, so that only their own row is refused.
            with self._path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                delimiter = _delimiter(file.readline())
                file.seek(0)
                yield from self._rows(file, delimiter)
        except OSError as error:
            raise SourceError(
                f"{self._path} cannot be read: {error.strerror}.", "Check that it is there and that you may read it."
            ) from error

    def _rows(self, file: TextIO, delimiter: str) -> Iterator[Item]:
        rows = csv.reader(file, delimiter=delimiter)
        try:
            columns = next(rows, [])
        except csv.Error as error:
            raise SourceError(f"{self._path} cannot be read as a table: {error}.", "Export it again.") from error
        names = [HEADINGS.get(_heading(column)) for column in columns]
        if not {"id", "emails"} & set(names):
            raise SourceError(
                f"{self._path} has no column of ids or e-mail addresses.",
                "The first line must name the columns, for example id,name,email.",
            )
        for column, name in zip(columns, names, strict=True):
            if name is None:
                yield Noted(f"{self._path.name}:1", f"the column {column[:40]!r} is unknown and was left out")
        try:
            for row in rows:
                if any(cell.strip() for cell in row):
                    yield from self._person(names, row, f"{self._path.name}:{rows.line_num}")
        except csv.Error as error:
            yield Refused(f"{self._path.name}:{rows.line_num}", f"the file cannot be read on from here: {error}", incomplete=True)

    def _person(self, names: Sequence[str | None], row: Sequence[str], place: str) -> Iterator[Item]:
        if len(row) > len(names):
            yield Refused(place, f"the row has {len(row)} cells and there are {len(names)} columns")
            return
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False) if name is not None and cell.strip()}
        try:
            yield from validation.person(self._fields(cells), place)
        except ValueError as error:
            yield Refused(place, str(error), validation.known_id({"id": _own(cells)}))

    def _fields(self, cells: dict[str, str]) -> dict[str, Any]:
        fields: dict[str, Any] = {name: cell for name, cell in cells.items() if name not in LISTS}
        fields |= {name: _split(cells[name]) for name in LISTS if name in cells}
        name = cells.get("name") or " ".join(cells[part] for part in ("first", "last") if part in cells)
        start, end = (_day(cells[part], part) if part in cells else None for part in ("start", "end"))
        here = (end is None or end >= self._today) and (start is None or start <= self._today)
        return fields | {
            "id": _own(cells),
            "name": name or None,
            "active": here and _flag(cells.get("active", "")),
        }


def _delimiter(first: str) -> str:
    return max(",;\t|", key=first.count)


def _heading(column: str) -> str:
    return "".join(mark for mark in column.lower() if mark.isalnum())


def _own(cells: dict[str, str]) -> str | None:
    return cells.get("id") or next(iter(_split(cells.get("emails", ""))), None)


def _split(cell: str) -> list[str]:
    for mark in (";", "|", ","):
        if mark in cell:
            return [entry.strip() for entry in cell.split(mark) if entry.strip()]
    return [cell]


def _day(cell: str, name: str) -> date:
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(cell, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise ValueError(f"{name} {cell[:40]!r} is not a date such as 2025-03-04 or 04.03.2025")


def _flag(cell: str) -> bool:
    if cell.lower() in _NO:
        return False
    if not cell or cell.lower() in _YES:
        return True
    raise ValueError(f"active {cell[:40]!r} is neither yes nor no")


FORMAT = Format(
    "people",
    "a `.csv` or `.tsv` file with a heading line (English or German): `id` or `email`, `name`, `title`, `team`, `skills`, `start`, "
    "`end` ...",
    "people are visible to the organisation; the file gives no documents",
    lambda path: path.is_file() and path.suffix.lower() in (".csv", ".tsv"),
    PeopleCsv,
)
