"""Archives and declarations that could do harm, in front of every reader that takes archives or XML."""

import gzip
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from time import process_time

import pytest

from indexer.connectors.detect import detect
from indexer.records import DocumentRecord, Refused
from models.errors import SourceError
from tests.indexer.connectors.golden import FIXTURES
from tests.indexer.connectors.specimens import zipped

SOURCES = {
    "slack": "slack/export", "mattermost": "mattermost", "stack-exchange": "stack-exchange/dump", "confluence": "confluence/space",
    "discourse": "discourse/forum", "issues": "issues/gitlab", "markdown": "markdown/vault",
}  # fmt: skip
XML = {
    "stack-exchange": ("stack-exchange/dump", "Posts.xml"), "confluence": ("confluence/space", "entities.xml"),
    "mediawiki": ("mediawiki", "wiki.xml"), "wordpress": ("wordpress", "blog.xml"), "feed": ("feed", "news.atom"),
}  # fmt: skip
BOMB = (
    '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {y} "{f"&{x};" * 10}">' for x, y in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE b [<!ENTITY i SYSTEM "file:///etc/passwd">]>'


def files(folder: str) -> dict[str, bytes]:
    top = FIXTURES / folder
    return {
        found.relative_to(top).as_posix(): found.read_bytes()
        for found in top.rglob("*")
        if found.is_file() and ".obsidian" not in found.parts
    }


def tarred(held: Mapping[str, bytes], odd: tarfile.TarInfo) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, content in held.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        archive.addfile(odd)
    return made.getvalue()


def member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


def with_link(held: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def encrypted(held: Mapping[str, bytes]) -> bytes:
    """Return a zip that says of each entry that it is encrypted."""
    made = bytearray(zipped(held))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = made.find(mark)
        while found >= 0:
            made[found + at] |= 1
            found = made.find(mark, found + 4)
    return bytes(made)


@cache
def crowd() -> bytes:
    return zipped({f"x/{number}.json": b"" for number in range(50_001)})


HOSTILE: dict[str, tuple[str, str, Callable[[Mapping[str, bytes]], bytes]]] = {
    "a name that leads elsewhere": (".zip", "leads elsewhere", lambda held: zipped({**held, "../../out": b"x"})),
    "an absolute name": (".zip", "leads elsewhere", lambda held: zipped({**held, "/etc/cron.d/x": b"x"})),
    "a link": (".zip", "holds a link", with_link),
    "encryption": (".zip", "is encrypted", encrypted),
    "a name that leads elsewhere in a tar": (".tar.gz", "leads elsewhere", lambda held: tarred(held, member("../out", tarfile.REGTYPE))),
    "a link in a tar": (".tar.gz", "link or a device", lambda held: tarred(held, member("link", tarfile.SYMTYPE, "/etc/passwd"))),
    "a hard link in a tar": (".tar.gz", "link or a device", lambda held: tarred(held, member("link", tarfile.LNKTYPE, next(iter(held))))),
    "a device in a tar": (".tar.gz", "link or a device", lambda held: tarred(held, member("tape", tarfile.CHRTYPE))),
    "a pipe in a tar": (".tar.gz", "link or a device", lambda held: tarred(held, member("pipe", tarfile.FIFOTYPE))),
    "too many entries": (".zip", "50,000 entries", lambda _: crowd()),
    "a bomb": (".zip", "100 times its size", lambda held: zipped({name: content + b" " * 11_000_000 for name, content in held.items()})),
    "a bomb in a tar": (".tar.gz", "100 times its size", lambda held: gzip.compress(bytes(50_000_000) + b"".join(held.values()))),
    "archives in an archive": (".zip", "holds no", lambda held: zipped({"one.zip": zipped(held), "two.zip": zipped(held)})),
    "a file without a name": (".zip", "without a name", lambda held: zipped({**held, "": b"x"})),
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("harm", HOSTILE)
def test_an_archive_that_could_do_harm_is_refused_with_what_is_wrong(tmp_path: Path, name: str, harm: str) -> None:
    suffix, said, make = HOSTILE[harm]
    path = tmp_path / f"export{suffix}"
    path.write_bytes(make(files(SOURCES[name])))
    begun = process_time()
    with pytest.raises(SourceError, match=said):
        list(detect(path, name).items())
    assert process_time() - begun < 10


@pytest.mark.parametrize("packing", ["", ".gz", ".zip"])
@pytest.mark.parametrize("declared", [BOMB, OUTSIDE], ids=["an entity bomb", "a file outside"])
@pytest.mark.parametrize("name", XML)
def test_xml_that_declares_entities_is_refused_with_what_is_wrong(tmp_path: Path, name: str, declared: str, packing: str) -> None:
    folder, victim = XML[name]
    held = {file: content for file, content in files(folder).items() if name in SOURCES or file == victim}
    text = held[victim].decode()
    start = text.index("?>") + 2 if text.startswith("<?xml") else 0
    held[victim] = f"{text[:start]}{declared}{text[start:].replace('</', '&i;</', 3)}".encode()
    source = tmp_path / "source"
    if name in SOURCES and packing == ".zip":
        source = tmp_path / "source.zip"
        source.write_bytes(zipped(held))
    elif name in SOURCES:
        source.mkdir()
        for file, content in held.items():
            (source / file).write_bytes(content)
    else:
        source = tmp_path / f"{victim}{packing if packing == '.gz' else ''}"
        source.write_bytes(gzip.compress(held[victim]) if packing == ".gz" else held[victim])
    begun = process_time()
    found = list(detect(source, name).items())
    assert any("document type or entities" in item.reason for item in found if isinstance(item, Refused))
    assert not any(isinstance(item, DocumentRecord) for item in found)
    assert process_time() - begun < 5
