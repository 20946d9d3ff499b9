import time

from hypothesis import given
from hypothesis import strategies as st

from indexer.chunking import LIMIT, Span, chunk

PIECES = st.sampled_from(
    [
        "# Heading\n",
        "Under\n=====\n",
        "A sentence. ",
        "word ",
        "\n",
        "\n\n",
        "  \t",
        "```\n",
        "x" * 950,
        "é😀",
        "\u2028",
        "## \n",
        "Ende! ",
        "\r\n",
        "---\n",
    ]
)
BODIES = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


@given(BODIES)
def test_passages_cover_all_text_without_overlap_and_are_trimmed(body: str) -> None:
    spans = chunk(body, "title")
    covered: set[int] = set()
    last = 0
    for span in spans:
        assert last <= span.start <= span.end <= len(body)
        last = span.end
        text = body[span.start : span.end]
        assert text == text.strip()
        assert len(text) <= LIMIT
        covered.update(range(span.start, span.end))
    assert {at for at, mark in enumerate(body) if not mark.isspace()} <= covered
    assert (spans == [Span(0, 0, "")]) == (not body.strip())


def test_a_blank_body_gives_one_empty_passage() -> None:
    assert chunk("", "t") == chunk(" \n\t", "t") == [Span(0, 0, "")]


def test_headings_of_both_kinds_begin_passages() -> None:
    body = "Before.\n\n# One #\n\nFirst.\n\nTwo\n---\n\nSecond."
    assert [(span.heading, body[span.start : span.end]) for span in chunk(body, "t")] == [
        ("", "Before."),
        ("One", "# One #\n\nFirst."),
        ("Two", "Two\n---\n\nSecond."),
    ]


def test_a_heading_that_repeats_the_title_is_none() -> None:
    assert chunk("# The title\n\nText.", "The title")[0].heading == ""


def test_a_heading_with_nothing_under_it_goes_with_the_next_section() -> None:
    assert [span.heading for span in chunk("# A\n\n## B\n\nText.", "t")] == ["B"]


def test_a_comment_in_a_code_block_is_no_heading() -> None:
    assert [span.heading for span in chunk("# Real\n\n```\n# comment\nrun\n```\n", "t")] == ["Real"]


def test_short_paragraphs_are_joined_and_long_ones_cut_after_a_sentence() -> None:
    assert len(chunk("One.\n\nTwo.\n\nThree.", "t")) == 1
    body = "This is a sentence of some length. " * 60
    spans = chunk(body, "t")
    assert len(spans) == 3
    assert all(body[span.start : span.end].endswith(".") for span in spans)


def test_hostile_text_is_cut_in_linear_time() -> None:
    for body in (
        "# a" + " " * 200_000 + "b",
        "." * 200_000,
        "\n " * 100_000,
        "```\n" * 50_000,
        ".\"'" * 70_000,
        "=" * 200_000,
        "a\n" * 100_000,
    ):
        begun = time.perf_counter()
        chunk(body, "t")
        assert time.perf_counter() - begun < 20
