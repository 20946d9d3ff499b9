"""The question parsed and bounded: what is encoded, which terms are looked up, and what a typing error may have meant."""

import unicodedata
from dataclasses import dataclass

from finder.framing import topic_terms
from finder.view import View
from models.analyzer import Analyzer
from models.errors import InvalidQuery
from models.generation import Generation

LONGEST = 10_000  # characters of a question; longer text has no more to say to an encoder's window
LONGEST_ENCODED = 2_000
TERMS = 64
ADDED = 0.5  # the weight of a term nobody typed
REPAIRS = 3


@dataclass(frozen=True, slots=True)
class Query:
    """A question ready to be searched: `terms` as (term, weight), the typed ones first; `also_searched` are repairs and other forms."""

    text: str
    typed: tuple[str, ...]
    terms: tuple[tuple[str, float], ...]
    also_searched: tuple[str, ...]


def bounded(question: str) -> str:
    """Return the question in normal form, control characters out and white space folded.

    Raises InvalidQuery where nothing is left that could be searched, or where it is too long.
    """
    if len(question) > LONGEST:
        raise InvalidQuery(f"The question has {len(question):,} characters; {LONGEST:,} are the most.", "Ask in a few sentences.")
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") else c for c in unicodedata.normalize("NFC", question))
    text = " ".join(kept.split())
    if not any(c.isalnum() for c in text):
        raise InvalidQuery("The question holds no word.", "Type a few words about what you want to know.")
    return text


def parse(question: str, generation: Generation, analyzer: Analyzer, view: View) -> Query:
    """Parse a question against a generation's vocabulary.

    Spelling is repaired for those to whom the organisation's words are open; short forms are written out, and long ones
    shortened, as documents in view explain them.
    """
    text = bounded(question)
    typed = tuple(dict.fromkeys(topic_terms(text, analyzer)))[:TERMS]
    repairs = _repairs(typed, generation) if view.member else ()
    forms = generation.glossary.expand(typed, view.documents)
    added = dict.fromkeys((*repairs, *(term for form in forms for term in analyzer.terms(form))))
    terms = tuple((term, 1.0) for term in typed) + tuple((term, ADDED) for term in added if term not in typed)
    return Query(text[:LONGEST_ENCODED], typed, terms, (*repairs, *forms))


def _repairs(typed: tuple[str, ...], generation: Generation) -> tuple[str, ...]:
    unknown = [term for term in typed if len(term) >= 5 and not _frequency(term, generation)][:REPAIRS]
    if not unknown:
        return ()
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = []
    for term in unknown:
        distance = 1 if len(term) < 8 else 2
        candidates = process.extract(term, generation.public_terms, scorer=OSA.distance, score_cutoff=distance, limit=50)
        near = sorted((score, -_frequency(name, generation), name) for name, score, _ in candidates if name.isalpha())
        found += [near[0][2]] if near else []
    return tuple(found)


def _frequency(term: str, generation: Generation) -> int:
    """Return in how many org-readable documents a term occurs."""
    column = generation.vocabulary.get(term)
    return 0 if column is None else int(generation.by_document.public_rows[column])
