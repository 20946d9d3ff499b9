"""The whole write side on one screen: what the database holds becomes generation N+1, published in one step or not at all."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from indexer.annotate import Gazetteer
from indexer.assemble import Draft, assemble_generation
from indexer.coding import HalfLives
from indexer.corpus import Corpus, read_corpus
from indexer.embed import Shards, embed
from indexer.mining import mine
from indexer.passages import Carried, collect
from indexer.progress import Progress
from indexer.reading import read
from indexer.sayings import Sayings
from models.analyzer import VERSION as ANALYZER
from models.encoder import Encoder
from models.errors import GenerationDamaged, GenerationMissing
from models.generation import BUILDING, FORMAT, KEPT, Generation, current, embedded, prepare, publish
from models.settings import Settings
from models.vectors import Vectors


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did: `embedded` passages went through the encoder, the other ones were carried over."""

    name: str
    documents: int
    people: int
    passages: int
    embedded: int
    published: bool


@dataclass(frozen=True, slots=True)
class Tools:
    """What a build works with."""

    settings: Settings
    engine: Engine
    encoder: Encoder
    progress: Progress


def build(tools: Tools, *, keep: int = KEPT) -> BuildSummary:
    """Publish a generation of what the database holds; do nothing where the current one already is that.

    Raises StorageFull, EncoderUntrusted or DatabaseUnavailable; the generation before stays in service then.
    """
    settings = tools.settings
    corpus = read_corpus(tools.engine)
    previous = _reusable(tools)
    content = corpus.digest(repr(tools.encoder.identity), ANALYZER, str(FORMAT), str(HalfLives.of(settings)))
    if previous is not None and (previous.manifest.content, previous.manifest.access_revision) == (content, corpus.access_revision):
        return BuildSummary(previous.name, len(corpus.documents), len(corpus.people), len(previous.vectors), 0, published=False)
    name, aside = prepare(settings.generations)
    try:
        summary = _write(tools, corpus, Carried.of(previous), aside, content)
        publish(settings.generations, aside, name, keep=keep)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    Shards(settings.home, tools.encoder.identity).clear()
    return summary


def _reusable(tools: Tools) -> Generation | None:
    """Return the current generation if its rows can be carried over: intact, of this format, analyzer and encoder."""
    try:
        generation = Generation.load(current(tools.settings.generations))
    except (GenerationMissing, GenerationDamaged):
        return None
    fits = generation.manifest.encoder == tools.encoder.identity and generation.manifest.analyzer == ANALYZER
    return generation if fits else None


def _embedded_before(tools: Tools) -> dict[bytes, NDArray[np.float16]]:
    """Return what the current generation still gives where its rows cannot be carried over: its vectors, whatever its format."""
    try:
        return embedded(current(tools.settings.generations), tools.encoder.identity)
    except (GenerationMissing, GenerationDamaged):
        return {}


def _write(tools: Tools, corpus: Corpus, carried: Carried, aside: Path, content: str) -> BuildSummary:
    gazetteer = Gazetteer.of(corpus)
    found = read(tools.engine, corpus, gazetteer, carried, tools.progress)
    sayings = Sayings.of(corpus)
    pending = [*found.layout.pending.values(), *(text for text in sayings if text.key not in carried.profiles)]
    known = {} if carried.generation is not None else _embedded_before(tools)
    unknown = [text for text in pending if text.key not in known]
    known |= embed(unknown, tools.encoder, Shards(tools.settings.home, tools.encoder.identity), tools.progress)
    vectors = collect(found.layout.key, carried, known, tools.encoder.identity.dimension)
    Vectors.save(aside, vectors)
    mined = mine(tools.engine, corpus, gazetteer, found.layout.table(), vectors)
    draft = Draft(aside, corpus, gazetteer, found, vectors, sayings, carried.profiles | known, mined)
    assemble_generation(draft, tools.encoder, HalfLives.of(tools.settings), content).save(aside)
    return BuildSummary(
        aside.name.removeprefix(BUILDING), len(corpus.documents), len(corpus.people), len(vectors), len(unknown), published=True
    )
