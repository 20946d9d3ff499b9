"""The composition root of the write side: settings, database, lock and progress put together for one command."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import click
from sqlalchemy import Engine

from indexer import inbox
from indexer import provisioned as provisioning
from indexer.display import display
from indexer.inbox import Taken
from indexer.lock import locked
from indexer.progress import Progress
from indexer.store import Policy
from models.database import connect, upgrade, writing
from models.durable import full_disk_named
from models.retention import expire
from models.secret import installation_secret
from models.settings import Settings, load_settings

if TYPE_CHECKING:
    from models.encoder import SentenceEncoder

PATIENCE = 10.0  # seconds that a command waits for its turn: a watch holds the lock for a round at a time, most of them short


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a writing command works with."""

    settings: Settings
    engine: Engine
    progress: Progress

    def policy(self, *, confirmed: bool = False) -> Policy:
        """Return what a pass over a source follows."""
        return Policy(installation_secret(self.settings), self.settings.default_language, confirmed, self.progress, self.settings.home)

    def take(self) -> tuple[Taken, ...]:
        """Take in what was sent. Raises SourceError, DatabaseUnavailable and StorageFull."""
        provisioned = provisioning.take(self.engine, self.policy())
        return (*([provisioned] if provisioned else []), *inbox.take(self.engine, self.policy()))

    def publish(self, *, erasing: bool = False) -> str:
        """Build a generation of what the database holds; return a sentence on it. One that carries an erasure keeps no earlier one.

        Searches of the workbench that are past their days go first.
        """
        # Torch and the model are loaded only by the commands that embed.
        from indexer.build import Tools, build
        from indexer.export import export
        from indexer.questions import forget_questions
        from models.generation import KEPT

        forget_questions(self.engine, datetime.now(UTC).date(), wanted=self.settings.keep_questions)
        with writing(self.engine) as session:
            expire(session, self.settings.workbench_days)
        encoder = _encoder(self.settings)
        built = build(Tools(self.settings, self.engine, encoder, self.progress), keep=1 if erasing else KEPT)
        if notice := export(encoder, self.settings.home):
            click.echo(notice, err=True)
        if not built.published:
            return f"The index {built.name} is up to date."
        return (
            f"Published index {built.name}: {built.documents:,} documents, {built.people:,} people, {built.passages:,} passages, "
            f"{built.embedded:,} of them embedded now."
        )


def actor() -> str:
    """Return who gives a command, as it is recorded."""
    return f"os:{getpass.getuser()}"


@cache
def _encoder(settings: Settings) -> "SentenceEncoder":
    """Load the encoder once in a process: a watch publishes many times."""
    from models.encoder import load_encoder

    return load_encoder(settings, os.cpu_count())


@contextmanager
def workplace() -> Iterator[Workplace]:
    """Open the home for writing, its schema up to date. Raises IndexerBusy, SchemaMismatch, DatabaseUnavailable, StorageFull."""
    settings = load_settings()
    with full_disk_named(), locked(settings.home, PATIENCE):
        upgrade(settings)
        engine = connect(settings)
        progress = display()
        try:
            yield Workplace(settings, engine, progress)
        finally:
            progress.finish()
            engine.dispose()
