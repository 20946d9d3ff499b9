import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.analyzer import STOP_WORDS, Analyzer, language

ANALYZER = Analyzer()


def test_words_become_stems_without_stop_words_in_order() -> None:
    assert ANALYZER.terms("Who can help with slow queries? Queries are slow.") == ["slow", "queri", "queri", "slow"]


def test_a_question_of_nothing_but_stop_words_has_no_terms() -> None:
    assert ANALYZER.terms("Who knows about it?") == []
    assert ANALYZER.terms(" ".join(STOP_WORDS)) == []


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("C++ and C#", ["c++", "c#"]),
        ("node.js", ["node", "js"]),
        ("x-ray", ["x", "ray"]),
        ("snake_case", ["snake", "case"]),
        ("Łódź", ["łódź"]),
    ],
)
def test_names_of_things_are_taken_apart_alike_everywhere(text: str, terms: list[str]) -> None:
    assert ANALYZER.terms(text) == terms


def test_what_no_person_would_type_as_a_word_is_dropped() -> None:
    assert ANALYZER.terms("a" * 41 + " " + "b" * 40) == ["b" * 40]


@given(st.text(st.characters(max_codepoint=0x24F, exclude_characters="İ"), max_size=80))
def test_spans_and_terms_agree(text: str) -> None:
    spans = ANALYZER.spans(text, frozenset(ANALYZER.terms(text)))
    assert [term for _, _, term in spans] == ANALYZER.terms(text)
    assert all(ANALYZER.terms(text[start:end]) == [term] for start, end, term in spans)


@given(st.text(max_size=200))
def test_any_text_is_analysed(text: str) -> None:
    assert all(len(term) > 0 for term in ANALYZER.terms(text))
    assert all(0 <= start < end <= len(text) for start, end, _ in ANALYZER.spans(text, ANALYZER.terms(text)))


def test_only_words_of_wanted_terms_have_a_span() -> None:
    text = "Slow queries, SLOWLY queried: c++ and snow"
    assert [text[start:end] for start, end, _ in ANALYZER.spans(text, {"slow", "queri"})] == ["Slow", "queries", "queried"]
    assert [text[start:end] for start, end, _ in ANALYZER.spans(text, {"c++", "slowli"})] == ["SLOWLY", "c++"]
    assert ANALYZER.spans(text, ()) == []


def test_sentences_cover_the_text() -> None:
    text = "One thing. Another thing! And a third?"
    assert [text[start:end] for start, end in ANALYZER.sentences(text)] == ["One thing.", "Another thing!", "And a third?"]


def test_phrases_stop_at_stop_words_and_come_longest_first() -> None:
    assert ANALYZER.phrases("slow query plans of the night", 2) == ["query plans", "slow query", "night", "plans", "query", "slow"]


def test_the_language_of_a_short_text_is_the_default() -> None:
    assert language("Guten Morgen", "no") == "no"
    assert language("Das ist ein deutscher Satz, der lang genug ist, um ihn zu erkennen.", "en") == "de"
    assert language("This is an English sentence that is long enough to be recognised.", "de") == "en"
