"""One indexer at a time in a home: a lock that the operating system frees when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import IndexerBusy


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the home's indexer lock. Raises IndexerBusy, naming the process that holds it."""
    home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home / "indexer.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
            raise IndexerBusy(f"Another indexer (process {holder}) is writing to {home}.", "Wait until it has ended.") from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
