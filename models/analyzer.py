"""Text to terms, sentences, phrases and language: the same when indexing and when asking. No trained model."""

import re
from collections.abc import Collection
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import Stemmer

if TYPE_CHECKING:
    from spacy.language import Language

VERSION = "1"
# A word, with the inner dots, dashes and plus signs of names such as `c++`, `node.js` or `x-ray` taken apart: both halves are terms.
WORD = re.compile(r"[^\W_]+(?:\+\+|#)?", re.UNICODE)
SURE_LANGUAGE = 40  # characters; below this a guess is worse than the source's default
LONGEST_TERM = 40
# The words that carry no topic in a question or a page (English, with the frame of questions such as "who can help with").
STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being below between both but by can could
    did do does doing don down during each else few for from further get gets got had has have having he help her here hers him his how i
    if in into is it its itself just know knows let like me might more most must my need needs no nor not of off on once only or other our
    ours out over own please same shall she should so some somebody someone such tell than that the their theirs them then there these
    they this those through to too under until up us use used using very was we were what when where which while who whom whose why will
    with would you your yours
    """.split()
)


class Analyzer:
    """Analyses text of any language; English gets stop words and stems that fit it best."""

    def __init__(self) -> None:
        self._stem = lru_cache(maxsize=200_000)(Stemmer.Stemmer("english").stemWord)

    def terms(self, text: str) -> list[str]:
        """Return the stems of the words that carry meaning, in order, repeated as they occur."""
        stem = self._stem
        return [stem(word) for word in WORD.findall(text.lower()) if word not in STOP_WORDS and len(word) <= LONGEST_TERM]

    def spans(self, text: str, wanted: Collection[str]) -> list[tuple[int, int, str]]:
        """Return (start, end, term) of each word whose term is wanted, in code points."""
        stem = self._stem
        found = []
        for match in _beginning(frozenset(term[0] for term in wanted if term)).finditer(text):
            word = match.group().lower()
            if word not in STOP_WORDS and len(word) <= LONGEST_TERM and (term := stem(word)) in wanted:
                found.append((match.start(), match.end(), term))
        return found

    def sentences(self, text: str) -> list[tuple[int, int]]:
        """Return the [start, end) spans of the sentences."""
        return [(span.start_char, span.end_char) for span in self.blank(text).sents]

    def phrases(self, text: str, longest: int = 4) -> list[str]:
        """Return the runs of one to `longest` words between stop words, lower-cased, longest first."""
        runs: list[list[str]] = [[]]
        for word in WORD.findall(text.lower()):
            if word in STOP_WORDS:
                runs.append([])
            else:
                runs[-1].append(word)
        found = {" ".join(run[i : i + n]) for run in runs for n in range(1, longest + 1) for i in range(len(run) - n + 1)}
        return sorted(found, key=lambda phrase: (-phrase.count(" "), phrase))

    @property
    def blank(self) -> "Language":
        """A blank spaCy pipeline: tokenizer and rule-based sentences, loaded at first use."""
        return _blank()


@lru_cache(maxsize=256)
def _beginning(letters: frozenset[str]) -> re.Pattern[str]:
    """Return what matches the words that begin with one of the letters: no stem begins with another letter than its word."""
    if not letters:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<![^\W_])(?=[{re.escape(''.join(sorted(letters)))}]){WORD.pattern}", re.IGNORECASE)


@cache
def _blank() -> "Language":
    import spacy

    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    pipeline.max_length = 10_000_000
    return pipeline


def language(text: str, default: str) -> str:
    """Return the ISO 639-1 code of the text's language, or `default` where the text is too short to tell."""
    if len(text) < SURE_LANGUAGE:
        return default
    import py3langid

    code: str = py3langid.classify(text[:2000])[0]
    return code
