from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.lexical import Lexical, best, count

WORDS = [f"w{n}" for n in range(30)]
texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=25), min_size=1, max_size=20)


def indexed(corpus: list[list[str]], public: list[bool] | None = None) -> tuple[Lexical, dict[str, int]]:
    vocabulary: dict[str, int] = {}
    matrix = count(corpus, vocabulary)
    return Lexical.of(matrix, np.asarray(public if public is not None else [True] * len(corpus), bool)), vocabulary


@settings(max_examples=60, deadline=None)
@given(corpus=texts, asked=st.lists(st.sampled_from(WORDS), min_size=1, max_size=5, unique=True))
def test_scores_are_those_of_bm25s(corpus: list[list[str]], asked: list[str]) -> None:
    """On a corpus that everybody may read, with our own tokens and method `lucene`."""
    lexical, vocabulary = indexed(corpus)
    asked = [word for word in asked if word in vocabulary]
    if not asked:
        return
    oracle = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    oracle.index([text or ["\0"] for text in corpus] if not any(corpus) else corpus, show_progress=False)
    expected = oracle.get_scores(asked)
    assert lexical.scores({vocabulary[word]: 1.0 for word in asked}) == pytest.approx(expected, abs=1e-5)


def test_scores_are_those_of_bm25s_on_longer_texts() -> None:
    random = np.random.default_rng(7)
    corpus = [[f"t{n}" for n in random.zipf(1.3, size=random.integers(5, 400)) if n < 5000] for _ in range(300)]
    lexical, vocabulary = indexed(corpus)
    oracle = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    oracle.index(corpus, show_progress=False)
    for first in range(1, 60, 3):
        asked = [word for word in (f"t{first}", f"t{first + 1}", f"t{first * 7}") if word in vocabulary]
        assert lexical.scores({vocabulary[word]: 1.0 for word in asked}) == pytest.approx(oracle.get_scores(asked), abs=1e-5)


@given(shown=texts, hidden=texts)
def test_statistics_come_from_what_everybody_may_read(shown: list[list[str]], hidden: list[list[str]]) -> None:
    """Hidden rows, wherever they stand, change no digit of a shown row's score."""
    alone, vocabulary = indexed(shown)
    mixed, more = indexed([*hidden, *shown], [False] * len(hidden) + [True] * len(shown))
    for word, column in vocabulary.items():
        assert alone.idf(column) == mixed.idf(more[word])
        assert np.array_equal(alone.scores({column: 1.0}), mixed.scores({more[word]: 1.0})[len(hidden) :])


def test_a_term_counts_with_its_weight() -> None:
    lexical, vocabulary = indexed([["slow", "query"], ["query"], ["vacuum"]])
    half, whole = (lexical.scores({vocabulary["slow"]: weight}) for weight in (0.5, 1.0))
    assert half[0] == pytest.approx(whole[0] / 2)
    assert half[0] > 0
    assert half[1] == half[2] == 0


def test_rare_terms_tell_more() -> None:
    lexical, vocabulary = indexed([["slow", "query"], ["query"], ["query"]])
    assert lexical.idf(vocabulary["slow"]) > lexical.idf(vocabulary["query"]) > 0


def test_nothing_public_gives_finite_scores() -> None:
    lexical, vocabulary = indexed([["slow"], ["query"]], [False, False])
    assert np.isfinite(lexical.scores({vocabulary["slow"]: 1.0})).all()


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    lexical, vocabulary = indexed([["slow", "query"], [], ["query", "query"]])
    lexical.save(tmp_path, "passage")
    loaded = Lexical.load(tmp_path, "passage")
    assert (loaded.matrix() != lexical.matrix()).nnz == 0
    assert np.array_equal(loaded.scores({vocabulary["query"]: 1.0}), lexical.scores({vocabulary["query"]: 1.0}))


@given(st.lists(st.integers(0, 5), max_size=40), st.data())
def test_the_best_rows_come_in_order_of_score_then_row(values: list[int], data: st.DataObject) -> None:
    scores = np.asarray(values, np.float32)
    mask = np.asarray(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))), bool)
    k = data.draw(st.integers(1, 10))
    rows, found = best(scores, mask, k)
    expected = sorted((-score, row) for row, score in enumerate(values) if score > 0 and mask[row])[:k]
    assert list(zip((-found).tolist(), rows.tolist(), strict=True)) == expected


def test_without_a_mask_every_row_counts() -> None:
    rows, _ = best(np.asarray([0, 3, 1, 3], np.float32), None, 2)
    assert rows.tolist() == [1, 3]
