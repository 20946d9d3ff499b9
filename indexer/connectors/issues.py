"""Reads issues of GitHub or GitLab as their APIs and command lines give them: JSON files, each an issue or a list of them.

An issue is readable by the organisation where its repository says that it is public or internal, and private where nothing is said.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from indexer import validation
from indexer.connectors import archives, packed
from indexer.connectors.archives import Tree
from indexer.connectors.faults import Damaged, salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge
from indexer.connectors.issue_fields import Issue, comments, issue, logins
from indexer.connectors.raw import parsed, rows
from indexer.records import Item, Refused
from models.tables import Role

LOOK = 0.1  # of the work is looking for names
_MARKS = (b'"iid"', b'"number"')
_ALSO = (b'"html_url"', b'"web_url"', b'"comments"', b'"body"', b'"title"')


class Issues:
    """The connector for issues in JSON: one file, a folder or an archive of them."""

    kind = "issues"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield those who took part, then the issues and their comments. Raises SourceError where the path cannot be read."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        people: dict[str, tuple[str, str]] = {}
        for _, raw in self._issues(None, LOOK):
            for key, name, account in logins(raw):
                people.setdefault(key, (name, account))
        for key, (name, account) in people.items():
            person = {"id": key, "name": name, "accounts": [account] if account else [], "listed": False}
            yield from validation.person(person, f"user {name[:60]}")
        broken: list[Item] = []
        for place, raw in self._issues(broken, 1.0):
            told = issue(raw)
            if told is not None:
                yield from _thread(told, raw, place, people.keys())
        yield from broken

    def _issues(self, broken: list[Item] | None, end: float) -> Iterator[tuple[str, Mapping[str, Any]]]:
        if self._path.is_file() and not archives.is_archive(self._path):
            found = list(_in_file(self._path.name, packed_whole(self._path), broken))
            yield from self.gauge.part(end, [len(found)]).each(found)
            return
        with archives.opened(self._path) as tree:
            files = list(archives.ending(tree, self._path, (".json",)))
            for name in self.gauge.part(end, map(tree.size, files)).each(files, tree.size):
                yield from _in_file(name, tree, broken)


def packed_whole(path: Path) -> bytes:
    """Return a file's unpacked bytes. Raises Damaged where there are more than 64 MB."""
    with packed.opened(path) as file:
        content = file.read(archives.LARGEST_WHOLE + 1)
    if len(content) > archives.LARGEST_WHOLE:
        raise Damaged(f"it is larger than {archives.LARGEST_WHOLE // 1_000_000} MB; split it into several files")
    return content


def _in_file(name: str, source: Tree | bytes, broken: list[Item] | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        found = parsed(source if isinstance(source, bytes) else archives.whole(source, name))
    except Damaged as error:
        if broken is not None:
            broken.append(Refused(name, str(error), incomplete=True))
        return
    for number, raw in enumerate(rows(found if isinstance(found, list) else [found]), start=1):
        yield f"{name} #{number}", raw


def _thread(told: Issue, raw: Mapping[str, Any], place: str, people: AbstractSet[str]) -> Iterator[Item]:
    shared = {"tags": list(told.tags), "thread": told.id, **told.readers}
    credits = [{"id": told.author, "role": Role.ASKER}] if told.author else []
    credits += [{"id": key, "role": Role.REVIEWER} for key in told.assignees if key != told.author]
    question = {
        "id": told.id, "kind": "question", "title": told.title, "text": told.text, "authors": credits, "created": told.created,
        "updated": told.updated, "url": told.url, "votes": told.votes,
    }  # fmt: skip
    yield from validation.document({**question, **shared}, place)
    for comment in comments(raw, told):
        comment["authors"] = [credit for credit in comment["authors"] if credit["id"] in people]
        answer = {"title": f"Re: {told.title}", "kind": "post" if comment["authors"][0]["role"] is Role.ASKER else "answer"}
        yield from validation.document({**answer, **shared, **comment}, f"{place} comment")


def recognises(path: Path) -> bool:
    """Whether a JSON file, or the first ones of a folder, look like issues."""
    if path.is_dir():
        return any(_looks_like(packed.head(found, 20_000)) for found in sorted(path.glob("*.json"))[:3])
    if path.name.lower().endswith((".zip", ".tar")):
        return any(name.rpartition("/")[2].startswith("issue") and name.endswith(".json") for name in archives.names(path))
    return packed.unpacked_suffix(path) == ".json" and _looks_like(packed.head(path, 20_000))


def _looks_like(head: bytes) -> bool:
    return any(mark in head for mark in _MARKS) and b'"title"' in head and sum(mark in head for mark in _ALSO) >= 2


FORMAT = Format(
    "issues",
    "issues of GitHub or GitLab in JSON, as their APIs, `gh issue list --json` or `glab` give them: a file, or a folder or archive of them",
    "the organisation where the repository in it says public or internal; else the author alone. A confidential issue stays its author's",
    recognises,
    Issues,
)
