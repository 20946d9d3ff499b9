"""A home of its own for each evaluated collection, filled by the real indexer in a process of its own."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from finder.evaluation.collection import CONTENT, files
from models import durable
from models.analyzer import VERSION as ANALYZER
from models.commandline import QUARANTINED
from models.encoder import EncoderIdentity
from models.errors import SourceError
from models.settings import Settings

STDERR = 2
CHUNKER = "from indexer.chunking import CHUNKER; print(CHUNKER)"


def key(folder: Path, encoder: EncoderIdentity, chunker: str) -> str:
    """Return the name of the home for a collection's content under these versions of encoder, chunker and analyzer.

    The index format is none of them: a home of another format is brought up to date, which embeds nothing again.
    """
    content = {path.name: durable.checksum(path) for path in files(folder, CONTENT)}
    versions = {"encoder": asdict(encoder), "chunker": chunker, "analyzer": ANALYZER}
    return hashlib.sha256(json.dumps([content, versions], sort_keys=True).encode()).hexdigest()[:16]


def build(
    folder: Path, settings: Settings, encoder: EncoderIdentity, *, fresh: bool = False, like: Path | None = None
) -> tuple[Settings, bool]:
    """Index a collection in a home of its own and return the settings that open it, and whether rows were quarantined.

    A home that exists is brought up to date, which does nothing where nothing changed; `fresh` begins it anew. A new one begins
    as a copy of `like`, the home of a collection with much the same content, so that only what differs is embedded.
    Raises SourceError where the indexer fails; what it says goes to stderr.
    """
    home = settings.home.resolve() / "evaluate" / key(folder, encoder, _chunker_version())
    if fresh:
        shutil.rmtree(home, ignore_errors=True)
    if like is not None and not home.exists():
        _copy(like, home)
    home.mkdir(parents=True, exist_ok=True)
    # Its standard output goes to stderr, because ours may be read by a program.
    command = [sys.executable, "-m", "indexer", "add", str(folder.resolve()), "--as", folder.resolve().name]
    done = subprocess.run(command, env=_environment(home), stdout=STDERR, check=False)  # noqa: S603 - no shell, our own module
    if done.returncode not in (0, QUARANTINED):
        raise SourceError(f"The indexer could not build {folder} (exit code {done.returncode}).", "Its own message stands above.")
    return settings.model_copy(update={"home": home, "database_url": ""}), done.returncode == QUARANTINED


def _copy(home: Path, new: Path) -> None:
    # In one step: what an interrupted copy leaves must not be taken for a home.
    aside = new.with_name(f".{new.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(home, aside)
    durable.rename(aside, new)


def _environment(home: Path) -> dict[str, str]:
    # A configured database is the organisation's: an evaluation must never write there.
    return {name: value for name, value in os.environ.items() if name != "FINDER_DATABASE_URL"} | {"FINDER_HOME": str(home)}


def _chunker_version() -> str:
    done = subprocess.run([sys.executable, "-c", CHUNKER], capture_output=True, text=True, check=False)  # noqa: S603 - no shell, our own module
    if done.returncode:
        raise SourceError("The indexer does not start.", f"It says: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout.strip()
