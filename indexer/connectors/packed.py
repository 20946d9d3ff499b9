"""One large file as a stream, plain or packed with gzip or bzip2, its real bytes counted."""

import bz2
import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from indexer.connectors.bounds import Meter, stream
from indexer.connectors.faults import BROKEN

_OPENERS: dict[str, Callable[[Path], IO[bytes]]] = {
    ".gz": lambda path: cast(IO[bytes], gzip.open(path, "rb")),  # noqa: SIM115 closed by the stream around it
    ".bz2": lambda path: cast(IO[bytes], bz2.open(path, "rb")),  # noqa: SIM115 closed by the stream around it
}


def unpacked_suffix(path: Path) -> str:
    """Return a file's ending in lower case, without that of the packing."""
    inner = path.with_suffix("") if path.suffix.lower() in _OPENERS else path
    return inner.suffix.lower()


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading its unpacked bytes. A packed one of more than 1 GB or 100 times its size raises SourceError on the way."""
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        with path.open("rb") as file:
            yield file
    else:
        with stream(opener(path), Meter(path), "") as file:
            yield file


def head(path: Path, size: int = 4096) -> bytes:
    """Return the first unpacked bytes of a file, to tell what it is; none where it is no file or is damaged."""
    if not path.is_file():
        return b""
    try:
        with opened(path) as file:
            return file.read(size)
    except (*BROKEN, OSError):
        return b""
