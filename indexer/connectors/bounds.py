"""The bounds of an archive: what is counted, and what makes one refused."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from indexer.connectors.lines import LARGEST_FILE, LARGEST_RATIO, RATIO_COUNTS_FROM
from models.errors import SourceError

MOST_ENTRIES = 50_000
BLOCK = 1 << 18
UNPACK = "If you trust it, unpack it yourself and name the folder."
RENAME = "the file's name is not UTF-8; rename the file"


def rooted(found: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Return the single folder around everything ("" where there is none) and the sorted names within it, hidden files left out."""
    kept = sorted(name for name in found if not name.startswith("__MACOSX/") and not PurePosixPath(name).name.startswith("."))
    tops = {name.partition("/")[0] if "/" in name else "" for name in kept}
    top = next(iter(tops)) + "/" if len(tops) == 1 and "" not in tops else ""
    return top, tuple(name.removeprefix(top) for name in kept)


class Meter:
    """Counts the real bytes that come out of an archive. Reading an entry again costs nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._packed = path.stat().st_size
        self._sizes: dict[str, int] = {}
        self._total = 0

    def count(self, name: str, size: int) -> None:
        """Take down that an entry has given so many bytes. Raises SourceError where that is too much."""
        held = self._sizes.get(name, 0)
        if size > held:
            self._total += size - held
            self._sizes[name] = size
        if self._total > LARGEST_FILE:
            raise SourceError(f"{self._path} unpacks to more than {LARGEST_FILE // 1_000_000_000} GB.", UNPACK)
        if self._total > RATIO_COUNTS_FROM and self._total > LARGEST_RATIO * self._packed:
            raise SourceError(f"{self._path} unpacks to more than {LARGEST_RATIO} times its size.", UNPACK)


class _Counted(io.RawIOBase):
    def __init__(self, inner: IO[bytes], meter: Meter, name: str) -> None:
        super().__init__()
        self._inner, self._meter, self._name, self._size = inner, meter, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int] | bytearray") -> int:  # type: ignore[override]
        block = self._inner.read(min(len(buffer), BLOCK))
        self._size += len(block)
        self._meter.count(self._name, self._size)
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._inner.close()
        super().close()


def stream(inner: IO[bytes], meter: Meter, name: str) -> BinaryIO:
    """Return a buffered stream that is counted while it is read."""
    return cast(BinaryIO, io.BufferedReader(_Counted(inner, meter, name), BLOCK))


def check_names(path: Path, found: Sequence[str]) -> None:
    """Refuse names that lead out of the archive, and more than 50,000. Raises SourceError."""
    if len(found) > MOST_ENTRIES:
        raise too_many(path)
    for name in found:
        check_text(path, name)
        if not name:
            raise SourceError(f"{path} holds a file without a name, and is refused.", UNPACK)
        parts = PurePosixPath(name.replace("\\", "/"))
        # Confluence's cloud begins an export with an entry for the root itself: nothing lies in it.
        if name != "/" and (parts.is_absolute() or ".." in parts.parts or name[1:2] == ":"):
            raise SourceError(f"{path} holds a name that leads elsewhere, {shown(name)}, and is refused.", "Do not unpack it either.")


def check_text(path: Path, name: str) -> None:
    """Refuse a name that cannot be written down. Raises SourceError."""
    if not is_text(name):
        raise SourceError(f"{path} holds a name that is not UTF-8, {shown(name)}.", "Rename the file.")


def is_text(name: str) -> bool:
    """Whether a file's name is UTF-8: bytes that are not come as halves of surrogate pairs."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def too_many(path: Path) -> SourceError:
    """Return the error of an archive with too many entries."""
    return SourceError(f"{path} holds more than {MOST_ENTRIES:,} entries.", UNPACK)


def shown(name: str) -> str:
    """Return a name as it can be printed."""
    return repr(name[:60])
