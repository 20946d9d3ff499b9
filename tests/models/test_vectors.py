from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import StorageFull
from models.vectors import FILE, Vectors


def unit(n: int, seed: int = 1, dimension: int = 16) -> np.ndarray:
    found = np.random.default_rng(seed).standard_normal((n, dimension)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Vectors, np.ndarray]:
    folder, vectors = tmp_path_factory.mktemp("vectors"), unit(300)
    Vectors.save(folder, vectors)
    return Vectors.load(folder), vectors


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 1000), share=st.sampled_from([0.0, 0.02, 0.5, 1.0]), k=st.integers(1, 400))
def test_the_nearest_under_a_mask_are_exact(stored: tuple[Vectors, np.ndarray], seed: int, share: float, k: int) -> None:
    vectors, _ = stored
    question = unit(1, seed)[0]
    mask = np.random.default_rng(seed).random(len(vectors)) < share
    rows, cosines = vectors.search(question, mask, k)
    exact = vectors.rows(np.arange(len(vectors))) @ question
    expected = np.flatnonzero(mask)[np.argsort(-exact[mask], kind="stable")][:k]
    assert rows.tolist() == expected.tolist()
    assert cosines == pytest.approx(exact[expected], abs=1e-5)


def test_without_a_mask_all_rows_are_searched(stored: tuple[Vectors, np.ndarray]) -> None:
    vectors, held = stored
    rows, cosines = vectors.search(held[17], None, 5)
    assert rows[0] == 17
    assert cosines[0] == pytest.approx(1.0, abs=1e-3)


def test_equal_vectors_come_in_row_order(tmp_path: Path) -> None:
    Vectors.save(tmp_path, np.repeat(unit(1), 6, axis=0))
    rows, _ = Vectors.load(tmp_path).search(unit(1)[0], None, 6)
    assert rows.tolist() == [0, 1, 2, 3, 4, 5]


def test_codes_keep_three_digits_and_depend_on_their_own_vector_alone(tmp_path: Path, stored: tuple[Vectors, np.ndarray]) -> None:
    vectors, held = stored
    assert vectors.rows(np.asarray([3, 200])) == pytest.approx(held[[3, 200]], abs=1e-3)
    Vectors.save(tmp_path, held[[200]])
    assert np.array_equal(Vectors.load(tmp_path).rows(np.asarray([0])), vectors.rows(np.asarray([200])))


def test_no_vectors_at_all_are_stored_too(tmp_path: Path) -> None:
    Vectors.save(tmp_path, np.zeros((0, 16), np.float32))
    assert len(Vectors.load(tmp_path)) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, the device that is always full")
@pytest.mark.parametrize("n", [3, 5000])
def test_a_full_disk_is_named_whatever_the_size(tmp_path: Path, n: int) -> None:
    (tmp_path / FILE).symlink_to("/dev/full")
    with pytest.raises(StorageFull):
        Vectors.save(tmp_path, unit(n))
