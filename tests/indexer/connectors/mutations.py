"""Damage for the fuzzer: what a disk, a network or an enemy does to a file."""

from dataclasses import dataclass

from hypothesis import strategies as st

WHOLE = 1_000_000
NESTED = (
    b"[",
    b'{"a":',
    b"<a>",
    b"<div>",
    b"<blockquote>",
    b"> ",
    b"{{",
    b"[[",
    b"(",
    b"<!--",
    b"<![CDATA[",
    b"*",
    b"<",
    b"&lt;",
    b"#",
    b"@",
    b"\n",
)
PIECES = (
    b"\x00", b"\xff\xfe", b"\\ud800", b"null", b"-1", b"1e999", b"9" * 5000, b"NaN", b"true", b"{}", b"[]", b'""', b"<x", b"</", b"&#0;",
    b"&#xD800;", b"&undefined;", b'<!DOCTYPE x [<!ENTITY a "b">]>', b"\r\n\r\n", b"\nFrom ", b"=?utf-8?q?=ff?=", b"::", b"user:ada", b"..",
)  # fmt: skip


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
        if self.kind == "flip":
            return content[:at] + bytes([self.byte]) + content[at + 1 :]
        if self.kind == "truncate":
            return content[:at]
        if self.kind == "remove":
            return content[:at] + content[end:]
        if self.kind == "duplicate":
            return content[:end] + content[at:end] * self.times + content[end:]
        if self.kind == "nest":
            return content[:at] + self.piece * self.times * 100 + content[at:]
        return content[:at] + self.piece + content[end if self.times % 2 else at :]


def mutations() -> st.SearchStrategy[list[Mutation]]:
    """Return a strategy of one to four changes."""
    place, small = st.integers(0, WHOLE - 1), st.integers(0, WHOLE // 5)
    plain = st.builds(
        Mutation,
        st.sampled_from(("flip", "truncate", "remove", "duplicate")),
        place,
        small,
        st.integers(0, 255),
        st.integers(1, 50),
        st.just(b""),
    )
    nested = st.builds(Mutation, st.just("nest"), place, st.just(0), st.just(0), st.integers(1, 200), st.sampled_from(NESTED))
    spliced = st.builds(Mutation, st.just("splice"), place, st.integers(0, 2000), st.just(0), st.integers(0, 1), st.sampled_from(PIECES))
    return st.lists(st.one_of(plain, nested, spliced), min_size=1, max_size=4)
