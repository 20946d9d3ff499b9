"""What a question is about, told from the words it is asked in."""

import pytest

from finder.framing import topic_terms
from models.analyzer import Analyzer

ANALYZER = Analyzer()


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("Who maintains the build system?", ["build", "system"]),
        ("who can help with slow queries", ["slow", "queri"]),
        ("Is there an expert in zeppelins", ["zeppelin"]),
        ("Wer kümmert sich um Zertifikate", ["zertifik"]),
    ],
)
def test_the_words_that_ask_for_a_person_are_no_topic(question: str, terms: list[str]) -> None:
    assert topic_terms(question, ANALYZER) == terms


@pytest.mark.parametrize(
    "question",
    [
        "expert systems",
        "maintains the build",
        "review of the contract we signed",
        "can a person who cannot see use our graphs",
        "is work safe",
    ],
)
def test_without_a_question_in_front_every_word_counts(question: str) -> None:
    assert topic_terms(question, ANALYZER) == ANALYZER.terms(question)


def test_only_the_opening_is_a_frame() -> None:
    assert "maintain" in topic_terms("who knows about zeppelins and how to maintain them", ANALYZER)


@pytest.mark.parametrize("question", ["Who is an expert?", "who knows who wrote"])
def test_a_question_that_is_all_frame_is_asked_as_it_stands(question: str) -> None:
    assert topic_terms(question, ANALYZER) == ANALYZER.terms(question) != []
