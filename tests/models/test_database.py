import sqlite3
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, insert, inspect, select, text

from models import database
from models.database import SCHEMA, access_revision, alembic_config, bump_access, check_schema, connect, reading, upgrade, writing
from models.errors import DatabaseUnavailable, SchemaMismatch, StorageFull
from models.settings import Settings, load_settings
from models.tables import Run, State
from models.told import METADATA, ScimResource


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home")


@pytest.fixture
def engine(settings: Settings) -> Engine:
    upgrade(settings)
    return connect(settings)


def test_the_migrations_make_exactly_the_tables_of_the_code(engine: Engine) -> None:
    found = inspect(engine)
    assert set(found.get_table_names()) == {*METADATA.tables, "alembic_version"}
    for table in METADATA.tables.values():
        assert {column["name"] for column in found.get_columns(table.name)} == set(table.columns.keys())
        assert {index["name"] for index in found.get_indexes(table.name) if index["name"]} >= {index.name for index in table.indexes}


def test_an_upgrade_may_be_repeated(settings: Settings, engine: Engine) -> None:
    with writing(engine) as session:
        bump_access(session)
    upgrade(settings)
    with reading(engine) as session:
        assert access_revision(session) == 1


@pytest.mark.parametrize("older", [f"{number:04}" for number in range(1, int(SCHEMA))])
def test_a_database_of_an_older_version_is_brought_to_this_one_with_what_it_holds(settings: Settings, older: str) -> None:
    engine = connect(settings)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config = alembic_config(settings)
        config.attributes["connection"] = connection
        command.upgrade(config, older)
    with writing(engine) as session:
        bump_access(session)
    with pytest.raises(SchemaMismatch, match=older):
        check_schema(engine)
    upgrade(settings)
    check_schema(engine)
    with reading(engine) as session:
        assert access_revision(session) == 1
    engine.dispose()


def test_sqlite_is_safe_against_power_cuts_and_forgets_what_is_deleted(engine: Engine) -> None:
    with reading(engine) as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    def failing() -> None:
        with writing(engine) as session:
            bump_access(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    with reading(engine) as session:
        assert access_revision(session) == 0


def test_the_access_revision_grows_with_each_transaction(engine: Engine) -> None:
    found = []
    for _ in range(3):
        with writing(engine) as session:
            found.append(bump_access(session))
    assert found == [1, 2, 3]


def test_a_locked_database_is_named_within_two_seconds(settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    hurried = connect(settings)
    with writing(engine) as held:
        held.execute(insert(State).values(name="held", value=1))
        with reading(hurried) as session:
            assert session.scalar(select(State.value)) is None
        with pytest.raises(DatabaseUnavailable, match="locked"), writing(hurried) as waiting:
            bump_access(waiting)


def test_the_wait_for_a_lock_is_two_seconds() -> None:
    assert database.BUSY_SECONDS == 2


def test_a_full_disk_is_named(settings: Settings, engine: Engine) -> None:
    def filling() -> None:
        with writing(engine) as session:
            session.execute(text("PRAGMA max_page_count = 1"))
            for n in range(2000):
                session.execute(insert(State).values(name=f"{n}" * 50, value=n))

    with pytest.raises(StorageFull):
        filling()


@pytest.mark.parametrize(("version", "told"), [("0000", "has schema 0000"), ("9999", "has schema 9999"), (None, "no schema")])
def test_another_schema_is_refused_by_name(settings: Settings, engine: Engine, version: str | None, told: str) -> None:
    with writing(engine) as session:
        session.execute(
            text("drop table alembic_version") if version is None else text(f"update alembic_version set version_num = '{version}'")
        )
    with pytest.raises(SchemaMismatch, match=told):
        check_schema(engine)


def test_an_older_database_is_brought_to_this_version_with_what_it_holds(settings: Settings) -> None:
    engine = connect(settings)
    command.upgrade(alembic_config(settings), "0001")
    with writing(engine) as session:
        session.execute(text("insert into source (name, kind, location) values ('org', 'collection', '/org')"))
        session.execute(
            text(
                "insert into run (source_id, started, added, changed, unchanged, deleted, quarantined) "
                "values (1, '2025-03-04', 1, 0, 0, 0, 0)"
            )
        )
    upgrade(settings)
    check_schema(engine)
    with reading(engine) as session:
        assert session.scalars(select(Run.added)).all() == [1]


def test_whom_the_identity_provider_gave_a_time_zone_is_taken_in_anew(settings: Settings) -> None:
    engine = connect(settings)
    command.upgrade(alembic_config(settings), "0007")
    said = {"a": '{"userName":"a","timezone":"Europe/Oslo"}', "b": '{"userName":"b"}'}
    row = (
        "insert into scim_resource (id, kind, user_name, keys, active, content, created, modified, revision, taken, deleted) "
        "values (:id, 'User', :id, '[]', true, :content, '2025-03-04', '2025-03-04', 3, 3, :deleted)"
    )
    with writing(engine) as session:
        for number, content, deleted in (("a", said["a"], False), ("b", said["b"], False), ("gone", said["a"], True)):
            session.execute(text(row), {"id": number, "content": content, "deleted": deleted})
    upgrade(settings)
    with reading(engine) as session:
        waiting = select(ScimResource.id).where(ScimResource.revision > ScimResource.taken)
        assert session.scalars(waiting).all() == ["a"]


def test_an_upgrade_refuses_a_newer_database(settings: Settings, engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(SchemaMismatch, match="9999"):
        upgrade(settings)


def test_an_empty_home_has_no_schema(settings: Settings) -> None:
    with pytest.raises(SchemaMismatch, match="no schema yet"):
        check_schema(connect(settings))


def test_a_file_that_is_no_database_is_named(settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / "finder.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        check_schema(connect(settings))


def test_foreign_keys_hold(settings: Settings, engine: Engine) -> None:
    engine.dispose()
    with sqlite3.connect(settings.home / "finder.db") as raw:
        assert raw.execute("pragma foreign_key_check").fetchall() == []
    raw.close()
    with pytest.raises(Exception, match="FOREIGN KEY"), writing(engine) as session:
        session.execute(text("insert into authorship values (77, 78, 'author', null)"))
