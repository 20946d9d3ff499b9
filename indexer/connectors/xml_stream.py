"""Large XML as one element after another, in flat memory. Document types and entities are refused, and so are absurd elements."""

from collections.abc import Collection, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from indexer.connectors.faults import Damaged

LARGEST_ELEMENT = 16_000_000  # bytes of one wanted element, with everything in it
MOST_PARTS = 500_000  # elements within one wanted element
DEEPEST = 200
_BLOCK = 1 << 18  # larger than the parser asks for: a long tag is scanned anew with each block


class _Bounded:
    """The stream as the parser sees it; `held` and `parts` count bytes and elements since something was last let go."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.held = self.parts = 0

    def read(self, _: int = -1) -> bytes:
        block = self._stream.read(_BLOCK)
        self.held += len(block)
        if self.held > LARGEST_ELEMENT + _BLOCK:
            raise Damaged(f"an element is larger than {LARGEST_ELEMENT // 1_000_000} MB")
        return block


def elements(stream: BinaryIO, wanted: Collection[str]) -> Iterator[Element]:
    """Yield each wanted element when it is complete, and empty it after it was looked at. Names are without their namespace.

    Raises Damaged, ParseError, DefusedXmlException.
    """
    try:
        yield from _elements(stream, wanted)
    except DefusedXmlException:
        raise
    except (LookupError, ValueError) as error:  # an encoding that nobody knows, or one that the parser does not
        raise Damaged(f"the file cannot be decoded: {error}") from error


def _elements(stream: BinaryIO, wanted: Collection[str]) -> Iterator[Element]:
    bounded = _Bounded(stream)
    path: list[Element] = []
    for event, element in iterparse(bounded, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            element.tag = name(element)
            path.append(element)
            bounded.parts += 1
            if len(path) > DEEPEST or bounded.parts > MOST_PARTS:
                raise Damaged(f"elements are nested more than {DEEPEST} deep, or one holds more than {MOST_PARTS:,}")
            continue
        path.pop()
        if element.tag in wanted:
            yield element
            element.clear()
            bounded.held = bounded.parts = 0
        if len(path) == 1:
            path[0].clear()
            bounded.held = bounded.parts = 0


def name(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def inner(element: Element | None, *path: str) -> str:
    """Return the text of an element below, "" where there is none."""
    for step in path:
        element = None if element is None else next((child for child in element if name(child) == step), None)
    return "" if element is None else element.text or ""
