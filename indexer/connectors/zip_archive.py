"""A zip archive as files that are streamed, counted and never unpacked."""

import os
import stat
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Self

from indexer.connectors.bounds import UNPACK, Meter, check_names, rooted, shown, stream, too_many
from indexer.connectors.faults import Damaged
from models.errors import SourceError

LARGEST_DIRECTORY = 16_000_000  # bytes of the list of entries


class Zip:
    """A zip archive. Raises SourceError where it is none or is refused."""

    def __init__(self, path: Path) -> None:
        _check_directory(path)
        self._meter = Meter(path)
        try:
            self._file = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError) as error:
            raise SourceError(f"{path} is no readable zip archive: {error}.", "Export it again.") from error
        entries = self._file.infolist()
        try:
            _check_entries(path, entries)
        except SourceError:
            self._file.close()
            raise
        self._prefix, self.names = rooted({entry.filename for entry in entries if not entry.filename.endswith("/")})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def open(self, name: str) -> BinaryIO:
        """Return a stream of one file's bytes. Raises Damaged, SourceError."""
        entry = self._file.getinfo(self._prefix + name)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Damaged("it is packed in a way that is not read; unpack the archive and name the folder")
        try:
            return stream(self._file.open(entry), self._meter, name)
        except (ValueError, struct.error, RuntimeError, OSError) as error:  # a place before the file's beginning is an OSError
            raise Damaged(f"it cannot be unpacked: {error}") from error

    def size(self, name: str) -> int:
        """Return what the list of entries says of a file's size."""
        return self._file.getinfo(self._prefix + name).file_size


def _check_entries(path: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    check_names(path, [entry.filename for entry in entries])
    for entry in entries:
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise SourceError(f"{path} holds a link, {shown(entry.filename)}, and is refused.", UNPACK)
        if entry.flag_bits & 1:
            raise SourceError(f"{path} is encrypted.", "Unpack it and name the folder.")


def _check_directory(path: Path) -> None:
    """Refuse a zip whose list of entries would fill the memory before its length is known."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 65_600))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise SourceError(f"{path} is no zip archive, or is cut off.", "Export it again.")
    length = struct.unpack_from("<L", tail, at + 12)[0]
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if wide >= 0 and len(tail) >= wide + 48:
        length = max(length if length != 0xFFFFFFFF else 0, struct.unpack_from("<Q", tail, wide + 40)[0])
    if length > LARGEST_DIRECTORY:
        raise too_many(path)
