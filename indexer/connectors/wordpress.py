"""Reads a WordPress export (WXR): published posts and pages, with the comments that were approved.

What is published without a password is readable by the organisation; nothing else is read.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from indexer import validation
from indexer.connectors import packed
from indexer.connectors.addresses import public_id
from indexer.connectors.faults import salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge, size_of
from indexer.connectors.html_text import to_text
from indexer.connectors.xml_stream import elements, inner, name
from indexer.records import Item
from models.errors import SourceError
from models.tables import Role, Visibility

LOOK = 0.15  # of the work is looking for names
KINDS = {"post": "post", "page": "wiki"}
MARK = b"wordpress.org/export/"


class WordPress:
    """The connector for one WXR file."""

    kind = "wordpress"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield the site's authors and those who commented, then posts, pages and comments. Raises SourceError where this is no export."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        if MARK not in packed.head(self._path, 20_000):
            raise SourceError(f"{self._path} is no WordPress export.", "Name the file from Tools, Export.")
        authors: dict[str, str] = {}
        people: dict[str, dict[str, Any]] = {}
        with packed.opened(self._path, self.gauge.part(LOOK, [size_of(self._path)])) as file:
            for element in elements(file, ("author", "comment")):
                if element.tag == "author":
                    login, email = inner(element, "author_login"), inner(element, "author_email").strip().lower()
                    authors[login] = _key(login, email)
                    people[authors[login]] = _person(authors[login], inner(element, "author_display_name") or login, email)
                elif _counts(element):
                    email = inner(element, "comment_author_email").strip().lower()
                    key = public_id(email) if "@" in email else ""
                    if key:
                        people.setdefault(key, _person(key, inner(element, "comment_author"), email))
        for person in people.values():
            yield from validation.person(person, f"author {str(person['id'])[:60]}")
        with packed.opened(self._path, self.gauge.part(1.0, [size_of(self._path)])) as file:
            for number, item in enumerate(elements(file, ("item",)), start=1):
                yield from _item(item, authors, f"item {number}")


def _key(login: str, email: str) -> str:
    return public_id(email) if "@" in email else f"wordpress-{login}"


def _person(key: str, shown: str, email: str) -> dict[str, Any]:
    return {"id": key, "name": shown[:200] or key, "emails": [email] if "@" in email else [], "listed": False}


def _item(item: Element, authors: dict[str, str], place: str) -> Iterator[Item]:
    kind, status = inner(item, "post_type"), inner(item, "status")
    own = f"wordpress-{inner(item, 'post_id')}"
    if kind not in KINDS:
        return
    if status == "trash":
        yield from validation.document({"id": own, "deleted": True}, place)
    if status != "publish" or inner(item, "post_password"):
        return
    login, title = inner(item, "creator"), to_text(inner(item, "title"))
    author = authors.get(login, f"wordpress-{login}" if login else "")
    tags = [found for child in item if name(child) == "category" and (found := (child.text or "").strip()) and found != "Uncategorized"]
    shared: dict[str, Any] = {"tags": tags[:50], "thread": own, "visibility": Visibility.ORG}
    link = inner(item, "link")
    post = {
        "id": own, "kind": KINDS[kind], "title": title, "text": to_text(_body(item)), "authors": [{"id": author}] if author else [],
        "created": _date(item, "post_date"), "updated": _date(item, "post_modified"), "url": link or None,
    }  # fmt: skip
    yield from validation.document({**post, **shared}, place)
    for comment in (child for child in item if name(child) == "comment" and _counts(child)):
        email, number = inner(comment, "comment_author_email").strip().lower(), inner(comment, "comment_id")
        writer = [{"id": public_id(email), "role": Role.AUTHOR}] if "@" in email else []
        said = {
            "id": f"{own}-comment-{number}", "kind": "post", "title": f"Re: {title}"[:400],
            "text": to_text(inner(comment, "comment_content")), "authors": writer,
            "created": _date(comment, "comment_date"), "url": f"{link}#comment-{number}" if link else None,
        }  # fmt: skip
        yield from validation.document({**said, **shared}, f"{place} comment {number[:20]}")


def _body(item: Element) -> str:
    """Return the post's own text: the excerpt has the same name in another namespace."""
    return next((child.text or "" for child in item if child.tag == "encoded" or str(child.tag).endswith("content/}encoded")), "")


def _counts(comment: Element) -> bool:
    return inner(comment, "comment_approved") == "1" and inner(comment, "comment_type") in ("", "comment")


def _date(element: Element, field: str) -> str | None:
    """Return a date in the site's own time zone; zeros stand for none."""
    told = inner(element, field).strip()
    return None if not told or told.startswith("0000") else told


def recognises(path: Path) -> bool:
    """Whether a feed has WordPress's additions."""
    return packed.unpacked_suffix(path) in (".xml", ".wxr") and MARK in packed.head(path, 20_000)


FORMAT = Format(
    "wordpress",
    "a WordPress export (WXR, `.xml`) from *Tools, Export*",
    "the organisation for what is published without a password; private posts, drafts and protected posts are never read",
    recognises,
    WordPress,
)
