"""Reads a Confluence space export in HTML: a zip with `index.html` and a file for each page, or its folder.

The export says neither who may read a page nor which account wrote it: pages are their author's, unless whoever adds them says otherwise,
and a name is somebody within this source and nowhere else. Only who is mentioned goes by an account.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from indexer import validation
from indexer.connectors import archives
from indexer.connectors.archives import Tree
from indexer.connectors.confluence_page import Mention, Page, page
from indexer.connectors.faults import Damaged, salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge
from indexer.connectors.html_text import attributes
from indexer.records import Item, Noted, Refused
from models.errors import SourceError
from models.tables import Role

INDEX = "index.html"
MOST_MENTIONED = 20
LOOK = 0.35  # of the work is looking for names
_NUMBERED = re.compile(r"(?:.*_)?(\d{1,20})\.html", re.DOTALL)


class ConfluenceHtml:
    """The connector for a space export in HTML."""

    kind = "confluence-html"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield those who are named, then the pages. Raises SourceError where this is no export."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        with archives.opened(self._path) as tree:
            if INDEX not in tree.names or not any(map(_NUMBERED.fullmatch, tree.names)):
                raise SourceError(f"{self._path} holds no {INDEX} with pages beside it.", "Export the space as HTML.")
            people: dict[str, tuple[str, str]] = {}
            for _, found in _pages(tree, self.gauge, LOOK):
                if isinstance(found, Page):
                    people |= {_named(name): (name, "") for name in (found.author, found.editor) if name}
                    people |= {_mentioned(who): (who.name or who.login or who.account, who.account) for who in found.mentions}
            for key, (name, account) in people.items():
                person = {"id": key, "name": name, "accounts": [f"atlassian:{account}"] if account else [], "listed": False}
                yield from validation.person(person, f"user {name[:60]}")
            for name, found in _pages(tree, self.gauge, 1.0):
                if isinstance(found, Refused):
                    yield found
                else:
                    yield from _document(name, found)


def _pages(tree: Tree, gauge: Gauge, end: float) -> Iterator[tuple[str, Page | Refused]]:
    """Yield name and page of each file. Of several files of one page, that which the index links to is read."""
    read: dict[str, str] = {}
    files = _files(tree)
    for name in gauge.part(end, map(tree.size, files)).each(files, tree.size):
        own = _own_id(name)
        if own in read:
            yield name, Refused(name, f"the page is read from {read[own]}: another export may have left this file behind")
            continue
        read[own] = name
        try:
            found = page(archives.whole(tree, name).decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            yield name, Refused(name, f"the file is not UTF-8: {error.reason} at byte {error.start}", own)
        except Damaged as error:
            yield name, Refused(name, str(error), own)
        else:
            if found is not None:
                yield name, found


def _files(tree: Tree) -> list[str]:
    """Return the files beside the index, those first that it links to. What lies deeper is attached to pages."""
    try:
        links = attributes(archives.whole(tree, INDEX).decode("utf-8", "replace"), "a", "href")
    except Damaged:
        links = []
    listed = frozenset(unquote(link) for link in links)
    beside = (name for name in tree.names if "/" not in name and name.endswith(".html"))
    return sorted(beside, key=lambda name: (name not in listed, name))


def _own_id(name: str) -> str:
    """Return a page's id as in an export in XML: the number that its file's name ends in, else that name."""
    numbered = _NUMBERED.fullmatch(name)
    return f"confluence-{numbered[1] if numbered else name.removesuffix('.html')}"


def _named(name: str) -> str:
    return f"confluence-{name}"


def _mentioned(who: Mention) -> str:
    """Return the id of an account, which no name can be mistaken for: names lose a leading `@`."""
    return f"confluence-@{who.account or who.login}"


def _document(name: str, found: Page) -> Iterator[Item]:
    if found.unread:
        yield Noted(name, f"the date in {found.unread[:80]!r} is not understood and was left out")
    credits = [{"id": _named(found.author), "role": Role.AUTHOR}] if found.author else []
    credits += [{"id": _named(found.editor), "role": Role.EDITOR}] if found.editor not in ("", found.author) else []
    credits += [{"id": _mentioned(who), "role": Role.MENTIONED} for who in found.mentions[:MOST_MENTIONED]]
    fields = {
        "id": _own_id(name),
        "kind": "wiki",
        "title": found.title or name.removesuffix(".html"),
        "text": found.text,
        "authors": credits,
        "created": found.created,
        "updated": found.updated,
        "tags": list(found.labels[:50]),
    }
    yield from validation.document(fields, name)


def recognises(path: Path) -> bool:
    """Whether a zip or a folder has an index that Confluence made, and pages with a number beside it."""
    found = archives.names(path)
    if INDEX not in found or not any(map(_NUMBERED.fullmatch, found)):
        return False
    head = archives.head(path, INDEX, 20_000)
    return b'id="main-content"' in head and b"confluenceT" in head


FORMAT = Format(
    "confluence-html",
    "a Confluence space export in HTML: the zip, or the folder it was unpacked to",
    "its author alone: the export does not say who may read a page, and holds restricted ones too",
    recognises,
    ConfluenceHtml,
)
