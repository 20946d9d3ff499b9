"""The composition root of the write side: settings, database, lock and progress put together for one command."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import click
from sqlalchemy import Engine

from indexer.display import display
from indexer.lock import locked
from indexer.progress import Progress
from indexer.store import Policy
from models.database import connect, upgrade, writing
from models.durable import full_disk_named
from models.retention import expire
from models.secret import installation_secret
from models.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a writing command works with."""

    settings: Settings
    engine: Engine
    progress: Progress

    def policy(self, *, confirm_deletions: bool = False) -> Policy:
        """Return what a pass over a source follows."""
        return Policy(installation_secret(self.settings), self.settings.default_language, confirm_deletions, self.progress)

    def publish(self, *, erasing: bool = False) -> str:
        """Build a generation of what the database holds; return a sentence on it. One that carries an erasure keeps no earlier one.

        Searches of the workbench that are past their days go first.
        """
        # Torch and the model are loaded only by the commands that embed.
        from indexer.build import Tools, build
        from indexer.export import export
        from indexer.questions import forget_questions
        from models.encoder import load_encoder
        from models.generation import KEPT

        forget_questions(self.engine, datetime.now(UTC).date(), wanted=self.settings.keep_questions)
        with writing(self.engine) as session:
            expire(session, self.settings.workbench_days)
        encoder = load_encoder(self.settings, os.cpu_count())
        built = build(Tools(self.settings, self.engine, encoder, self.progress), keep=1 if erasing else KEPT)
        if notice := export(encoder, self.settings.home):
            click.echo(notice, err=True)
        if not built.published:
            return f"The index {built.name} is up to date."
        return (
            f"Published index {built.name}: {built.documents:,} documents, {built.people:,} people, {built.passages:,} passages, "
            f"{built.embedded:,} of them embedded now."
        )


@contextmanager
def workplace() -> Iterator[Workplace]:
    """Open the home for writing, its schema up to date. Raises IndexerBusy, SchemaMismatch, DatabaseUnavailable, StorageFull."""
    settings = load_settings()
    with full_disk_named(), locked(settings.home):
        upgrade(settings)
        engine = connect(settings)
        progress = display()
        try:
            yield Workplace(settings, engine, progress)
        finally:
            progress.finish()
            engine.dispose()
