"""Confluence's storage format to plain text: code, task lists and links as they read, macros by what stands in them."""

import re
from html import escape

from indexer.connectors.html_text import to_text

_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]\s?>", re.DOTALL)
_CODE = re.compile(r"<ac:plain-text-body>(.*?)</ac:plain-text-body>", re.DOTALL)
_PARAMETER = re.compile(r"<ac:parameter\b[^<>]*>[^<>]*</ac:parameter>")
_TITLE = re.compile(r'<ri:(?:page|attachment|blog-post)\b[^<>]*?ri:(?:content-title|filename)="([^"<>]*)"[^<>]*/>')
_USER = re.compile(r'ri:(?:userkey|account-id)="([^"<>]{1,100})"')
_NAMES = re.compile(r"<(/?)(?:ac|ri):[a-z-]+")


def plain(body: str) -> str:
    """Return what a body says."""
    shown = _CDATA.sub(lambda match: escape(match[1]), body)
    shown = _CODE.sub(r"<pre>\1</pre>", _PARAMETER.sub("", shown))
    shown = _TITLE.sub(r"\1", shown)
    return to_text(_NAMES.sub(r"<\1span", shown).replace("/>", "></span>") if "<ac:" in body or "<ri:" in body else shown)


def mentions(body: str) -> list[str]:
    """Return the keys of users that a body mentions, in order."""
    return list(dict.fromkeys(_USER.findall(body)))
