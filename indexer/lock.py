"""One indexer at a time in a home: a lock that the operating system frees when its holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import IndexerBusy

LOOK = 0.1  # seconds between two tries


@contextmanager
def locked(home: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the home's indexer lock. Raises IndexerBusy, naming the process that holds it after `patience` seconds."""
    home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home / "indexer.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + patience
        while not _taken(descriptor):
            if time.monotonic() >= deadline:
                holder = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
                raise IndexerBusy(f"Another indexer (process {holder}) is writing to {home}.", "Wait until it has ended.")
            time.sleep(LOOK)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
