"""Reads a folder of Markdown files, each a wiki page, with what its front matter says.

A page is readable by the organisation unless its front matter says otherwise (`visibility`, `allow`, `draft: true`): that is this
format's stated default.
"""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from indexer import validation
from indexer.connectors import archives
from indexer.connectors.bounds import RENAME, is_text, shown
from indexer.connectors.faults import Damaged, salvaged
from indexer.connectors.formats import Format
from indexer.connectors.front_matter import split
from indexer.connectors.gauge import Gauge
from indexer.connectors.markdown_flavours import flavoured
from indexer.records import Item, Refused
from indexer.validation import LARGEST_TEXT
from models.errors import SourceError
from models.tables import Role, Visibility

SUFFIXES = (".md", ".markdown")
_HEADING = re.compile(r"^#{1,2}[ \t]+(\S[^\n]{0,400})$", re.MULTILINE)
_MAILBOX = re.compile(r"[^<>]*<([^<>\s@]+@[^<>\s@]+)>")
_SCALARS = (str, int, float, date)


class Markdown:
    """The connector for a Markdown folder, or a zip of one. Hidden folders and links are not followed."""

    kind = "markdown"

    def __init__(self, folder: Path) -> None:
        self.location = str(folder.resolve())
        self._folder = folder
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield every page. Raises SourceError where the folder cannot be read."""
        if archives.is_archive(self._folder):
            yield from salvaged(self._packed(), self._folder)
            return
        if not self._folder.is_dir():
            raise SourceError(f"{self._folder} is no folder.", "Check the path.")
        is_vault = (self._folder / ".obsidian").is_dir()
        found = list(pages(self._folder))
        for path in self.gauge.part(1.0, [len(found)]).each(found):
            place = path.relative_to(self._folder).as_posix()
            if not is_text(place):
                yield Refused(shown(place), RENAME)
                continue
            try:
                if path.stat().st_size > LARGEST_TEXT:
                    yield Refused(place, f"the file is larger than {LARGEST_TEXT // 1_000_000} MB", place)
                    continue
                content = path.read_bytes()
            except OSError as error:
                yield Refused(place, f"the file cannot be read: {error.strerror}", place)
                continue
            yield from _page(place, content, is_vault=is_vault)

    def _packed(self) -> Iterator[Item]:
        with archives.opened(self._folder) as tree:
            files = list(archives.ending(tree, self._folder, SUFFIXES))
            for name in self.gauge.part(1.0, map(tree.size, files)).each(files, tree.size):
                try:
                    content = archives.whole(tree, name)
                except Damaged as error:
                    yield Refused(name, str(error), incomplete=True)
                    continue
                yield from _page(name, content, is_vault=False)


def _page(place: str, content: bytes, *, is_vault: bool) -> Iterator[Item]:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        meta, body = split(text)
    except UnicodeDecodeError as error:
        yield Refused(place, f"the file is not UTF-8: {error.reason} at byte {error.start}", place)
    except ValueError as error:
        yield Refused(place, f"its front matter cannot be read: {error}", place)
    else:
        yield from validation.document(flavoured(fields(place, meta, body), place, is_vault=is_vault), place)


def pages(folder: Path) -> Iterator[Path]:
    """Yield the Markdown files under a folder, in a steady order."""
    for root, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(root, name)
            if name.lower().endswith(SUFFIXES) and not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def _unreadable(error: OSError) -> None:
    raise SourceError(f"{error.filename} cannot be read: {error.strerror}.", "Check that you may read it.") from error


def title(meta: Mapping[str, Any], body: str, path: str) -> str:
    """Return a page's title: its front matter's, else its first heading, else its file's name."""
    given = meta.get("title")
    if isinstance(given, _SCALARS) and str(given).strip():
        return str(given)
    heading = _HEADING.search(body)
    if heading:
        return heading.group(1).strip().rstrip("#").rstrip()
    return Path(path).stem.replace("-", " ").replace("_", " ").strip() or path


def fields(path: str, meta: Mapping[str, Any], body: str) -> dict[str, Any]:
    """Return the raw fields of a page, named as in a collection."""
    draft = meta.get("draft") is True or meta.get("published") is False
    return {
        "id": path,
        "kind": _text(meta.get("kind")) or "wiki",
        "title": title(meta, body, path),
        "text": body.strip(),
        "authors": [*authors(meta, "author", Role.AUTHOR), *authors(meta, "authors", Role.AUTHOR), *authors(meta, "editors", Role.EDITOR)],
        "created": _date(meta.get("created", meta.get("date"))),
        "updated": _date(meta.get("updated", meta.get("lastmod"))),
        "tags": _list(meta.get("tags")) + _list(meta.get("keywords")),
        "url": _text(meta.get("url")),
        "language": _text(meta.get("language", meta.get("lang"))),
        "visibility": Visibility.PRIVATE if draft else _text(meta.get("visibility", Visibility.ORG)) or "",
        "allow": _list(meta.get("allow")),
    }


def authors(meta: Mapping[str, Any], name: str, role: Role) -> list[dict[str, str]]:
    """Return the credits that a front matter field gives: ids, accounts, e-mail addresses or mailboxes, one or a list of them."""
    held = meta.get(name)
    entries = held if isinstance(held, list) else [held]
    found = [entry.get("id") or entry.get("email") or entry.get("name") if isinstance(entry, Mapping) else entry for entry in entries]
    return [{"id": _person(str(entry)), "role": role} for entry in found if isinstance(entry, _SCALARS) and str(entry).strip()]


def _person(entry: str) -> str:
    mailbox = _MAILBOX.fullmatch(entry.strip())
    address = mailbox.group(1) if mailbox else entry.strip()
    return f"email:{address.lower()}" if "@" in address and " " not in address and ":" not in address else address


def _list(value: object) -> list[str]:
    if isinstance(value, str):
        value = value.split(",")
    return [str(entry).strip() for entry in value if isinstance(entry, _SCALARS)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, _SCALARS) else None


def _date(value: object) -> object:
    return value if value is None or isinstance(value, date | datetime) else str(value)[:60] if isinstance(value, _SCALARS) else "no date"


def recognises(path: Path) -> bool:
    """Whether a folder has a Markdown file anywhere, or a zip holds some."""
    if path.is_dir():
        return next(pages(path), None) is not None
    return any(name.lower().endswith(SUFFIXES) for name in archives.names(path))


FORMAT = Format(
    "markdown",
    "a folder with `.md` files (or a zip of one), such as an Obsidian vault or a Notion export: each a wiki page, with `title`, `author`, "
    "`tags`, `created` ... from its front matter",
    "the organisation. `visibility`, `allow` and `draft: true` (private) in the front matter narrow it. Front matter that cannot be read "
    "quarantines the page",
    recognises,
    Markdown,
)
