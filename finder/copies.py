"""Says which of a person's votes repeat one another: somebody who writes one thing many times has said it once."""

import numpy as np
from numpy.typing import NDArray

from models.vectors import Vectors

ALIKE = 0.8  # cosine of two best passages from which one repeats the other
FEW = 5  # votes; of fewer, repetition gains nothing that would be worth a look
LOOKED_AT = 100  # votes of a person; what comes after is worth next to nothing and not counted


def repeated(person: NDArray[np.int64], passage: NDArray[np.int64], vectors: Vectors) -> NDArray[np.bool_]:
    """Return which votes (n,) say nearly what a stronger one of the same person says.

    `person` is sorted, each person's votes the strongest first; `passage` is the row of the passage that speaks for each vote.
    """
    found = np.zeros(len(person), bool)
    begins = np.flatnonzero(np.diff(person, prepend=-1))
    counts = np.diff(np.append(begins, len(person)))
    for first, count in zip(begins[counts >= FEW], counts[counts >= FEW], strict=True):
        last = first + min(count, LOOKED_AT)
        own = vectors.rows(passage[first:last])
        found[first:last] = np.tril(own @ own.T > ALIKE, -1).any(axis=1)
        found[last : first + count] = True
    return found
