import numpy as np
import pytest

from models.confidence import coverage, holds, probability
from models.generation import Calibration
from models.lexical import Lexical, count

VOCABULARY: dict[str, int] = {}
MATRIX = count([["slow", "query"], ["query"], ["vacuum"]], VOCABULARY)
LEXICAL = Lexical.of(MATRIX, np.ones(3, bool))


def test_a_row_that_holds_every_term_covers_the_question() -> None:
    assert coverage(LEXICAL, [VOCABULARY["slow"], VOCABULARY["query"]], 0) == pytest.approx(1.0)


def test_rare_terms_cover_more_than_common_ones() -> None:
    by_rare = coverage(LEXICAL, [VOCABULARY["slow"], VOCABULARY["query"]], 0) - coverage(
        LEXICAL, [VOCABULARY["slow"], VOCABULARY["query"]], 1
    )
    assert by_rare > 0.5


def test_an_unknown_term_counts_as_the_rarest() -> None:
    assert coverage(LEXICAL, [VOCABULARY["query"], None], 1) < coverage(LEXICAL, [VOCABULARY["query"], VOCABULARY["slow"]], 1)
    assert coverage(LEXICAL, [None], 0) == 0.0


def test_a_question_without_terms_covers_nothing() -> None:
    assert coverage(LEXICAL, [], 0) == 0.0


def test_holding_is_exact() -> None:
    assert [holds(LEXICAL, VOCABULARY["query"], row) for row in range(3)] == [True, True, False]


def test_probability_is_the_logistic() -> None:
    calibration = Calibration(-6.0, 10.0, 3.5, fitted=False)
    assert probability(calibration, 0.6, 0.0) == pytest.approx(0.5)
    assert probability(calibration, 0.9, 1.0) > 0.99
    assert probability(calibration, 0.1, 0.0) < 0.01
