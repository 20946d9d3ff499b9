"""Reads Discourse topics, a folder or an archive of the forum's topic JSON: each post a document, the accepted answer marked.

A topic says nothing of who may read it: that is told by `categories.json` beside the topics. Without it they are private.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer import validation
from indexer.connectors import archives
from indexer.connectors.archives import Tree
from indexer.connectors.faults import Damaged, salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge
from indexer.connectors.html_text import attributes, to_text
from indexer.connectors.packed import head
from indexer.connectors.raw import count, fields, parsed, rows, text, word
from indexer.records import Item, Noted, Refused
from models.tables import Role, Visibility

CATEGORIES = ("categories.json", "site.json")
LIKE = 2  # the number of this action
REGULAR = 1  # the number of posts that people write
OWN = "discourse-"
LOOK = 0.15  # of the work is looking for names
SHUT: dict[str, Any] = {"visibility": Visibility.PRIVATE}  # told to be restricted, and not to whom
QUOTED = "aside.quote, aside.onebox, .quote-controls"


class Discourse:
    """The connector for topics of a forum."""

    kind = "discourse"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield those who wrote, then the posts. Raises SourceError where the path cannot be read."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        with archives.opened(self._path) as tree:
            archives.ending(tree, self._path, (".json",))
            forum = _Forum.read(tree)
            names = forum.names
            for _, topic in _topics(tree, self.gauge.part(LOOK, map(tree.size, _files(tree)))):
                for post in _posts(topic):
                    if count(post.get("user_id")) >= 0 and text(post.get("username")):
                        names.setdefault(text(post.get("username")), text(post.get("name")))
            for username, name in names.items():
                yield from validation.person(
                    {"id": _own(username), "name": name[:200] or username, "listed": False}, f"user {username[:60]}"
                )
            if not forum.categories:
                yield Noted(
                    self._path.name, "there is no categories.json, so that all topics are private; add the forum's /categories.json"
                )
            broken: list[Item] = []
            for name, topic in _topics(tree, self.gauge.part(1.0, map(tree.size, _files(tree))), broken):
                yield from forum.topic(topic, name)
            yield from broken


def _files(tree: Tree) -> list[str]:
    return [name for name in tree.names if name.endswith(".json") and name not in CATEGORIES]


def _topics(tree: Tree, gauge: Gauge, broken: list[Item] | None = None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name in gauge.each(_files(tree), tree.size):
        try:
            topic = fields(parsed(archives.whole(tree, name)))
        except Damaged as error:
            if broken is not None:
                broken.append(Refused(name, str(error), incomplete=True))
            continue
        if "post_stream" in topic:
            yield name, topic


def _posts(topic: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return rows(fields(topic.get("post_stream")).get("posts"))


@dataclass(slots=True)
class _Forum:
    """What the forum says of its categories (name, and who may read them), and the names of those who wrote."""

    categories: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, tree: Tree) -> "_Forum":
        forum = cls()
        for name in CATEGORIES:
            if name in tree.names:
                told = fields(parsed(archives.whole(tree, name)))
                forum._add(rows(told.get("categories")) + rows(fields(told.get("category_list")).get("categories")))
        return forum

    def _add(self, categories: list[Mapping[str, Any]]) -> None:
        for category in categories:
            groups = [text(found.get("group_name")) for found in rows(category.get("group_permissions"))]
            allow = [f"group:{name}" for name in groups if name and name != "everyone"]
            if category.get("read_restricted") is False:
                readers: dict[str, Any] = {"visibility": Visibility.ORG}
            else:
                readers = {"visibility": Visibility.RESTRICTED, "allow": allow} if allow else SHUT
            self.categories[word(category.get("id"))] = text(category.get("name")), readers
            self._add(rows(category.get("subcategory_list")))

    def topic(self, topic: Mapping[str, Any], place: str) -> Iterator[Item]:
        posts = _posts(topic)
        listed = fields(topic.get("post_stream")).get("stream")
        if isinstance(listed, list) and len(listed) > len(posts):
            yield Refused(place, f"the topic has {len(listed)} posts and the file {len(posts)}; fetch it with ?print=true", incomplete=True)
        if text(topic.get("archetype")) == "private_message":
            return
        category, readers = self.categories.get(word(topic.get("category_id")), ("", SHUT if self.categories else {}))
        tags = [text(tag.get("name")) if isinstance(tag, dict) else word(tag) for tag in _list(topic.get("tags"))]
        known = {**readers, "tags": [tag for tag in (category, *tags) if tag][:50], "thread": word(topic.get("id"))}
        title = text(topic.get("title")) or "A topic"
        asked = "?" in title or any(post.get("accepted_answer") is True for post in posts)
        starter = next((text(post.get("username")) for post in posts if count(post.get("post_number")) == 1), "")
        gone = bool(topic.get("deleted_at"))
        for post in posts:
            written = _written(post, title, starter if asked else None)
            if written is not None:
                written["authors"] = [credit for credit in written["authors"] if credit["id"].removeprefix(OWN) in self.names]
                gone_too = gone or bool(post.get("deleted_at")) or post.get("user_deleted") is True or post.get("hidden") is True
                yield from validation.document({**known, **written, "deleted": gone_too}, f"{place} post {count(post.get('post_number'))}")


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _written(post: Mapping[str, Any], title: str, asker: str | None) -> dict[str, Any] | None:
    """Return the raw fields of a post, None for a notice or a program's. `asker` is None where nothing is asked."""
    if count(post.get("post_type", REGULAR)) != REGULAR or count(post.get("user_id")) < 0:
        return None
    first, username, html = count(post.get("post_number")) == 1, text(post.get("username")), text(post.get("cooked"))
    accepted = post.get("accepted_answer") is True
    role, kind = Role.AUTHOR, "post"
    if asker is not None:
        role = Role.ASKER if first or username == asker else Role.ACCEPTED if accepted else Role.ANSWERER
        kind = "question" if first else "answer" if role is not Role.ASKER or accepted else "post"
    mentioned = [link.rstrip("/").rpartition("/")[2] for link in attributes(html, "a.mention", "href")]
    likes = next((count(action.get("count")) for action in rows(post.get("actions_summary")) if action.get("id") == LIKE), 0)
    created, updated = text(post.get("created_at")) or None, text(post.get("updated_at")) or None
    return {
        "id": f"discourse-{word(post.get('id'))}",
        "kind": kind,
        "title": title if first else f"Re: {title}",
        "text": to_text(html, QUOTED) or ("" if first else "(no text)"),
        "authors": ([{"id": _own(username), "role": role}] if username else [])
        + [{"id": _own(name), "role": Role.MENTIONED} for name in dict.fromkeys(mentioned) if name and name != username],
        "created": created,
        "updated": updated if count(post.get("version")) > 1 else None,
        "votes": count(post.get("like_count")) or likes,
        "accepted": accepted,
    }


def _own(username: str) -> str:
    return OWN + username


def recognises(path: Path) -> bool:
    """Whether a folder's first JSON files are topics, or a zip's names those of topics with their categories."""
    if path.is_dir():
        files = sorted(found for found in path.glob("*.json") if found.name not in CATEGORIES)[:3] or sorted(path.glob("t/*.json"))[:3]
        return any(b'"post_stream"' in head(found, 200_000) for found in files)
    return bool(archives.names(path) & set(CATEGORIES)) and len(archives.names(path)) > 1


FORMAT = Format(
    "discourse",
    "a folder (or archive) of topics as `/t/ID.json?print=true` gives them, with the forum's `categories.json` beside them",
    "what `categories.json` says: the organisation for open categories, their groups for restricted ones. Without it, or without the "
    "category, the author only. Messages are never read",
    recognises,
    Discourse,
)
