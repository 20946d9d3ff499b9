"""HTML to plain text with Markdown's marks, so that headings, lists and code are still to be seen.

The parser is a browser's: nothing is refused.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

LARGEST_HTML = 10_000_000  # characters; what lies beyond is left out
_SILENT = frozenset(
    "script style head template noscript iframe object svg math select option button input textarea form nav _comment !doctype".split()
)
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_OPENING = {f"h{level}": "\n\n" + "#" * level + " " for level in range(1, 7)} | {
    "li": "\n- ", "br": "\n", "pre": "\n\n```\n", "td": " | ", "th": " | ", "tr": "\n",
}  # fmt: skip
_BLOCKS = frozenset(
    "p div section article ul ol dl dt dd table tr blockquote pre hr figure aside header footer main details summary".split()
)
DEEPEST = 2000
# Elements that are closed by the next of their kind, or hold nothing: many of them in a row are no nesting.
_FLAT = frozenset("p li td th tr dt dd option br img hr input wbr col source area meta link".split())
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")
_ABSURD = re.compile(r"&#0*(?:[1-9][0-9]{7,}|x0*[1-9a-f][0-9a-f]{6,});?", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\f\v\n]+")
_LINES = re.compile(r"\n{3,}")
_TRAILING = re.compile(r"(?<![ \t])[ \t]+\n")  # begun at the first blank of a run: begun at each, it takes the square of the run


def to_text(html: str, without: str = "") -> str:
    """Return the text of an HTML fragment. `without` are CSS selectors of what is left out, such as quotations of others."""
    if "<" not in html and "&" not in html:
        return html.strip()
    if _too_deep(html):
        return unescaped(_ANY_TAG.sub(" ", html[:LARGEST_HTML])).strip()
    body = _body(html)
    if body is None:
        return ""
    if without:
        for node in body.css(without):
            node.decompose()
    return _LINES.sub("\n\n", _TRAILING.sub("\n", "".join(_pieces(body)))).strip()


def parsed(html: str) -> "LexborNode | None":
    """Return the body of a page, None where there is no element or they are nested as nobody writes them."""
    return _body(html) if "<" in html and not _too_deep(html) else None


def unescaped(text: str) -> str:
    """Return a text with its character references as characters; a number that no character has stands for none."""
    return unescape(_ABSURD.sub("\ufffd", text))


def attributes(html: str, selector: str, name: str) -> list[str]:
    """Return one attribute of every element that a CSS selector finds, in order."""
    body = parsed(html)
    if body is None:
        return []
    return [value for node in body.css(selector) if (value := node.attributes.get(name))]


def _body(html: str) -> "LexborNode | None":
    from selectolax.lexbor import LexborHTMLParser

    # Half a surrogate pair cannot be handed to the parser.
    return LexborHTMLParser(html[:LARGEST_HTML].encode("utf-8", "replace").decode().replace("\x00", "")).body


def _too_deep(html: str) -> bool:
    """Whether elements are nested as nobody writes them: the parser takes the square of the depth."""
    depth = 0
    for match in _TAG.finditer(html):
        if match[2].lower() not in _FLAT:
            depth += -1 if match[1] else 1
            if depth > DEEPEST:
                return True
            depth = max(depth, 0)
    return False


def _pieces(body: "LexborNode") -> Iterator[str]:
    """Walk without recursion, as hostile pages nest deeper than Python does. `code` counts the preformatted elements we are in."""
    node = body.child
    code = 0
    while node is not None:
        tag = node.tag or ""
        if tag == "-text":
            text = node.text_content or ""
            yield text if code else _BLANKS.sub(" ", text)
        elif tag not in _SILENT:
            yield _before(node, tag)
            code += tag == "pre"
            if node.child is not None:
                node = node.child
                continue
            code -= tag == "pre"
            yield _after(node, tag)
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node.tag in ("body", "html"):
                return
            code -= node.tag == "pre"
            yield _after(node, node.tag or "")
        node = node.next if node is not None else None


def _before(node: "LexborNode", tag: str) -> str:
    if tag == "code":
        return "" if _preformatted(node) else "`"
    if tag == "img":
        return node.attributes.get("alt") or ""
    return _OPENING.get(tag) or ("\n\n" if tag in _BLOCKS else "")


def _after(node: "LexborNode", tag: str) -> str:
    if tag == "pre":
        return "\n```\n\n"
    if tag == "code":
        return "" if _preformatted(node) else "`"
    if tag == "a":
        return _target(node)
    return "\n\n" if tag in _HEADINGS else "\n" if tag in _BLOCKS and tag != "tr" else ""


def _preformatted(node: "LexborNode") -> bool:
    return node.parent is not None and node.parent.tag == "pre"


def _target(node: "LexborNode") -> str:
    target = node.attributes.get("href") or ""
    shown = (node.text() or "").strip() if len(target) < 500 else target
    return f" ({target})" if target.startswith(("http://", "https://")) and shown and target not in shown and len(target) < 500 else ""
