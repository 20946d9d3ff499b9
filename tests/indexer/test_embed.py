"""Texts to vectors: each once, whatever interrupts; texts of different readers never in one batch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer import embed as embedding
from indexer.embed import Pending, Shards, embed
from indexer.passages import passage_key
from indexer.progress import Silent
from models.encoder import EncoderIdentity
from tests.fake_encoder import FakeEncoder


class Watched(FakeEncoder):
    """Notes every batch, and stops after some."""

    def __init__(self, most: int = 10**9) -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.most = most

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(self.batches) == self.most:
            raise KeyboardInterrupt
        self.batches.append(list(texts))
        return super().encode(texts)


def pending(*texts: str, group: str = "org") -> list[Pending]:
    return [Pending(passage_key(group, text), group, text) for text in texts]


def shards(home: Path) -> Shards:
    return Shards(home, FakeEncoder.identity)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "SHARD", 4)


def test_every_text_gets_its_own_vector(tmp_path: Path, small: None) -> None:
    texts = [f"text {'long ' * (n % 5)}{n}" for n in range(23)]
    found = embed(pending(*texts), FakeEncoder(), shards(tmp_path), Silent())
    for text in texts:
        assert np.array_equal(found[passage_key("org", text)], FakeEncoder().encode([text])[0].astype(np.float16))


def test_a_text_that_occurs_twice_is_embedded_once(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    embed(pending("same", "same", "other"), encoder, shards(tmp_path), Silent())
    assert encoder.encoded == 2


def test_nothing_is_embedded_twice_after_an_interruption(tmp_path: Path, small: None) -> None:
    """All that is lost is the shard that was being filled."""
    wanted = pending(*(f"text {n}" for n in range(20)))
    interrupted, rest = Watched(most=3), FakeEncoder()
    with pytest.raises(KeyboardInterrupt):
        embed(wanted, interrupted, shards(tmp_path), Silent())
    found = embed(wanted, rest, shards(tmp_path), Silent())
    assert interrupted.encoded + rest.encoded == 20
    assert rest.encoded == 8
    assert found.keys() == {item.key for item in wanted}


@pytest.mark.parametrize("damage", [lambda held: held[:-1], lambda held: b"", lambda held: held[:40] + b"\0" + held[41:]])
def test_a_damaged_shard_is_embedded_again(tmp_path: Path, small: None, damage: object) -> None:
    wanted = pending(*(f"text {n}" for n in range(12)))
    before = embed(wanted, FakeEncoder(), shards(tmp_path), Silent())
    path = sorted(tmp_path.glob("embedding/*/*.npz"))[1]
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    again = FakeEncoder()
    after = embed(wanted, again, shards(tmp_path), Silent())
    assert again.encoded == 4
    assert all(np.array_equal(before[key], after[key]) for key in before)


def test_half_a_shard_left_by_a_power_cut_is_ignored(tmp_path: Path, small: None) -> None:
    held = shards(tmp_path)
    embed(pending("one"), FakeEncoder(), held, Silent())
    (next(tmp_path.glob("embedding/*")) / ".000001-ffff.npz.new").write_bytes(b"half")
    assert len(held.load()) == 1


def test_shards_of_another_encoder_are_not_used(tmp_path: Path) -> None:
    embed(pending("one"), FakeEncoder(), shards(tmp_path), Silent())
    other = Shards(tmp_path, EncoderIdentity("other", "0" * 64, "0" * 64, 64))
    assert other.load() == {}
    other.clear()
    assert shards(tmp_path).load() == {}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["org", "group:board", "user:ada"]), st.text("ab ", max_size=6)), max_size=30))
def test_a_batch_holds_texts_of_one_group_and_like_length(items: list[tuple[str, str]]) -> None:
    groups = {text: {group for group, held in items if held == text} for _, text in items}
    wanted = [Pending(passage_key(group, text), group, text) for group, text in items]
    batches = list(embedding._batches({item.key: item for item in wanted}.values()))
    assert sum(map(len, batches)) == sum(map(len, groups.values()))
    for batch in batches:
        assert len({item.group for item in batch}) == 1
        lengths = [len(item.text) for item in batch]
        assert lengths == sorted(lengths, reverse=True)


def test_batches_of_the_organisation_do_not_depend_on_what_is_hidden(tmp_path: Path) -> None:
    open_texts = pending(*(f"open {n}" for n in range(9)))
    alone, mixed = Watched(), Watched()
    embed(open_texts, alone, shards(tmp_path / "a"), Silent())
    embed([*pending("secret", "open 3", group="group:board"), *open_texts], mixed, shards(tmp_path / "b"), Silent())
    assert [batch for batch in mixed.batches if "secret" not in batch] == alone.batches
