import json
import re
from io import StringIO
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from rich.console import Console

from finder.answers import Request, Sort
from finder.cli import commands
from finder.table import show
from finder.web.app import create_app
from models.access import VISITOR
from models.database import connect, upgrade
from models.encoder import load_encoder
from models.errors import InvalidQuery, NotFound
from models.settings import Settings, load_settings
from tests.finder.conftest import Office
from tests.world import World, document, person


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path))
    upgrade(Settings(home=tmp_path))
    return tmp_path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(commands, arguments, catch_exceptions=False, standalone_mode=False)
    assert result.exit_code == 0 or arguments[0] == "doctor"
    return result.stdout


def test_a_key_is_made_shown_once_listed_and_revoked(home: Path) -> None:
    made = run("keys", "create", "portal", "--scope", "search", "--grant", "org", "--grant", "group:board", "--days", "30").strip()
    assert re.fullmatch(r"ef_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", made)
    number, secret = made.split("_", 2)[1:]
    listed = run("keys", "list")
    assert number in listed
    assert "in force" in listed
    assert secret not in listed
    run("keys", "revoke", number)
    assert "revoked" in run("keys", "list")


def test_what_cannot_be_made_or_revoked_is_a_named_error(home: Path) -> None:
    with pytest.raises(InvalidQuery):
        run("keys", "create", "portal", "--scope", "root")
    with pytest.raises(NotFound):
        run("keys", "revoke", "nothing")


def test_the_doctor_masks_secrets_and_says_what_is_missing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_SECRET_KEY", "hush-hush-hush")
    monkeypatch.setenv("FINDER_DATABASE_URL", f"sqlite:///{home / 'finder.db'}")
    printed = run("doctor")
    assert "hush" not in printed
    assert re.search(r"FINDER_SECRET_KEY\s+\(set\)", printed)
    assert re.search(r"ok\s+database", printed)
    assert re.search(r"no\s+index: .*indexer add", printed.replace("\n", " "))


def test_the_doctor_masks_the_password_of_a_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from finder.doctor import examine

    found = examine(Settings(home=tmp_path, database_url="postgresql+psycopg://finder:hush@127.0.0.1:1/finder"))
    assert "hush" not in str(found)
    assert not found.sound


def test_the_list_of_commands_names_evaluate_without_loading_it(home: Path) -> None:
    printed = run("--help")
    assert all(name in printed for name in ("doctor", "evaluate", "keys", "search", "serve"))


def test_an_answer_reads_as_a_table(office: Office) -> None:

    console = Console(width=120, record=True, quiet=False, file=None, force_terminal=False)
    with console.capture() as shown:
        show(office.finder.search(Request("slow queries"), VISITOR), console)
    text = shown.get()
    assert "Ada (ada)" in text
    assert "Slow queries" in text
    assert "d0" in text


def test_documents_come_by_relevance_or_by_date_as_over_http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDER_HOME", str(tmp_path / "home"))
    text = "The pump controller waits ten seconds and starts again."
    world = World(tmp_path, [person("ada")], encoder=load_encoder(load_settings()))  # type: ignore[arg-type]
    world.documents = [
        document("old", "How the pump controller restarts", text, ["ada"], created="2019-05-01"),
        document("new", "Minutes of May", "Lunch. Somebody named the pump controller.", ["ada"], created="2025-05-01"),
    ]
    finder, question = world.open(), "how the pump controller restarts"
    client = create_app(world.settings, finder).test_client()
    found = {}
    for sort in Sort:
        told = json.loads(run("search", question, "--documents", "--json", "--sort", sort.value))
        there = client.get("/api/v1/search", query_string={"q": question, "type": "documents", "limit": 5, "sort": sort.value}).get_json()
        assert told == there
        found[sort] = [document["id"] for document in told["documents"]]
    assert found == {Sort.RELEVANCE: ["old", "new"], Sort.RECENT: ["new", "old"]}
    assert json.loads(run("search", question, "--documents", "--json"))["documents"][0]["id"] == "old"
    assert "newest first" in run("search", question, "--sort", "recent")
    with pytest.raises(click.BadParameter):
        run("search", question, "--sort", "sideways")
    finder.engine.dispose()


def test_a_table_names_the_team_and_who_cares(tmp_path: Path) -> None:
    world = World(tmp_path, [person("ada"), person("bob"), person("cy", interests=["vacuum"])])
    world.documents = [document(f"v{n}", f"Vacuum pumps {n}", f"sealing {n}", ["ada"]) for n in range(10)]
    world.documents += [document(f"p{n}", f"Payroll closing {n}", f"month {n}", ["bob"]) for n in range(10)]
    world.documents += [document(f"z{n}", f"Canteen menu {n}", "Soup") for n in range(40)]
    shown = StringIO()
    show(world.open().search(Request("vacuum pumps and payroll closing"), VISITOR), Console(file=shown, width=120))
    assert "Together: Ada (vacuum pumps), Bob (payroll closing)" in shown.getvalue()
    assert "Interested: Cy (cy)" in shown.getvalue()


def test_brackets_in_titles_are_no_markup(tmp_path: Path) -> None:
    from tests.world import World, document, person

    world = World(tmp_path, [person("ada")], documents=[document("d1", "[red]slow[/red] [/nothing]", "slow", ["ada"])])
    console = Console(width=120)
    with console.capture() as shown:
        show(world.open().search(Request("slow"), VISITOR), console)
    assert "[red]slow[/red]" in shown.get()


def test_commands_use_the_home_they_are_given(home: Path) -> None:
    run("keys", "create", "portal")
    from finder import keys

    assert len(keys.every(connect(Settings(home=home)))) == 1
