"""Fits, for this encoder and this corpus, how sure an answer can be: titles and tags as questions on topic, shipped probes off it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from indexer.corpus import Corpus
from models.analyzer import Analyzer
from models.arrays import Passages
from models.confidence import coverage
from models.encoder import Encoder
from models.generation import Calibration
from models.lexical import Lexical, best
from models.vectors import Vectors

TITLES = 200
TAGS = 100
ENOUGH = 20  # questions of each sort; with fewer the prior is kept
# Where a corpus is too small to fit: half way between the cosines that this family of encoders gives on and off topic.
PRIOR = Calibration(bias=-6.0, cosine=10.0, coverage=3.5, fitted=False)


@dataclass(frozen=True, slots=True)
class Probe:
    """A question of known kind; `document` is the row that must not answer it, its own."""

    text: str
    on_topic: bool
    document: int = -1


@dataclass(frozen=True, slots=True)
class Index:
    """What a question is held against."""

    vectors: Vectors
    lexical: Lexical
    columns: dict[str, int]
    passages: Passages
    public: NDArray[np.bool_]


def probes(corpus: Corpus) -> list[Probe]:
    """Choose the questions: always the same for the same corpus."""

    def shuffled(texts: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
        return sorted(texts, key=lambda item: hashlib.blake2b(item[0].encode(), digest_size=8).digest())

    titles = [(document.title, row) for row, document in enumerate(corpus.documents) if document.public and document.title]
    tags = sorted({(tag, -1) for document in corpus.documents if document.public for tag in document.tags})
    off = resources.files("indexer").joinpath("probes.txt").read_text(encoding="utf-8").splitlines()
    chosen = shuffled(titles)[:TITLES] + shuffled(tags)[:TAGS]
    return [Probe(text, True, row) for text, row in chosen] + [Probe(text, False) for text in off if text.strip()]


def calibrate(questions: Sequence[Probe], index: Index, encoder: Encoder, analyzer: Analyzer) -> Calibration:
    """Return the fitted logistic, or the prior where the public corpus is too small."""
    on = sum(question.on_topic for question in questions)
    if min(on, len(questions) - on) < ENOUGH or not index.public.any():
        return PRIOR
    from sklearn.linear_model import LogisticRegression

    vectors = encoder.encode([question.text for question in questions])
    measured = [features(question, vector, index, analyzer) for question, vector in zip(questions, vectors, strict=True)]
    model = LogisticRegression(class_weight="balanced", C=10.0).fit(np.asarray(measured), [question.on_topic for question in questions])
    cosine, covered = (float(weight) for weight in model.coef_[0])
    return Calibration(float(model.intercept_[0]), cosine, covered, fitted=True)


def features(question: Probe, vector: NDArray[np.float32], index: Index, analyzer: Analyzer) -> tuple[float, float]:
    """Return the best cosine and the coverage by the best passage, the question's own document left out."""
    mask = index.public[index.passages.document] & (index.passages.document != question.document)
    if not mask.any():
        return 0.0, 0.0
    _, cosines = index.vectors.search(vector, mask, 1)
    columns = [index.columns.get(term) for term in dict.fromkeys(analyzer.terms(question.text))]
    rows, _ = best(index.lexical.scores({column: 1.0 for column in columns if column is not None}), mask, 1)
    return float(cosines[0]), coverage(index.lexical, columns, int(rows[0])) if len(rows) else 0.0
