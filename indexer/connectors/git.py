"""Reads a git repository: commits as short pieces, the documentation at HEAD as wiki pages, people by their e-mail addresses.

What stands in a repository is readable by the organisation: that is this format's stated default.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from indexer import validation
from indexer.connectors.addresses import NOREPLY, public_id
from indexer.connectors.bounds import RENAME, is_text, shown
from indexer.connectors.formats import Format
from indexer.connectors.front_matter import split
from indexer.connectors.gauge import Gauge
from indexer.connectors.git_log import Commit, Mailbox, Repository
from indexer.connectors.markdown import authors, title
from indexer.records import Item, Refused
from indexer.validation import LARGEST_TEXT
from models.tables import Role, Visibility

LOOK = 0.1  # of the work is looking for names
PAGES = 0.9  # of it is done when the pages begin
MOST_PATHS = 20
MOST_AUTHORS = 8
PAGE_SUFFIXES = (".md", ".rst", ".txt")
FOLDERS = ("doc", "docs", "documentation")
_BOT = re.compile(
    r"\[bot\]|\(bot\)|^(dependabot|renovate|github-actions|pre-commit-ci|greenkeeper|mergify|bors|web-flow)\b|-bot$", re.IGNORECASE
)
_TRAILER = re.compile(r"^(co-authored-by|reviewed-by)[ \t]*:([^<>\n]*)<([^<>\n]*)>[ \t]*$", re.IGNORECASE | re.MULTILINE)
_ANY_TRAILER = re.compile(r"^(?:[a-z][a-z-]*-by|change-id)[ \t]*:.*$", re.IGNORECASE | re.MULTILINE)
_ROLES = {"co-authored-by": Role.AUTHOR, "reviewed-by": Role.REVIEWER}


@dataclass(slots=True)
class _Touches:
    """Who changed each path, and when first and last."""

    by: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    days: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, commit: Commit, people: list[str]) -> None:
        for path in commit.paths:
            if is_page(path):
                self.by[path].update(people)
                first, last = self.days.get(path, (commit.day, commit.day))
                self.days[path] = min(first, commit.day), max(last, commit.day)


class Git:
    """The connector for a work tree or a bare repository."""

    kind = "git"

    def __init__(self, folder: Path) -> None:
        self.location = str(folder.resolve())
        self.gauge = Gauge()
        self._repository = Repository(folder)
        self._mapped: dict[Mailbox, Mailbox] = {}

    def items(self) -> Iterator[Item]:
        """Yield people, then commits, then pages. Raises SourceError where git cannot read the repository."""
        count = self._repository.count()
        self.gauge.part(LOOK, [count])
        yield from self._people()
        self.gauge.part(PAGES, [count])
        touches = _Touches()
        for number, commit in enumerate(self.gauge.each(self._repository.log(paths=True)), start=1):
            if commit is None:
                yield Refused(f"commit {number} of the log", "it is damaged: git does not tell all of it", incomplete=True)
                continue
            credits = self._credits(commit)
            touches.add(commit, [person for person, role in credits if role is Role.AUTHOR])
            if credits:
                yield from validation.document(_commit(commit, credits), f"commit {commit.id[:12]}")
        yield from self._pages(touches)

    def _people(self) -> Iterator[Item]:
        signed: dict[Mailbox, None] = {}
        named: dict[Mailbox, None] = {}  # in trailers, which git puts through the mailmap only where it is asked to
        for commit in self.gauge.each(self._repository.log(paths=False)):
            if commit is not None:
                signed |= dict.fromkeys(mailbox for mailbox, _ in _signed(commit))
                named |= dict.fromkeys(mailbox for mailbox, _ in _trailers(commit))
        self._mapped = self._repository.mailmapped(list(named))
        names: dict[str, str] = {}
        for mailbox in (*signed, *(self._mapped.get(mailbox, mailbox) for mailbox in named)):
            names.setdefault(mailbox.email.lower(), mailbox.name)
        for email, name in names.items():
            noreply = NOREPLY.fullmatch(email)
            person = {
                "id": public_id(email), "name": name[:200] or email.partition("@")[0], "emails": [email] if "@" in email else [],
                "accounts": [f"github:{noreply.group(1).lower()}"] if noreply else [], "listed": False,
            }  # fmt: skip
            yield from validation.person(person, "git log")

    def _credits(self, commit: Commit) -> list[tuple[str, Role]]:
        if is_bot(commit.author):
            return []
        named = ((self._mapped.get(mailbox, mailbox), role) for mailbox, role in _trailers(commit))
        people = [(mailbox, role) for mailbox, role in (*_signed(commit), *named) if not is_bot(mailbox) and "@" in mailbox.email]
        return list(dict.fromkeys((f"email:{mailbox.email.lower()}", role) for mailbox, role in people))

    def _pages(self, touches: _Touches) -> Iterator[Item]:
        for path, content in self._repository.files(is_page, LARGEST_TEXT):
            if not is_text(path):
                yield Refused(shown(path), RENAME)
                continue
            if content is None:
                yield Refused(path, f"the file is larger than {LARGEST_TEXT // 1_000_000} MB", path)
                continue
            try:
                text = content.decode("utf-8-sig").replace("\r\n", "\n")
            except UnicodeDecodeError as error:
                yield Refused(path, f"the file is not UTF-8: {error.reason} at byte {error.start}", path)
                continue
            yield from validation.document(_page(path, text, touches), path)


def _signed(commit: Commit) -> Iterator[tuple[Mailbox, Role]]:
    yield commit.author, Role.AUTHOR
    if commit.committer.email.lower() not in (commit.author.email.lower(), "noreply@github.com"):
        yield commit.committer, Role.COMMITTER


def _trailers(commit: Commit) -> Iterator[tuple[Mailbox, Role]]:
    for match in _TRAILER.finditer(commit.message):
        yield Mailbox(match[2].strip(), match[3].strip()), _ROLES[match[1].lower()]


def is_repository(folder: Path) -> bool:
    """Whether a folder is the top of a work tree or a bare repository."""
    return (folder / ".git").exists() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir())


def is_page(path: str) -> bool:
    """Whether a file is documentation: text in a documentation folder, any Markdown, or a read-me at the top."""
    parts = PurePosixPath(path)
    suffix = parts.suffix.lower()
    if len(parts.parts) == 1:
        return suffix in (".md", ".rst") or parts.stem.lower() in ("readme", "contributing", "history", "changes", "news", "install")
    return suffix == ".md" or (suffix in PAGE_SUFFIXES and parts.parts[0].lower() in FOLDERS)


def is_bot(mailbox: Mailbox) -> bool:
    """Whether a name or an address is a program's."""
    return bool(_BOT.search(mailbox.name) or "[bot]@" in mailbox.email.lower())


def _commit(commit: Commit, credits: list[tuple[str, Role]]) -> dict[str, Any]:
    subject, _, rest = commit.message.strip().partition("\n")
    body = _ANY_TRAILER.sub("", rest).strip()
    shown = ", ".join(commit.paths[:MOST_PATHS]) + (f" and {len(commit.paths) - MOST_PATHS} more" if len(commit.paths) > MOST_PATHS else "")
    return {
        "id": commit.id[:16],
        "kind": "commit",
        "title": subject[:300],
        "text": "\n\n".join(part for part in (subject[300:], body, shown) if part),
        "authors": [{"id": person, "role": role} for person, role in credits],
        "created": commit.day,
        "visibility": Visibility.ORG,
    }


def _page(path: str, text: str, touches: _Touches) -> dict[str, Any]:
    meta: dict[str, Any] = {}
    body = text
    if text.startswith("---\n") and path.lower().endswith(".md"):
        try:
            meta, body = split(text)
        except ValueError:
            meta, body = {}, text
    first, last = touches.days.get(path, (None, None))
    named = authors(meta, "author", Role.AUTHOR) + authors(meta, "authors", Role.AUTHOR)
    return {
        "id": path,
        "kind": "wiki",
        "title": title(meta, body, path) if path.lower().endswith(".md") else _rst_title(body, path),
        "text": body.strip(),
        "authors": [*named, *_frequent(touches.by[path], begun=bool(named))],
        "created": first,
        "updated": last,
        "visibility": Visibility.ORG,
    }


def _frequent(commits: Counter[str], *, begun: bool) -> Iterator[dict[str, Any]]:
    """Yield who changed a page most often: the first as its author unless that is known, the others as editors with their share."""
    for person, times in commits.most_common(MOST_AUTHORS):
        yield {"id": person, "role": Role.EDITOR, "share": times / commits.total()} if begun else {"id": person, "role": Role.AUTHOR}
        begun = True


def _rst_title(body: str, path: str) -> str:
    match = re.search(r"^(?P<text>\S[^\n]{2,120})\n(?P<rule>[=\-~*#^])(?P=rule){2,}[ \t]*$", body, re.MULTILINE)
    return match["text"].strip() if match else title({}, "", path)


FORMAT = Format(
    "git",
    "a repository or its work tree: commits as short posts, documentation as wiki pages, authors through the mailmap, co-authors and "
    "reviewers from trailers",
    "the organisation",
    lambda path: path.is_dir() and is_repository(path),
    Git,
)
