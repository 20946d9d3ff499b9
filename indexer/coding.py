"""Corpus to the coded tables of a generation: pure functions over what was read."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from indexer.annotate import person_skills
from indexer.corpus import Corpus, IndexedDocument
from indexer.passages import keys_array
from models.arrays import Credits, Documents, People
from models.settings import Settings
from models.tables import Origin, Role

EPOCH = date(1970, 1, 1)
OLD = 0.4  # what is left of a document's weight when it is very old
ROLES = tuple(Role)
WROTE = tuple(ROLES.index(role) for role in (Role.AUTHOR, Role.ACCEPTED, Role.ANSWERER, Role.COMMITTER, Role.EDITOR))
ORIGINS = tuple(Origin)


@dataclass(frozen=True, slots=True)
class Codes:
    """Values and their codes, in sorted order."""

    names: tuple[str, ...]
    of: dict[str, int]

    @classmethod
    def from_values(cls, values: Iterable[str | None]) -> "Codes":
        """Number the distinct values."""
        names = tuple(sorted({value for value in values if value}))
        return cls(names, {name: code for code, name in enumerate(names)})


def ragged(rows: Iterable[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return (starts, values) of rows of different length."""
    held = [np.asarray(row, np.int32) for row in rows]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in held])]).astype(np.int64)
    return starts, np.concatenate([np.zeros(0, np.int32), *held]).astype(np.int32)


@dataclass(frozen=True, slots=True)
class HalfLives:
    """After how many days a document's freshness is worth half: in general, and for the sources that age otherwise."""

    general: float
    by_source: tuple[tuple[str, float], ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> "HalfLives":
        """Take them from the settings."""
        return cls(settings.half_life_days, settings.source_half_lives)

    def __getitem__(self, source: str) -> float:
        """Return the half-life of a source's documents."""
        return dict(self.by_source).get(source, self.general)


def freshness(day: date | None, newest: date | None, half_life: float) -> float:
    """Return .4 + .6 * 2^(-age / half-life), age in days before the newest document; an undated document counts as a half-life old."""
    age = half_life if day is None or newest is None else max(0, (newest - day).days)
    return OLD + (1 - OLD) * 2 ** (-age / half_life)


def community(votes: int, *, accepted: bool) -> float:
    """Return min(1.6, 1 + .15 log2(1 + votes) + .25 accepted)."""
    return min(1.6, 1 + 0.15 * math.log2(1 + max(0, votes)) + 0.25 * accepted)


@dataclass(frozen=True, slots=True)
class Coding:
    """The name lists that codes point into."""

    readers: dict[tuple[str, ...], int]
    kind: Codes
    source: Codes
    tag: Codes
    team: Codes
    location: Codes
    language: Codes

    @classmethod
    def of(cls, corpus: Corpus) -> "Coding":
        """Number everything that occurs."""
        documents, people = corpus.documents, corpus.people
        readers = sorted({document.readers for document in documents})
        return cls(
            {names: code for code, names in enumerate(readers)},
            Codes.from_values(document.kind for document in documents),
            Codes.from_values(document.source for document in documents),
            Codes.from_values(tag for document in documents for tag in document.tags),
            Codes.from_values(person.team for person in people),
            Codes.from_values(person.location for person in people),
            Codes.from_values(language for person in people for language in person.languages),
        )


def document_table(corpus: Corpus, coding: Coding, twins: Sequence[int], half_lives: HalfLives) -> Documents:
    """Code the documents. `twins` holds each document's digest of its words."""
    documents = corpus.documents
    newest = max((document.created for document in documents if document.created and document.public), default=None)
    units: dict[tuple[str, str], int] = {}
    tag_starts, tag = ragged([coding.tag.of[name] for name in dict.fromkeys(document.tags)] for document in documents)

    def ints(value: Callable[[IndexedDocument], int], kind: type[np.signedinteger] = np.int32) -> NDArray[np.signedinteger]:
        return np.asarray([value(document) for document in documents], kind)

    weights = [
        freshness(document.created, newest, half_lives[document.source]) * community(document.votes, accepted=document.accepted)
        for document in documents
    ]
    return Documents(
        id=ints(lambda document: document.id, np.int64),
        key=keys_array([document.key for document in documents]),
        readers=ints(lambda document: coding.readers[document.readers]),
        day=ints(lambda document: (document.created - EPOCH).days if document.created else 0),
        kind=ints(lambda document: coding.kind.of[document.kind]),
        source=ints(lambda document: coding.source.of[document.source]),
        unit=ints(lambda document: units.setdefault(_unit(document), len(units))),
        twin=np.asarray(twins, np.int64),
        weight=np.asarray(weights, np.float32),
        tag_starts=tag_starts,
        tag=tag,
    )


def _unit(document: IndexedDocument) -> tuple[str, str]:
    return (document.source, f"thread:{document.thread}") if document.thread else ("", document.public_id)


def people_table(corpus: Corpus, coding: Coding, skills: Sequence[Sequence[tuple[str, str]]]) -> tuple[People, Codes]:
    """Code the people with their merged skills (name, origin); return the table and the skill names."""
    people = corpus.people
    names = Codes.from_values(name for held in skills for name, _ in held)
    starts, codes = ragged([names.of[name] for name, _ in held] for held in skills)
    origins = np.asarray([ORIGINS.index(Origin(origin)) for name, origin in chain.from_iterable(skills)], np.int32)
    language_starts, language = ragged([coding.language.of[name] for name in dict.fromkeys(person.languages) if name] for person in people)
    table = People(
        np.asarray([person.id for person in people], np.int64),
        np.asarray([person.listed for person in people], bool),
        np.asarray([coding.team.of.get(person.team or "", -1) for person in people], np.int32),
        np.asarray([coding.location.of.get(person.location or "", -1) for person in people], np.int32),
        starts, codes, origins, language_starts, language,
    )  # fmt: skip
    return table, names


def credit_table(corpus: Corpus) -> Credits:
    """Code who did what; a credit is 1/sqrt(n) among the n people of one role, so that a crowd shares what one would get.

    Editors whose share is told have its root: where all wrote the same that is 1/sqrt(n) again.
    """
    rows = {person.id: row for row, person in enumerate(corpus.people)}
    starts, person, role, credit, share = [0], [], [], [], []
    for document in corpus.documents:
        counts = {kind: sum(part.role == kind for part in document.parts) for kind in {part.role for part in document.parts}}
        for part in document.parts:
            if part.person in rows:
                person.append(rows[part.person])
                role.append(ROLES.index(part.role))
                told = part.share if part.role == Role.EDITOR else None
                credit.append(1 / math.sqrt(counts[part.role]) if told is None else math.sqrt(told))
                share.append(part.share or 0.0)
        starts.append(len(person))
    return Credits(
        np.asarray(starts, np.int64),
        np.asarray(person, np.int32),
        np.asarray(role, np.int32),
        np.asarray(credit, np.float32),
        np.asarray(share, np.float32),
    )


def speaking(credits: Credits, corpus: Corpus) -> Credits:
    """Return the credits as far as they tell something of people: a hidden one tells no more than a mention does."""
    rows = {person.id for person in corpus.people}
    hidden = [part.hidden for document in corpus.documents for part in document.parts if part.person in rows]
    return replace(credits, role=np.where(np.asarray(hidden, bool), ROLES.index(Role.MENTIONED), credits.role).astype(np.int32))


def merged_skills(corpus: Corpus, names: Sequence[str], mined: dict[int, list[int]]) -> list[list[tuple[str, str]]]:
    """Return each person's skills with their origins, `names` being the gazetteer that `mined` codes point into."""
    return [person_skills(person.skills, [names[code] for code in mined.get(row, [])]) for row, person in enumerate(corpus.people)]
