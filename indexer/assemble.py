"""Puts together what a build read, embedded and counted into the generation that will be published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.annotate import Gazetteer, inferred
from indexer.calibrate import Index, calibrate, probes
from indexer.centroids import centroids
from indexer.coding import WROTE, Coding, credit_table, document_table, merged_skills, people_table, ragged
from indexer.corpus import Corpus
from indexer.mining import Mined
from indexer.passages import keys_array
from indexer.reading import Read
from models.analyzer import VERSION as ANALYZER
from models.analyzer import Analyzer
from models.arrays import Acronyms, Credits, Mentions, Names, Profiles
from models.encoder import DEFAULT_NAME, Encoder
from models.generation import BUILDING, FORMAT, Generation, Manifest
from models.vectors import Vectors

ENGLISH = 0.5  # below this share of English documents the default encoder, which knows only English, is warned about


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a generation is assembled from; its vectors stand in `folder` already.

    `vectors` (passages, dimension); `own` the vector of each person's own words; `said` the same by key.
    """

    folder: Path
    corpus: Corpus
    gazetteer: Gazetteer
    found: Read
    vectors: NDArray[np.float32]
    own: Sequence[NDArray[np.float16] | None]
    said: Mapping[bytes, NDArray[np.float16]]
    mined: Mined


def assemble_generation(draft: Draft, encoder: Encoder, half_life: float, content: str) -> Generation:
    """Return the generation, ready to be saved beside its vectors."""
    corpus, passages = draft.corpus, draft.found.layout.table()
    public = np.asarray([document.public for document in corpus.documents], bool)
    by_passage, by_document, terms = draft.found.lexicon.merge(public[passages.document], public)
    credits, coding = credit_table(corpus), Coding.of(corpus)
    mentions = Mentions(*ragged(draft.found.mentions))
    explained = sorted({pair for pairs in draft.found.acronyms for pair in pairs})
    code = {pair: number for number, pair in enumerate(explained)}
    # Public rows only: how rare a skill is must not depend on how much else there is.
    named = _mention_matrix(mentions, len(draft.gazetteer.skills))[public]
    mined = inferred(named, _part_matrix(credits, public, len(corpus.people))[:, public])
    skills = merged_skills(corpus, draft.gazetteer.skills, mined)
    people, skill_names = people_table(corpus, coding, skills)
    vectors = Vectors.load(draft.folder)
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
        replace(
            _names(corpus, coding),
            skill=skill_names.names,
            acronym=tuple(explained),
            topic=draft.mined.ids,
            topic_word=draft.mined.words,
            terms=terms,
        ),
        vectors,
        by_passage,
        by_document,
        passages,
        document_table(corpus, coding, draft.found.twins, half_life),
        people,
        credits,
        mentions,
        Acronyms(*ragged([[code[pair] for pair in pairs] for pairs in draft.found.acronyms])),
        draft.mined.table,
        centroids(draft.own, credits, passages, draft.vectors, public),
        Profiles(keys_array(list(draft.said)), np.asarray(list(draft.said.values()), np.float16).reshape(-1, draft.vectors.shape[1])),
    )


def _names(corpus: Corpus, coding: Coding) -> Names:
    """Return the names that are in the corpus; what was mined from it is added by the caller."""
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
        language=coding.language.names,
        acronym=(),
        topic=(),
        topic_word=(),
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
