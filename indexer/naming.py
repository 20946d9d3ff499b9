"""Names topics by their own words: the phrases that many of a topic's documents hold and few of the others do."""

import math
import re
import runpy
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.analyzer import WORD, Analyzer

READ = 1500  # characters of a document: what it is about stands at its top
LONGEST = 3  # words of a phrase
WORDS = 7  # of a topic, its name among them
HELD = 2  # threads, and as many people where there are more: what one thread or one person says names nothing
COMMON = 0.15  # share of a topic's threads that must hold a phrase
TITLED, ESTABLISHED = 2.0, 1.6  # a phrase in the title counts so many times, and one that is a tag or a declared skill again
# Besides punctuation, what no phrase reaches across: addresses, and what stands in a fence.
_CLAUSES = re.compile(r"https?://\S+|\S+@\S+|```.*?```|[^\w\s'\N{RIGHT SINGLE QUOTATION MARK}+#/-]+|\s-+\s|\n+", re.DOTALL)
_ENDING = re.compile(r"['\N{RIGHT SINGLE QUOTATION MARK}]\w{1,2}\b")  # of "we've" and "the pump's"

# How people address one another is in every kind of text and about nothing.
_COURTESY = frozenset("bye cheers dear greetings hello hey hi love regards sincerely thank thanks welcome yours".split())

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A document to name a topic by. `unit` is what it is one with: its thread, else itself."""

    title: str
    tags: tuple[str, ...]
    body: str
    language: str
    writers: frozenset[int]
    unit: str


@dataclass(frozen=True, slots=True)
class _Place:
    """A phrase where it stands: its stems, and [start, end) of the clause that holds it."""

    key: Key
    clause: str
    start: int
    end: int

    @property
    def written(self) -> str:
        """How it is written there."""
        return " ".join(self.clause[self.start : self.end].split())

    @property
    def capitals_tell(self) -> bool:
        """Whether a capital, or its lack, says something of the word: not where a clause begins, as in titles and tags."""
        return bool(self.clause[: self.start].strip()) or not self.written[1:].islower()


class Namer:
    """Finds names. `established` are tags and skills, `unwanted` the words of people's names, in lower case."""

    def __init__(self, analyzer: Analyzer, established: Iterable[str], unwanted: AbstractSet[str]) -> None:
        self._analyzer = analyzer
        self._established = {tuple(analyzer.terms(phrase)) for phrase in established}
        self._unwanted = unwanted
        self._stems: dict[str, dict[str, str]] = {}

    def names(self, topics: Sequence[Sequence[Text]]) -> list[tuple[str, ...]]:
        """Return the words of each topic, its name first; none where nothing is shared. No two topics have the same name.

        Weighed as c-TF-IDF (Grootendorst 2022) is, over shares of threads instead of counts of words: share in the topic x ln(1 + share
        in the topic / mean share over all topics). One long document then weighs no more than a short one.
        """
        sizes = [max(1, len({text.unit for text in texts})) for texts in topics]
        shares = [self._shares(texts, size) for texts, size in zip(topics, sizes, strict=True)]
        total: Counter[Key] = Counter()
        for held in shares:
            total.update(held)
        ranked = [self._ranked(held, total, len(shares)) for held in shares]
        named = _named(ranked, sizes)
        return [
            self._spelt(_distinct([name, *order], WORDS), texts) if name else ()
            for name, order, texts in zip(named, ranked, topics, strict=True)
        ]

    def _shares(self, texts: Sequence[Text], size: int) -> dict[Key, float]:
        """Return the phrases that enough threads and people of a topic hold, with the share of its threads; a title counts TITLED times."""
        units: dict[Key, dict[str, float]] = defaultdict(dict)
        writers: dict[Key, set[int]] = defaultdict(set)
        for text in texts:
            above = {place.key for part in (text.title, *text.tags) for place in self._places(part, text.language)}
            for key in above | {place.key for place in self._places(text.body[:READ], text.language)}:
                units[key][text.unit] = max(units[key].get(text.unit, 0.0), TITLED if key in above else 1.0)
                writers[key] |= text.writers
        people = min(HELD, len(frozenset[int]().union(*(text.writers for text in texts))))
        least = max(HELD, COMMON * size)
        return {key: sum(held.values()) / size for key, held in units.items() if len(held) >= least and len(writers[key]) >= people}

    def _spelt(self, keys: Sequence[Key], texts: Iterable[Text]) -> tuple[str, ...]:
        """Return how each phrase is mostly written; capitals only where they are the rule within sentences, as in names and short forms."""
        forms: dict[Key, Counter[str]] = {key: Counter() for key in keys}
        spellings: dict[Key, Counter[str]] = {key: Counter() for key in keys}
        for text in texts:
            for part in (*text.tags, text.title, text.body[:READ]):
                for place in self._places(part, text.language):
                    if place.key in forms:
                        forms[place.key][place.written.lower()] += 1
                        spellings[place.key][place.written] += place.capitals_tell
        return tuple(_spelling(forms[key], spellings[key]) for key in keys)

    def _places(self, text: str, language: str) -> Iterator[_Place]:
        """Yield the runs of up to LONGEST words between stop words, signs and names, no word in one twice."""
        stems = self._stems.setdefault(language, dict.fromkeys(_empty_words("en") | _empty_words(language), ""))
        for clause in _CLAUSES.split(_ENDING.sub("", text)):
            run: list[tuple[str, int]] = []
            for match in WORD.finditer(clause):
                word = match.group().lower()
                if word not in stems:
                    stems[word] = self._stem(word)
                run = [*run[1 - LONGEST :], (stems[word], match.start())] if stems[word] else []
                for first in range(len(run)):
                    key = tuple(stem for stem, _ in run[first:])
                    if len(set(key)) == len(key):
                        yield _Place(key, clause, run[first][1], match.end())

    def _stem(self, word: str) -> str:
        """Return the stem of a word, or "" for one that names nothing."""
        if len(word) < 2 or word in self._unwanted or any(sign.isdigit() for sign in word):
            return ""
        return next(iter(self._analyzer.terms(word)), "")

    def _ranked(self, held: Mapping[Key, float], total: Mapping[Key, float], topics: int) -> list[Key]:
        worth = {
            key: share * math.log(1 + share * topics / total[key]) * (ESTABLISHED if key in self._established else 1.0)
            for key, share in held.items()
        }
        # Of a phrase and its parts that weigh nearly the same the longer one says more.
        return sorted(worth, key=lambda key: (-worth[key] * math.sqrt(len(key)), key))


@cache
def _empty_words(language: str) -> AbstractSet[str]:
    """Return a language's stop words, by spaCy's lists, which need no model, and the names of its days and months, by Babel's."""
    import spacy
    from babel import Locale, UnknownLocaleError

    found = set(_COURTESY)
    # Either may not know a language; its words are then as good as any other.
    listed = Path(spacy.__file__).with_name("lang") / re.sub(r"\W", "", language) / "stop_words.py"
    if listed.is_file():
        # Run by itself: the package around the list makes ready a tokenizer, for seconds in some languages.
        found |= runpy.run_path(str(listed))["STOP_WORDS"]
    with suppress(UnknownLocaleError, ValueError):
        locale = Locale.parse(language)
        for names in (locale.days, locale.months):
            found.update(word.lower() for width in ("wide", "abbreviated") for word in names["format"][width].values())
    return frozenset(found)


def _named(ranked: Sequence[Sequence[Key]], sizes: Sequence[int]) -> list[Key | None]:
    """Give each topic the best phrase that shares no stem with another's name, else the best that is not another's name."""
    names: list[Key | None] = [None] * len(ranked)
    used: set[str] = set()
    for topic in sorted(range(len(ranked)), key=lambda topic: (-sizes[topic], topic)):
        fresh = next((key for key in ranked[topic] if used.isdisjoint(key)), None)
        names[topic] = fresh or next((key for key in ranked[topic] if key not in names), None)
        used.update(names[topic] or ())
    return names


def _distinct(keys: Iterable[Key], most: int) -> list[Key]:
    """Return the first phrases that say something new: none that shares a stem with one before it."""
    chosen: list[Key] = []
    used: set[str] = set()
    for key in keys:
        if used.isdisjoint(key) and len(chosen) < most:
            chosen.append(key)
            used.update(key)
    return chosen


def _spelling(forms: Counter[str], spellings: Counter[str]) -> str:
    form = min(forms, key=lambda form: (-forms[form], form))
    written = {spelling: count for spelling, count in spellings.items() if spelling.lower() == form}
    return min(written, key=lambda one: (-written[one], one != form, one)) if any(written.values()) else form
