import math
import shutil
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from indexer.connectors.sql import Sql, _value
from indexer.records import DocumentRecord, PersonRecord, Refused
from models.errors import SourceError
from tests.indexer.connectors.golden import FIXTURES


def source(folder: Path, **changes: str) -> Path:
    shutil.copy(FIXTURES / "sql" / "tickets.db", folder)
    lines = {
        "url": 'url = "sqlite:///tickets.db"',
        "query": '[documents]\nquery = "SELECT number, subject FROM ticket WHERE number = 1"',
        "columns": 'columns = { id = "number", title = "subject" }',
    }
    path = folder / "tickets.toml"
    path.write_text("\n".join((lines | changes).values()))
    return path


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": 'url = "sqlite:///none.db"'}, "no database file"),
        ({"url": 'url = "nonsense"'}, "cannot be reached"),
        ({"url": 'url = "sqlite:///${NO_SUCH_VARIABLE}"'}, "NO_SUCH_VARIABLE is not set"),
        ({"url": ""}, "no `url`"),
        ({"query": '[documents]\nquery = "DROP TABLE ticket"'}, "SELECT or WITH"),
        ({"query": '[documents]\nquery = "SELECT number, nothing FROM ticket"'}, "refuses"),
        ({"columns": 'columns = { id = "number", colour = "subject" }'}, "no field colour"),
        ({"columns": 'columns = { id = "number", title = "topic" }'}, "no column 'topic'"),
        ({"columns": "columns = 3"}, "needs `query` and `columns`"),
        ({"columns": "columns = {"}, "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_do(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        list(Sql(source(tmp_path, **changes)).items())


def test_a_row_without_a_visibility_is_private(tmp_path: Path) -> None:
    (found,) = Sql(source(tmp_path)).items()
    assert isinstance(found, DocumentRecord)
    assert found.visibility is None


def test_the_database_cannot_be_written_to(tmp_path: Path) -> None:
    """A query that begins like a read and writes all the same is stopped by the database."""
    path = source(
        tmp_path, query='[documents]\nquery = "WITH x AS (SELECT 1) INSERT INTO ticket(number) VALUES (99) RETURNING number, subject"'
    )
    with pytest.raises(SourceError, match="readonly"):
        list(Sql(path).items())
    assert sqlite3.connect(tmp_path / "tickets.db").execute("SELECT count(*) FROM ticket").fetchone() == (4,)


def test_a_password_comes_from_the_environment_and_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TICKETS_PASSWORD", "correct-horse")
    path = source(tmp_path, url='url = "postgresql+psycopg://reader:${TICKETS_PASSWORD}@127.0.0.1:9/tickets?connect_timeout=1"')
    with pytest.raises(SourceError) as raised:
        list(Sql(path).items())
    assert "correct-horse" not in str(raised.value)


def test_a_column_of_time_zones_can_be_named(tmp_path: Path) -> None:
    query = """[people]\nquery = "SELECT login, 'Europe/Vienna' AS zone FROM staff WHERE login = 'ada'\""""
    (found,) = Sql(source(tmp_path, query=query, columns='columns = { id = "login", timezone = "zone" }')).items()
    assert isinstance(found, PersonRecord)
    assert found.timezone == "Europe/Vienna"


@pytest.mark.parametrize(("number", "said"), [("0x" + "f" * 5000, "is not a date"), ("9" * 5000, "cannot be read")])
def test_a_number_of_thousands_of_digits_is_refused_by_name(tmp_path: Path, number: str, said: str) -> None:
    path = source(tmp_path, columns=f'columns = {{ id = "number", title = "subject" }}\nvalues = {{ created = {number} }}')
    try:
        reasons = [item.reason for item in Sql(path).items() if isinstance(item, Refused)]
    except SourceError as error:
        reasons = [str(error)]
    assert [said in reason for reason in reasons] == [True]


@pytest.mark.parametrize("votes", [math.inf, -math.inf, math.nan, Decimal("Infinity"), Decimal("NaN"), Decimal("1e99999"), 1.5, "3"])
def test_what_is_no_whole_number_counts_as_no_votes(votes: object) -> None:
    assert _value("votes", votes) == 0
    assert _value("votes", Decimal(7)) == 7
