"""Splitting questions into the half that tunes and the half that tests."""

import hashlib

from finder.evaluation.collection import Question
from finder.evaluation.halves import Half, half_of, select


def test_the_parity_of_the_checksum_decides() -> None:
    for row in ("aifc", "Documentation", "q17", "naïve"):
        odd = int(hashlib.sha256(row.encode()).hexdigest(), 16) % 2
        assert half_of(row) is (Half.TEST if odd else Half.TUNE)


def test_phrasings_of_one_topic_never_straddle_and_the_halves_make_the_whole() -> None:
    questions = [Question(f"q{n}", "text", f"row {n // 3}") for n in range(60)]
    tune, test = select(questions, Half.TUNE), select(questions, Half.TEST)
    assert tune
    assert test
    assert not {q.row for q in tune} & {q.row for q in test}
    assert sorted(q.id for q in tune + test) == sorted(q.id for q in select(questions, Half.ALL))
