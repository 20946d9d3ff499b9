"""What a generation's files hold: named arrays by passage, document and person, and the names that codes stand for."""

from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models import durable
from models.lexical import map_array


@dataclass(frozen=True)
class Table:
    """Named arrays of a generation, one .npy file each."""

    def save(self, folder: Path) -> None:
        """Write each array as `<table>-<field>.npy`."""
        for field in fields(self):
            durable.write_array(folder / f"{type(self).__name__.lower()}-{field.name}.npy", getattr(self, field.name))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the arrays; the caller has verified the files' checksums."""
        return cls(*(map_array(folder / f"{cls.__name__.lower()}-{field.name}.npy") for field in fields(cls)))


def entries(starts: NDArray[np.int64], rows: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for CSR `starts`, the entries of the given rows one after another, and the place in `rows` that each belongs to."""
    counts = starts[rows + 1] - starts[rows]
    place = np.repeat(np.arange(len(rows)), counts)
    return np.arange(len(place)) + np.repeat(starts[rows] - (np.cumsum(counts) - counts), counts), place


@dataclass(frozen=True)
class Passages(Table):
    """Per passage: its document's row, its span in the body, and the 16-byte key of what was embedded, shape (n, 16)."""

    document: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    key: NDArray[np.uint8]


@dataclass(frozen=True)
class Documents(Table):
    """Per document: database id, content key, reader set, day (0 = unknown), codes into the name lists, and its own weight.

    `unit` is the code of its thread, or of the document alone: one vote each. `twin` is equal for documents of equal words.
    `weight` is freshness times community signal. The tags of row d are `tag[tag_starts[d]:tag_starts[d + 1]]`.
    """

    id: NDArray[np.int64]
    key: NDArray[np.uint8]
    readers: NDArray[np.int32]
    day: NDArray[np.int32]
    kind: NDArray[np.int32]
    source: NDArray[np.int32]
    unit: NDArray[np.int32]
    twin: NDArray[np.int64]
    weight: NDArray[np.float32]
    tag_starts: NDArray[np.int64]
    tag: NDArray[np.int32]


@dataclass(frozen=True)
class People(Table):
    """Per person: database id, whether a people source lists them, codes of team and location (-1 = none), skills and languages.

    A skill entry holds its code and its origin's code; `inferred` entries come from org-readable documents only.
    """

    id: NDArray[np.int64]
    listed: NDArray[np.bool_]
    team: NDArray[np.int32]
    location: NDArray[np.int32]
    skill_starts: NDArray[np.int64]
    skill: NDArray[np.int32]
    skill_origin: NDArray[np.int32]
    language_starts: NDArray[np.int64]
    language: NDArray[np.int32]


@dataclass(frozen=True)
class Credits(Table):
    """Who has a part in each document (CSR): the people of document d are `person[starts[d]:starts[d + 1]]`, with role and credit.

    `share` is a person's share of the work on the document, 0 where the source tells none.
    """

    starts: NDArray[np.int64]
    person: NDArray[np.int32]
    role: NDArray[np.int32]
    credit: NDArray[np.float32]
    share: NDArray[np.float32]

    @cached_property
    def document(self) -> NDArray[np.int64]:
        """The row of each entry's document."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


@dataclass(frozen=True)
class Mentions(Table):
    """Which skills the head of each org-readable document names (CSR over documents), as codes of `Names.gazetteer`."""

    starts: NDArray[np.int64]
    skill: NDArray[np.int32]


@dataclass(frozen=True)
class Acronyms(Table):
    """Which short forms each document explains (CSR over documents), as codes of `Names.acronym`."""

    starts: NDArray[np.int64]
    acronym: NDArray[np.int32]


@dataclass(frozen=True)
class Topics(Table):
    """What documents are about: each one's topic (-1 = none) and its cosine to the topic's middle; topics beside each other are akin.

    The words of topic t are `word[word_starts[t]:word_starts[t + 1]]`, codes of `Names.topic_word`, its name first. They come from
    org-readable documents only.
    """

    of: NDArray[np.int32]
    centrality: NDArray[np.float32]
    word_starts: NDArray[np.int64]
    word: NDArray[np.int32]


@dataclass(frozen=True)
class Centroids(Table):
    """What people are about: unit vectors (n, dimension), the person each belongs to, and whether their documents gave it."""

    vector: NDArray[np.float32]
    person: NDArray[np.int32]
    mined: NDArray[np.bool_]

    @property
    def own(self) -> int:
        """How many rows hold people's own words; they stand first."""
        return int(np.searchsorted(self.mined, True))


@dataclass(frozen=True)
class Interests(Table):
    """What people say they care about (CSR over people), as codes of `Names.interest`, with the unit vector of each, (codes, dimension)."""

    starts: NDArray[np.int64]
    interest: NDArray[np.int32]
    vector: NDArray[np.float32]


@dataclass(frozen=True)
class Profiles(Table):
    """The vectors of people's own words and interests, by the key of what was embedded, so that the next build can carry them over."""

    key: NDArray[np.uint8]
    vector: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Names:
    """What the codes stand for, and the public ids by row. `readers` lists the principal names of each reader set.

    An `acronym` is its short and its long form with a tab between them. `gazetteer` names the skills that `Mentions` codes; it is empty
    in an index made before names were kept, which then counts no mentions. A `topic` is its public id, made of its name.
    """

    documents: tuple[str, ...]
    titles: tuple[str, ...]
    people: tuple[str, ...]
    readers: tuple[tuple[str, ...], ...]
    kind: tuple[str, ...]
    source: tuple[str, ...]
    tag: tuple[str, ...]
    team: tuple[str, ...]
    location: tuple[str, ...]
    skill: tuple[str, ...]
    language: tuple[str, ...]
    acronym: tuple[str, ...]
    interest: tuple[str, ...]
    topic: tuple[str, ...]
    topic_word: tuple[str, ...]
    terms: tuple[str, ...]
    gazetteer: tuple[str, ...] = ()
