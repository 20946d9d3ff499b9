"""Talks to git itself: history, mailmap and files at HEAD, with nothing of the repository's own configuration being run."""

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import IO

from models.errors import SourceError

READ = 1 << 16
# Settings through which a repository could make git run a program of its choosing.
# With these off, a folder that belongs to another user, such as a mounted one, may be read too.
SAFE = (
    "-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "core.hooksPath=/dev/null", "-c", "core.pager=cat",
    "-c", "i18n.logOutputEncoding=UTF-8", "-c", "core.quotePath=false", "-c", "protocol.allow=never",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an e-mail address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit that is no merge. `day` is its author's, as YYYY-MM-DD."""

    id: str
    author: Mailbox
    committer: Mailbox
    day: str
    message: str
    paths: tuple[str, ...]


class Repository:
    """A repository read through the git command."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def count(self) -> int:
        """Return how many commits the log will yield."""
        return int(self._run(["rev-list", "--count", "--no-merges", "HEAD"])) if self._has_commits() else 0

    def log(self, *, paths: bool) -> Iterator[Commit]:
        """Yield all commits that HEAD reaches, the newest first, names and addresses through the mailmap. Merges are left out."""
        if not self._has_commits():
            return
        mark = token_hex(16)  # nobody can have put it into a message
        form = f"--format={mark}%x00%H%x00%aN%x00%aE%x00%ad%x00%cN%x00%cE%x00%B%x00"
        command = ["log", "-z", "--no-merges", "--use-mailmap", "--date=short", "--no-ext-diff", "--no-textconv", "--no-color", form]
        with self._stream([*command, *(["--name-only"] if paths else []), "HEAD"]) as output:
            for chunk in _split(output, mark.encode()):
                yield _commit(chunk)

    def files(self, wanted: Callable[[str], bool], largest: int) -> Iterator[tuple[str, bytes | None]]:
        """Yield path and content of the wanted files at HEAD; None for a content of more than `largest` bytes."""
        if not self._has_commits():
            return
        listing = self._run(["ls-tree", "-r", "-z", "-l", "HEAD"])
        for entry in listing.split(b"\x00"):
            described, _, raw = entry.partition(b"\t")
            path = raw.decode("utf-8", "surrogateescape")
            if not raw or not wanted(path) or not described.startswith(b"100"):
                continue
            _, _, name, size = described.split()
            yield path, self._run(["cat-file", "blob", name.decode()]) if int(size) <= largest else None

    def mailmapped(self, mailbox: Mailbox) -> Mailbox:
        """Return what the mailmap makes of a mailbox."""
        if not (self._folder / ".mailmap").is_file():
            return mailbox
        name, _, email = (
            self._run(["check-mailmap", f"{mailbox.name} <{mailbox.email}>"]).decode("utf-8", "replace").strip().rpartition(" <")
        )
        return Mailbox(name, email.rstrip(">")) if email else mailbox

    def _has_commits(self) -> bool:
        done = self._start(["rev-parse", "--verify", "-q", "HEAD^{commit}"], subprocess.PIPE)
        output, complaint = done.communicate()
        if done.returncode and complaint.strip():
            raise self._error(complaint)
        return done.returncode == 0 and bool(output.strip())

    def _start(self, arguments: list[str], errors: int | IO[bytes]) -> "subprocess.Popen[bytes]":
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C.UTF-8"}
        try:
            # No shell; every argument is ours, the folder, or a hash that git itself gave.
            return subprocess.Popen(  # noqa: S603
                ["git", "--no-pager", *SAFE, "-c", f"safe.directory={self._folder.resolve()}", "-C", str(self._folder), *arguments],  # noqa: S607
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, env=environment,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise SourceError("git is not installed, and a repository is read through it.", "Install git.") from error

    def _run(self, arguments: list[str]) -> bytes:
        process = self._start(arguments, subprocess.PIPE)
        output, complaint = process.communicate()
        if process.returncode:
            raise self._error(complaint)
        return output

    def _stream(self, arguments: list[str]) -> "_Output":
        return _Output(self._start(arguments, subprocess.DEVNULL), self._error)

    def _error(self, complaint: bytes) -> SourceError:
        lines = complaint.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
        return SourceError(f"git cannot read {self._folder}: {lines[0]}.", "Run `git log` there to see what is wrong.")


class _Output:
    """A running git's output; leaving it early ends git, and a failure of git is raised."""

    def __init__(self, process: "subprocess.Popen[bytes]", error: Callable[[bytes], SourceError]) -> None:
        self._process = process
        self._error = error

    def __enter__(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        assert self._process.stdout is not None
        self._process.stdout.close()
        if kind is not None:
            self._process.terminate()
        if self._process.wait() and kind is None:
            raise self._error(b"git log failed")


def _split(output: IO[bytes], mark: bytes) -> Iterator[bytes]:
    held = b""
    while block := output.read(READ):
        *whole, held = (held + block).split(mark)
        yield from (chunk for chunk in whole if chunk)
    if held:
        yield held


def _commit(chunk: bytes) -> Commit:
    fields = chunk.split(b"\x00")
    number, author, author_email, day, committer, committer_email, message = (field.decode("utf-8", "replace") for field in fields[1:8])
    paths = tuple(path.lstrip(b"\n").decode("utf-8", "replace") for path in fields[8:] if path.strip(b"\n"))
    return Commit(number, Mailbox(author, author_email), Mailbox(committer, committer_email), day, message, paths)
