"""A small repository for the fuzzer: what git says of it, damaged on its way to the reader, and now and then the repository itself."""

import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from random import Random
from typing import IO

from indexer.connectors.git import Git
from indexer.connectors.git_log import Repository
from tests.indexer.connectors.mutations import damage
from tests.indexer.connectors.specimens import Attempt, read

REAL = 150  # one input in so many damages the repository's files and lets git read them
_MARK = re.compile(rb"--format=([0-9a-f]{32})")
SETTINGS = (
    "[core]\n\tfsmonitor = {run}\n\tpager = {run}\n\thooksPath = .\n\tsshCommand = {run}\n",
    '[include]\n\tpath = "/etc/passwd"\n',
    '[alias]\n\tlog = "!{run}"\n',
    "[diff]\n\texternal = {run}\n[core]\n\tattributesFile = evil\n",
    '[diff "x"]\n\ttextconv = {run}\n[filter "x"]\n\tsmudge = {run}\n',
    "[core]\n\tworktree = /\n",
    "[core]\n\tbare = maybe\n",
    "[extensions]\n\tpartialClone = origin\n\tobjectFormat = sha1\n",
    "[core]\n\trepositoryFormatVersion = 9\n",
    '[remote "origin"]\n\turl = "ext::{run}"\n\tpromisor = true\n',
    "[mailmap]\n\tfile = /dev/stdin\n",
    "[log]\n\tmailmap = x\n\tshowSignature = true\n[gpg]\n\tprogram = {run}\n",
)


class _Said:
    """A git that has ended, as far as the reader looks at a process."""

    def __init__(self, output: bytes, status: int) -> None:
        self.stdout: IO[bytes] = io.BytesIO(output)
        self.returncode = status

    def communicate(self, _: bytes | None = None) -> tuple[bytes, bytes]:
        return self.stdout.read(), b"fatal: bad object" if self.returncode else b""

    def wait(self) -> int:
        return self.returncode

    def terminate(self) -> None:
        self.returncode = -15


class _Replayed(Repository):
    """What git said of a sound repository, in which `chance` damages the answer to one command."""

    def __init__(self, folder: Path, said: dict[str, bytes], chance: Random) -> None:
        super().__init__(folder)
        self._said, self._chance = said, chance
        self._victim = chance.choice(("log", "log", "log", "ls-tree", "cat-file", "check-mailmap", "rev-parse"))

    def _start(self, arguments: list[str], *_: int) -> "subprocess.Popen[bytes]":
        if _key(arguments) not in self._said:
            return _Said(b"", 128)  # type: ignore[return-value]
        output, mark = self._said[_key(arguments)], _mark(arguments)
        if arguments[0] == self._victim:
            output = damage(output, self._chance, self._said[self._chance.choice(list(self._said))])
        status = 128 if self._chance.random() < 0.01 else 0
        return _Said(output.replace(b"MARK", mark), status)  # type: ignore[return-value]


class _Recorded(Repository):
    """A repository that remembers what git said."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.said: dict[str, bytes] = {}

    def _start(self, arguments: list[str], *streams: int) -> "subprocess.Popen[bytes]":
        process = super()._start(arguments, *streams)
        self.said[_key(arguments)] = b""
        return _Overheard(process, lambda output: self._keep(arguments, output))  # type: ignore[return-value]

    def _keep(self, arguments: list[str], output: bytes) -> None:
        self.said[_key(arguments)] = output.replace(_mark(arguments), b"MARK")


class _Overheard(_Said):
    def __init__(self, process: "subprocess.Popen[bytes]", keep: Callable[[bytes], None]) -> None:
        self._process, self._keep, self.returncode = process, keep, 0

    @cached_property
    def stdout(self) -> IO[bytes]:  # type: ignore[override]
        return io.BytesIO(self.communicate()[0])

    def communicate(self, given: bytes | None = None) -> tuple[bytes, bytes]:
        output, complaint = self._process.communicate(given)
        self._keep(output)
        return output, complaint


def _key(arguments: list[str]) -> str:
    if arguments[0] == "cat-file":
        return " ".join(arguments)
    return "log --name-only" if "--name-only" in arguments else arguments[0]


def _mark(arguments: list[str]) -> bytes:
    found = _MARK.search(" ".join(arguments).encode())
    return found[1] if found else b"MARK"


class GitSpecimen:
    """A repository of a few commits and pages, and a script beside it that no setting of the repository may get run."""

    def __init__(self, place: Path) -> None:
        self._sound, self.path, self.ran = place / "sound", place / "repo", place / "ran"
        self._run = place / "run"
        place.mkdir()
        self._run.write_text(f"#!/bin/sh\ntouch {self.ran}\n")
        self._run.chmod(0o755)
        _make(self._sound)
        shutil.copytree(self._sound, self.path)
        recorded = _Recorded(self.path)
        list(_reading(recorded, self.path))
        self._said = recorded.said
        self._files = sorted(file.relative_to(self.path) for file in self.path.rglob("*") if file.is_file())

    @contextmanager
    def damaged(self, chance: Random) -> Iterator[Attempt]:
        """Yield how to read the repository with damage that `chance` decides; it is sound again afterwards."""
        if chance.randrange(REAL):
            yield lambda: _reading(_Replayed(self.path, self._said, chance), self.path)
            return
        name = chance.choice(self._files)
        content = (self._sound / name).read_bytes()
        content = damage(content, chance, content)
        (self.path / name).unlink()
        (self.path / name).write_bytes(content)
        with (self.path / ".git" / "config").open("a") as file:
            file.write(chance.choice(SETTINGS).format(run=self._run) if chance.random() < 0.5 else "")
        yield lambda: read(self.path, "git")
        if self.ran.exists():
            raise AssertionError("a setting of the repository ran a program")
        shutil.rmtree(self.path)
        shutil.copytree(self._sound, self.path)


def _reading(repository: Repository, folder: Path) -> Iterator:
    connector = Git(folder)
    connector._repository = repository
    return connector.items()


def _make(folder: Path) -> None:
    folder.mkdir()
    (folder / "docs").mkdir()
    texts = {
        ".mailmap": "Ada <ada@example.com> <old@example.com>\n", ".gitattributes": "*.md text diff=x\n*.rst filter=x\n",
        "README.md": "---\ntitle: Read me\nauthors: [ada@example.com]\n---\n# Read me\n\nText\n",
        "docs/guide.rst": "Guide\n=====\n\nMore text\n",
        "docs/ä b.txt": "Words\n", "code.py": "print()\n",
    }  # fmt: skip
    who = {"GIT_AUTHOR_NAME": "Ada", "GIT_COMMITTER_NAME": "Bob", "GIT_COMMITTER_EMAIL": "bob@example.com"}
    days = {"GIT_AUTHOR_DATE": "2025-03-04T12:00:00Z", "GIT_COMMITTER_DATE": "2025-03-05T12:00:00Z"}
    outside = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    _git(folder, {}, "init", "-q", "-b", "main")
    for number, (name, text) in enumerate(texts.items()):
        (folder / name).write_text(text)
        author = {"GIT_AUTHOR_EMAIL": "old@example.com" if number % 2 else "ada@example.com"}
        message = f"Add {name}\n\nBecause.\n\nCo-authored-by: Kim <kim@example.com>\nReviewed-by: Eve <eve@example.com>"
        _git(folder, {}, "add", "-A")
        _git(folder, who | days | outside | author, "commit", "-q", "-m", message)
    shutil.rmtree(folder / ".git" / "hooks", ignore_errors=True)
    _git(folder, {}, "repack", "-q", "-a", "-d", "--window=0")


def _git(folder: Path, settings: dict[str, str], *arguments: str) -> None:
    command = ["git", "-C", str(folder), *arguments]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | settings)
