"""Damage for the fuzzer: what a disk, a network or an enemy does to a file."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from tests.indexer.connectors.grafts import LARGEST, grafted, repeated

WHOLE = 1_000_000
NESTED = (
    b"[", b'{"a":', b"<a>", b"<div>", b"<blockquote>", b"<table><tr><td>", b"> ", b"{{", b"[[", b"{|", b"(", b"<!--", b"<![CDATA[", b"*",
    b"<", b"&lt;", b"&amp;", b"#", b"@", b"a@", b"\n", b"\r", b" ", b"\t", b"- ", b"`", b"'''", b"=", b"<ref>", b"[~", b"[a|", b'"', b",",
    b"a: ", b"? ", b"&a ", b"\\", b"\x00", b"x" * 50, b"= ", b"<a ", b"<p>", b"<pre>", b"<td>", b"{{a|", b"{|\n|-\n", b"[http://a ",
    b";:", b"&#9", b"a.", b"--", b"0", b"=?utf-8?q?=41?= ", b"\n--b\n", b"\n\nFrom ", b"<x@example.com> ",
)  # fmt: skip
PIECES = (
    b"\x00", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xe2\x80\xae", b"\\ud800",
    b"\\u0000", b"null", b"true", b"NaN", b"{}", b"[]", b"[[]]", b'""', b'{"id": 1}', b"-1", b"0", b"1e999", b"-0.0", b"9" * 25,
    b"9" * 5000, b"0x" + b"f" * 5000, b"-9223372036854775809", b"2147483648", b"0000-00-00", b"9999-12-31T23:59:59Z",
    b"0001-01-01T00:00:00+14:00", b"<x", b"</", b"<a b=c>", b"]]>", b"&#0;", b"&#xD800;", b"&#x110000;", b"&undefined;",
    b'<!DOCTYPE x [<!ENTITY a "b">]>', b'<?xml version="9"?>', b'xmlns:a="a"', b"\r\n", b"\r\n\r\n", b"\nFrom ", b"=?utf-8?q?=ff?=",
    b"=?x?b?%?=", b"::", b":< file:///etc/passwd", b"user:ada", b"..", b"../..", b"/etc/passwd", b"\n---\n", b"---\n",
    b"!!python/object:os.system", b"*a", b"&a [*a]", b"<<: *a", b"${HOME}", b"%00", b"%", b"{0}", b"\x1f\x8b",
    b"Content-Type: message/rfc822\n\n", b"Content-Type: text/plain; name*99=a\n", b"&#" + b"9" * 5000 + b";", b"http://[", b"PK\x03\x04",
    b"PK\x05\x06",
)  # fmt: skip
RECODED = ("utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-8-sig", "utf-7", "\r\n", "\r", "")
_TOKEN = re.compile(rb'"[^"\n]{0,2000}"|[\w.+@/-]+|[^\w\s]')


@dataclass(frozen=True)
class Mutation:
    """One change; `at` and `length` are millionths of the content."""

    kind: str
    at: int
    length: int
    byte: int
    times: int
    piece: bytes

    def apply(self, content: bytes) -> bytes:
        at = len(content) * self.at // WHOLE
        end = min(len(content), at + 1 + len(content) * self.length // WHOLE)
        if self.kind in _WHOLLY:
            return _WHOLLY[self.kind](self, content)
        if self.kind == "exchange":
            token = _TOKEN.search(content, at)
            return content[: token.start()] + self.piece + content[token.end() :] if token else content + self.piece
        put, rest = {
            "flip": (bytes([self.byte]), at + 1),
            "truncate": (b"", len(content)),
            "remove": (b"", end),
            "duplicate": (content[at:end] + repeated(content[at:end], self.times), end),
            "nest": (repeated(self.piece, self.times * 100), at),
            "splice": (self.piece, end if self.times % 2 else at),
        }[self.kind]
        return content[:at] + put + content[rest:]


def _swapped(content: bytes, one: int, other: int) -> bytes:
    lines = content.split(b"\n")
    first, second = len(lines) * one // WHOLE, len(lines) * (other * 5) // WHOLE % len(lines)
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def _recoded(content: bytes, form: str) -> bytes:
    if form in ("\r\n", "\r", ""):
        return content.replace(b"\n", form.encode())
    return content.decode("utf-8", "replace").encode(form, "replace")


_WHOLLY: dict[str, Callable[[Mutation, bytes], bytes]] = {
    "swap": lambda change, content: _swapped(content, change.at, change.length),
    "recode": lambda change, content: _recoded(content, RECODED[change.times % len(RECODED)]),
    "graft": lambda change, content: grafted(content, Random(change.at)),
}


def mutations() -> st.SearchStrategy[list[Mutation]]:
    """Return a strategy of one to four changes."""
    place, small = st.integers(0, WHOLE - 1), st.integers(0, WHOLE // 5)
    plain = st.builds(
        Mutation,
        st.sampled_from(("flip", "truncate", "remove", "duplicate", "swap", "recode", "graft")),
        place,
        small,
        st.integers(0, 255),
        st.integers(1, 50),
        st.just(b""),
    )
    nested = st.builds(Mutation, st.just("nest"), place, st.just(0), st.just(0), st.integers(1, 200), st.sampled_from(NESTED))
    spliced = st.builds(
        Mutation,
        st.sampled_from(("splice", "exchange")),
        place,
        st.integers(0, 2000),
        st.just(0),
        st.integers(0, 1),
        st.sampled_from(PIECES),
    )
    return st.lists(st.one_of(plain, nested, spliced), min_size=1, max_size=4)


def damage(content: bytes, chance: Random, donor: bytes) -> bytes:
    """Return content with one to four changes. What is put in is often taken from `donor`, the same or another file of the source."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        content = _drawn(chance, donor).apply(content)[:LARGEST]
    return content


def _drawn(chance: Random, donor: bytes) -> Mutation:
    kind = chance.choices(*zip(*_WEIGHTS.items(), strict=True))[0]
    length = chance.choice((0, 0, 2_000, 20_000, WHOLE // 5))
    piece = chance.choice(PIECES)
    times = chance.choice((1, 2, 3, 50))
    start = chance.randrange(len(donor) + 1)
    if kind == "nest":
        piece = chance.choice(NESTED) if chance.random() < 0.8 else donor[start : start + chance.randint(1, 12)] or b"x"
        times = chance.choice((1, 1, 3, 3, 10, 30)) if chance.random() < 0.97 else chance.choice((100, 200, 1000))
    elif kind in ("splice", "exchange") and chance.random() < 0.5:
        token = _TOKEN.search(donor, start)
        piece = token.group() if token and kind == "exchange" else donor[start : start + chance.choice((1, 8, 60, 400, 4000))]
    return Mutation(kind, chance.randrange(WHOLE), chance.randint(0, length), chance.randrange(256), times, piece)


_WEIGHTS = {
    "flip": 12, "truncate": 4, "remove": 8, "duplicate": 6, "nest": 8, "splice": 18, "exchange": 20, "swap": 3, "recode": 2, "graft": 22
}  # fmt: skip
