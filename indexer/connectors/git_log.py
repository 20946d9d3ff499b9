"""Talks to git itself: history, mailmap and files at HEAD, with nothing of the repository's own configuration being run."""

import os
import re
import resource
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import IO

from models.errors import SourceError

READ = 1 << 16
MEMORY = 1_000_000_000  # bytes that git may take: a few objects can stand for a tree without end, and git lists all of it
LARGEST_COMMIT = 64_000_000  # bytes of one commit's message and the paths it changes
MOST_CHANGED = 200_000  # paths of one commit; those beyond are left out
MOST_FILES = 1_000_000  # at HEAD
MOST_PAGES = 50_000
_FILE = re.compile(rb"100\d{3} blob ([0-9a-f]{40,64}) +(\d{1,18})\t(.+)", re.DOTALL)
_NO_FILE = re.compile(rb"1[26]0000 [a-z]+ ")  # a link, another repository
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

    def log(self, *, paths: bool) -> Iterator[Commit | None]:
        """Yield all commits that HEAD reaches, the newest first, names and addresses through the mailmap. Merges are left out.

        None stands for a commit that is not told in the form that was asked for. Raises SourceError, also where a commit is absurdly large.
        """
        if not self._has_commits():
            return
        mark = token_hex(16)  # nobody can have put it into a message
        form = f"--format={mark}%x00%H%x00%aN%x00%aE%x00%ad%x00%cN%x00%cE%x00%B%x00"
        command = ["log", "-z", "--no-merges", "--use-mailmap", "--date=short", "--no-ext-diff", "--no-textconv", "--no-color", form]
        with self._stream([*command, *(["--name-only"] if paths else []), "HEAD"]) as output:
            for chunk in self._split(output, mark.encode()):
                yield _commit(chunk)

    def files(self, wanted: Callable[[str], bool], largest: int) -> Iterator[tuple[str, bytes | None]]:
        """Yield path and content of the wanted files at HEAD; None for a content of more than `largest` bytes.

        A path that is not UTF-8 has halves of surrogate pairs. Raises SourceError, also where there is no end of files.
        """
        if not self._has_commits():
            return
        pages = 0
        with self._stream(["ls-tree", "-r", "-z", "-l", "HEAD"]) as output:
            for number, entry in enumerate(self._split(output, b"\x00"), start=1):
                described = _FILE.fullmatch(entry)
                if described is None and not _NO_FILE.match(entry):
                    raise self._error(b"its list of files is damaged")
                path = "" if described is None else described[3].decode("utf-8", "surrogateescape")
                is_wanted = bool(path) and wanted(path)
                pages += is_wanted
                if number > MOST_FILES or pages > MOST_PAGES:
                    raise self._error(b"it holds too many files")
                if is_wanted and described is not None:
                    yield path, self._run(["cat-file", "blob", described[1].decode()]) if int(described[2]) <= largest else None

    def mailmapped(self, mailboxes: Sequence[Mailbox]) -> dict[Mailbox, Mailbox]:
        """Return what the mailmap makes of mailboxes, nothing where there is none."""
        if not mailboxes or not (self._folder / ".mailmap").is_file():
            return {}
        asked = "".join(f"{mailbox.name} <{mailbox.email}>\n" for mailbox in mailboxes)
        answers = self._run(["check-mailmap", "--stdin"], asked.encode("utf-8", "replace")).decode("utf-8", "replace").split("\n")
        found = {}
        for mailbox, answer in zip(mailboxes, answers, strict=False):
            name, _, email = answer.rpartition("<")
            found[mailbox] = Mailbox(name.strip(), email.rstrip(">")) if email else mailbox
        return found

    def _has_commits(self) -> bool:
        done = self._start(["rev-parse", "--verify", "-q", "HEAD^{commit}"], subprocess.PIPE)
        output, complaint = done.communicate()
        if done.returncode and complaint.strip():
            raise self._error(complaint)
        return done.returncode == 0 and bool(output.strip())

    def _start(self, arguments: list[str], errors: int, given: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C.UTF-8"}
        try:
            # No shell; every argument is ours, the folder, or a hash that git itself gave.
            process = subprocess.Popen(  # noqa: S603
                ["git", "--no-pager", *SAFE, "-c", f"safe.directory={self._folder.resolve()}", "-C", str(self._folder), *arguments],  # noqa: S607
                stdin=given, stdout=subprocess.PIPE, stderr=errors, env=environment,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise SourceError("git is not installed, and a repository is read through it.", "Install git.") from error
        with suppress(ProcessLookupError):  # it has ended already
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (MEMORY, MEMORY))
        return process

    def _run(self, arguments: list[str], given: bytes = b"") -> bytes:
        process = self._start(arguments, subprocess.PIPE, subprocess.PIPE if given else subprocess.DEVNULL)
        output, complaint = process.communicate(given or None)
        if process.returncode:
            raise self._error(complaint)
        return output

    def _stream(self, arguments: list[str]) -> "_Output":
        return _Output(self._start(arguments, subprocess.DEVNULL), self._error)

    def _split(self, output: IO[bytes], mark: bytes) -> Iterator[bytes]:
        """Yield what stands between the marks in a stream. Each byte is looked at once: a message may be as long as its author likes."""
        held = bytearray()
        while block := output.read(READ):
            start = max(0, len(held) - len(mark))
            held += block
            while (at := held.find(mark, start)) >= 0:
                if at:
                    yield bytes(held[:at])
                del held[: at + len(mark)]
                start = 0
            if len(held) > LARGEST_COMMIT:
                raise self._error(f"a commit is larger than {LARGEST_COMMIT // 1_000_000} MB".encode())
        if held:
            yield bytes(held)

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
            raise self._error(f"git log failed, or needs more than {MEMORY // 1_000_000_000} GB of memory".encode())


def _commit(chunk: bytes) -> Commit | None:
    fields = chunk.split(b"\x00", 8 + MOST_CHANGED)
    if len(fields) < 8:
        return None
    number, author, author_email, day, committer, committer_email, message = (field.decode("utf-8", "replace") for field in fields[1:8])
    paths = tuple(path.lstrip(b"\n").decode("utf-8", "replace") for path in fields[8 : 8 + MOST_CHANGED] if path.strip(b"\n"))
    return Commit(number, Mailbox(author, author_email), Mailbox(committer, committer_email), day, message, paths)
