"""A deterministic encoder: texts that share words lie near each other. For tests whose subject is not the model."""

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.analyzer import Analyzer
from models.encoder import EncoderIdentity

DIMENSION = 64
ANALYZER = Analyzer()


@cache
def _direction(term: str, dimension: int) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(dimension, np.float32)


class FakeEncoder:
    """Sums one fixed random vector per stem."""

    identity = EncoderIdentity("fake", "0" * 64, "0" * 64, DIMENSION)

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += len(texts)
        vectors = np.zeros((len(texts), self.identity.dimension), np.float32)
        for row, text in enumerate(texts):
            for term in ANALYZER.terms(text) or ["nothing"]:
                vectors[row] += _direction(term, self.identity.dimension)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
