"""Saves and puts back an installation's database, secret, weights and ledger of erased people: one file, safe while in use."""

import json
import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, insert, select

from indexer.ledger import Ledger
from indexer.lock import locked
from indexer.removal import erase
from indexer.wishes import Wishes
from models import durable
from models.database import SCHEMA, check_schema, connect, reading, upgrade, writing
from models.errors import SourceError
from models.secret import SECRET, installation_secret
from models.settings import Settings
from models.tables import Erasure, Identity, Person

DATABASE, MANIFEST, WEIGHTS = "finder.db", "backup.json", "weights.toml"
NOT_OURS = "Use the tools of your database server, for example pg_dump and pg_restore, and keep FINDER_HOME/secret with the copy."


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds besides the database; `weights` is None where the shipped ones were in force."""

    secret: bytes
    weights: bytes | None


def backup(settings: Settings, file: Path) -> None:
    """Write a copy of the installation to a file readable by its owner only. Raises SourceError, StorageFull."""
    source = _database(settings)
    engine = connect(settings)
    check_schema(engine)
    engine.dispose()
    secret = installation_secret(settings)
    with durable.full_disk_named(), TemporaryDirectory(dir=settings.home) as aside:
        copy = Path(aside, DATABASE)
        with closing(sqlite3.connect(source)) as held, closing(sqlite3.connect(copy)) as target:
            held.backup(target)
        new = file.with_name(f".{file.name}.new")
        with (
            os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened,
            zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as packed,
        ):
            packed.write(copy, DATABASE)
            packed.writestr(SECRET, secret)
            if settings.weights.is_file():
                packed.write(settings.weights, WEIGHTS)
            packed.writestr(MANIFEST, json.dumps({"schema": SCHEMA, "sha256": durable.checksum(copy)}))
        durable.sync_file(new)
        durable.rename(new, file)


def restore(settings: Settings, file: Path) -> int:
    """Put a copy in place and erase again whoever was erased since it was made; return how many people that were.

    Pauses and corrections in force stay in force.

    Raises SourceError where the file is no backup, is damaged, or belongs to another installation; IndexerBusy.
    """
    target = _database(settings)
    with durable.full_disk_named(), locked(settings.home), TemporaryDirectory(dir=settings.home) as aside:
        saved = _unpack(file, Path(aside))
        _adopt_secret(settings, saved.secret)
        erased, wishes = _kept(settings) if target.exists() else ({}, Wishes())
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        durable.rename(Path(aside, DATABASE), target)
        if saved.weights is not None:
            durable.replace(settings.weights, saved.weights)
        upgrade(settings)
        engine = connect(settings)
        try:
            return _replay(engine, erased, wishes, saved.secret)
        finally:
            engine.dispose()


def _database(settings: Settings) -> Path:
    if not settings.database.startswith("sqlite:///"):
        raise SourceError("This installation's database is not a file.", NOT_OURS)
    return Path(settings.database.removeprefix("sqlite:///"))


def _unpack(file: Path, folder: Path) -> Saved:
    try:
        with zipfile.ZipFile(file) as packed:
            with packed.open(DATABASE) as content, Path(folder, DATABASE).open("wb") as copy:
                shutil.copyfileobj(content, copy)
            described = json.loads(packed.read(MANIFEST))
            saved = Saved(packed.read(SECRET), packed.read(WEIGHTS) if WEIGHTS in packed.namelist() else None)
            whole = described["sha256"] == durable.checksum(Path(folder, DATABASE))
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}.", "Check the path.") from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise SourceError(f"{file} is no backup of this product, or it is damaged.", "Use another copy.") from error
    if not whole:
        raise SourceError(f"{file} is damaged: its database differs from the one that was saved.", "Use another copy.")
    durable.sync_file(Path(folder, DATABASE))
    return saved


def _adopt_secret(settings: Settings, secret: bytes) -> None:
    path = settings.home / SECRET
    if not settings.secret_key.get_secret_value() and not path.exists():
        path.touch(mode=0o600)
        durable.replace(path, secret)
        path.chmod(0o600)
    elif installation_secret(settings) != secret:
        raise SourceError(
            "The backup belongs to another installation: its secret differs, and with it the ledger of erased people.",
            "Restore into an empty FINDER_HOME, or set FINDER_SECRET_KEY to the backup's.",
        )


def _kept(settings: Settings) -> tuple[dict[str, Erasure], Wishes]:
    """Return what no copy may take back: the ledger, and what people wished."""
    engine = connect(settings)
    with reading(engine) as session:
        held = {row.key_hash: row for row in session.scalars(select(Erasure))}
        session.expunge_all()
    wishes = Wishes.read(engine)
    engine.dispose()
    return held, wishes


def _replay(engine: Engine, erased: dict[str, Erasure], wishes: Wishes, secret: bytes) -> int:
    with writing(engine) as session:
        wishes.renew(session)
        known = set(session.scalars(select(Erasure.key_hash)))
        rows = [{"key_hash": row.key_hash, "erased": row.erased} for row in erased.values() if row.key_hash not in known]
        if rows:
            session.execute(insert(Erasure), rows)
        ledger = Ledger.read(session, secret)
        keys = session.execute(select(Identity.key, Person.public_id).join(Person, Person.id == Identity.person_id))
        people = sorted({public_id for key, public_id in keys if ledger.holds([key])})
    for public_id in people:
        erase(engine, public_id, secret)
    return len(people)
