"""Cuts an mbox into its messages, one at a time and within bounds."""

from collections.abc import Iterator
from typing import BinaryIO

LARGEST_MESSAGE = 25_000_000  # bytes
_LINE = 1 << 16


def messages(stream: BinaryIO, *, single: bool) -> Iterator[bytes | None]:
    """Yield the bytes of each message, None for one that is too large. A `single` message has no line in front of it."""
    if single:
        content = stream.read(LARGEST_MESSAGE + 1)
        yield content if len(content) <= LARGEST_MESSAGE else None
        return
    held: list[bytes] = []
    size, blank, begun = 0, True, False
    while line := stream.readline(_LINE):
        if blank and line.startswith(b"From "):
            if begun:
                yield b"".join(held) if size <= LARGEST_MESSAGE else None
            held, size, begun = [], 0, True
        elif begun:
            size += len(line)
            if size <= LARGEST_MESSAGE:
                held.append(line[1:] if line.startswith(b">From ") else line)
            else:
                held.clear()
        blank = line in (b"\n", b"\r\n")
    if begun:
        yield b"".join(held) if size <= LARGEST_MESSAGE else None
