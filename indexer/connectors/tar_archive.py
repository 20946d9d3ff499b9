"""A tar archive, compressed or not, as files that are read in any order."""

import gzip
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO, Self, cast

from indexer.connectors.bounds import BLOCK, MOST_ENTRIES, UNPACK, Meter, check_names, rooted, shown, stream, too_many
from indexer.connectors.faults import Damaged
from models.errors import SourceError

LARGEST_HEADER = 1_000_000  # bytes that a header may make tarfile hold at once


class Tar:
    """A tar archive. Raises SourceError where it is none or is refused.

    A compressed one goes through a file without a name, which the system removes with the process, so that any entry can be read.
    """

    def __init__(self, path: Path) -> None:
        self._meter = Meter(path)
        self._raw = path.open("rb") if path.name.lower().endswith(".tar") else _inflated(path)
        try:
            self._members = _members(path, self._raw)
        except BaseException:
            self._raw.close()
            raise
        self._prefix, self.names = rooted(self._members)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    def open(self, name: str) -> BinaryIO:
        """Return a stream of one file's bytes. Raises Damaged, SourceError."""
        try:
            tar = tarfile.open(fileobj=cast(IO[bytes], _Bounded(self._raw)), mode="r:")  # noqa: SIM115 the stream outlives this call
            inner = tar.extractfile(self._members[self._prefix + name])
        except (tarfile.TarError, ValueError) as error:
            raise Damaged(f"it cannot be read: {error}") from error
        if inner is None:
            raise Damaged("it is no file")
        return stream(inner, self._meter, name)

    def size(self, name: str) -> int:
        """Return what the header says of a file's size."""
        return self._members[self._prefix + name].size


class _Bounded:
    """A file that is never read in one large piece: a header could ask for the whole archive."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > LARGEST_HEADER:
            raise tarfile.ReadError("a header is too large")
        return self._file.read(size)

    def seek(self, at: int, whence: int = 0) -> int:
        return self._file.seek(at, whence)

    def tell(self) -> int:
        return self._file.tell()


def _members(path: Path, raw: IO[bytes]) -> dict[str, tarfile.TarInfo]:
    found: dict[str, tarfile.TarInfo] = {}
    try:
        with tarfile.open(fileobj=cast(IO[bytes], _Bounded(raw)), mode="r:") as tar:
            for number, member in enumerate(tar):
                if number >= MOST_ENTRIES:
                    raise too_many(path)
                if member.isfile():
                    found[member.name] = member
                elif not member.isdir():
                    raise SourceError(f"{path} holds a link or a device, {shown(member.name)}, and is refused.", UNPACK)
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise SourceError(f"{path} is no readable tar archive: {error}.", "Export it again.") from error
    check_names(path, list(found))
    return found


def _inflated(path: Path) -> IO[bytes]:
    meter = Meter(path)
    made = tempfile.TemporaryFile()  # noqa: SIM115 closed by the archive
    try:
        with gzip.open(path, "rb") as packed:
            size = 0
            while block := packed.read(BLOCK):
                size += len(block)
                meter.count("", size)
                made.write(block)
    except (OSError, EOFError, zlib.error) as error:
        made.close()
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise SourceError(f"{path} is damaged or cut off: {error}.", "Export it again.") from error
    except BaseException:
        made.close()
        raise
    return made
