"""Reads a feed that was saved as a file: RSS or Atom, each entry a post.

A feed lists its newest entries only: what it no longer lists is kept. It is a publication, readable by the organisation.
"""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from indexer import validation
from indexer.connectors import packed
from indexer.connectors.addresses import public_id
from indexer.connectors.faults import Damaged, salvaged
from indexer.connectors.formats import Format
from indexer.connectors.html_text import to_text
from indexer.records import Item
from models.errors import SourceError
from models.tables import Visibility

LARGEST_FEED = 20_000_000  # bytes
_ENCODINGS = ("utf-8", "utf8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16")
_DECLARED = re.compile(rb"""^\s*<\?xml[^<>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^<>]{0,300}\?>")
_FORBIDDEN = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)


class Feed:
    """The connector for one file with a feed."""

    kind = "feed"
    complete = False

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path

    def items(self) -> Iterator[Item]:
        """Yield those who wrote, then the entries. Raises SourceError where this is no feed."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        import feedparser

        with packed.opened(self._path) as file:
            content = file.read(LARGEST_FEED + 1)
        if len(content) > LARGEST_FEED:
            raise Damaged(f"it is larger than {LARGEST_FEED // 1_000_000} MB")
        # Bytes, not a name: given a name, the library would look for it on the network.
        text = _decoded(content)
        try:
            found = feedparser.parse(BytesIO(text.encode()), sanitize_html=False, resolve_relative_uris=False)
        except Exception as error:  # the library raises whatever its parts raise
            raise Damaged(f"the feed cannot be read: {error}") from error
        if not found.get("version"):
            raise SourceError(f"{self._path} is no feed that can be read.", "Save the feed itself, not the page that shows it.")
        language = found.feed.get("language")
        entries = [dict(entry) for entry in found.entries]
        people: dict[str, tuple[str, str]] = {}
        for entry in entries:
            for key, name, email in _authors(entry):
                people.setdefault(key, (name, email))
        for key, (name, email) in people.items():
            person = {"id": key, "name": name, "emails": [email] if email else [], "listed": False}
            yield from validation.person(person, f"author {key[:60]}")
        for number, entry in enumerate(entries, start=1):
            yield from _post(entry, language, f"{self._path.name} entry {number}")


def _decoded(content: bytes) -> str:
    """Return a feed as text, without declarations. Raises Damaged where it declares entities: the library would follow them."""
    declared = _DECLARED.match(content[:1000])
    wanted = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else declared[1].decode().lower() if declared else "utf-8"
    if wanted not in _ENCODINGS:
        raise Damaged(f"the encoding {wanted[:40]} is not read")
    text = content.decode("utf-8-sig" if wanted.startswith("utf-8") else wanted, "replace").replace("\x00", "")
    if _FORBIDDEN.search(text):
        raise Damaged("the file declares a document type or entities, and such files are refused")
    return _DECLARATION.sub("", text, count=1)


def _authors(entry: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (own id, name, address). Somebody of whom only a name is told is that name within this feed and nowhere else.

    The library hands an author's address on to the next one who has none, so that an address counts for the first only.
    """
    met: set[str] = set()
    for author in entry.get("authors", ())[:20]:
        name, email = " ".join(str(author.get("name") or "").split()), str(author.get("email") or "").strip().lower()
        if re.fullmatch(r"[^\s@]+@[^\s@]+", email) and email not in met:
            met.add(email)
            yield public_id(email), name[:200] or email.partition("@")[0], email
        elif name:
            yield f"feed-{name}"[:200], name[:200], ""


def _post(entry: Mapping[str, Any], language: object, place: str) -> Iterator[Item]:
    contents = [part for part in entry.get("content", ()) if part.get("value")]
    html = contents[0]["value"] if contents else entry.get("summary") or ""
    link = entry.get("link") or ""
    own = entry.get("id") or link or f"{entry.get('title', '')} {entry.get('published', '')}"
    fields = {
        "id": own if len(own) <= 200 else public_id(own),
        "kind": "post",
        "title": to_text(entry.get("title") or ""),
        "text": to_text(html),
        "authors": [{"id": key} for key, _, _ in _authors(entry)],
        "created": _date(entry, "published") or _date(entry, "updated"),
        "updated": _date(entry, "updated") if _date(entry, "published") else None,
        "tags": [tag["term"] for tag in entry.get("tags", ())[:50] if isinstance(tag.get("term"), str)],
        "url": link or None,
        "language": contents[0].get("language") or language if contents else language,
        "visibility": Visibility.ORG,
    }
    yield from validation.document(fields, place)


def _date(entry: Mapping[str, Any], name: str) -> str | None:
    told = entry.get(f"{name}_parsed")
    return f"{told.tm_year:04}-{told.tm_mon:02}-{told.tm_mday:02}" if told and 1970 <= told.tm_year <= 9999 else None


def recognises(path: Path) -> bool:
    """Whether a file begins as a feed does."""
    return (
        packed.unpacked_suffix(path) in (".xml", ".rss", ".atom", ".rdf")
        and _ROOT.search(packed.head(path).replace(b"\x00", b"")) is not None
    )


FORMAT = Format(
    "feed",
    "an RSS or Atom feed, saved as a file",
    "the organisation: a feed is a publication",
    recognises,
    Feed,
)
