"""MediaWiki's markup to plain text: headings kept as Markdown's, templates and tables of figures left out, categories told apart."""

import re
from dataclasses import dataclass
from html import unescape

LARGEST_PARSED = 400_000  # characters; a longer page is stripped of its marks more coarsely
MOST_OPENINGS = 20_000  # braces and brackets: the parser tries each of them
_HEADING = re.compile(r"^(={1,6})[ \t]*(\S[^\n]{0,300}?)[ \t]*\1[ \t]*$", re.MULTILINE)
_CATEGORY = re.compile(
    r"\[\[[ \t]*(?:Category|Kategorie|Catégorie|Categoría)[ \t]*:([^\[\]|\n]{1,200})(?:\|[^\[\]\n]{0,200})?\]\]", re.IGNORECASE
)
_FILE = re.compile(r"\[\[[ \t]*(?:File|Image|Datei|Bild|Fichier)[ \t]*:[^\[\]\n]{1,500}\]\]", re.IGNORECASE)
_NOTE = re.compile(r"<ref[^<>]{0,200}/>|<ref[^<>]{0,200}>[^<>]{0,2000}</ref>", re.IGNORECASE)
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
    bare = _HEADING.sub(lambda match: f"\n{_MARK * len(match[1])} {match[2]}\n", bare)
    return Plain(_LINES.sub("\n\n", _stripped(bare).replace(_MARK, "#")).strip(), categories)


def _stripped(source: str) -> str:
    if len(source) > LARGEST_PARSED or sum(source.count(mark) for mark in "{[<'") > MOST_OPENINGS:
        return _coarse(source)
    import mwparserfromhell
    from mwparserfromhell.parser import ParserError

    try:
        return str(mwparserfromhell.parse(source).strip_code())
    except (RecursionError, ParserError):
        return _coarse(source)


def _coarse(source: str) -> str:
    return unescape(_BOLD.sub("", _LINK.sub(r"\1", _TAGS.sub("", _BRACES.sub("", source)))))
