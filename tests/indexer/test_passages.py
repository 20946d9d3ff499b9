import numpy as np
import pytest

from indexer.chunking import Span
from indexer.corpus import IndexedDocument
from indexer.passages import KEY, Carried, Layout, collect, keys_array, keys_list, passage_key, prefixed


def made(public_id: str, title: str = "Title", readers: tuple[str, ...] = ("org",)) -> IndexedDocument:
    return IndexedDocument(1, public_id, "org", "post", title, (), "en", None, None, 0, False, readers, (), b"h")


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("Title", "Heading", "Body"), "Title > Heading\nBody"),
        (("Title", "", "Body"), "Title\nBody"),
        (("Title", "", ""), "Title"),
        (("", "", "Body"), "Body"),
    ],
)
def test_a_passage_stands_for_itself(parts: tuple[str, str, str], text: str) -> None:
    assert prefixed(*parts) == text


def test_the_same_text_for_other_readers_is_another_text() -> None:
    keys = {passage_key("org", "text"), passage_key("group:board", "text"), passage_key("org", "other")}
    assert len(keys) == 3
    assert all(len(key) == KEY for key in keys)


def test_group_and_text_cannot_be_confused() -> None:
    assert passage_key("a", "b") != passage_key("ab", "")
    assert made("d", readers=("user:a", "user:b")).group != made("d", readers=("user:a,user:b",)).group


def test_keys_survive_as_an_array() -> None:
    keys = [passage_key("org", str(n)) for n in range(5)]
    assert keys_list(keys_array(keys)) == keys
    assert keys_list(keys_array([])) == []


def test_spans_become_rows_and_texts_to_embed() -> None:
    layout = Layout()
    layout.read(0, made("a"), "One. Two.", [Span(0, 4, ""), Span(5, 9, "Second")], Carried.of(None))
    layout.read(1, made("b"), "One.", [Span(0, 4, "")], Carried.of(None))
    table = layout.table()
    assert table.document.tolist() == [0, 0, 1]
    assert list(zip(table.start.tolist(), table.end.tolist(), strict=True)) == [(0, 4), (5, 9), (0, 4)]
    assert sorted(item.text for item in layout.pending.values()) == ["Title\nOne.", "Title > Second\nTwo."]


def test_vectors_stand_in_the_order_of_the_keys() -> None:
    keys = [b"a" * KEY, b"b" * KEY, b"a" * KEY]
    vectors = {b"a" * KEY: np.full(3, 1, np.float16), b"b" * KEY: np.full(3, 2, np.float16)}
    assert collect(keys, Carried.of(None), vectors, 3)[:, 0].tolist() == [1, 2, 1]
