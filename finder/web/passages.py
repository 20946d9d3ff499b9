"""The passage of a document that a result was found by: where it stands, and which of its words met the question."""

from dataclasses import dataclass
from functools import cache

from markdown_it.token import Token
from markupsafe import Markup, escape

from finder.answers import DocumentPage
from finder.framing import topic_terms
from finder.query import bounded
from models.analyzer import Analyzer
from models.errors import InvalidQuery

ID, CLASS = "passage", "found"


@dataclass(frozen=True, slots=True)
class Found:
    """A passage [start, end) of a text, in code points, and the terms of the question."""

    start: int
    end: int
    terms: frozenset[str]


def found(page: DocumentPage, start: str, question: str) -> Found | None:
    """Return the passage of a page that begins at `start`, as an address gives it; None where there is none such, or no other beside it."""
    span = next((span for span in page.passages if str(span[0]) == start), None)
    if span is None:
        return None
    # A text of one passage is read from its beginning; marking all of it would say nothing.
    return Found(*(span if len(page.passages) > 1 else (0, 0)), _terms(question))


def marked(text: str, terms: frozenset[str]) -> Markup:
    """Return text as escaped HTML, with <mark> around each word whose term is given."""
    pieces, at = Markup(""), 0
    for start, end in _words(text, terms):
        pieces += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end])
        at = end
    return pieces + escape(text[at:])


def mark(tokens: list[Token], text: str, passage: Found) -> list[Token]:
    """Return parsed Markdown with the outermost blocks that the passage touches in one of their own, and the question's words marked."""
    everywhere = passage.end == 0
    lines = _line(text, passage.start), _line(text, max(passage.start, passage.end - 1)) + 1
    touched = [place for place, token in enumerate(tokens) if everywhere or _touches(token, lines)]
    for place in touched:
        if tokens[place].type == "inline":
            tokens[place].children = [piece for child in tokens[place].children or () for piece in _split(child, passage.terms)]
    outermost = [place for place in touched if tokens[place].level == 0 and tokens[place].type != "inline"]
    if everywhere or not outermost:
        return tokens
    first, last = outermost[0], outermost[-1]
    if tokens[last].nesting == 1:
        last = next(place for place in range(last + 1, len(tokens)) if tokens[place].level == 0 and tokens[place].nesting == -1)
    begin = Token("passage_open", "div", 1, attrs={"class": CLASS, "id": ID}, block=True)
    return [*tokens[:first], begin, *tokens[first : last + 1], Token("passage_close", "div", -1, block=True), *tokens[last + 1 :]]


def _touches(token: Token, lines: tuple[int, int]) -> bool:
    return token.map is not None and token.map[0] < lines[1] and token.map[1] > lines[0]


def _split(token: Token, terms: frozenset[str]) -> list[Token]:
    """Return a token of running text as several, those of the question's words between <mark> and </mark>."""
    if token.type != "text":
        return [token]
    pieces, at = [], 0
    for start, end in _words(token.content, terms):
        lit = (Token("mark_open", "mark", 1), _text(token.content[start:end]), Token("mark_close", "mark", -1))
        pieces += [_text(token.content[at:start]), *lit]
        at = end
    return [*pieces, _text(token.content[at:])]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _words(text: str, terms: frozenset[str]) -> list[tuple[int, int]]:
    return [(start, end) for start, end, _ in _analyzer().spans(text, terms)] if terms else []


def _terms(question: str) -> frozenset[str]:
    try:
        return frozenset(topic_terms(bounded(question), _analyzer()))
    except InvalidQuery:
        return frozenset()


def _line(text: str, place: int) -> int:
    return text[:place].replace("\r\n", "\n").replace("\r", "\n").count("\n")


@cache
def _analyzer() -> Analyzer:
    return Analyzer()
