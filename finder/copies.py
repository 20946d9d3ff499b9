"""Says which of a person's votes repeat one another: somebody who writes one thing many times has said it once."""

import numpy as np
from numpy.typing import NDArray

from models.vectors import Vectors

FEW = 5  # votes; of fewer, repetition gains nothing that would be worth a look
LOOKED_AT = 100  # votes of a person; what comes after is worth next to nothing and not counted


def repeated(person: NDArray[np.int64], passage: NDArray[np.int64], vectors: Vectors, alike: float) -> NDArray[np.bool_]:
    """Return which votes (n,) say nearly what a stronger one of the same person says.

    `person` is sorted, each person's votes the strongest first; `passage` is the row of the passage that speaks for each vote;
    above the cosine `alike` one passage repeats the other.
    """
    found = np.zeros(len(person), bool)
    begins = np.flatnonzero(np.diff(person, prepend=-1))
    counts = np.diff(np.append(begins, len(person)))
    many = counts >= FEW
    place = np.arange(len(person)) - np.repeat(begins, counts)
    looked = np.flatnonzero(np.repeat(many, counts) & (place < LOOKED_AT))
    found[place >= LOOKED_AT] = True
    spoken = vectors.rows(passage[looked])
    first = 0
    for number in np.minimum(counts[many], LOOKED_AT).tolist():
        own = spoken[first : first + number]
        same = own @ own.T > alike
        if np.count_nonzero(same) > number:  # more than each with itself
            found[looked[first : first + number]] = np.tril(same, -1).any(axis=1)
        first += number
    return found
