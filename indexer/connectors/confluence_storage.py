"""Confluence's storage format to plain text: code, task lists and links as they read, macros by what stands in them."""

import re
from collections.abc import Callable
from html import escape

from indexer.connectors.html_text import to_text

_PARAMETER = re.compile(r"<ac:parameter\b[^<>]*>[^<>]*</ac:parameter>")
_TITLE = re.compile(r'<ri:(?:page|attachment|blog-post)\b[^<>]*?ri:(?:content-title|filename)="([^"<>]*)"[^<>]*/>')
_USER = re.compile(r'ri:(?:userkey|account-id)="([^"<>]{1,100})"')
_NAMES = re.compile(r"<(/?)(?:ac|ri):[a-z-]+")


def plain(body: str) -> str:
    """Return what a body says."""
    shown = _replaced(body.replace("]] >", "]]>"), "<![CDATA[", "]]>", escape)
    shown = _replaced(_PARAMETER.sub("", shown), "<ac:plain-text-body>", "</ac:plain-text-body>", "<pre>{}</pre>".format)
    shown = _TITLE.sub(r"\1", shown)
    return to_text(_NAMES.sub(r"<\1span", shown).replace("/>", "></span>") if "<ac:" in body or "<ri:" in body else shown)


def _replaced(text: str, opening: str, closing: str, shown: Callable[[str], str]) -> str:
    """Return a text with what stands between two marks shown otherwise. One pass: a pattern would look for each missing end anew."""
    pieces, at = [], 0
    while (start := text.find(opening, at)) >= 0:
        end = text.find(closing, start)
        if end < 0:
            break
        pieces += [text[at:start], shown(text[start + len(opening) : end])]
        at = end + len(closing)
    return "".join([*pieces, text[at:]])


def mentions(body: str) -> list[str]:
    """Return the keys of users that a body mentions, in order."""
    return list(dict.fromkeys(_USER.findall(body)))
