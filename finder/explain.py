"""Why a person was found: signed parts that add up to the score, and the evidence that carries most of it."""

from dataclasses import dataclass

import numpy as np

from finder.answers import Part
from finder.people import Candidates

SHOWN = 3  # pieces of evidence a person, or one for each subject where the question names more


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One vote shown: the document's row, its best passage, the person's role code in it, and its share of the score."""

    document: int
    passage: int
    role: int
    share: float


def exhibits(candidates: Candidates, place: int) -> tuple[Exhibit, ...]:
    """Return the strongest votes of the candidate at `place`, of each subject that they speak to at least one."""
    votes, hits = candidates.votes, candidates.hits
    first, last = np.searchsorted(votes.person, [candidates.rows[place], candidates.rows[place] + 1]).tolist()
    subject = np.searchsorted(candidates.begins, votes.hit[first:last], side="right").tolist()
    leaders = list({of: first + place for place, of in reversed(list(enumerate(subject)))}.values())
    others = [vote for vote in range(first, min(last, first + SHOWN)) if vote not in leaders]
    return tuple(
        Exhibit(
            int(hits.documents[votes.hit[vote]]),
            int(hits.passages[votes.hit[vote]]),
            int(votes.role[vote]),
            float(votes.worth[vote] * candidates.scale),
        )
        for vote in sorted([*leaders, *others[: max(0, SHOWN - len(leaders))]])
    )


def parts(candidates: Candidates, place: int, shown: tuple[Exhibit, ...], public_ids: tuple[str, ...]) -> tuple[Part, ...]:
    """Return the summands of the candidate's score; they add up to it within rounding of the last digit."""
    named = [Part("evidence", exhibit.share, public_ids[exhibit.document]) for exhibit in shown]
    rest = float(candidates.evidence[place]) - sum(part.share for part in named)
    others = [
        Part("unshown", rest if abs(rest) > 1e-12 else 0.0),
        Part("profile", float(candidates.profile[place])),
        Part("expected_by_volume", -float(candidates.expected[place])),
    ]
    return (*named, *(part for part in others if part.share))
