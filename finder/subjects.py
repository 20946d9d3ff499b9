"""Several subjects in one question, "postgres and flood alarms": told apart by what joins them, kept apart only where they are.

Most of what "and" joins is one subject: "read and write archives", "error handling and reporting". So the text only proposes
parts; the index decides, by whether each part stands for itself and whether they lead to different documents.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from finder.framing import topic
from finder.retrieval import Hits
from models.analyzer import Analyzer

MOST = 5  # subjects of a question
LONGEST = 300  # code points of a question that names subjects; a longer one tells a story
JOINT = re.compile(r"\s*(?:[,;/&+\n•]|(?<!\w)(?:and|as well as|but also|plus|und|sowie|oder auch)(?!\w))+\s*", re.IGNORECASE)
OPENING = re.compile(r"^(?:both|also|about|with|for|in|of|on|the|a|an|sowohl|über|mit)\s+", re.IGNORECASE)
UNLIKE = 0.45  # the cosine between two parts from which they are about the same
LOOKED_AT = 10  # documents of each part
SHARED = 2  # of them, that two parts may have in common and still be two subjects


def proposed(text: str, analyzer: Analyzer) -> tuple[str, ...]:
    """Return the parts of a question that may be subjects of their own, in order; none where it names fewer than two."""
    about = topic(text, analyzer)
    if len(about) > LONGEST:
        return ()
    parts = [OPENING.sub("", part.strip(" .?!:\"'()")) for part in JOINT.split(about)]
    parts = list(dict.fromkeys(part for part in parts if part))
    meant = [part for part in parts if analyzer.terms(part)]
    return tuple(meant) if 2 <= len(meant) <= MOST and len(meant) == len(parts) else ()


def unlike(vectors: NDArray[np.float32]) -> bool:
    """Whether there are parts, by their unit vectors (parts, dimension), and no two of them are about the same."""
    return len(vectors) > 1 and bool(np.tril(vectors @ vectors.T, -1).max() < UNLIKE)


def apart(found: Sequence[Hits]) -> bool:
    """Whether what each part found alone has next to nothing in common with what another found."""
    heads = [set(hits.documents[:LOOKED_AT].tolist()) for hits in found]
    return all(len(one & other) <= SHARED for place, one in enumerate(heads) for other in heads[:place])
