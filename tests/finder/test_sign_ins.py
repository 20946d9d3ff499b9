from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from finder import sign_ins
from finder.sign_ins import SignIn
from indexer.removal import erase
from models.database import reading
from models.errors import NotFound
from models.told import SignInRow
from tests.world import World, document, person


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    people = [
        person("ada", emails=["Ada@example.com"], accounts=["github:Ada"]),
        person("bob"),
        person("cy", emails=["cy@example.com"], active=False),
    ]
    world = World(tmp_path, people=people, documents=[document("d", "Title", "Text.", ["ada", "ghost"])])
    world.ingest()
    engine = world.engine
    yield engine
    engine.dispose()


def rows(engine: Engine) -> list[SignInRow]:
    with reading(engine) as session:
        return list(session.scalars(select(SignInRow)))


def test_what_the_browser_holds_finds_the_person_until_it_is_given_up(engine: Engine) -> None:
    token = sign_ins.begin(engine, "email:ada@example.com", ["admins"], 1)
    assert sign_ins.find(engine, token) == SignIn("ada", frozenset({"admins"}))
    assert sign_ins.find(engine, token + "x") is None
    assert sign_ins.find(engine, "") is None
    assert token not in repr([vars(row) for row in rows(engine)])
    sign_ins.end(engine, token)
    assert sign_ins.find(engine, token) is None


def test_a_sign_in_ends_and_is_cleared_away_by_the_next(engine: Engine) -> None:
    over = sign_ins.begin(engine, "email:ada@example.com", [], 0)
    assert sign_ins.find(engine, over) is None
    sign_ins.begin(engine, "email:ada@example.com", [], 1)
    assert len(rows(engine)) == 1


@pytest.mark.parametrize("account", ["email:ADA@EXAMPLE.COM", "github:ada", "source:org:ada"])
def test_an_account_is_known_however_its_letters_are_written(engine: Engine, account: str) -> None:
    assert sign_ins.find(engine, sign_ins.begin(engine, account, [], 1)) == SignIn("ada", frozenset())


@pytest.mark.parametrize(
    "account",
    [
        "email:nobody@example.com",
        "ada",
        "name:Ada",
        "source:org:ADA",
        "source:other:ada",
        "source:org:ghost",
        "email:cy@example.com",
        "email:",
    ],
)
def test_nobody_else_is_signed_in(engine: Engine, account: str) -> None:
    with pytest.raises(NotFound):
        sign_ins.begin(engine, account, [], 1)
    assert rows(engine) == []


def test_who_is_erased_is_signed_out_without_a_trace(engine: Engine) -> None:
    token = sign_ins.begin(engine, "email:ada@example.com", [], 1)
    erase(engine, "ada", b"secret")
    assert rows(engine) == []
    assert sign_ins.find(engine, token) is None
