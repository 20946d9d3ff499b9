"""Mines the topics of a generation: documents gathered by meaning, each topic named by its own words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, select

from indexer.annotate import Gazetteer
from indexer.coding import Codes, ragged
from indexer.corpus import Corpus, IndexedDocument, read_bodies
from indexer.naming import READ, Namer, Text
from indexer.topics import Gathered, document_vectors, gather, without_language
from models.analyzer import WORD, Analyzer
from models.arrays import Passages, Topics
from models.database import reading
from models.tables import Person

CENTRAL = 60  # documents of a topic that it is named by: those nearest to its middle


@dataclass(frozen=True, slots=True)
class Mined:
    """The topics as a generation holds them: the table, their public ids, and the words that its codes stand for."""

    table: Topics
    ids: tuple[str, ...]
    words: tuple[str, ...]


def mine(engine: Engine, corpus: Corpus, gazetteer: Gazetteer, passages: Passages, vectors: NDArray[np.float32]) -> Mined:
    """Return the topics of a corpus: always the same for the same public documents. `vectors` (passages, dimension)."""
    documents = corpus.documents
    public = np.asarray([document.public for document in documents], bool)
    middle = document_vectors(passages, vectors, len(documents))
    moved = without_language(middle, [document.language for document in documents], public) if public.any() else middle
    found = gather(moved, public, [document.public_id for document in documents])
    central = [_central(found, public, topic) for topic in range(found.count)]
    namer = Namer(Analyzer(), gazetteer.skills, _unwanted(engine, corpus))
    return _coded(found, namer.names(_texts(engine, documents, central)))


def _central(found: Gathered, public: NDArray[np.bool_], topic: int) -> list[int]:
    """Return the public documents nearest to a topic's middle, nearest first."""
    rows = np.flatnonzero((found.topic == topic) & public)
    return [int(row) for row in rows[np.lexsort((rows, -found.centrality[rows]))][:CENTRAL]]


def _texts(engine: Engine, documents: Sequence[IndexedDocument], central: Sequence[Sequence[int]]) -> list[list[Text]]:
    wanted = [documents[row] for rows in central for row in rows]
    texts = iter([_text(document, body) for document, body, _ in read_bodies(engine, wanted)])
    return [[next(texts) for _ in rows] for rows in central]


def _text(document: IndexedDocument, body: str) -> Text:
    writers = frozenset(part.person for part in document.parts)
    unit = f"{document.source}\0{document.thread}" if document.thread else document.public_id
    return Text(document.title, document.tags, body[:READ], document.language, writers, unit)


def _unwanted(engine: Engine, corpus: Corpus) -> frozenset[str]:
    """Return the words of people's names, as far as everybody may know them, and of places where people sit: neither is a topic."""
    known = {part.person for document in corpus.documents if document.public for part in document.parts}
    known |= {person.id for person in corpus.people if person.listed}
    with reading(engine) as session:
        names = [name for number, name in session.execute(select(Person.id, Person.name)) if number in known]
    places = [person.location for person in corpus.people if person.location and person.listed]
    return frozenset(word for name in (*names, *places) for word in WORD.findall(name.lower()))


def _coded(found: Gathered, names: Sequence[tuple[str, ...]]) -> Mined:
    """Number the topics that have a name; the documents of one that has none are of no topic."""
    named = [topic for topic, words in enumerate(names) if words]
    code = np.full(found.count + 1, -1, np.int32)  # the last stands for none, -1
    code[named] = np.arange(len(named))
    words = Codes.from_values(word for topic in named for word in names[topic])
    table = Topics(
        code[found.topic], np.where(code[found.topic] < 0, np.float32(0), found.centrality).astype(np.float32),
        *ragged([words.of[word] for word in names[topic]] for topic in named),
    )  # fmt: skip
    return Mined(table, _ids([names[topic][0] for topic in named]), words.names)


def _ids(names: Sequence[str]) -> tuple[str, ...]:
    """Return an id for each name, of its words, told apart by a number where two have the same."""
    times: Counter[str] = Counter()
    ids = []
    for name in names:
        slug = "-".join(WORD.findall(name.lower()))
        times[slug] += 1
        ids.append(slug if times[slug] == 1 else f"{slug}-{times[slug]}")
    return tuple(ids)
