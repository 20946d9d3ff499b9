"""Untrusted text to safe HTML: snippets with their highlights, bodies as Markdown or as plain paragraphs."""

import re
from functools import lru_cache
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from finder.answers import Snippet
from finder.web import passages
from finder.web.passages import Found

# No text can make a div or a mark: raw HTML is not parsed, and these two are ours, for the passage that was found.
# Without images (a tracker), styles, identifiers or forms: what remains is text structure and links.
TEXT = ("a", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "mark", "ol", "p")
TAGS = frozenset((*TEXT, "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"))
MARKDOWN = re.compile(
    r"^(?:#{1,6} |```|~~~|[-*+] |\d{1,9}[.)] |> |\|.{1,200}\||[^\n]{1,200}\n(?:===|---))"  # what begins a block
    r"|\[[^\[\]\n]{1,200}\]\([^()\n]{1,200}\)|\*\*\S|`[^`\n]{1,200}`",  # a link, bold, code
    re.MULTILINE,
)
# Marks in a snippet that would only be noise: around bold, code and links, before headings, quotes and list items.
MARKS = (
    re.compile(r"(`)[^`\n]+(`)"),
    re.compile(r"(\*\*)(?=[^\s*`])[^*`\n]*[^\s*`(](\*\*)"),
    re.compile(r"(\[)[^\[\]\n]+(\]\([^()\s]*\))"),
    re.compile(r"(?:^|(?<=\s))(#{1,6} )(?=\S)"),
    re.compile(r"^(> |[-*+] )", re.MULTILINE),
)
LONGEST = 50_000  # characters parsed as Markdown: longer texts are logs and exports, and would take seconds


def marked(snippet: Snippet) -> Markup:
    """Return a snippet as escaped HTML with <mark> around each highlight and without the marks of Markdown.

    Offsets are code points. Overlapping spans merge; spans outside the text are cut to it.
    """
    size = len(snippet.text)
    edges: set[int] = {0, size}
    spans = [(max(0, start), min(size, end)) for start, end in snippet.highlights if start < end]
    for start, end in spans:
        edges |= {start, end} if start < end else set()
    noise = _noise(snippet.text)
    pieces = Markup("")
    lit = False
    for start, end in pairwise(sorted(edges)):
        inside = any(low <= start and end <= high for low, high in spans)
        if inside != lit:
            pieces += Markup("<mark>") if inside else Markup("</mark>")
            lit = inside
        pieces += escape("".join(snippet.text[place] for place in range(start, end) if place not in noise))
    return pieces + Markup("</mark>") if lit else pieces


def _noise(text: str) -> frozenset[int]:
    """Return the places of the characters that only mark up the rest."""
    found = (match.span(group) for pattern in MARKS for match in pattern.finditer(text) for group in range(1, pattern.groups + 1))
    return frozenset(place for span in found for place in range(*span))


def body(text: str, title: str, found: Found | None = None) -> Markup:
    """Return a document's text as sanitised HTML: Markdown where it reads like Markdown, else paragraphs with their line breaks.

    Headings start at the second level, below the page's own title; a first heading that only repeats `title` is left out. The
    passage that was `found` is marked, and its beginning can be scrolled to.
    """
    passage = found or Found(0, 0, frozenset())
    return _markdown(text, title, passage) if len(text) <= LONGEST and MARKDOWN.search(text) else _plain(text, passage)


def _plain(text: str, passage: Found) -> Markup:
    cuts = [0, *(place for blank in re.finditer(r"\n\s*\n", text) for place in blank.span()), len(text)]
    spans = [(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=True) if text[start:end].strip()]
    return Markup("\n").join(Markup('<p class="plain">{}</p>').format(_lit(text, start, end, passage)) for start, end in spans)


def _lit(text: str, start: int, end: int, passage: Found) -> Markup:
    """Return a paragraph [start, end) of plain text with the part that belongs to the passage in a span of its own."""
    first, last = max(start, passage.start), min(end, passage.end)
    if not passage.end:
        return passages.marked(text[start:end].strip("\n"), passage.terms)
    if first >= last:
        return escape(text[start:end].strip("\n"))
    place = Markup(' id="{}"').format(passages.ID) if start <= passage.start else ""
    inner = passages.marked(text[first:last].strip("\n"), passage.terms)
    span = Markup('<span class="{}"{}>{}</span>').format(passages.CLASS, place, inner)
    return escape(text[start:first].lstrip("\n")) + span + escape(text[last:end].rstrip("\n"))


def _markdown(text: str, title: str, passage: Found) -> Markup:
    parser = _parser()
    tokens = passages.mark(_under_the_title(parser.parse(text), title), text, passage)
    html = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"a": {"href", "title"}, "ol": {"start"}, "div": {"class", "id"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704  nh3 has just cleaned it


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _image_as_text)
    return parser


def _image_as_text(_renderer: object, tokens: list[Token], index: int, _options: object, _env: object) -> str:
    return str(escape(tokens[index].content))


def _under_the_title(tokens: list[Token], title: str) -> list[Token]:
    """Move headings below level one without gaps, and drop a leading repetition of the title."""
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[1].content.strip() == title.strip():
        tokens = tokens[3:]
    levels = sorted({int(token.tag[1]) for token in tokens if token.type == "heading_open"})
    shallow = {level: place for place, level in enumerate(levels, start=2)}
    before = 1
    for token in tokens:
        if token.type == "heading_open":
            before = min(shallow[int(token.tag[1])], before + 1, 6)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{before}"
    return tokens
