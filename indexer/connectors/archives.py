"""The files of a folder, a zip or a tar archive under one face. Archives are streamed, their real bytes counted, nothing is unpacked.

Archives of more than 50,000 entries, 1 GB unpacked or 100 times their own size are refused, as are links, encryption and names that
lead elsewhere. An archive within an archive is never opened.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

from indexer.connectors.bounds import check_text, rooted
from indexer.connectors.faults import BROKEN, Damaged
from indexer.connectors.gauge import size_of
from indexer.connectors.tar_archive import Tar
from indexer.connectors.zip_archive import Zip
from models.errors import SourceError

LARGEST_WHOLE = 64_000_000  # bytes of one file that is read at once


class Tree(Protocol):
    """Files by their names, `/` between folders. A single folder around everything is left out of the names."""

    names: tuple[str, ...]

    def open(self, name: str) -> BinaryIO:
        """Return a stream of one file's bytes. Raises Damaged, SourceError; so does reading from it."""
        ...

    def size(self, name: str) -> int:
        """Return how many bytes a file is said to have, unpacked: enough to tell how far a reading is, nothing to rely on."""
        ...


def is_archive(path: Path) -> bool:
    """Whether a file's name is an archive's."""
    return path.name.lower().endswith((".zip", ".tar", ".tar.gz", ".tgz"))


@contextmanager
def opened(path: Path) -> Iterator[Tree]:
    """Open a folder or an archive. Raises SourceError where it is no archive, or one that is refused."""
    if path.is_dir():
        yield _Folder(path)
    elif path.name.lower().endswith(".zip"):
        with Zip(path) as found:
            yield found
    else:
        with Tar(path) as found:
            yield found


def names(path: Path) -> frozenset[str]:
    """Return the names in a folder's first level or in an archive, to tell what it is; none where they cannot be told.

    A folder that holds nothing but another is that other one. Of a compressed tar only its kind is known without unpacking: it shows no
    names.
    """
    if path.is_dir():
        found = list(os.scandir(path))
        inner = found[0].path if len(found) == 1 and found[0].is_dir(follow_symlinks=False) else None
        return frozenset(entry.name for entry in (found if inner is None else os.scandir(inner)))
    if path.is_file() and path.name.lower().endswith((".zip", ".tar")):
        about = path.stat()
        return _listed(path, (about.st_mtime_ns, about.st_size))
    return frozenset()


@lru_cache(maxsize=8)
def _listed(path: Path, _version: tuple[int, int]) -> frozenset[str]:
    with suppress(SourceError, OSError, *BROKEN), opened(path) as tree:
        return frozenset(tree.names)
    return frozenset()


def head(path: Path, name: str, size: int = 4096) -> bytes:
    """Return the first bytes of a file in an archive, to tell what it is; none where they cannot be read."""
    with suppress(SourceError, OSError, *BROKEN), opened(path) as tree, tree.open(name) as file:
        return file.read(size)
    return b""


def ending(tree: Tree, path: Path, suffixes: tuple[str, ...]) -> list[str]:
    """Return the names that end so. Raises SourceError where an archive has none: an empty source would let go of all that is held."""
    found = [name for name in tree.names if name.lower().endswith(suffixes)]
    if not found and path.is_file():
        raise SourceError(
            f"{path} holds no {suffixes[0]} file.", "An archive within an archive is not opened: unpack it yourself and name the folder."
        )
    return found


def whole(tree: Tree, name: str) -> bytes:
    """Return a file's bytes. Raises Damaged where it is broken or larger than 64 MB."""
    try:
        with tree.open(name) as file:
            content = file.read(LARGEST_WHOLE + 1)
    except BROKEN as error:
        raise error if isinstance(error, Damaged) else Damaged(f"it is damaged or cut off: {error}") from error
    if len(content) > LARGEST_WHOLE:
        raise Damaged(f"it is larger than {LARGEST_WHOLE // 1_000_000} MB")
    return content


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._prefix, self.names = rooted(_files(folder))

    def open(self, name: str) -> BinaryIO:
        path = self._folder / (self._prefix + name)
        if path.is_symlink() or not path.is_file():
            raise Damaged("it is no file")  # opening a pipe would wait for whoever writes into it
        return path.open("rb")

    def size(self, name: str) -> int:
        return size_of(self._folder / (self._prefix + name))


def _files(folder: Path) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(root, name)
            if not name.startswith(".") and not path.is_symlink() and path.is_file():
                found = path.relative_to(folder).as_posix()
                check_text(folder, found)
                yield found
