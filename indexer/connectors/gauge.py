"""How much of a source has been read, as a share of its bytes, files or rows: nobody knows the number of its records beforehand.

A connector that can tell holds a Gauge as its attribute `gauge`, says which part of the work begins, and counts through the streams and
lists that it reads. Counting never changes what is read, and a size that is not known or was wrong never fails.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, Self, TypeVar, cast

BLOCK = 1 << 16
TOLD = 0.0001  # of the whole: a listener hears of no smaller steps
T = TypeVar("T")


class Gauge:
    """A share that never falls and never exceeds 1."""

    def __init__(self) -> None:
        self.restart(lambda _: None)

    def restart(self, tell: Callable[[float], object]) -> None:
        """Begin a reading anew; `tell` hears the share whenever it has grown."""
        self._tell = tell
        self._from = self._to = self._told = 0.0
        self._size = self._done = 0

    @property
    def share(self) -> float | None:
        """How much has been read, from 0 to 1; None where that is not known yet."""
        if self._size:
            return self._from + (self._to - self._from) * min(self._done / self._size, 1.0)
        return self._from or None

    def part(self, end: float, sizes: Iterable[int]) -> Self:
        """Begin a part of the work that ends at the share `end`, on things of these sizes together; none where they are not known.

        What is left of the part before is taken for done.
        """
        self._from, self._to = self._to, max(end, self._to)
        self._size, self._done = sum(sizes), 0
        return self

    def count(self, size: int) -> None:
        """Take down that so much more of the part is done."""
        self._done += size
        share = self.share
        if share is not None and share > self._told and (share - self._told >= TOLD or share == 1):
            self._told = share
            self._tell(share)

    def finish(self) -> None:
        """Take down that everything was read."""
        self.part(1.0, [1]).count(1)

    def each(self, things: Iterable[T], size: Callable[[T], int] = lambda _: 1) -> Iterator[T]:
        """Yield things, each counted when the next is asked for: what came of it has been dealt with then."""
        for thing in things:
            yield thing
            self.count(size(thing))

    def through(self, file: IO[bytes]) -> BinaryIO:
        """Return a stream of the same bytes that counts what is read of it. Closing it closes the file."""
        return cast(BinaryIO, io.BufferedReader(_Followed(file, self), BLOCK))


class _Followed(io.RawIOBase):
    def __init__(self, file: IO[bytes], gauge: Gauge) -> None:
        super().__init__()
        self._file, self._gauge = file, gauge

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int] | bytearray") -> int:  # type: ignore[override]
        block = self._file.read(min(len(buffer), BLOCK))
        buffer[: len(block)] = block
        self._gauge.count(len(block))
        return len(block)

    def close(self) -> None:
        self._file.close()
        super().close()


def size_of(path: Path) -> int:
    """Return how many bytes a file has on the disk, 0 for what has no size, such as a pipe, and for what is not there."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
