"""Documents gathered into topics: by what everybody may read alone, and always the same."""

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer import topics
from indexer.topics import MOST, SMALLEST, document_vectors, gather, without_language
from models.arrays import Passages

WIDTH = 16


def heap(seed: int, count: int, noise: float = 0.2) -> NDArray[np.float32]:
    """Vectors around a direction of their own."""
    chance = np.random.default_rng(seed)
    middle = chance.standard_normal(WIDTH)
    middle /= np.linalg.norm(middle)
    found = middle + noise * chance.standard_normal((count, WIDTH)) / np.sqrt(WIDTH)
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def ids(count: int) -> list[str]:
    return [f"d{number:05}" for number in range(count)]


def test_what_lies_together_is_one_topic() -> None:
    vectors = np.vstack([heap(seed, 20) for seed in range(3)])
    found = gather(vectors, np.ones(60, bool), ids(60))
    together = [set(found.topic[first : first + 20].tolist()) for first in (0, 20, 40)]
    assert found.count >= 3
    assert all(not one & other for one in together for other in together if one is not other)
    assert (found.centrality > 0.5).all()


def test_the_same_documents_give_the_same_topics_to_the_last_digit() -> None:
    vectors = np.vstack([heap(seed, 40, 0.9) for seed in range(4)])
    once, again = (gather(vectors, np.ones(160, bool), ids(160)) for _ in range(2))
    assert once.topic.tobytes() == again.topic.tobytes()
    assert once.centrality.tobytes() == again.centrality.tobytes()


def test_what_not_everybody_may_read_shapes_no_topic() -> None:
    shown, hidden = np.vstack([heap(seed, 40, 0.9) for seed in range(4)]), heap(9, 77)
    order = np.argsort(np.random.default_rng(3).random(160 + 77), kind="stable")
    public = (np.arange(237) < 160)[order]
    names = [f"d{number:05}" for number in range(237)]
    alone = gather(shown[order[public]], np.ones(160, bool), [name for name, open_ in zip(names, public, strict=True) if open_])
    mixed = gather(np.vstack([shown, hidden])[order], public, names)
    assert mixed.topic[public].tobytes() == alone.topic.tobytes()
    assert mixed.centrality[public].tobytes() == alone.centrality.tobytes()


def test_a_hidden_document_goes_to_the_topic_it_is_about_or_to_none() -> None:
    vectors = np.vstack([heap(seed, 20) for seed in range(3)])
    near, far = vectors[3:4], -vectors[3:4]
    found = gather(np.vstack([vectors, near, far]), np.arange(62) < 60, ids(62))
    assert found.topic[60] == found.topic[3]
    assert found.topic[61] == -1


@pytest.mark.parametrize("count", [0, 1, 2 * SMALLEST - 1])
def test_of_a_few_documents_there_are_no_topics(count: int) -> None:
    found = gather(heap(1, count), np.ones(count, bool), ids(count))
    assert found.count == 0
    assert (found.topic == -1).all()


def test_no_topic_is_smaller_than_agreed_and_there_are_never_more_than_can_be_read() -> None:
    vectors = np.vstack([heap(seed, 12, 0.5) for seed in range(90)])
    found = gather(vectors, np.ones(len(vectors), bool), ids(len(vectors)))
    sizes = np.bincount(found.topic, minlength=found.count)
    assert found.count <= MOST
    assert sizes.min() >= SMALLEST


def test_a_large_corpus_is_gathered_by_a_sample_that_the_ids_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "FITTED", 60)
    vectors = np.vstack([heap(seed, 100) for seed in range(3)])
    found = gather(vectors, np.ones(300, bool), ids(300))
    together = [set(found.topic[first : first + 100].tolist()) for first in (0, 100, 200)]
    assert all(not one & other for one in together for other in together if one is not other)


def test_a_document_lies_at_the_mean_of_its_passages() -> None:
    held = heap(1, 3)
    passages = Passages(np.asarray([0, 0, 2], np.int32), np.zeros(3, np.int32), np.zeros(3, np.int32), np.zeros((3, 16), np.uint8))
    found = document_vectors(passages, held, 3)
    mean = held[:2].mean(axis=0)
    assert np.allclose(found[0], mean / np.linalg.norm(mean), atol=1e-6)
    assert not found[1].any()


def test_two_languages_do_not_make_two_topics_of_one() -> None:
    meaning = np.vstack([heap(1, 10), heap(2, 10)])
    spoken = np.tile([0, 1], 10)
    vectors = meaning + np.where(spoken, 1.0, 0.0)[:, None] * heap(7, 1)
    moved = without_language(vectors.astype(np.float32), ["de" if one else "en" for one in spoken], np.ones(20, bool))
    middles = [moved[:10].mean(axis=0), moved[10:].mean(axis=0)]
    nearest = np.argmax(moved @ np.stack(middles).T, axis=1)
    assert nearest.tolist() == [0] * 10 + [1] * 10
    assert np.abs(moved[spoken == 0].mean(axis=0) - moved[spoken == 1].mean(axis=0)).max() < 0.1
