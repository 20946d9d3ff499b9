"""MediaWiki's markup to plain text: headings kept as Markdown's, templates and tables of figures left out, categories told apart."""

import re
from collections import Counter
from dataclasses import dataclass

from indexer.connectors.html_text import unescaped

LARGEST_PARSED = 400_000  # characters; a longer page is stripped of its marks more coarsely
MOST_MARKS = 20_000  # the parser tries each of them
MOST_LOOKED_AT_AGAIN = 100_000_000  # characters: what is opened and never closed makes the parser read the rest once more, marks slowly
_HEADING = re.compile(r"^(={1,6})([^\n]{1,320}?)\1[ \t]{0,100}$", re.MULTILINE)
_NO_HEADING = re.compile(
    r"^(?:=[ \t]*)+", re.MULTILINE
)  # within the parser each further mark on its line is a call more, to the end of the process
_CATEGORY = re.compile(
    r"\[\[[ \t]*(?:Category|Kategorie|Catégorie|Categoría)[ \t]*:([^\[\]|\n]{1,200})(?:\|[^\[\]\n]{0,200})?\]\]", re.IGNORECASE
)
_FILE = re.compile(r"\[\[[ \t]*(?:File|Image|Datei|Bild|Fichier)[ \t]*:[^\[\]\n]{1,500}\]\]", re.IGNORECASE)
_NOTE = re.compile(r"<ref[^<>]{0,200}/>|<ref[^<>]{0,200}>[^<>]{0,2000}</ref>", re.IGNORECASE)
_ATTRIBUTES = re.compile(r"<(/?[A-Za-z][A-Za-z0-9]{0,30})\b[^<>]*?(/?)>")
_UNCLOSED = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_PAIRED = re.compile(
    r"\{\{|\}\}|\[\[|\]\]|\{\||\|\}|\[(?=\w{1,20}:)|\]|</?(?!br\b|hr\b|li\b|dd\b|dt\b|td\b|th\b|tr\b|wbr\b)[a-z][a-z0-9]*>", re.IGNORECASE
)
_CLOSES = {"}}": "{{", "]]": "[[", "|}": "{|", "]": "["}
_BOLD = re.compile(r"'{2,5}")
_LINK = re.compile(r"\[\[(?:[^\[\]|\n]{1,300}\|)?([^\[\]|\n]{1,300})\]\]")
_TAGS = re.compile(r"<[^<>\n]{1,300}>")
_BRACES = re.compile(r"\{\{[^{}]{0,2000}\}\}")
_LINES = re.compile(r"\n{3,}")
_MARK = "\ue000"  # stands for # while the parser, to which that is a list, is at work


@dataclass(frozen=True, slots=True)
class Plain:
    """A page without its marks."""

    text: str
    categories: tuple[str, ...]


def plain(source: str) -> Plain:
    """Return what a page's markup says."""
    categories = tuple(dict.fromkeys(" ".join(found.split()) for found in _CATEGORY.findall(source)))
    bare = _NOTE.sub("", _FILE.sub("", _CATEGORY.sub("", source)))
    bare = _HEADING.sub(lambda match: f"\n{_MARK * len(match[1])} {match[2].strip()}\n" if match[2].strip() else match[0], bare)
    return Plain(_LINES.sub("\n\n", _stripped(bare).replace(_MARK, "#")).strip(), categories)


def _stripped(raw: str) -> str:
    source = _NO_HEADING.sub("", _UNCLOSED.sub("&lt;", _ATTRIBUTES.sub(r"<\1\2>", raw)))
    marks = sum(source.count(mark) for mark in "{[<'*#:;")
    again = _unclosed(source) * (100 * marks + len(source))
    if len(source) > LARGEST_PARSED or marks > MOST_MARKS or again > MOST_LOOKED_AT_AGAIN:
        return _coarse(raw)
    import mwparserfromhell
    from mwparserfromhell.parser import ParserError

    try:
        return str(mwparserfromhell.parse(source).strip_code())
    except (RecursionError, ParserError):
        return _coarse(source)


def _unclosed(source: str) -> int:
    """Return how much is opened and not closed, or closed only after what it lies in."""
    opened: list[str] = []
    waiting: Counter[str] = Counter()
    missed = 0
    for match in _PAIRED.finditer(source):
        mark = match[0].lower()
        kind = _CLOSES.get(mark, mark.replace("/", ""))
        if mark == kind:
            opened.append(kind)
            waiting[kind] += 1
        elif waiting[kind]:
            while (last := opened.pop()) != kind:
                waiting[last] -= 1
                missed += 1
            waiting[kind] -= 1
    return missed + len(opened)


def _coarse(source: str) -> str:
    return unescaped(_BOLD.sub("", _LINK.sub(r"\1", _TAGS.sub("", _BRACES.sub("", source)))))
