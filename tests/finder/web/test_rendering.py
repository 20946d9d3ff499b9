"""Untrusted text to safe HTML."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.answers import Snippet
from finder.web.rendering import TAGS, body, marked


def test_highlights_become_marks_around_escaped_text() -> None:
    assert marked(Snippet("a <b> c", ((2, 5),))) == "a <mark>&lt;b&gt;</mark> c"


def test_highlights_are_counted_in_code_points() -> None:
    assert marked(Snippet("😀é slow", ((3, 7),))) == "😀é <mark>slow</mark>"


def test_overlapping_touching_and_outlying_highlights_merge_into_the_text() -> None:
    assert marked(Snippet("abcdef", ((-4, 2), (1, 3), (3, 4), (5, 99), (4, 4), (50, 60)))) == "<mark>abcd</mark>e<mark>f</mark>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("we hold **143** things in `end.csv` today", "we hold 143 things in end.csv today"),
        ("## Why\n> it [broke](https://example.org/a)\n- once", "Why\nit broke\nonce"),
        ("f(**kw) and g(**kw)", "f(**kw) and g(**kw)"),
        ("2 ** 3 ** 4 # not a heading? C# is", "2 ** 3 ** 4 not a heading? C# is"),
        ("__init__ and a_b_c * d", "__init__ and a_b_c * d"),
    ],
)
def test_snippets_are_shown_without_the_marks_of_markdown(text: str, shown: str) -> None:
    assert marked(Snippet(text)) == shown


def test_highlights_stay_on_their_words_where_marks_are_left_out() -> None:
    assert marked(Snippet("## A **slow query** here", ((7, 11),))) == "A <mark>slow</mark> query here"


def test_a_snippet_without_highlights_is_only_escaped() -> None:
    assert marked(Snippet("1 < 2 & 3")) == "1 &lt; 2 &amp; 3"


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40)), max_size=5))
def test_marking_never_changes_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    assert marked(Snippet(text, tuple(spans))).striptags() == marked(Snippet(text)).striptags()
    assert marked(Snippet(text, tuple(spans))).count("<mark>") == marked(Snippet(text, tuple(spans))).count("</mark>")


def test_plain_text_keeps_its_paragraphs_and_is_escaped() -> None:
    assert body("one <i>\nline\n\n\ntwo", "") == '<p class="plain">one &lt;i&gt;\nline</p>\n<p class="plain">two</p>'


def test_markdown_is_rendered() -> None:
    html = body("Some **bold** and `code`.\n\n- item\n\n| a | b |\n|---|---|\n| 1 | 2 |", "")
    assert "<strong>bold</strong>" in html
    assert "<code>code</code>" in html
    assert "<li>item</li>" in html
    assert "<td>1</td>" in html


@pytest.mark.parametrize(
    "text",
    [
        "**x** <script>alert(1)</script>",
        "**x** <img src=http://evil.example/a.png onerror=alert(1)>",
        "![alt text](http://evil.example/a.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hello) **y**",
        "[x](vbscript:a) <iframe src=//evil.example></iframe>",
        '**x** <a href="http://example.org" onclick="a()" style="a">x</a><form action=/><input></form>',
        "```html\n</code></pre><script>alert(1)</script>\n```",
    ],
)
def test_nothing_in_a_body_runs_loads_or_submits(text: str) -> None:
    tags = _tags(body(text, ""))
    assert {name for name, _ in tags} <= TAGS
    for _, attributes in tags:
        assert set(attributes) <= {"href", "rel", "title", "class"}
        assert attributes.get("href", "https:").startswith(("https:", "http:", "mailto:"))


def _tags(html: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, {name: value or "" for name, value in attrs}))

    Reader().feed(html)
    return found


def test_an_image_leaves_its_description() -> None:
    assert body("![a plan of the rack](http://evil.example/a.png)", "") == "<p>a plan of the rack</p>\n"


def test_links_to_the_web_carry_no_referrer_to_the_site() -> None:
    html = body("[manual](https://example.org/a)", "")
    assert 'href="https://example.org/a"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


def test_headings_start_below_the_title_and_leave_no_level_out() -> None:
    html = body("# One\n\ntext\n\n#### Deep\n\ntext\n\n# Two\n\ntext", "Title")
    assert re.findall(r"<h\d>\w+", html) == ["<h2>One", "<h3>Deep", "<h2>Two"]


def test_a_first_heading_that_repeats_the_title_is_left_out() -> None:
    assert body("# Slow queries\n\n**Look**", "Slow queries") == "<p><strong>Look</strong></p>\n"


@pytest.mark.parametrize("piece", ["[", "](", "*a ", "`", "<", "> ", "- [", "|a", "![", "#", "_a", "\n\n- "])
def test_repetitive_text_is_shown_in_a_moment(piece: str) -> None:
    started = time.monotonic()
    body("**x** " + piece * (100_000 // len(piece)), "")
    body("**x** " + piece * (40_000 // len(piece)), "")
    assert time.monotonic() - started < 20
