"""The connector of queries on a real PostgreSQL: it reads as it goes, and whatever a query tries, nothing is written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from indexer.connectors.sql import Sql
from indexer.records import DocumentRecord, Item, PersonRecord
from models.errors import SourceError
from tests.postgresql import NEEDED, Server

pytestmark = NEEDED

MANY = 200_000
ROOM = 40 * 1024  # KiB that reading MANY rows may add; held at once they are some 200 MB
LET_GO = "length(set_config('default_transaction_read_only', 'off', false))"
SCHEMA = """
CREATE TABLE staff (login text, full_name text, mail text);
INSERT INTO staff VALUES ('ada', 'Ada Example', 'ada@example.com');
CREATE TABLE ticket (number int, subject text, solver text, tags text[], closed timestamptz, score numeric, public boolean);
INSERT INTO ticket VALUES
(1, 'Slow: queries 100%%', 'ada', '{sql,disk}', '2025-03-04 10:00+00', 3, true),
(2, 'Payroll', 'bob', NULL, NULL, NULL, false);
CREATE SEQUENCE counter;
CREATE FUNCTION writing() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ticket(number) VALUES (9); RETURN 9; END $$;
"""


@pytest.fixture
def tickets(postgresql: Server, tmp_path: Path) -> Iterator[Engine]:
    """A small database with a function that writes."""
    engine = create_engine(postgresql.database(tmp_path.name))
    with engine.begin() as connection:
        connection.exec_driver_sql(SCHEMA)
    yield engine
    engine.dispose()


def source(folder: Path, engine: Engine, query: str, columns: str = 'id = "number", title = "subject"') -> Sql:
    path = folder / "tickets.toml"
    url = engine.url.render_as_string(hide_password=False)
    path.write_text(f'url = "{url}"\n[documents]\nquery = """{query}"""\ncolumns = {{ {columns} }}\n')
    return Sql(path)


def content(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        tables = connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar_one()
        last = connection.execute(text("SELECT is_called FROM counter")).scalar_one()
        return [tables, last, *connection.execute(text("SELECT * FROM ticket ORDER BY number"))]


def test_what_a_query_gives_becomes_people_and_documents(tmp_path: Path, tickets: Engine) -> None:
    columns = 'id = "number", title = "subject", author = "solver", tags = "tags", created = "closed", votes = "score", visibility = "seen"'
    connector = source(tmp_path, tickets, "SELECT *, CASE WHEN public THEN 'org' END AS seen FROM ticket ORDER BY number;", columns)
    path = tmp_path / "tickets.toml"
    people = '[people]\nquery = "SELECT * FROM staff"\ncolumns = { id = "login", name = "full_name", emails = "mail" }\n'
    path.write_text(path.read_text() + people)
    ada, slow, payroll = connector.items()
    assert isinstance(ada, PersonRecord)
    assert (ada.id, ada.name, ada.emails) == ("ada", "Ada Example", ("ada@example.com",))
    assert isinstance(slow, DocumentRecord)
    assert (slow.title, slow.tags, str(slow.created), slow.votes) == ("Slow: queries 100%", ("sql", "disk"), "2025-03-04", 3)
    assert (slow.visibility, [credit.person for credit in slow.authors]) == ("org", ["ada"])
    assert isinstance(payroll, DocumentRecord)
    assert (payroll.visibility, payroll.tags) == (None, ())


@pytest.mark.parametrize(
    "query",
    [
        "SELECT number, subject FROM ticket WHERE subject LIKE '%100\\\\%%' AND closed::date = '2025-03-04'",
        "SELECT number, ' :solver ' || subject AS subject FROM ticket WHERE number = 1",
    ],
)
def test_percent_signs_casts_and_colons_mean_what_they_mean_in_the_database(tmp_path: Path, tickets: Engine, query: str) -> None:
    (found,) = source(tmp_path, tickets, query).items()
    assert isinstance(found, DocumentRecord)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("WITH x AS (DELETE FROM ticket RETURNING number, subject) SELECT * FROM x", "data-modifying"),
        ("WITH x AS (SELECT 1) DELETE FROM ticket RETURNING number, subject", "DELETE"),
        ("SELECT writing() AS number, subject FROM ticket", "read-only transaction"),
        ("SELECT nextval('counter') AS number, subject FROM ticket", "read-only transaction"),
        ("SELECT number, subject INTO copied FROM ticket", "INTO"),
        ("SELECT number, subject FROM ticket FOR UPDATE", "read-only transaction"),
        ("SELECT number, subject FROM ticket; COMMIT; DELETE FROM ticket; SELECT 1", "multiple commands"),
        ("SELECT number, set_config('transaction_read_only', 'off', false) AS subject FROM ticket", "before any query"),
        (
            f"SELECT CASE number WHEN 1 THEN {LET_GO} ELSE writing() END AS number, subject FROM ticket ORDER BY 2 DESC",
            "read-only transaction",
        ),
    ],
)
def test_a_query_that_would_write_is_refused_and_has_written_nothing(tmp_path: Path, tickets: Engine, query: str, said: str) -> None:
    before = content(tickets)
    with pytest.raises(SourceError, match=said):
        list(source(tmp_path, tickets, query).items())
    assert content(tickets) == before


def test_the_session_is_held_to_reading_and_not_our_transaction_alone(tmp_path: Path, tickets: Engine) -> None:
    columns = 'id = "number", title = "subject"'
    query = "SELECT 1 AS number, current_setting('default_transaction_read_only') || current_setting('transaction_read_only') AS subject"
    (found,) = source(tmp_path, tickets, query, columns).items()
    assert isinstance(found, DocumentRecord)
    assert found.title == "onon"


def resident() -> int:
    """The memory of this process, in KiB."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a process its memory")
def test_however_many_rows_there_are_a_few_are_held_at_a_time(tmp_path: Path, tickets: Engine) -> None:
    def reading(rows: int) -> Iterator[Item]:
        query = f"SELECT n AS number, repeat(n::text || ' ', 150) AS subject FROM generate_series(1, {rows}) n"
        return source(tmp_path, tickets, query, 'id = "number", text = "subject"').items()

    list(reading(1000))  # what is loaded once is loaded
    begun, most, count = resident(), 0, 0
    for count, _item in enumerate(reading(MANY), start=1):
        if count % 10_000 == 1:
            most = max(most, resident())
    assert count == MANY
    assert most - begun < ROOM
