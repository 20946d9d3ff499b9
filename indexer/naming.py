"""Names topics by their own words: the phrases that many of a topic's documents hold and few of the others do."""

import math
import re
import runpy
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class _Held:
    """Who holds a phrase in one topic: threads, each with what it counts, and people; and how it is written there."""

    units: dict[str, float] = field(default_factory=dict)
    writers: set[int] = field(default_factory=set)
    forms: Counter[str] = field(default_factory=Counter)
    spellings: Counter[str] = field(default_factory=Counter)


class Namer:
    """Finds names. `established` are tags and skills, `unwanted` the words of people's names, in lower case."""

    def __init__(self, analyzer: Analyzer, established: Iterable[str], unwanted: AbstractSet[str]) -> None:
        self._analyzer = analyzer
        self._established = {tuple(analyzer.terms(phrase)) for phrase in established}
        self._unwanted = unwanted
        self._stops: dict[str, AbstractSet[str]] = {}

    def names(self, topics: Sequence[Sequence[Text]]) -> list[tuple[str, ...]]:
        """Return the words of each topic, its name first; none where nothing is shared. No two topics have the same name.

        Weighed as c-TF-IDF (Grootendorst 2022) is, over shares of threads instead of counts of words: share in the topic x ln(1 + share
        in the topic / mean share over all topics). One long document then weighs no more than a short one.
        """
        sizes = [max(1, len({text.unit for text in texts})) for texts in topics]
        held = [self._held(texts) for texts in topics]
        total: Counter[Key] = Counter()
        for found, size in zip(held, sizes, strict=True):
            total.update({key: sum(one.units.values()) / size for key, one in found.items()})
        ranked = [self._ranked(found, size, total, len(held)) for found, size in zip(held, sizes, strict=True)]
        named = _named(ranked, sizes)
        return [
            tuple(_spelling(found[key]) for key in _distinct([name, *order], WORDS)) if name else ()
            for name, order, found in zip(named, ranked, held, strict=True)
        ]

    def _held(self, texts: Iterable[Text]) -> dict[Key, _Held]:
        found: dict[Key, _Held] = defaultdict(_Held)
        units, writers = set(), set()
        for text in texts:
            units.add(text.unit)
            writers |= text.writers
            above = {key for part in (text.title, *text.tags) for key, *_ in self._phrases(part, text.language)}
            for part in (*text.tags, text.title, text.body[:READ]):
                for key, written, says in self._phrases(part, text.language):
                    one = found[key]
                    one.units[text.unit] = max(one.units.get(text.unit, 0.0), TITLED if key in above else 1.0)
                    one.writers |= text.writers
                    one.forms[written.lower()] += 1
                    one.spellings[written] += says
        least, people = max(HELD, COMMON * len(units)), min(HELD, len(writers))
        return {key: one for key, one in found.items() if len(one.units) >= least and len(one.writers) >= people}

    def _phrases(self, text: str, language: str) -> Iterator[tuple[Key, str, int]]:
        """Yield (stems, spelling, 1) of the runs of up to LONGEST words between stop words, signs and names.

        Where a clause begins, as in titles and tags, a capital or its lack says nothing: such a spelling is yielded with 0.
        """
        stops = self._stop_words(language)
        for clause in _CLAUSES.split(_ENDING.sub("", text)):
            run: list[tuple[str, int]] = []
            for match in WORD.finditer(clause):
                terms = self._analyzer.terms(match.group()) if self._means(match.group().lower(), stops) else []
                run = [*run[1 - LONGEST :], (terms[0], match.start())] if terms else []
                for n in range(1, len(run) + 1):
                    key = tuple(stem for stem, _ in run[-n:])
                    if len(set(key)) == n:
                        written = " ".join(clause[run[-n][1] : match.end()].split())
                        yield key, written, int(bool(clause[: run[-n][1]].strip()) or not written[1:].islower())

    def _means(self, word: str, stops: AbstractSet[str]) -> bool:
        return len(word) > 1 and not any(sign.isdigit() for sign in word) and word not in stops and word not in self._unwanted

    def _stop_words(self, language: str) -> AbstractSet[str]:
        """Return the words of English and of a text's own language that name nothing."""
        if language not in self._stops:
            self._stops[language] = _empty_words("en") | _empty_words(language)
        return self._stops[language]

    def _ranked(self, found: dict[Key, _Held], size: int, total: Counter[Key], topics: int) -> list[Key]:
        share = {key: sum(one.units.values()) / size for key, one in found.items()}
        worth = {
            key: held * math.log(1 + held * topics / total[key]) * (ESTABLISHED if key in self._established else 1.0)
            for key, held in share.items()
        }
        # Of a phrase and its parts that weigh nearly the same the longer one says more.
        return sorted(worth, key=lambda key: (-worth[key] * math.sqrt(len(key)), key))


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


def _spelling(held: _Held) -> str:
    """Return how a phrase is mostly written; capitals only where they are the rule within sentences, as in names and short forms."""
    form = min(held.forms, key=lambda form: (-held.forms[form], form))
    spellings = {written: count for written, count in held.spellings.items() if written.lower() == form}
    return min(spellings, key=lambda written: (-spellings[written], written != form, written)) if any(spellings.values()) else form
