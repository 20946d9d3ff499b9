"""Sound sources in memory, and each of them damaged on a disk: one file changed, a file gone or no file any more, the packing broken."""

import bz2
import gzip
import io
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from indexer.connectors import formats
from indexer.connectors.detect import detect
from indexer.records import Item
from models.errors import SourceError
from tests.indexer.connectors.golden import sources
from tests.indexer.connectors.mutations import damage

Attempt = Callable[[], Iterator[Item]]


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return made.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


PACKINGS: dict[str, Callable[[Mapping[str, bytes]], bytes]] = {
    ".zip": zipped,
    ".stored.zip": lambda files: zipped(files, zipfile.ZIP_STORED),
    ".tar": tarred,
    ".tar.gz": lambda files: gzip.compress(tarred(files), 1),
    ".gz": lambda files: gzip.compress(next(iter(files.values())), 1),
    ".bz2": lambda files: bz2.compress(next(iter(files.values())), 1),
}


@dataclass(frozen=True)
class Specimen:
    """A sound source of the fixtures: its files by name, the folder or the single file that is named to the reader, and a place for it."""

    format: str
    path: Path
    files: Mapping[str, bytes]
    packings: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, source: Path, place: Path) -> "Specimen":
        found = source.rglob("*") if source.is_dir() else (source, source.with_suffix(".db"))
        top = source if source.is_dir() else source.parent
        files = {file.relative_to(top).as_posix(): file.read_bytes() for file in sorted(found) if file.is_file()}
        specimen = cls(name, place / source.name, dict(sorted(files.items(), key=lambda one: one[0] != source.name)))
        specimen.restore()
        # A reader that takes no zip may make something of the bytes of a stored one: it is no packing for it.
        archives = specimen.is_read(".zip")
        specimen.packings.extend(found for found in PACKINGS if (archives or found in (".gz", ".bz2")) and specimen.is_read(found))
        return specimen

    @property
    def top(self) -> Path:
        return self.path.parent if self.path.name in self.files else self.path

    def restore(self) -> None:
        if self.top.exists():
            shutil.rmtree(self.top)
        for name, content in self.files.items():
            (self.top / name).parent.mkdir(parents=True, exist_ok=True)
            (self.top / name).write_bytes(content)

    def is_read(self, packing: str) -> bool:
        """Whether the reader finds in a packing what it finds without."""
        plain = len(list(read(self.path, self.format)))
        with suppress(SourceError), self._packed(packing, PACKINGS[packing](self.files)) as packed:
            return len(list(read(packed, self.format))) == plain
        return False

    @contextmanager
    def damaged(self, chance: Random) -> Iterator[Attempt]:
        """Yield how to read the source with damage that `chance` decides; it is sound again afterwards."""
        name = chance.choice(list(self.files))
        content = damage(self.files[name], chance, self.files[chance.choice(list(self.files))])
        if self.packings and chance.random() < 0.3:
            packing = chance.choice(self.packings)
            outside = chance.random() < 0.6
            held = PACKINGS[packing]({**self.files, name: self.files[name] if outside else content})
            with self._packed(packing, damage(held, chance, held) if outside else held) as packed:
                yield lambda: read(packed, self.format, known=chance.random() < 0.8)
        elif self.top is self.path and chance.random() < 0.04:
            with self._spoiled(self.top / name, chance):
                yield lambda: read(self.path, self.format)
        else:
            with self.changed(name, content, known=chance.random() < 0.8) as attempt:
                yield attempt

    @contextmanager
    def changed(self, name: str, content: bytes, *, known: bool = False) -> Iterator[Attempt]:
        """Yield how to read the source with another content of one file."""
        (self.top / name).write_bytes(content)
        try:
            yield lambda: read(self.path, self.format, known=known)
        finally:
            (self.top / name).write_bytes(self.files[name])

    @contextmanager
    def _packed(self, packing: str, content: bytes) -> Iterator[Path]:
        packed = self.path.with_name(self.path.name + packing)
        packed.write_bytes(content)
        yield packed
        packed.unlink()

    @contextmanager
    def _spoiled(self, file: Path, chance: Random) -> Iterator[None]:
        file.unlink()
        way = chance.randrange(7)
        if way == 0:
            file.mkdir()
        elif way == 1:
            file.symlink_to(chance.choice((file.name, "/etc/passwd", "/nowhere", "..")))
        elif way == 2:
            file.with_name("\udcff" + file.name).write_bytes(b"{}")
        elif way == 3:
            file.write_bytes(b"")
        elif way == 4:
            shutil.rmtree(file.parent)
        elif way == 5:
            os.mkfifo(file)
        yield
        self.restore()


def read(path: Path, name: str, *, known: bool = False) -> Iterator[Item]:
    """Yield what a reader makes of a path. Every format is asked first whether it is its own, unless that is `known`."""
    for found in () if known else formats.built_in():
        found.recognises(path)
    yield from detect(path, name).items()


def specimens(name: str, folder: Path) -> list[Specimen]:
    """Return the sources of a format, each in a folder of its own."""
    found = [source for kind, source in sources() if kind == name]
    return [Specimen.of(name, source, folder / str(number)) for number, source in enumerate(found)]
