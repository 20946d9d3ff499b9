import csv
import io

import pytest

from finder.workbench.export import safe, written


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "\uff1d1"])
def test_what_a_spreadsheet_would_run_is_text(value: str) -> None:
    assert safe(value) == "'" + value


@pytest.mark.parametrize("value", ["", "a=b", "Person A", "1-2", "über"])
def test_other_values_stay_as_they_are(value: str) -> None:
    assert safe(value) == value


def test_every_cell_of_the_file_is_escaped() -> None:
    made = written([("Purpose", "=A1")], ["=title"], [["@name", 'a "quoted", cell']])
    assert made.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(made[1:]))) == [["Purpose", "'=A1"], [], ["'=title"], ["'@name", 'a "quoted", cell']]
