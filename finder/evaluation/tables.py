"""Outcomes as cells of text: the same tables, whoever prints them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from finder.evaluation.failures import Failure, Failures, Place, Reason
from finder.evaluation.measures import MEASURES, PRIMARY, Difference, Mean, difference, mean
from finder.evaluation.saved import Change
from finder.evaluation.trial import PRODUCT, Abstention, Board, Outcome

Cells = tuple[str, ...]
NOTE = "[...]: 95 % bootstrap interval. p: paired two-sided randomisation test. Both resample topics."
PARTS = {"evidence": "evidence", "unshown": "other documents", "profile": "profile", "expected_by_volume": "expected by volume alone"}


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; the row of the product is printed in bold."""

    title: str
    header: Cells
    body: tuple[Cells, ...]


def boards(outcome: Outcome) -> Iterator[Table]:
    """Yield the systems side by side, one table for each judged list."""
    for name, board in outcome.boards.items():
        half = "all questions" if outcome.half == "all" else f"{outcome.half.value} half"
        title = f"{outcome.collection}, {name} ({half}: {len(board.questions)} questions, {len(set(board.rows))} topics)"
        yield Table(title, ("system", *MEASURES, f"finder's lead ({PRIMARY})", "p"), tuple(_systems(board)))


def changes(found: Sequence[Change]) -> Table:
    """Return how the product differs from what it is compared with."""
    rival = found[0].rival if found else ""
    body = tuple(
        (change.collection, change.list, str(change.questions), change.measure, gap(change.difference), p(change.difference.p))
        for change in found
    )
    return Table(f"Against {rival}", ("collection", "list", "questions", "measure", "change", "p"), body)


def abstained(found: Abstention) -> str:
    """Return how often the product abstained, as a sentence."""
    share = found.abstained / found.asked if found.asked else 0.0
    return f"Abstains (confidence none) from {found.abstained} of {found.asked} {found.questions} questions ({share:.0%})."


def heading(found: Failures) -> str:
    """Return what a list of failures is called."""
    return f"Worst questions: {found.collection}, {found.list}"


def verdict(failure: Failure, depth: int) -> str:
    """Return in one sentence where the best-placed right answer stands, and under what."""
    judged = ", ".join(failure.judged)
    if failure.refused:
        return f"The question was refused: {failure.refused}"
    if failure.right is None:
        top = f"{named(failure.above)} leads" if failure.above else "nothing was found"
        return f"None of the right answers ({judged}) is among the first {depth}; {top}."
    if failure.above is None:
        return f"{named(failure.right)} leads rightly; other right answers ({judged}) stand too low."
    return f"{named(failure.right)} is the best-placed right answer, at rank {failure.right.rank}, under {named(failure.above)}."


def named(place: Place) -> str:
    """Return a result's name with its id, where they differ."""
    return place.id if place.name == place.id else f"{place.name} ({place.id})"


def why(reason: Reason) -> str:
    """Return what a share of a score rests on."""
    part = PARTS.get(reason.part, reason.part)
    return f"{reason.title}, as {reason.role}" if reason.title else part


def short(value: float) -> str:
    """Return a value with three digits, as the field writes it: .461."""
    return f"{value:.3f}".replace("0.", ".", 1) if 0 <= value < 1 else f"{value:.3f}"


def signed(value: float) -> str:
    """Return a difference with its sign."""
    return ("-" if value < 0 else "+") + short(abs(value))


def p(value: float) -> str:
    """Return a p-value; what lies below the test's resolution is not spelled out."""
    return "<.001" if value < 0.001 else short(value)


def _systems(board: Board) -> Iterator[Cells]:
    ours = board.values.get(PRODUCT)
    for system, values in board.values.items():
        means = [interval(mean(values[name], board.rows)) if name == PRIMARY else short(float(values[name].mean())) for name in MEASURES]
        if ours is None or system == PRODUCT:
            yield (system, *means, "", "")
        else:
            lead = difference(ours[PRIMARY], values[PRIMARY], board.rows)
            yield (system, *means, gap(lead), p(lead.p))


def interval(found: Mean) -> str:
    """Return a mean with its 95 % interval."""
    return f"{short(found.value)} [{short(found.low)}, {short(found.high)}]"


def gap(found: Difference) -> str:
    """Return a difference with its 95 % interval."""
    return f"{signed(found.value)} [{signed(found.low)}, {signed(found.high)}]"
