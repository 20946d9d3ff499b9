from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from finder import keys
from finder.keys import Scope, Wish
from models.database import connect, reading, upgrade
from models.errors import InvalidQuery, NotFound, Unauthenticated
from models.settings import Settings
from models.told import AuditRow


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    settings = Settings(home=tmp_path)
    upgrade(settings)
    return connect(settings)


def test_a_new_key_is_recognised_by_its_secret(engine: Engine) -> None:
    made = keys.create(engine, Wish("portal", frozenset({Scope.SEARCH})), "os:root")
    key = keys.verify(engine, made)
    assert (key.name, key.scopes, key.grants) == ("portal", {"search"}, {"org"})


def test_a_key_is_nowhere_in_the_database_files(engine: Engine, tmp_path: Path) -> None:
    secret = keys.create(engine, Wish("portal"), "os:root").split("_", 2)[2]
    engine.dispose()
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_each_key_has_a_secret_of_its_own(engine: Engine) -> None:
    one, other = (keys.create(engine, Wish("portal"), "os:root") for _ in range(2))
    mixed = "_".join([*one.split("_", 2)[:2], other.split("_", 2)[2]])
    with pytest.raises(Unauthenticated):
        keys.verify(engine, mixed)


def test_making_and_revoking_is_audited_once(engine: Engine) -> None:
    number = keys.create(engine, Wish("portal"), "os:root").split("_")[1]
    keys.revoke(engine, number, "os:eve")
    keys.revoke(engine, number, "os:eve")
    with reading(engine) as session:
        rows = [(row.actor, row.action, row.subject) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]
    assert rows == [("os:root", "key created", f"key:{number}"), ("os:eve", "key revoked", f"key:{number}")]


def test_an_unknown_key_cannot_be_revoked(engine: Engine) -> None:
    with pytest.raises(NotFound, match="keys list"):
        keys.revoke(engine, "abc", "os:root")


@pytest.mark.parametrize("grant", ["", "finance", "group:", ":ada"])
def test_a_grant_that_names_nobody_is_refused(engine: Engine, grant: str) -> None:
    with pytest.raises(InvalidQuery):
        keys.create(engine, Wish("portal", grants=frozenset({grant})), "os:root")


def test_a_scope_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="impersonate"):
        keys.scopes(["search", "root"])


def test_only_keys_in_force_count_as_an_identity(engine: Engine) -> None:
    assert not keys.any_usable(engine)
    keys.create(engine, Wish("old", expires=datetime.now(UTC) - timedelta(days=1)), "os:root")
    assert not keys.any_usable(engine)
    number = keys.create(engine, Wish("new", expires=datetime.now(UTC) + timedelta(days=1)), "os:root").split("_")[1]
    assert keys.any_usable(engine)
    keys.revoke(engine, number, "os:root")
    assert not keys.any_usable(engine)
