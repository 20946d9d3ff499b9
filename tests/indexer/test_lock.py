"""One indexer at a time: the second is told of the first, or gets its turn when the first has ended in time."""

import os
import threading
import time
from pathlib import Path

import pytest

from indexer.lock import locked
from models.errors import IndexerBusy


def test_who_has_no_patience_is_told_at_once_which_process_is_at_it(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(IndexerBusy, match=f"process {os.getpid()}"), locked(tmp_path):
        pytest.fail("two hold the lock")


def test_patience_has_an_end(tmp_path: Path) -> None:
    begun = time.monotonic()
    with locked(tmp_path), pytest.raises(IndexerBusy), locked(tmp_path, 0.3):
        pytest.fail("two hold the lock")
    assert time.monotonic() - begun >= 0.3


def test_who_waits_gets_the_lock_as_soon_as_it_is_free(tmp_path: Path) -> None:
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(tmp_path):
            held.set()
            free.wait(30)

    first = threading.Thread(target=hold)
    first.start()
    assert held.wait(30)
    threading.Timer(0.3, free.set).start()
    with locked(tmp_path, 30):
        assert free.is_set()
    first.join()
