"""Vectors are embedded once."""

from pathlib import Path

import numpy as np
import pytest

from finder.evaluation import vectors
from finder.evaluation.vectors import passage_vectors
from tests.fake_encoder import FakeEncoder

TEXTS = ("a crane", "a much longer text about a crane", "fog")


def test_vectors_stand_in_the_order_of_the_texts(tmp_path: Path) -> None:
    found = passage_vectors(TEXTS, FakeEncoder(), tmp_path)
    np.testing.assert_array_equal(found, FakeEncoder().encode(TEXTS))


def test_the_same_texts_are_not_embedded_again(tmp_path: Path) -> None:
    first = passage_vectors(TEXTS, FakeEncoder(), tmp_path)
    again = FakeEncoder()
    np.testing.assert_array_equal(passage_vectors(TEXTS, again, tmp_path), first)
    assert again.encoded == 0


def test_other_texts_or_another_order_find_no_stale_vectors(tmp_path: Path) -> None:
    passage_vectors(TEXTS, FakeEncoder(), tmp_path)
    again = FakeEncoder()
    np.testing.assert_array_equal(passage_vectors(TEXTS[::-1], again, tmp_path), FakeEncoder().encode(TEXTS[::-1]))
    assert again.encoded == 3


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "SLICE", 2)
    whole = passage_vectors(TEXTS, FakeEncoder(), tmp_path)
    next(tmp_path.glob("*/2.npy")).unlink()
    again = FakeEncoder()
    np.testing.assert_array_equal(passage_vectors(TEXTS, again, tmp_path), whole)
    assert again.encoded == 1
