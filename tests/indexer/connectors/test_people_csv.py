from datetime import date
from pathlib import Path

import pytest

from indexer.connectors.people_csv import PeopleCsv
from indexer.records import Item, Noted, PersonRecord, Refused
from models.errors import SourceError

TODAY = date(2025, 6, 1)


def read(folder: Path, text: str | bytes) -> list[Item]:
    file = folder / "hr.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(PeopleCsv(file, TODAY).items())


def people(found: list[Item]) -> list[PersonRecord]:
    return [item for item in found if isinstance(item, PersonRecord)]


def test_english_headings_are_understood(tmp_path: Path) -> None:
    headings = "Employee ID,Full Name,E-Mail,Job Title,Department,Manager,Office,Languages,Skills\n"
    text = headings + "7,Ada E.,ada@example.com,Engineer,Data,9,Graz,en; DE,SQL|Rust\n"
    (ada,) = people(read(tmp_path, text))
    assert (ada.id, ada.name, ada.emails, ada.title, ada.team, ada.manager, ada.location, ada.languages, ada.skills) == (
        "7", "Ada E.", ("ada@example.com",), "Engineer", "Data", "9", "Graz", ("en", "de"), ("SQL", "Rust"),
    )  # fmt: skip


def test_german_headings_semicolons_and_a_byte_order_mark_are_understood(tmp_path: Path) -> None:
    headings = "\ufeffPersonalnummer;Vorname;Nachname;E-Mail-Adresse;Abteilung;Standort;Sprachen;Austritt\n"
    text = headings + "7;Ada;Beispiel;ada@example.com;Daten;Wien;de, en;31.05.2025\n"
    (ada,) = people(read(tmp_path, text))
    assert (ada.id, ada.name, ada.team, ada.location, ada.languages, ada.active) == (
        "7",
        "Ada Beispiel",
        "Daten",
        "Wien",
        ("de", "en"),
        False,
    )


@pytest.mark.parametrize("heading", ["timezone", "Time zone", "TIME_ZONE", "Zeitzone"])
def test_a_column_of_time_zones_is_understood(tmp_path: Path, heading: str) -> None:
    found = people(read(tmp_path, f"id,office,{heading}\n7,Graz,Europe/Vienna\n8,Graz,\n"))
    assert [(person.id, person.timezone) for person in found] == [("7", "Europe/Vienna"), ("8", None)]


@pytest.mark.parametrize(
    ("start", "end", "active"),
    [("", "", True), ("", "2025-06-01", True), ("", "2025-05-31", False), ("2025-07-01", "", False), ("2020-01-01", "2030-01-01", True)],
)
def test_who_has_left_or_not_yet_begun_is_inactive(tmp_path: Path, start: str, end: str, active: bool) -> None:
    assert people(read(tmp_path, f"id,name,start,end\n1,A,{start},{end}\n"))[0].active is active


def test_an_unknown_column_is_remarked_on(tmp_path: Path) -> None:
    note, _ = read(tmp_path, "id,name,Shoe size\n1,A,42\n")
    assert isinstance(note, Noted)
    assert "'Shoe size'" in note.reason


def test_the_address_stands_in_for_a_missing_id(tmp_path: Path) -> None:
    assert people(read(tmp_path, "name,mail\nA,a@example.com\n"))[0].id == "a@example.com"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"2,\xe4", "not UTF-8"),
        (b"2,a\x00b", "NUL"),
        (b",nobody", "id is missing"),
        (b"2,B,never", "end 'never' is not a date"),
        (b"2,B,,more,cells", "5 cells"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_rest_is_read(tmp_path: Path, row: bytes, said: str) -> None:
    found = read(tmp_path, b"id,name,end\n1,A,\n" + row + b"\n3,C,\n")
    (bad,) = [item for item in found if isinstance(item, Refused)]
    assert bad.place == "hr.csv:3"
    assert said in bad.reason
    assert [person.id for person in people(found)] == ["1", "3"]


def test_an_endless_cell_ends_the_reading_without_deleting_anybody(tmp_path: Path) -> None:
    found = read(tmp_path, b'id,name\n1,A\n2,"' + b"x" * 200_000)
    assert isinstance(found[-1], Refused)
    assert found[-1].incomplete


@pytest.mark.parametrize("text", ["", "colour,size\nred,1\n"])
def test_a_file_without_ids_or_addresses_is_no_source(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match="column of ids"):
        read(tmp_path, text)


def test_a_row_that_is_refused_keeps_whom_it_names_and_an_id_that_is_not_utf_8_names_nobody(tmp_path: Path) -> None:
    found = read(tmp_path, b"id,email,end\n7,,never\n,Ben@example.com,never\n\xff,,never\n")
    assert [item.id for item in found if isinstance(item, Refused)] == ["7", "Ben@example.com", None]
