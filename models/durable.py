"""Files that survive a power cut: written aside, fsynced, renamed. The one module that writes index files."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from models.errors import StorageFull


@contextmanager
def full_disk_named() -> Iterator[None]:
    """Turn the operating system's word for a full disk into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(
                f"No space left for {error.filename or 'the index'}.", "Free some space and run the command again."
            ) from error
        raise


def write(path: Path, content: bytes) -> None:
    """Write a new file and wait until the disk has it."""
    write_by(path, lambda file: file.write(content))


def write_by(path: Path, save: Callable[[BinaryIO], object]) -> None:
    """Let `save` write a new file and wait until the disk has it."""
    with full_disk_named(), path.open("wb") as file:
        save(file)
        file.flush()
        os.fsync(file.fileno())


def write_array(path: Path, array: NDArray[np.generic]) -> None:
    """Write a .npy file and wait until the disk has it."""
    write_by(path, lambda file: np.save(file, array, allow_pickle=False))


def replace(path: Path, content: bytes) -> None:
    """Replace a file in one step: a reader sees the old content or the new, never a part."""
    aside = path.with_name(f".{path.name}.new")
    write(aside, content)
    rename(aside, path)


def rename(source: Path, target: Path) -> None:
    """Move a finished file or folder into place and wait until the disk knows its name."""
    with full_disk_named():
        source.rename(target)
        sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has a folder's entries."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with full_disk_named():
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Wait until the disk has what another library wrote to a file."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
