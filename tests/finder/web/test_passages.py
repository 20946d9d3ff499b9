"""The passage that a result was found by, marked in the document's text."""

import re

import pytest

from finder.answers import DocumentPage, DocumentSummary
from finder.web.passages import Found, found
from finder.web.rendering import body

EVIL = '<script>alert(1)</script> "onload="'
MARKDOWN = "# Slow queries\n\nFirst of all, look.\n\n## Plans\n\nRead the *plan* of the query.\n\n- item one\n- item two\n\nThe end."
PLAIN = f"Queries are slow.\nSo are queries of {EVIL}.\n\nSecond paragraph."


def page(text: str, *passages: tuple[int, int]) -> DocumentPage:
    return DocumentPage(DocumentSummary("d", "Slow queries", "wiki", "s", None, "en", (), (), None), text, None, passages)


def passage(text: str, beginning: str, end: str, *terms: str) -> Found:
    return Found(text.index(beginning), text.index(end) + len(end), frozenset(terms))


def test_a_passage_is_found_by_its_beginning_and_the_question_gives_the_words() -> None:
    held = page(MARKDOWN, (0, 30), (32, 80))
    assert found(held, "32", "Who reads the queries?") == Found(32, 80, frozenset({"read", "queri"}))
    assert found(held, "0", "???") == Found(0, 30, frozenset())


@pytest.mark.parametrize("start", ["", "31", "-1", "032", "1e3", "32'", EVIL])
def test_what_is_no_beginning_marks_nothing(start: str) -> None:
    assert found(page(MARKDOWN, (0, 30), (32, 80)), start, "queries") is None


def test_a_text_of_one_passage_has_its_words_marked_and_no_place_to_scroll_to() -> None:
    lit = body("Queries are slow.", "Title", found(page("Queries are slow.", (0, 17)), "0", "slow query"))
    assert lit == '<p class="plain"><mark>Queries</mark> are <mark>slow</mark>.</p>'


def test_the_blocks_of_markdown_that_the_passage_touches_stand_in_one_of_their_own() -> None:
    html = body(MARKDOWN, "Slow queries", passage(MARKDOWN, "## Plans", "the query.", "plan", "queri"))
    before, inside = html.split('<div class="found" id="passage">')
    inside, after = inside.split("</div>")
    assert "<p>First of all, look.</p>" in before
    assert "<mark>Plans</mark>" in inside
    assert "<em><mark>plan</mark></em> of the <mark>query</mark>" in inside
    assert "<li>item one</li>" in after
    assert "<mark>" not in before + after


def test_a_list_is_marked_as_a_whole() -> None:
    html = body(MARKDOWN, "Slow queries", passage(MARKDOWN, "- item two", "The end."))
    assert html.split('<div class="found" id="passage">')[1].startswith("\n<ul>\n<li>item one</li>")


def test_a_heading_that_repeats_the_title_takes_no_mark_with_it() -> None:
    html = body(MARKDOWN, "Slow queries", passage(MARKDOWN, "# Slow", "look."))
    assert html.startswith('<div class="found" id="passage">')
    assert "Slow queries" not in html


def test_a_part_of_a_plain_paragraph_is_marked_as_a_part() -> None:
    html = body(PLAIN, "", passage(PLAIN, "So are", '"onload="', "queri"))
    assert html.count('<span class="found" id="passage">So are <mark>queries</mark> of &lt;script&gt;') == 1
    assert html.startswith('<p class="plain">Queries are slow.\n<span')
    assert html.endswith('<p class="plain">Second paragraph.</p>')


def test_only_the_first_paragraph_of_a_passage_is_the_place_to_scroll_to() -> None:
    html = body("One is here.\n\nTwo is here.", "", Found(0, 26, frozenset()))
    assert html.count('class="found"') == 2
    assert html.count('id="passage"') == 1


@pytest.mark.parametrize("text", [f'# {EVIL}\n\n<div class="found" id="passage">x</div>\n\n<mark>y</mark> {EVIL}', EVIL])
def test_a_text_cannot_mark_itself(text: str) -> None:
    for lit in (None, Found(0, len(text), frozenset({"alert", "onload"}))):
        html = body(text, "", lit)
        assert "<script" not in html
        assert len(re.findall(r'<[^>]*id="passage"', html)) == (0 if lit is None else 1)
        assert html.count("<mark>") == html.count("</mark>")
        assert "<mark>y" not in html


def test_line_ends_of_other_systems_do_not_shift_the_mark() -> None:
    text = MARKDOWN.replace("\n", "\r\n")
    html = body(text, "Slow queries", passage(text, "## Plans", "the query."))
    assert "Plans" in html.split('id="passage">')[1].split("</div>")[0]
    assert "item" not in html.split('id="passage">')[1].split("</div>")[0]
