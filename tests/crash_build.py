"""Ingests and builds one collection with the fake encoder, slowly enough to be killed anywhere: a process of tests/test_crash.py."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import embed
from indexer.build import Tools, build
from indexer.connectors.collection import Collection
from indexer.progress import Silent
from indexer.store import Policy, ingest
from models.database import connect
from models.settings import load_settings
from tests.fake_encoder import FakeEncoder


class Slow(FakeEncoder):
    """Notes how many passages were embedded, in a file that outlives the process. Larger batches are the questions of the calibration."""

    def __init__(self, notes: Path) -> None:
        super().__init__()
        self._notes = notes

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        time.sleep(0.004)
        vectors = super().encode(texts)
        if len(texts) <= embed.SHARD:
            with self._notes.open("a") as file:
                file.write(f"{len(texts)}\n")
        return vectors


def main(home: Path, collection: Path) -> None:
    """Run once over a home whose database has its schema; says `begun` before and `done` after."""
    embed.SHARD = 8
    settings = load_settings(home=home)
    engine = connect(settings)
    print("begun", flush=True)
    ingest(engine, "org", Collection(collection), Policy())
    build(Tools(settings, engine, Slow(home / "embedded.txt"), Silent()))
    print("done", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
