"""Puts together what a build read, embedded and counted into the generation that will be published."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.annotate import Gazetteer, inferred
from indexer.calibrate import Index, calibrate, probes
from indexer.centroids import centroids
from indexer.coding import WROTE, Coding, HalfLives, credit_table, document_table, merged_skills, people_table, ragged, speaking
from indexer.corpus import Corpus
from indexer.mining import Mined
from indexer.reading import Read
from indexer.sayings import Known, Sayings
from models.analyzer import VERSION as ANALYZER
from models.analyzer import Analyzer
from models.arrays import Acronyms, Credits, Mentions, Names
from models.encoder import DEFAULT_NAME, Encoder
from models.generation import BUILDING, FORMAT, Generation, Manifest
from models.vectors import Vectors

ENGLISH = 0.5  # below this share of English documents the default encoder, which knows only English, is warned about


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a generation is assembled from; its vectors stand in `folder` already.

    `vectors` (passages, dimension); `known` holds the vector of everything that people say.
    """

    folder: Path
    corpus: Corpus
    gazetteer: Gazetteer
    found: Read
    vectors: NDArray[np.float32]
    sayings: Sayings
    known: Known
    mined: Mined


def assemble_generation(draft: Draft, encoder: Encoder, half_lives: HalfLives, content: str) -> Generation:
    """Return the generation, ready to be saved beside its vectors."""
    corpus, passages = draft.corpus, draft.found.layout.table()
    public = np.asarray([document.public for document in corpus.documents], bool)
    by_passage, by_document, terms = draft.found.lexicon.merge(public[passages.document], public)
    credits, coding = credit_table(corpus), Coding.of(corpus)
    telling = speaking(credits, corpus)
    mentions = Mentions(*ragged(draft.found.mentions))
    explained = sorted({pair for pairs in draft.found.acronyms for pair in pairs})
    code = {pair: number for number, pair in enumerate(explained)}
    # Public rows only: how rare a skill is must not depend on how much else there is.
    named = _mention_matrix(mentions, len(draft.gazetteer.skills))[public]
    mined = inferred(named, _part_matrix(telling, public, len(corpus.people))[:, public])
    skills = merged_skills(corpus, draft.gazetteer.skills, mined)
    people, skill_names = people_table(corpus, coding, skills)
    vectors, dimension = Vectors.load(draft.folder), draft.vectors.shape[1]
    index = Index(vectors, by_passage, {term: column for column, term in enumerate(terms)}, passages, public)
    manifest = Manifest(
        format=FORMAT,
        name=draft.folder.name.removeprefix(BUILDING),
        encoder=encoder.identity,
        analyzer=ANALYZER,
        access_revision=corpus.access_revision,
        content=content,
        gazetteer=draft.gazetteer.digest,
        calibration=calibrate(probes(corpus), index, encoder, Analyzer()),
        warnings=_warnings(corpus, encoder),
        files={},
    )
    return Generation(
        manifest,
        replace(_names(draft, coding), skill=skill_names.names, acronym=tuple(explained), terms=terms),
        vectors,
        by_passage,
        by_document,
        passages,
        document_table(corpus, coding, draft.found.twins, half_lives),
        people,
        credits,
        mentions,
        Acronyms(*ragged([[code[pair] for pair in pairs] for pairs in draft.found.acronyms])),
        draft.mined.table,
        centroids(draft.sayings.spoken(draft.known), telling, passages, draft.vectors, public),
        draft.sayings.table(draft.known, dimension),
        draft.sayings.kept(draft.known, dimension),
    )


def _names(draft: Draft, coding: Coding) -> Names:
    """Return the names that the draft holds; what is found while it is assembled is added by the caller."""
    corpus = draft.corpus
    return Names(
        documents=tuple(document.public_id for document in corpus.documents),
        titles=tuple(document.title for document in corpus.documents),
        people=tuple(person.public_id for person in corpus.people),
        readers=tuple(coding.readers),
        kind=coding.kind.names,
        source=coding.source.names,
        tag=coding.tag.names,
        team=coding.team.names,
        location=coding.location.names,
        skill=(),
        gazetteer=draft.gazetteer.skills,
        language=coding.language.names,
        acronym=(),
        topic=draft.mined.ids,
        topic_word=draft.mined.words,
        interest=tuple(draft.sayings.interests),
        terms=(),
    )


def _mention_matrix(mentions: Mentions, skills: int) -> sparse.csr_matrix:
    return sparse.csr_matrix(
        (np.ones(len(mentions.skill), np.float32), mentions.skill, mentions.starts), shape=(len(mentions.starts) - 1, skills)
    )


def _part_matrix(credits: Credits, public: NDArray[np.bool_], people: int) -> sparse.csr_matrix:
    row = credits.document
    used = public[row] & np.isin(credits.role, WROTE)
    return sparse.csr_matrix((np.ones(int(used.sum()), np.float32), (credits.person[used], row[used])), shape=(people, len(public)))


def _warnings(corpus: Corpus, encoder: Encoder) -> tuple[str, ...]:
    public = [document.language for document in corpus.documents if document.public]
    english = sum(language == "en" for language in public)
    if encoder.identity.name == DEFAULT_NAME and public and english < ENGLISH * len(public):
        return ("Most documents are not in English, which is all the default encoder knows: set FINDER_ENCODER to a multilingual model.",)
    return ()
