"""Cuts a document's body into the passages that are embedded and shown: paragraph groups under their section's heading."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

CHUNKER = "1"
# Characters of a passage: what the default encoder reads of one text at a time, with the title in front.
LIMIT = 900
LONGEST_HEADING = 120
_HEADING = re.compile(
    r"^[ ]{0,3}#{1,6}[ \t]+(?P<atx>\S[^\n]{0,150})$"
    r"|^(?P<under>\S.{0,118})\n(?P<rule>([=\-~^\"'`*+#])\4{2,})[ \t]*$",
    re.MULTILINE,
)
_FENCE = re.compile(r"^[ ]{0,3}(```|~~~).*?(?:^[ ]{0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
_BLANK_LINES = re.compile(r"\n[ \t\r\f\v]*\n\s*")
_SENTENCE_END = re.compile("[.!?\u2026][\"'\u201d\u2019)\\]]*\\s+|[\u3002\uff01\uff1f]|\\n")


@dataclass(frozen=True, slots=True)
class Span:
    """A passage [start, end) of a body, in code points, and the heading it stands under ("" before the first)."""

    start: int
    end: int
    heading: str


def chunk(body: str, title: str) -> list[Span]:
    """Return the passages of a body, in order.

    They never overlap, cover all text that is not blank, and neither begin nor end with white space. A heading that repeats the
    title counts as none. A blank body gives one empty passage, so that the title alone can be found.
    """
    start, end = _trim(body, 0, len(body))
    if start == end:
        return [Span(0, 0, "")]
    if end - start <= LIMIT and "\n" not in body:
        return [Span(start, end, "")]
    return [
        Span(first, last, "" if heading == title else heading)
        for section, stop, heading in _sections(body)
        for first, last in _groups(body, section, stop)
    ]


def _sections(body: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, heading). A heading with nothing under it goes with the section that follows."""
    fences = [match.span() for match in _FENCE.finditer(body)] if "```" in body or "~~~" in body else []
    begun, content, heading = 0, 0, ""
    for match in _HEADING.finditer(body):
        text = (match["atx"] or match["under"]).strip().rstrip("#").rstrip()
        if len(text) > LONGEST_HEADING or _inside(fences, match.start()) or not re.search(r"\w", text):
            continue
        if body[content : match.start()].strip():
            yield begun, match.start(), heading
            begun = match.start()
        content, heading = match.end(), text
    yield begun, len(body), heading


def _inside(fences: list[tuple[int, int]], at: int) -> bool:
    index = bisect_left(fences, (at + 1, 0)) - 1
    return index >= 0 and fences[index][0] <= at < fences[index][1]


def _groups(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Join paragraphs up to LIMIT characters; a longer one is cut at sentence ends."""
    held: tuple[int, int] | None = None
    for first, last in _paragraphs(body, start, end):
        if held is not None and last - held[0] <= LIMIT:
            held = held[0], last
            continue
        if held is not None:
            yield held
        held = first, last
        while held[1] - held[0] > LIMIT:
            cut = _cut(body, held[0], held[1])
            yield _trim(body, held[0], cut)
            held = _trim(body, cut, held[1])
    if held is not None:
        yield held


def _paragraphs(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _BLANK_LINES.finditer(body, start, end):
        first, last = _trim(body, start, match.start())
        if first < last:
            yield first, last
        start = match.end()
    first, last = _trim(body, start, end)
    if first < last:
        yield first, last


def _cut(body: str, start: int, end: int) -> int:
    """Return where to cut a paragraph that is too long: after a sentence, else between words, else at LIMIT."""
    window = min(start + LIMIT, end)
    cut = 0
    for match in _SENTENCE_END.finditer(body, start + LIMIT // 3, window):
        cut = match.end()
    if not cut:
        cut = body.rfind(" ", start + LIMIT // 3, window) + 1
    return cut or window


def _trim(body: str, start: int, end: int) -> tuple[int, int]:
    while start < end and body[start].isspace():
        start += 1
    while end > start and body[end - 1].isspace():
        end -= 1
    return start, end
