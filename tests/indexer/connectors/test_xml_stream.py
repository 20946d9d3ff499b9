import io
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from time import process_time
from xml.etree.ElementTree import ParseError

import pytest
from defusedxml.common import DefusedXmlException

from indexer.connectors.faults import Damaged
from indexer.connectors.xml_stream import elements


class Endless(io.RawIOBase):
    """A stream of so many blocks, made as they are read."""

    def __init__(self, start: bytes, block: bytes, times: int) -> None:
        self._blocks = iter([start])
        self._more: Iterator[bytes] = (block for _ in range(times))

    def read(self, size: int = -1) -> bytes:
        return next(self._blocks, b"") or next(self._more, b"")


def test_every_row_of_a_large_file_is_seen_in_flat_memory() -> None:
    rows = b'<row Id="1" Body="some text of a post"/>' * 1000
    tracemalloc.start()
    assert _count(rows) == 100_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def _count(rows: bytes) -> int:
    """Return how many rows are seen before the end, where that of the root is missing."""
    found, seen = elements(Endless(b"<posts>", rows, 100), ("row",)), 0
    with suppress(ParseError):
        while next(found, None) is not None:
            seen += 1
    return seen


BOMB = b'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><posts><row>&b;</row></posts>'


def test_an_entity_bomb_is_refused_at_once() -> None:
    begun = process_time()
    with pytest.raises(DefusedXmlException):
        list(elements(io.BytesIO(BOMB), ("row",)))
    assert process_time() - begun < 10


@pytest.mark.parametrize(
    ("start", "block"),
    [
        (b"<posts><row>", b"x" * 100_000),
        (b'<posts><row Body="', b"x" * 100_000),
        (b"<posts><!--", b"x" * 100_000),
        (b"<posts><row>", b"<a/>x" * 20_000),
    ],
)
def test_an_endless_element_is_refused_in_time(start: bytes, block: bytes) -> None:
    begun = process_time()
    with pytest.raises(Damaged, match=r"larger than 16 MB|more than 500,000"):
        list(elements(Endless(start, block, 10_000), ("row",)))
    assert process_time() - begun < 20  # seconds of the processor; without the limits it would go on for a gigabyte


def test_absurd_nesting_is_refused() -> None:
    with pytest.raises(Damaged, match="nested"):
        list(elements(io.BytesIO(b"<a>" * 100_000), ("row",)))


def test_names_are_told_without_their_namespace() -> None:
    (found,) = elements(io.BytesIO(b'<x:posts xmlns:x="urn:x"><x:row>text</x:row></x:posts>'), ("row",))
    assert found.tag == "row"


@pytest.mark.parametrize("encoding", ["tf-8", "utf-7"])
def test_an_encoding_that_cannot_be_read_is_said_to_be_so(encoding: str) -> None:
    with pytest.raises(Damaged, match="decoded"):
        list(elements(io.BytesIO(f'<?xml version="1.0" encoding="{encoding}"?><posts/>'.encode()), ("row",)))
