"""One large file as a stream, plain or packed with gzip or bzip2, its real bytes counted."""

import bz2
import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, BinaryIO, cast

from indexer.connectors.bounds import Meter, stream
from indexer.connectors.faults import BROKEN
from indexer.connectors.gauge import Gauge

_OPENERS: dict[str, Callable[[BinaryIO], IO[bytes]]] = {
    ".gz": lambda file: cast(IO[bytes], gzip.open(file, "rb")),  # noqa: SIM115 closed by the stream around it
    ".bz2": lambda file: cast(IO[bytes], bz2.open(file, "rb")),  # noqa: SIM115 closed by the stream around it
}


def unpacked_suffix(path: Path) -> str:
    """Return a file's ending in lower case, without that of the packing."""
    inner = path.with_suffix("") if path.suffix.lower() in _OPENERS else path
    return inner.suffix.lower()


@contextmanager
def opened(path: Path, gauge: Gauge | None = None) -> Iterator[BinaryIO]:
    """Open a file for reading its unpacked bytes. A packed one of more than 1 GB or 100 times its size raises SourceError on the way.

    A gauge counts what was read of the file as it lies on the disk.
    """
    opener = _OPENERS.get(path.suffix.lower())
    with path.open("rb") as raw, nullcontext(raw) if gauge is None else gauge.through(raw) as file:
        if opener is None:
            yield file
        else:
            with stream(opener(file), Meter(path), "") as unpacked:
                yield unpacked


def head(path: Path, size: int = 4096) -> bytes:
    """Return the first unpacked bytes of a file, to tell what it is; none where it is no file or is damaged."""
    if not path.is_file():
        return b""
    try:
        with opened(path) as file:
            return file.read(size)
    except (*BROKEN, OSError):
        return b""
