"""One page of Confluence's HTML export: title, names, dates, labels, who is mentioned, and its text without what macros put around it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import unquote

from indexer.connectors import written_dates
from indexer.connectors.faults import Damaged
from indexer.connectors.html_text import parsed, to_text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAIN = "#main-content.wiki-content"
# Lists that Confluence makes of other pages and files, what stands for something until it is loaded, and what is clicked. Not the icons
# of its boxes: they are written as if they closed themselves, so that a parser of HTML finds the box within them.
CHROME = (
    ".toc-macro, .childpages-macro, .plugin_pagetree, .content-by-label, .recently-updated, .plugin_attachments_container, "
    ".issue-placeholder, .expand-control, img.emoticon"
)
LONGEST_NAME = 180  # characters
# What stands where a name would: nobody, or everybody who has left.
_NOBODY = frozenset(
    ("", "anonymous", "anonym", "anonymer benutzer", "unknown user", "unbekannter benutzer", "former user", "ehemaliger benutzer")
)
_STATE = re.compile(r" \((?:unlicensed|deactivated|deleted|inactive|deaktiviert|gelöscht)\)$", re.IGNORECASE)
_PROFILE = re.compile(r"/people/([^/?#]{1,150})")


@dataclass(frozen=True, slots=True)
class Mention:
    """A user whom a page mentions: an account of the cloud or a login, the other one empty, and the name shown."""

    account: str
    login: str
    name: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. Names are as shown, "" for nobody; `unread` is a line whose date cannot be understood, `main` is HTML."""

    title: str
    author: str
    editor: str
    created: date | None
    updated: date | None
    unread: str
    labels: tuple[str, ...]
    mentions: tuple[Mention, ...]
    main: str

    @property
    def text(self) -> str:
        """What its author wrote, as plain text."""
        return to_text(self.main, CHROME)


def page(html: str) -> Page | None:
    """Return what a file says, None for what has a title but no text of its own: the index, folders, whiteboards. Raises Damaged."""
    if "</html>" not in html[-5000:].lower():
        raise Damaged("the file is cut off")
    body = parsed(html)
    if body is None:
        raise Damaged("its elements are nested deeper than anybody writes")
    main, title = body.css_first(MAIN), _line(body.css_first("#title-text"))
    if main is None:
        if not title:
            raise Damaged("it is no page of a Confluence export")
        return None
    mentions = _mentions(main)
    _simplify(main)
    written = main.html or ""
    main.decompose()  # what follows is said beside the text, never in it
    author, editor, created, updated, unread = _metadata(body)
    space = _line(body.css_first("#breadcrumbs li"))
    labels = (_line(label) for label in body.css("#labels-section a, .label-list a"))
    title = title.removeprefix(f"{space} : ") if space else title
    return Page(title, author, editor, created, updated, unread, tuple(dict.fromkeys(filter(None, labels))), mentions, written)


def _simplify(main: "LexborNode") -> None:
    """Take out what would read as more than it says: addresses of people, titles of issues, paragraphs within items and cells."""
    for link in main.css("a.user-mention"):
        link.attrs["href"] = ""
    for issue in main.css("[data-jira-key]"):
        issue.replace_with(issue.attributes.get("data-jira-key") or "")
    for paragraph in main.css("li > p:first-child, td > p:first-child, th > p:first-child"):
        paragraph.unwrap()


def _metadata(body: "LexborNode") -> tuple[str, str, date | None, date | None, str]:
    """Return author, editor, when the page was created, when it was changed, and what could not be read of that.

    Whatever the language, the author stands in front, a comma parts that from the change, and one date ends the line.
    """
    line = body.css_first(".page-metadata")
    if line is None:
        return "", "", None, None, ""
    author, editor = (line.css_first(f".{role}") for role in ("author", "editor"))
    names = [_name(node) for node in (author, editor)]
    for node in (author, editor):
        if node is not None:
            node.decompose()
    rest = _line(line)[:500]
    day = written_dates.found(rest)
    if day is None:
        return names[0], names[1], None, None, rest if re.search(r"\d", rest) else ""
    changed = editor is not None or author is None or "," in rest[: day[0]]
    return names[0], names[1], None if changed else day[1], day[1] if changed else None, ""


def _mentions(main: "LexborNode") -> tuple[Mention, ...]:
    found: dict[tuple[str, str], Mention] = {}
    for link in main.css("a.user-mention"):
        login, profile = link.attributes.get("data-username") or "", _PROFILE.search(link.attributes.get("href") or "")
        account = link.attributes.get("data-account-id") or ("" if login or profile is None else unquote(profile[1]))
        if account or login:
            found.setdefault((account, "" if account else login), Mention(account, "" if account else login, _name(link)))
    return tuple(found.values())


def _name(node: "LexborNode | None") -> str:
    name = _STATE.sub("", _line(node).lstrip("@"))[:LONGEST_NAME].strip()
    return "" if name.lower() in _NOBODY else name


def _line(node: "LexborNode | None") -> str:
    return " ".join((node.text() or "").split()) if node is not None else ""
