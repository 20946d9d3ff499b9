import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.snippets import LENGTH, snippet
from models.analyzer import Analyzer

ANALYZER = Analyzer()
words = st.sampled_from(["slow", "query", "vacuum", "the", "a", "x" * 30, "ünï", "🙂", "end.", "http://example.org/" + "y" * 90])


def test_the_words_that_met_the_question_are_marked() -> None:
    found = snippet("Why  queries\nare slow.", {"slow": 1.0, "queri": 2.0}, ANALYZER)
    assert found.text == "Why queries are slow."
    assert [found.text[start:end] for start, end in found.highlights] == ["queries", "slow"]


def test_the_window_is_where_the_question_is_met() -> None:
    found = snippet("filler " * 100 + "the vacuum sleeps " + "filler " * 100, {"vacuum": 1.0}, ANALYZER)
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")
    assert [found.text[start:end] for start, end in found.highlights] == ["vacuum"]


def test_the_richest_window_wins_over_the_first() -> None:
    found = snippet("slow " + "filler " * 100 + "slow vacuum", {"slow": 1.0, "vacuum": 3.0}, ANALYZER)
    assert "vacuum" in found.text


def test_a_text_that_does_not_meet_the_question_shows_its_beginning() -> None:
    found = snippet("word " * 200, {"vacuum": 1.0}, ANALYZER)
    assert found.text.startswith("word word")
    assert found.highlights == ()


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_no_text_is_no_snippet(text: str) -> None:
    assert snippet(text, {"slow": 1.0}, ANALYZER).text == ""


@given(st.lists(words, max_size=120).map(" ".join), st.sets(st.sampled_from(["slow", "queri", "vacuum"])))
def test_highlights_are_the_terms_in_code_points_and_never_missing(text: str, asked: set[str]) -> None:
    found = snippet(text, dict.fromkeys(asked, 1.0), ANALYZER)
    assert len(found.text) <= LENGTH + 4
    assert found.text.removeprefix("… ").removesuffix(" …") in " ".join(text.split())
    assert all(ANALYZER.terms(found.text[start:end])[0] in asked for start, end in found.highlights)
    assert list(found.highlights) == sorted(found.highlights)
    assert bool(found.highlights) == bool(asked & set(ANALYZER.terms(text)))
