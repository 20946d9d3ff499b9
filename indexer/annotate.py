"""Skills named in documents, by spaCy's PhraseMatcher over a gazetteer, and what they let us infer of people."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.corpus import Corpus
from models.analyzer import Analyzer
from models.tables import Origin

HEAD = 500  # characters: what a document is about stands at its top
TAG_DOCUMENTS = 3  # a tag is a skill once this many public documents, by
TAG_AUTHORS = 2  # this many people, bear it
PROVEN = 3  # public documents of a person that must name a skill before it is inferred
INFERRED = 8  # inferred skills a person at most


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The skills looked for, as people write them, in sorted order; compared without case."""

    skills: tuple[str, ...]

    @property
    def digest(self) -> str:
        """What changes when the list does."""
        return hashlib.sha256("\n".join(self.skills).encode()).hexdigest()

    @classmethod
    def of(cls, corpus: Corpus) -> "Gazetteer":
        """Collect the declared skills and the established tags, one spelling each: the most frequent."""
        spellings: Counter[str] = Counter(name for person in corpus.people if person.listed for name in person.declared)
        documents: Counter[str] = Counter()
        authors: dict[str, set[int]] = {}
        for document in corpus.documents:
            for tag in document.tags if document.public else ():
                documents[tag] += 1
                authors.setdefault(tag, set()).update(part.person for part in document.parts if not part.hidden)
        spellings.update({tag: 1 for tag, n in documents.items() if n >= TAG_DOCUMENTS and len(authors[tag]) >= TAG_AUTHORS})
        chosen: dict[str, str] = {}
        for name, _ in sorted(spellings.items(), key=lambda item: (-item[1], item[0])):
            chosen.setdefault(name.casefold(), name)
        return cls(tuple(sorted(chosen.values())))


class Annotator:
    """Finds the gazetteer's skills in the head of a document."""

    def __init__(self, analyzer: Analyzer, gazetteer: Gazetteer) -> None:
        from spacy.matcher import PhraseMatcher

        self._language = analyzer.blank
        self._matcher = PhraseMatcher(self._language.vocab, attr="LOWER")
        self._codes: dict[int, int] = {}
        for code, skill in enumerate(gazetteer.skills):
            pattern = self._language.make_doc(skill)
            if len(pattern):
                self._matcher.add(str(code), [pattern])
                self._codes[self._language.vocab.strings[str(code)]] = code

    def skills(self, title: str, tags: Iterable[str], body: str) -> list[int]:
        """Return the codes of the skills that the title, the tags or the first lines name."""
        head = " \n ".join([title, *tags, body[:HEAD]])
        return sorted({self._codes[match] for match, _, _ in self._matcher(self._language.make_doc(head))})


def inferred(mentions: sparse.csr_matrix, parts: sparse.csr_matrix) -> dict[int, list[int]]:
    """Return per person the skills that enough of their public documents name, the most distinctive first.

    `mentions` (documents, skills) and `parts` (people, documents) hold ones; both count public documents only.
    """
    counts = (parts @ mentions).tocsr()
    rarity = np.log1p(mentions.shape[0] / np.maximum(np.asarray(mentions.sum(axis=0)).ravel(), 1))
    found = {}
    for person in range(counts.shape[0]):
        span = slice(counts.indptr[person], counts.indptr[person + 1])
        skills, n = counts.indices[span], counts.data[span]
        enough = n >= PROVEN
        worth = n[enough] * rarity[skills[enough]]
        order: NDArray[np.intp] = np.lexsort((skills[enough], -worth))[:INFERRED]
        if len(order):
            found[person] = [int(skill) for skill in skills[enough][order]]
    return found


def person_skills(declared: Iterable[tuple[str, str]], mined: Iterable[str]) -> list[tuple[str, str]]:
    """Merge what a person declared, was endorsed for or rejected with what their documents show; a rejection silences it."""
    held = {name.casefold(): (name, origin) for name, origin in sorted(declared, key=lambda item: item[1] == Origin.REJECTED)}
    for name in mined:
        held.setdefault(name.casefold(), (name, Origin.INFERRED))
    return [(name, origin) for name, origin in held.values() if origin != Origin.REJECTED]
