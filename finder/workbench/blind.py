"""Texts without the people in them: names, ids, addresses and the pronouns that stand for them are masked while names are hidden."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

HIDDEN = "[…]"
WORD = re.compile(r"[^\W_]+")
# Bounded on both sides: the texts are hostile until shown otherwise.
ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|(?<!\w)@[\w.-]{1,64}")
SHORTEST = 2  # letters of a part of a name
# Both sides of each pair are treated alike: to hide one alone would tell it.
NEUTRAL = {
    "he": "they", "she": "they", "him": "them", "his": "their", "her": "their", "hers": "theirs",
    "himself": "themself", "herself": "themself",
}  # fmt: skip
GERMAN = frozenset("er sie ihm ihn ihr ihre ihrem ihren ihrer ihres sein seine seinem seinen seiner seines".split())
ADDRESSED = frozenset("mr mrs ms miss mister madam sir herr herrn frau".split())


@dataclass(frozen=True, slots=True)
class Mask:
    """`runs` are names and ids as words, by their first word; `parts` single names, which count only where they are capitalised."""

    runs: Mapping[str, tuple[tuple[str, ...], ...]]
    parts: frozenset[str]

    @classmethod
    def of(cls, everybody: Iterable[str], near: Iterable[str]) -> Self:
        """Make a mask for the full names and ids of `everybody`, and for each part of the names of those who are `near`."""
        runs: dict[str, set[tuple[str, ...]]] = {}
        near = list(near)
        for name in (*everybody, *near):
            words = _words(name)
            if words and (len(words) > 1 or len(words[0]) >= SHORTEST):
                runs.setdefault(words[0], set()).add(words)
        longest_first = {first: tuple(sorted(held, key=lambda run: (-len(run), run))) for first, held in runs.items()}
        return cls(longest_first, frozenset(word for name in near for word in _words(name) if len(word) >= SHORTEST))

    def __call__(self, text: str, language: str = "en") -> str:
        """Return the text with HIDDEN in the place of each person."""
        text = ADDRESS.sub(HIDDEN, text)
        found = [(match.start(), match.end(), match.group(), _plain(match.group())) for match in WORD.finditer(text)]
        words, pieces, done, place = [word for *_, word in found], [], 0, 0
        while place < len(found):
            taken = self._taken(words, place, found[place][2])
            start, end = found[place][0], found[place + max(taken, 1) - 1][1]
            shown = HIDDEN if taken else _neutral(found[place][2], language)
            if shown is not None:
                pieces += [text[done:start], shown]
                done = end
            place += max(taken, 1)
        return "".join([*pieces, text[done:]])

    def _taken(self, words: list[str], place: int, written: str) -> int:
        """Return how many words from `place` on name somebody."""
        word = words[place]
        for run in self.runs.get(word, ()):
            if tuple(words[place : place + len(run)]) == run:
                return len(run)
        own = word in self.parts or (word.endswith("s") and word[:-1] in self.parts)
        return int(own and written[:1].isupper())


def _neutral(written: str, language: str) -> str | None:
    """Return what stands for a pronoun or a form of address, None for any other word."""
    word = written.lower()
    if (word in ADDRESSED and written[0].isupper()) or (language == "de" and word in GERMAN):
        return HIDDEN
    neutral = NEUTRAL.get(word)
    if neutral is None or language == "de":
        return None
    return neutral.capitalize() if written[0].isupper() else neutral


def _words(name: str) -> tuple[str, ...]:
    return tuple(_plain(match.group()) for match in WORD.finditer(name))


def _plain(word: str) -> str:
    """Return a word in lower case and without accents, so that Benoît is Benoit."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(letter))
