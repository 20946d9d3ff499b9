"""Why a person was found: the signed parts of the score as rows that visibly add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from flask_babel import gettext as _

from finder.answers import Part, PersonResult
from finder.web import wording


@dataclass(frozen=True, slots=True)
class Reason:
    """One row: what it is, the document it comes from where there is one, and its signed share as text."""

    text: str
    document: str | None
    share: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """All rows of a person with their total."""

    rows: tuple[Reason, ...]
    total: str


def reasons(person: PersonResult) -> Reasons:
    """Return the parts of a person's score. The shares as printed add up to the total as printed."""
    total = round(person.score * 100)
    shares = hundredths([part.share for part in person.explanation], total)
    titles = {evidence.document: evidence.title for evidence in person.evidence}
    rows = tuple(
        Reason(_words(part, titles), part.document, wording.signed(share)) for part, share in zip(person.explanation, shares, strict=True)
    )
    return Reasons(rows, wording.signed(total).removeprefix("+"))


def hundredths(shares: Sequence[float], total: int) -> list[int]:
    """Round shares to hundredths that add up to `total` hundredths (largest remainders are rounded up first).

    `shares` must add up to total/100 within the rounding of one hundredth.
    """
    down = [floor(share * 100 + 1e-9) for share in shares]
    remainders = sorted(range(len(shares)), key=lambda place: down[place] - shares[place] * 100)
    for place in remainders[: max(0, total - sum(down))]:
        down[place] += 1
    return down


def _words(part: Part, titles: dict[str, str]) -> str:
    if part.document is not None:
        return titles.get(part.document) or _("A document without a title")
    return wording.word(wording.PARTS, part.part)
