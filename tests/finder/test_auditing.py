"""`finder audit` on a chain that holds, and on one that somebody touched."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from finder.cli import commands
from models.audit import Act, record
from models.database import connect, upgrade, writing
from models.errors import NotFound
from models.settings import load_settings


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    settings = load_settings()
    upgrade(settings)
    made = connect(settings)
    for number in range(3):
        with writing(made) as session:
            record(
                session,
                Act("rita", "viewed", f"Purpose {number}", ("vera",) if number else ("paul",), {"search": "s"}, "7", f"request-{number}"),
            )
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(commands, ["audit", *words], standalone_mode=False)


def test_a_chain_that_holds_says_so_with_its_head(engine: Engine) -> None:
    found = run("verify")
    assert found.return_value == 0
    assert "3 rows hold." in found.output
    head = found.output.split()[-1]
    assert run("verify", "--head", head).return_value == 0
    assert run("verify", "--head", "f" * 64).return_value == 1


def test_a_row_that_was_edited_is_named(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("update audit_chain set action = 'nothing' where id = 2"))
    found = run("verify")
    assert found.return_value == 1
    assert "Row 2" in found.output


def test_showing_tells_who_did_what_of_whom_newest_first(engine: Engine) -> None:
    rows = [json.loads(line) for line in run("show", "--json").output.splitlines()]
    assert [row["row"] for row in rows] == [3, 2, 1]
    assert (rows[0]["by"], rows[0]["people"], rows[0]["purpose"], rows[0]["request"]) == ("rita", ["vera"], "Purpose 2", "request-2")
    assert "rita viewed “Purpose 0” · paul" in run("show").output


def test_what_concerns_one_person_can_be_asked_for(engine: Engine) -> None:
    assert [json.loads(line)["row"] for line in run("show", "--json", "--person", "paul").output.splitlines()] == [1]
    assert len(run("show", "--json", "--person", "vera", "--limit", "1").output.splitlines()) == 1
    assert isinstance(run("show", "--person", "nobody").exception, NotFound)


def test_the_erased_are_called_so(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("delete from pseudonym where public_id = 'vera'"))
    assert json.loads(run("show", "--json", "--limit", "1").output)["people"] == ["(erased)"]
    assert run("verify").return_value == 0
