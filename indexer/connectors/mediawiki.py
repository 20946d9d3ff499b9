"""Reads a MediaWiki XML dump: each page a document with its newest text, credited to those whose revisions made it.

A wiki has no rights by page: what it holds is readable by the organisation.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element

from indexer import validation
from indexer.connectors import packed
from indexer.connectors.faults import salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge, size_of
from indexer.connectors.html_text import unescaped
from indexer.connectors.wikitext import Plain, plain
from indexer.connectors.xml_stream import elements, inner, name
from indexer.records import Item
from models.errors import SourceError
from models.tables import Role, Visibility

WANTED = ("siteinfo", "revision", "page")  # the first stands before all others and tells the wiki's address
MOST_EDITORS = 8
SMALLEST_SHARE = 0.05  # of what was written on a page: a typo mended is no edit to be known for
LEFT_OUT = frozenset({2, 6, 8, 10, 14, 828})  # namespaces of users, files, messages, templates, categories, modules
_PROGRAM = re.compile(r"Bot\d*$|[ _-]bot\d*$|^(MediaWiki default|Maintenance script|Conversion script|New user message)$")
_USERNAME = re.compile(rb"<username>([^<]{1,1000})</username>")
_BLOCK = 1 << 20
LOOK = 0.1  # of the work is looking for names


class MediaWiki:
    """The connector for an XML dump, with all revisions or the current ones."""

    kind = "mediawiki"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield those who edited, then the pages. Raises SourceError where this is no dump."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        if b"<mediawiki" not in packed.head(self._path):
            raise SourceError(f"{self._path} is no MediaWiki dump.", "Name the file that dumpBackup.php or Special:Export wrote.")
        wiki = _Wiki()
        with packed.opened(self._path) as file:
            first = next(elements(file, WANTED), None)
        if first is not None and first.tag == "siteinfo":
            wiki.learn(first)
        yield from self._people(wiki)
        with packed.opened(self._path, self.gauge.part(1.0, [size_of(self._path)])) as file:
            for element in elements(file, WANTED):
                if element.tag == "revision":
                    wiki.page.revise(element)
                elif element.tag == "page":
                    yield from wiki.finish(element)

    def _people(self, wiki: "_Wiki") -> Iterator[Item]:
        met: dict[str, None] = {}
        held = b""
        with packed.opened(self._path, self.gauge.part(LOOK, [size_of(self._path)])) as file:
            while block := file.read(_BLOCK):
                held = held[-1100:] + block
                for found in _USERNAME.finditer(held):
                    met[_unescaped(found[1])] = None
        for username in met:
            if not _PROGRAM.search(username):
                account = [f"mediawiki:{wiki.host}/{username}"] if wiki.host else []
                person = {"id": _own(username), "name": username, "accounts": account, "listed": False}
                yield from validation.person(person, f"user {username[:60]}")


def _unescaped(raw: bytes) -> str:
    return " ".join(unescaped(raw.decode("utf-8", "replace")).split())


@dataclass(slots=True)
class _Page:
    """What the revisions of the page at hand say: who added how much, and the newest text. A revert undoes what it reverts."""

    added: list[tuple[str, int]] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    text: str = ""
    created: str = ""
    updated: str = ""
    begun: bool = False

    def revise(self, revision: Element) -> None:
        body = next((child for child in revision if name(child) == "text"), None)
        if body is None or body.get("deleted") is not None:
            return
        text = body.text or ""
        digest = inner(revision, "sha1") or str(hash(text))
        if digest in self.seen:
            del self.added[self.seen[digest] :]
        else:
            self.added.append((inner(revision, "contributor", "username"), max(len(text) - len(self.text), 0) + 1))
        if not self.updated:
            self.begun, self.created = not inner(revision, "parentid"), inner(revision, "timestamp")
        self.seen[digest] = len(self.added)
        self.text, self.updated = text, inner(revision, "timestamp")

    def credits(self) -> list[dict[str, Any]]:
        """Return who began the page and who wrote a good part of it, the most first; an editor's share where all revisions are there."""
        shares: dict[str, int] = {}
        for username, size in self.added:
            shares[username] = shares.get(username, 0) + size
        total = sum(shares.values())
        first = self.added[0][0] if self.added and self.begun else None
        ranked = sorted(shares, key=lambda username: -shares[username])
        kept = [username for username in ranked if username == first or shares[username] >= SMALLEST_SHARE * total][: MOST_EDITORS + 1]
        people = [username for username in kept if username and not _PROGRAM.search(username)]
        # Of a page whose beginning is missing, the first revision at hand holds what others wrote.
        told = {username: {"share": shares[username] / total} for username in people if self.begun and username != first}
        return [
            {"id": _own(username), "role": Role.AUTHOR if username == first else Role.EDITOR, **told.get(username, {})}
            for username in people
        ]


@dataclass(slots=True)
class _Wiki:
    """The wiki's address, and the page at hand."""

    host: str = ""
    prefix: str = ""
    page: _Page = field(default_factory=_Page)

    def learn(self, siteinfo: Element) -> None:
        base = inner(siteinfo, "base")
        try:
            parts = urlsplit(base)
        except ValueError:  # brackets that hold no address
            return
        if parts.scheme in ("http", "https") and parts.netloc and "[" not in base:
            self.host, self.prefix = parts.netloc.lower(), base.rpartition("/")[0] + "/"

    def finish(self, element: Element) -> Iterator[Item]:
        page, self.page = self.page, _Page()
        title, number, space = inner(element, "title"), inner(element, "id"), inner(element, "ns") or "0"
        redirect = any(name(child) == "redirect" for child in element)
        wanted = space.isascii() and space.isdigit() and int(space[:6]) % 2 == 0 and int(space[:6]) not in LEFT_OUT
        if redirect or not wanted or not page.updated:
            return
        found: Plain = plain(page.text)
        fields = {
            "id": f"page-{number}" if number else title,
            "kind": "wiki",
            "title": title,
            "text": found.text,
            "authors": [{**credit, "id": _spaced(credit["id"])} for credit in page.credits()],
            "created": page.created if page.begun else None,
            "updated": page.updated,
            "tags": list(found.categories),
            "url": self.prefix + quote(title.replace(" ", "_"), safe="/:()") if self.prefix else None,
            "visibility": Visibility.ORG,
        }
        yield from validation.document(fields, f"page {title[:80]}")


def _own(username: str) -> str:
    return f"mediawiki-{username}"


def _spaced(own: str) -> str:
    return " ".join(own.split())


def recognises(path: Path) -> bool:
    """Whether a file, packed or not, begins as a dump does."""
    return packed.unpacked_suffix(path) == ".xml" and b"<mediawiki" in packed.head(path)


FORMAT = Format(
    "mediawiki",
    "an XML dump of a wiki (`.xml`, `.xml.gz`, `.xml.bz2`) from `dumpBackup.php` or *Special:Export*",
    "the organisation: a wiki has no rights by page",
    recognises,
    MediaWiki,
)
