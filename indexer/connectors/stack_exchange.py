"""Reads a Stack Exchange data dump, a folder or an archive with `Posts.xml` and `Users.xml`: questions and answers as they stand.

What a site shows is readable by the organisation.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer import validation
from indexer.connectors import archives
from indexer.connectors.archives import Tree
from indexer.connectors.faults import salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge
from indexer.connectors.html_text import to_text
from indexer.connectors.xml_stream import elements
from indexer.records import Item
from models.errors import SourceError
from models.tables import Role, Visibility

POSTS, USERS = "Posts.xml", "Users.xml"
QUESTION, ANSWER, WIKI = "1", "2", ("3", "4", "5")
_TAG = re.compile(r"[^<>|]+")


class StackExchange:
    """The connector for a data dump."""

    kind = "stack-exchange"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield users, then posts. Raises SourceError where there is no file of posts."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        with archives.opened(self._path) as tree:
            if POSTS not in tree.names:
                raise SourceError(f"{self._path} holds no {POSTS}.", "Name the folder that the dump was unpacked to.")
            self.gauge.part(1.0, (tree.size(name) for name in (USERS, POSTS) if name in tree.names))
            if USERS in tree.names:
                for user in _rows(tree, USERS, self.gauge):
                    yield from _person(user)
            site = _Site()
            for post in _rows(tree, POSTS, self.gauge):
                yield from site.post(post)


def _rows(tree: Tree, name: str, gauge: Gauge) -> Iterator[Mapping[str, str]]:
    with gauge.through(tree.open(name)) as file:
        for row in elements(file, ("row",)):
            yield row.attrib


def _person(user: Mapping[str, str]) -> Iterator[Item]:
    key = user.get("Id", "")
    if key in ("", "-1"):  # -1 is the site itself
        return
    person = {
        "id": _user(key),
        "name": user.get("DisplayName"),
        "bio": to_text(user.get("AboutMe", "")) or None,
        "location": (user.get("Location") or "")[:200] or None,
        # The number that one user has on every site of the network.
        "accounts": [f"stackexchange:{user['AccountId']}"] if user.get("AccountId") else [],
        "listed": False,
    }
    yield from validation.person(person, f"{USERS} {key}")


@dataclass(slots=True)
class _Site:
    """What answers need to know of their questions: title, accepted answer, asker. Questions come first in a dump."""

    questions: dict[str, str] = field(default_factory=dict)  # three values in one text: a large dump has a million of them

    def post(self, post: Mapping[str, str]) -> Iterator[Item]:
        kind = post.get("PostTypeId")
        if kind == QUESTION:
            title = post.get("Title", "")
            self.questions[post.get("Id", "")] = "\t".join((post.get("AcceptedAnswerId", ""), post.get("OwnerUserId", ""), title[:150]))
            fields: dict[str, Any] = {"kind": "question", "title": title, "tags": _tags(post), "thread": post.get("Id")}
            yield from _document(post, fields, Role.ASKER)
        elif kind == ANSWER:
            accepted, asker, title = self.questions.get(post.get("ParentId", ""), "\t\t").split("\t", 2)
            best = bool(accepted) and accepted == post.get("Id")
            fields = {
                "kind": "answer",
                "title": f"Re: {title}" if title else "An answer",
                "thread": post.get("ParentId") or post.get("Id"),
                "accepted": best,
            }
            yield from _document(post, fields, Role.ACCEPTED if best and asker != post.get("OwnerUserId") else Role.ANSWERER)
        elif kind in WIKI and post.get("Body"):
            yield from _document(post, {"kind": "wiki", "title": post.get("Title") or "Tag wiki"}, Role.AUTHOR)


def _user(key: str) -> str:
    """Return how a user's number goes within the source: bare numbers would take the public ids of personnel numbers."""
    return f"stackexchange-{key}"


def _document(post: Mapping[str, str], fields: Mapping[str, Any], role: Role) -> Iterator[Item]:
    own, owner, editor = (post.get(name, "") for name in ("Id", "OwnerUserId", "LastEditorUserId"))
    credits = [{"id": _user(owner), "role": role}] if owner not in ("", "-1") else []
    if editor not in ("", "-1", owner):
        credits.append({"id": _user(editor), "role": Role.EDITOR})
    score = post.get("Score", "0")
    known = {
        "id": own,
        "text": to_text(post.get("Body", "")),
        "authors": credits,
        "created": post.get("CreationDate"),
        "updated": post.get("LastEditDate") if post.get("LastEditDate") != post.get("CreationDate") else None,
        "votes": int(score) if re.fullmatch(r"-?\d{1,9}", score, re.ASCII) else 0,
        "visibility": Visibility.ORG,
        "deleted": bool(post.get("DeletionDate")),
    }
    yield from validation.document({**known, **fields}, f"{POSTS} {own[:40]}")


def _tags(post: Mapping[str, str]) -> list[str]:
    return _TAG.findall(post.get("Tags", ""))[:50]


def recognises(path: Path) -> bool:
    """Whether a folder or an archive has the file of posts at its top."""
    return {POSTS, USERS} <= archives.names(path)


FORMAT = Format(
    "stack-exchange",
    "a folder (or zip) with `Posts.xml` and `Users.xml` of a Stack Exchange data dump",
    "the organisation: what a site shows, everybody may read",
    recognises,
    StackExchange,
)
