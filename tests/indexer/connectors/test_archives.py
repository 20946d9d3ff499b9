import gzip
import io
import os
import stat
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest

from indexer.connectors import archives, bounds, formats, packed
from indexer.connectors.faults import Damaged
from indexer.connectors.formats import Format
from indexer.records import DocumentRecord
from models.errors import SourceError


def zipped(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, *members: tarfile.TarInfo | str, mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for member in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            info.size = 5 if info.isfile() else 0
            archive.addfile(info, io.BytesIO(b"hello") if info.isfile() else None)
    return path


def contents(path: Path) -> dict[str, bytes]:
    with archives.opened(path) as tree:
        return {name: archives.whole(tree, name) for name in tree.names}


def drain(file: IO[bytes]) -> None:
    while file.read(100_000):
        pass


def drained(path: Path) -> None:
    with packed.opened(path) as file:
        drain(file)


def test_a_folder_a_zip_and_a_tar_show_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "made" / "sub").mkdir(parents=True)
    for name in ("a.txt", "sub/b.txt"):
        (tmp_path / "made" / name).write_bytes(b"hello")
    expected = {"a.txt": b"hello", "sub/b.txt": b"hello"}
    assert contents(tmp_path / "made") == expected
    assert contents(zipped(tmp_path / "made.zip", expected)) == expected
    assert contents(tarred(tmp_path / "made.tar.gz", "a.txt", "sub/b.txt")) == expected
    assert contents(tarred(tmp_path / "made.tar", "sub/b.txt", "a.txt", mode="w")) == expected


def test_one_folder_around_everything_and_what_a_mac_adds_are_left_out_of_the_names(tmp_path: Path) -> None:
    found = contents(zipped(tmp_path / "z.zip", {"Export/a.json": b"1", "Export/b/c.json": b"2", "__MACOSX/Export/._a.json": b"x"}))
    assert found == {"a.json": b"1", "b/c.json": b"2"}


def test_a_folder_that_holds_nothing_but_another_shows_the_names_of_that_one(tmp_path: Path) -> None:
    (tmp_path / "unpacked" / "Export").mkdir(parents=True)
    (tmp_path / "unpacked" / "Export" / "a.json").write_bytes(b"1")
    assert archives.names(tmp_path / "unpacked") == {"a.json"}
    assert contents(tmp_path / "unpacked") == {"a.json": b"1"}
    (tmp_path / "unpacked" / ".git").mkdir()
    assert archives.names(tmp_path / "unpacked") == {"Export", ".git"}


def test_an_entry_for_the_root_itself_leads_nowhere(tmp_path: Path) -> None:
    assert contents(zipped(tmp_path / "z.zip", {"/": b"", "Export/a.html": b"1"})) == {"a.html": b"1"}


@pytest.mark.parametrize("found", formats.built_in(), ids=lambda found: found.name)
def test_a_pipe_where_a_file_should_be_keeps_nobody_waiting(tmp_path: Path, found: Format) -> None:
    files = "index.html users.json entities.xml Posts.xml import.jsonl documents.jsonl outbox.json issues.json a.eml a.md 1.html"
    for name in files.split():
        os.mkfifo(tmp_path / name)
    found.recognises(tmp_path)
    with suppress(SourceError):
        assert [item for item in found.open(tmp_path).items() if isinstance(item, DocumentRecord)] == []


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "open.txt").write_text("open")
    (tmp_path / "folder" / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert contents(tmp_path / "folder") == {"open.txt": b"open"}


def link(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("inner")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return path


def tar_link(path: Path) -> Path:
    member = tarfile.TarInfo("inner")
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return tarred(path.with_suffix(".tgz"), member)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: zipped(path, {"../out.txt": b"x"}), "leads elsewhere"),
        (lambda path: zipped(path, {"/etc/x": b"x"}), "leads elsewhere"),
        (lambda path: zipped(path, {"a\\..\\..\\b": b"x"}), "leads elsewhere"),
        (lambda path: zipped(path, {"c:/x": b"x"}), "leads elsewhere"),
        (lambda path: tarred(path.with_suffix(".tgz"), "../out.txt"), "leads elsewhere"),
        (link, "holds a link"),
        (tar_link, "holds a link"),
        (lambda path: zipped(path, {f"{number}": b"" for number in range(50_001)}, zipfile.ZIP_STORED), "50,000 entries"),
    ],
)
def test_what_could_do_harm_is_refused_before_anything_is_read(tmp_path: Path, make: Callable[[Path], Path], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        contents(make(tmp_path / "bad.zip"))


def test_a_bomb_is_refused_while_it_unpacks_and_memory_stays_flat(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", {"a": b"0" * 50_000_000})
    tracemalloc.start()
    with archives.opened(path) as tree, tree.open("a") as file, pytest.raises(SourceError, match="100 times its size"):
        drain(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("name", ["bomb.tar.gz", "bomb.xml.gz"])
def test_a_gzip_bomb_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(b"0" * 50_000_000))
    with pytest.raises(SourceError, match="100 times its size"):
        contents(path) if name.endswith(".tar.gz") else drained(path)


def test_more_than_a_gigabyte_in_all_is_refused_and_reading_again_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "LARGEST_FILE", 2_000_000)
    path = zipped(tmp_path / "z.zip", dict.fromkeys("abc", b"0" * 900_000))
    with archives.opened(path) as tree:
        for _ in range(5):
            archives.whole(tree, "a")
        archives.whole(tree, "b")
        with pytest.raises(SourceError, match="more than"):
            archives.whole(tree, "c")


def test_an_entry_whose_bytes_were_changed_is_damaged_and_the_others_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", {"a": b"first entry", "b": b"second entry"}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"first", b"fjrst"))
    with archives.opened(path) as tree:
        with pytest.raises(Damaged, match="damaged"):
            archives.whole(tree, "a")
        assert archives.whole(tree, "b") == b"second entry"


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"no archive at all" * 100])
def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    for name in ("x.zip", "x.tar", "x.tar.gz"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SourceError):
            contents(tmp_path / name)
