"""What people say of themselves and what they care about: texts that are embedded once and carried over by key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.coding import ragged
from indexer.corpus import Corpus, IndexedPerson
from indexer.embed import Pending
from indexer.passages import keys_array, passage_key
from models.access import ORG
from models.arrays import Interests, Profiles

Known = Mapping[bytes, NDArray[np.float16]]  # vectors by key


@dataclass(frozen=True, slots=True)
class Sayings:
    """`words` by person, None where they say nothing; `interests` by name, in sorted order; `cares` each person's interests by name."""

    words: tuple[Pending | None, ...]
    interests: dict[str, Pending]
    cares: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, corpus: Corpus) -> "Sayings":
        """Collect what the listed people of a corpus say."""
        words = tuple(_pending(own_words(person)) for person in corpus.people)
        cares = tuple(person.interests if person.listed else () for person in corpus.people)
        named = {name: _pending(name) for name in sorted({name for names in cares for name in names})}
        return cls(words, {name: text for name, text in named.items() if text is not None}, cares)

    def __iter__(self) -> Iterator[Pending]:
        """Yield every text."""
        yield from (text for text in self.words if text is not None)
        yield from self.interests.values()

    def spoken(self, known: Known) -> list[NDArray[np.float16] | None]:
        """Return the vector of each person's own words."""
        return [None if text is None else known[text.key] for text in self.words]

    def table(self, known: Known, dimension: int) -> Interests:
        """Code the interests, with their vectors."""
        code = {name: number for number, name in enumerate(self.interests)}
        starts, interest = ragged([code[name] for name in names] for names in self.cares)
        vectors = np.asarray([known[text.key] for text in self.interests.values()], np.float32).reshape(-1, dimension)
        return Interests(starts, interest, vectors)

    def kept(self, known: Known, dimension: int) -> Profiles:
        """Return the vectors of every text, for the next build."""
        keys = list(dict.fromkeys(text.key for text in self))
        return Profiles(keys_array(keys), np.asarray([known[key] for key in keys], np.float16).reshape(-1, dimension))


def own_words(person: IndexedPerson) -> str:
    """Return what a listed person says of themselves, or an empty text."""
    if not person.listed:
        return ""
    skills = ", ".join(person.declared)
    # A job title alone says too little to stand against documents.
    return "\n".join(filter(None, [person.title, person.bio, skills])) if person.bio or skills else ""


def _pending(text: str) -> Pending | None:
    return Pending(passage_key(ORG, text), ORG, text) if text else None
