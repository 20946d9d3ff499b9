"""Damage that keeps the form sound: another value, another type, another depth where a reader expects its own."""

import json
import re
from random import Random
from typing import Any

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, -(2**63), 10**24, 10**300, 1e308, -0.5, float("nan"), float("inf"), "", " ", "0", "-1", "null",
    "\x00", "\ud800", "\r\n", "\u202e", "a" * 201, "a" * 501, "a\nb" * 300, "<a><b>", "&#0;", "[[a|b]]", "user:ada", "group:x", "..",
    "http://[", "@" * 300, "2025-02-30",
    "0000-00-00T00:00:00Z", "9" * 30, [], {}, [[]], [None], [{}], [1, "a", None], {"": None}, {"id": 1},
    {"name": []},
)  # fmt: skip
_MARKS = re.compile(rb'([<>",;:=\t\n|\x00])')
LARGEST = 250_000  # bytes of a damaged file: what a sound one of that size would take must lie far below the time that is allowed


def repeated(piece: bytes, times: int) -> bytes:
    """Return a piece so many times, or as often as there is room."""
    return piece * min(times, 1 + LARGEST // (len(piece) or 1))


def grafted(content: bytes, chance: Random) -> bytes:
    """Return JSON, or JSON lines, with one value changed; of anything else, what stands between two of its marks."""
    whole = _changed(content, chance)
    if whole is not None:
        return whole
    lines = content.split(b"\n")
    at = chance.randrange(len(lines))
    changed = _changed(lines[at], chance)
    return _refilled(content, chance) if changed is None else b"\n".join((*lines[:at], changed, *lines[at + 1 :]))


def _refilled(content: bytes, chance: Random) -> bytes:
    parts = _MARKS.split(content)
    at, other = (chance.randrange(0, len(parts), 2) for _ in range(2))
    way = chance.randrange(4)
    if way == 0:
        parts[at] = parts[other]
    elif way == 1:
        parts[at] = repeated(parts[at], chance.choice((0, 2, 100, 3000)))
    elif way == 2:
        parts[at] = repeated(b"".join(parts[at:other]), chance.choice((1, 2, 20)))
    else:
        parts[at] = str(chance.choice(VALUES)).encode("utf-8", "surrogatepass")
    return b"".join(parts)


def _changed(content: bytes, chance: Random) -> bytes | None:
    try:
        root = [json.loads(content)]
    except (ValueError, RecursionError):
        return None
    slots = _slots(root)
    holder, key = chance.choice(slots)
    other, from_key = chance.choice(slots)
    names = [name for _, name in slots if isinstance(name, str)] or ["a"]
    way = chance.randrange(7)
    if way < 3:
        holder[key] = chance.choice(VALUES)
    elif way == 3:
        holder[key] = json.loads(json.dumps(other[from_key]))
    elif way == 4:
        for _ in range(chance.choice((1, 1, 2, 20, 450, 900))):
            holder[key] = chance.choice(([holder[key]], {chance.choice(names): holder[key]}, {chance.choice(names): [holder[key]]}))
    elif isinstance(holder[key], list) and holder[key] and way == 5:
        holder[key] = holder[key] * chance.choice((2, 10, 300, 1001))
    elif isinstance(holder, dict):
        holder[chance.choice(names)] = holder.pop(key)
    else:
        holder[key] = None
    try:
        return json.dumps(root[0]).encode()
    except (ValueError, RecursionError):
        return None


def _slots(root: list[Any]) -> list[tuple[Any, Any]]:
    """Return where each value stands, as what holds it and its key there."""
    found: list[tuple[Any, Any]] = [(root, 0)]
    for holder, key in found:
        value = holder[key]
        if isinstance(value, dict):
            found += [(value, name) for name in value]
        elif isinstance(value, list):
            found += [(value, number) for number in range(len(value))]
        if len(found) > 5000:
            break
    return found
