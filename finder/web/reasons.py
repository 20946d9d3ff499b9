"""Why a person was found: the signed parts of the score as rows that visibly add up, and as a bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor

from flask_babel import gettext as _

from finder.answers import Evidence, Part, PersonResult
from finder.web import wording


@dataclass(frozen=True, slots=True)
class Reason:
    """One row: which part of the score, what it is, the document and passage where there is one, and its signed share as text."""

    part: str
    text: str
    document: str | None
    passage: int
    share: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the bar, in hundredths of its length: which part of the score, where it begins and how long it is."""

    part: str
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """All rows of a person with their total, and the bar."""

    rows: tuple[Reason, ...]
    total: str
    bar: tuple[Segment, ...]


def reasons(person: PersonResult, full: float) -> Reasons:
    """Return the parts of a person's score. The shares as printed add up to the total as printed; `full` is the score of a whole bar."""
    total = round(person.score * 100)
    shares = hundredths([part.share for part in person.explanation], total)
    shown = {evidence.document: evidence for evidence in person.evidence}
    rows = tuple(
        Reason(part.part, _words(part, shown), part.document, _passage(part, shown), wording.signed(share))
        for part, share in zip(person.explanation, shares, strict=True)
    )
    return Reasons(rows, wording.signed(total).removeprefix("+"), bar(person.explanation, full))


def gross(person: PersonResult) -> float:
    """Return what speaks for a person, before anything is taken off."""
    return sum(max(0.0, part.share) for part in person.explanation)


def bar(parts: Sequence[Part], full: float) -> tuple[Segment, ...]:
    """Return what speaks for somebody end to end, and over the end of it what is taken off: what is left is the score."""
    segments, end = [], 0.0
    scale = 100 / full if full > 0 else 0.0
    for part in sorted(parts, key=lambda part: part.share < 0):
        length = abs(part.share) * scale
        end += length if part.share > 0 else -length
        segments.append(Segment(part.part, round(max(0.0, end - length if part.share > 0 else end), 2), round(length, 2)))
    return tuple(segments)


def hundredths(shares: Sequence[float], total: int) -> list[int]:
    """Round shares to hundredths that add up to `total` hundredths (largest remainders are rounded up first).

    `shares` must add up to total/100 within the rounding of one hundredth.
    """
    down = [floor(share * 100 + 1e-9) for share in shares]
    remainders = sorted(range(len(shares)), key=lambda place: down[place] - shares[place] * 100)
    for place in remainders[: max(0, total - sum(down))]:
        down[place] += 1
    return down


def _passage(part: Part, shown: Mapping[str, Evidence]) -> int:
    evidence = shown.get(part.document or "")
    return evidence.passage if evidence else 0


def _words(part: Part, shown: Mapping[str, Evidence]) -> str:
    if part.document is not None:
        evidence = shown.get(part.document)
        return evidence.title if evidence and evidence.title else _("A document without a title")
    return wording.word(wording.PARTS, part.part)
