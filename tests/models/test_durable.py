import errno
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from models import durable
from models.errors import StorageFull

full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, the device that is always full")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    durable.write(tmp_path / "a", b"text")
    durable.write_array(tmp_path / "b.npy", np.arange(5))
    assert (tmp_path / "a").read_bytes() == b"text"
    assert np.load(tmp_path / "b.npy").tolist() == [0, 1, 2, 3, 4]


def test_an_array_of_objects_is_never_pickled(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pickle"):
        durable.write_array(tmp_path / "a.npy", np.asarray([object()], object))


def test_replacing_leaves_the_old_content_until_the_new_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "pointer"
    durable.replace(target, b"old")

    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="input/output"):
        durable.replace(target, b"new")
    assert target.read_bytes() == b"old"


def test_a_file_is_synced_before_its_name_and_its_name_before_anything_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    fsync, rename = os.fsync, os.rename

    def syncing(descriptor: int) -> None:
        seen.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def renaming(source: Path, target: Path) -> None:
        seen.append("name")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(os, "rename", renaming)
    durable.replace(tmp_path / "pointer", b"new")
    assert seen == ["file", "name", "folder"]


@full
@pytest.mark.parametrize("size", [1, 10_000_000])
def test_a_full_disk_is_named(size: int) -> None:
    with pytest.raises(StorageFull):
        durable.write(Path("/dev/full"), b"x" * size)
    with pytest.raises(StorageFull):
        durable.write_array(Path("/dev/full"), np.ones(size, np.uint8))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_both_words_for_a_full_disk_are_known(code: int) -> None:
    with pytest.raises(StorageFull, match=r"a/file"), durable.full_disk_named():
        raise OSError(code, "no", "a/file")


def test_other_failures_keep_their_name() -> None:
    with pytest.raises(PermissionError), durable.full_disk_named():
        raise PermissionError(errno.EACCES, "no")


def test_a_checksum_is_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert durable.checksum(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
