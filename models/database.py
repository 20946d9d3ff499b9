"""The connection to the database: engines, short transactions, the schema's version, and the access revision."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, insert, make_url, select, text, update
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from models.errors import DatabaseUnavailable, SchemaMismatch, StorageFull
from models.settings import Settings
from models.tables import State
from models.told import METADATA

SCHEMA = "0008"
BUSY_SECONDS = 2
MAPPED = 1 << 30  # bytes of the file that SQLite reads through the page cache, which all workers share
ACCESS_REVISION = "access_revision"
WAIT = "Try again in a moment; `finder doctor` says which database is in use."


def connect(settings: Settings, *, mapped: bool = False) -> Engine:
    """Return an engine on the configured database; nothing is opened before the first use.

    `mapped` is for processes that only read: what they read of an SQLite file then lies in memory that they share.
    """
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url, pool_pre_ping=True, hide_parameters=True, connect_args={"connect_timeout": BUSY_SECONDS, "options": "-c lock_timeout=2000"}
        )
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    if mapped:
        event.listen(engine, "connect", _map_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling is switched off so that BEGIN IMMEDIATE below is in force for writers.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _map_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA mmap_size={MAPPED}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer that began by reading could not be promoted while another writes: it would fail at once, without waiting.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session for one short read. Raises DatabaseUnavailable."""
    with _translated(), Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session for one short transaction, committed on leaving. Raises DatabaseUnavailable or StorageFull."""
    with _translated(), engine.connect().execution_options(writes=True) as connection, Session(connection) as session, session.begin():
        yield session


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig)
        if "disk is full" in reason or "No space left" in reason:
            raise StorageFull("The disk that holds the database is full.", "Free some space and run the command again.") from error
        if isinstance(error, OperationalError):
            raise DatabaseUnavailable(f"The database cannot be used: {reason}.", WAIT) from error
        raise


def alembic_config(settings: Settings) -> Config:
    """Return Alembic's configuration for the configured database."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", settings.database.replace("%", "%%"))
    return config


def upgrade(settings: Settings) -> None:
    """Create the schema or bring it to this version. Raises SchemaMismatch where the database is newer, and DatabaseUnavailable."""
    engine, config = connect(settings), alembic_config(settings)
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if _version(engine) not in (None, *known):
        check_schema(engine)
    with _translated(), engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def empty() -> Engine:
    """Return an engine of a database in memory that holds nothing yet: what a first pass is compared with."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(State).values(name=ACCESS_REVISION, value=0))
    return engine


def check_schema(engine: Engine) -> None:
    """Raise SchemaMismatch, naming both versions, where the database is not of this version."""
    found = _version(engine)
    if found != SCHEMA:
        held = "has no schema yet" if found is None else f"has schema {found}"
        raise SchemaMismatch(
            f"The database {held} and this version needs {SCHEMA}.", "Run `indexer upgrade`, or the matching version of the product."
        )


def _version(engine: Engine) -> str | None:
    try:
        with engine.connect() as connection:
            version: str | None = connection.scalar(text("select version_num from alembic_version"))
            return version
    except SQLAlchemyError as error:
        if ("alembic_version" in str(error) and not isinstance(error, OperationalError)) or "no such table" in str(error):
            return None
        raise DatabaseUnavailable(f"The database cannot be used: {getattr(error, 'orig', error)}.", WAIT) from error


def access_revision(session: Session) -> int:
    """Return the number that grows with every change of who may see what."""
    return session.scalar(select(State.value).where(State.name == ACCESS_REVISION)) or 0


def bump_access(session: Session) -> int:
    """Raise the access revision within the caller's transaction and return it, to be stamped on the changed rows."""
    changed = session.execute(update(State).where(State.name == ACCESS_REVISION).values(value=State.value + 1))
    if not changed.rowcount:  # type: ignore[attr-defined]
        session.execute(insert(State).values(name=ACCESS_REVISION, value=1))
    return access_revision(session)
