"""Who says one thing many times has said it once."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from finder.copies import FEW, LOOKED_AT, repeated
from models.vectors import Vectors

ALIKE = 0.8
DIFFERENT = np.eye(LOOKED_AT + 20, dtype=np.float32)


def told(folder: Path, vectors: NDArray[np.float32], person: list[int]) -> list[bool]:
    Vectors.save(folder, vectors)
    return repeated(np.asarray(person), np.arange(len(person)), Vectors.load(folder), ALIKE).tolist()


def near(first: int, cosine: float) -> NDArray[np.float32]:
    """A unit vector at this cosine from basis vector `first`, in a direction that no other one has."""
    return np.asarray(cosine * DIFFERENT[first] + np.sqrt(1 - cosine**2) * DIFFERENT[-1 - first], np.float32)


def test_different_things_are_all_kept(tmp_path: Path) -> None:
    assert not any(told(tmp_path, DIFFERENT[:10], [3] * 10))


def test_what_repeats_a_stronger_vote_of_the_same_person_is_told(tmp_path: Path) -> None:
    vectors = np.stack([DIFFERENT[0], DIFFERENT[1], near(0, ALIKE + 0.05), near(1, ALIKE - 0.05), DIFFERENT[2]])
    assert told(tmp_path, vectors, [7] * 5) == [False, False, True, False, False]


def test_people_may_say_what_others_say(tmp_path: Path) -> None:
    assert told(tmp_path, np.vstack([DIFFERENT[:FEW], DIFFERENT[:FEW]]), [1] * FEW + [2] * FEW) == [False] * 2 * FEW


def test_a_few_votes_are_not_looked_at(tmp_path: Path) -> None:
    assert not any(told(tmp_path, np.repeat(DIFFERENT[:1], FEW - 1, axis=0), [1] * (FEW - 1)))


def test_votes_beyond_a_hundred_are_not_counted(tmp_path: Path) -> None:
    found = told(tmp_path, DIFFERENT[: LOOKED_AT + 5], [1] * (LOOKED_AT + 5))
    assert found == [False] * LOOKED_AT + [True] * 5


def test_no_votes_are_no_copies(tmp_path: Path) -> None:
    assert told(tmp_path, DIFFERENT[:1], []) == []
