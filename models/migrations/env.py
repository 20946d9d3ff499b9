"""Alembic's entry: runs the migrations on the connection it is given."""

from alembic import context
from sqlalchemy import create_engine

from models.told import METADATA

config = context.config


def run() -> None:
    """Migrate on the caller's connection, or on the configured URL when Alembic is used by hand."""
    connection = config.attributes.get("connection")
    if connection is None:
        with create_engine(config.get_main_option("sqlalchemy.url") or "").connect() as own, own.begin():
            _migrate(own)
    else:
        _migrate(connection)


def _migrate(connection: object) -> None:
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)  # type: ignore[arg-type]
    with context.begin_transaction():
        context.run_migrations()


run()
