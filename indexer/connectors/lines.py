"""Reads a text file line by line, gzipped or not, within bounds: long lines and gzip bombs cost no memory."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from indexer.connectors.gauge import Gauge

LONGEST_LINE = 32_000_000  # bytes: the largest text, with every character escaped
LARGEST_FILE = 1_000_000_000  # bytes, unpacked
LARGEST_RATIO = 100
RATIO_COUNTS_FROM = 10_000_000  # bytes, unpacked: small files of much repetition are no bombs


@dataclass(frozen=True, slots=True)
class Line:
    """One line as bytes, or why there is none."""

    content: bytes = b""
    too_long: bool = False
    bomb: bool = False


def read_lines(path: Path, gauge: Gauge) -> Iterator[Line]:
    """Yield every line of a file and count what was read. Raises OSError, EOFError or zlib.error where it cannot be read to its end."""
    packed = path.stat().st_size if path.suffix == ".gz" else None
    with gauge.through(path.open("rb")) as raw, _unpacked(path, raw) as file:
        yield from _lines(file, lambda size: _is_bomb(size, packed))


def lines_of(file: BinaryIO) -> Iterator[Line]:
    """Yield every line of a stream that counts for itself what it unpacks."""
    return _lines(file, lambda _: False)


def _lines(file: BinaryIO, is_bomb: Callable[[int], bool]) -> Iterator[Line]:
    size = 0
    while line := file.readline(LONGEST_LINE + 1):
        too_long = len(line) > LONGEST_LINE
        size += len(line)
        while too_long and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)
            size += len(line)
            if not line or is_bomb(size):
                break
        if is_bomb(size):
            yield Line(bomb=True)
            return
        yield Line(too_long=True) if too_long else Line(line)


def _unpacked(path: Path, raw: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, gzip.open(raw, "rb")) if path.suffix == ".gz" else raw


def _is_bomb(size: int, packed: int | None) -> bool:
    if packed is None:
        return False
    return size > LARGEST_FILE or (size > RATIO_COUNTS_FROM and size > LARGEST_RATIO * packed)
