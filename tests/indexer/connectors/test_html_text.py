from time import process_time

import pytest

from indexer.connectors.html_text import attributes, to_text, unescaped


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain words", "plain words"),
        ("<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\nlines"),
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("<h2>Head</h2><ul><li>first</li><li>second</li></ul>", "## Head\n\n- first\n- second"),
        ("<pre><code>a  b\n  c</code></pre>", "```\na  b\n  c\n```"),
        ("use <code>git log</code> now", "use `git log` now"),
        ('see <a href="https://example.org/x">this</a>', "see this (https://example.org/x)"),
        ('<a href="https://example.org">https://example.org</a>', "https://example.org"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ("<script>alert(1)</script><style>p{}</style>seen", "seen"),
        ('<img src="x" alt="a chart">', "a chart"),
        ("<table><tr><th>a</th><td>b</td></tr></table>", "| a | b"),
        ("<div><div><p>deep</p></div></div>", "deep"),
    ],
)
def test_html_becomes_plain_text_with_marks(html: str, text: str) -> None:
    assert to_text(html) == text


def test_quotations_can_be_left_out() -> None:
    assert to_text('<aside class="quote"><p>theirs</p></aside><p>mine</p>', "aside.quote") == "mine"


def test_attributes_are_found_by_a_selector() -> None:
    assert attributes('<a class="mention" href="/u/ben">@ben</a><a href="/x">x</a>', "a.mention", "href") == ["/u/ben"]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000 + "x",
        "<b><i>" * 50_000 + "x",
        "<!--" * 100_000,
        "<" * 500_000,
        "&" * 500_000,
        "<a href='" * 50_000,
        "<table><td>" * 20_000,
    ],
)
def test_hostile_html_takes_no_more_than_two_seconds(html: str) -> None:
    begun = process_time()
    to_text(html)
    assert process_time() - begun < 10


def test_a_number_that_no_character_has_stands_for_none() -> None:
    assert unescaped("&#" + "9" * 5000 + "; &#x" + "f" * 5000 + "; &#000000000065; &#233;") == "\ufffd \ufffd A é"
    assert "9" * 20 not in to_text("<div>" * 3000 + "&#" + "9" * 5000 + ";")


def test_a_long_run_of_blanks_takes_no_time() -> None:
    begun = process_time()
    assert to_text("<pre>a" + " \t" * 300_000 + "b</pre>").endswith("b\n```")
    assert process_time() - begun < 5
