"""Short forms that a text explains itself: "profile guided optimisation (PGO)"."""

import re

LONGEST = 10  # letters of a short form
BEFORE = 120  # characters in front of the bracket in which the long form may begin
_SHORT = re.compile(r"\(([A-Z][A-Za-z]{0,8}[A-Z]s?|[A-Z]{2,9}s?)\)")
_LONG = re.compile(r"[a-z](?:[a-z' -]*[a-z])?")


def acronyms(text: str) -> list[tuple[str, str]]:
    """Return the (short, long) pairs that a text defines, each once and in lower case, in the order of the alphabet.

    The long form is the shortest run of words in front of the bracket that holds the letters of the short one in order, beginning
    with its first (Schwartz and Hearst 2003); one with other signs than letters, or with many more words than letters, is no
    definition.
    """
    found = set()
    for match in _SHORT.finditer(text):
        short = match[1].removesuffix("s") if match[1][:-1].isupper() else match[1]
        before = text[max(0, match.start() - BEFORE) : match.start()].split()
        words = " ".join(before[-min(len(short) + 5, 2 * len(short)) :]).lower()
        begins = _begins(short.lower(), words)
        long = "" if begins is None else words[begins:]
        if _LONG.fullmatch(long) and len(short) < len(long) and 2 <= len(long.split()) <= len(short) + 2:
            found.add((short.lower(), long))
    return sorted(found)


def _begins(short: str, words: str) -> int | None:
    """Return where the long form begins: the letters of `short` are looked for from the end, the first one at the start of a word."""
    at = len(words)
    for place in range(len(short) - 1, -1, -1):
        at = words.rfind(short[place], 0, at)
        while place == 0 and at > 0 and words[at - 1].isalnum():
            at = words.rfind(short[place], 0, at)
        if at < 0:
            return None
    return at
