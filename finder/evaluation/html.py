"""The report as one HTML file that asks nothing of any other place: no script, no request, light and dark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from finder.evaluation import tables
from finder.evaluation.baselines import DEPTH
from finder.evaluation.failures import Failure, Place
from finder.evaluation.measures import PRIMARY
from finder.evaluation.saved import Change
from finder.evaluation.study import Study
from finder.evaluation.tables import Table
from finder.evaluation.trial import PRODUCT, Board
from models.encoder import EncoderIdentity
from models.generation import FORMAT

TEMPLATE = "report.html"


@dataclass(frozen=True, slots=True)
class Bar:
    """One summand of a score and how long its bar is, in hundredths of the longest beside it."""

    share: str
    text: str
    percent: int
    negative: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One question with what each system was worth on it, and the finder's lead over the best of the others."""

    question: str
    values: tuple[str, ...]
    lead: str
    worse: bool


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of one list, those that the finder loses most on first."""

    title: str
    systems: tuple[str, ...]
    rows: tuple[Row, ...]


def page(studies: Sequence[Study], changes: Sequence[Change], encoder: EncoderIdentity, plot: str) -> str:
    """Return the report; `plot` is an <svg> element, everything else is escaped."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(tables=tables, bars=bars, compared=compared, facts=facts, questions=questions, depth=DEPTH, product=PRODUCT)
    template = environment.from_string(files("finder.evaluation").joinpath(TEMPLATE).read_text(encoding="utf-8"))
    return template.render(
        studies=studies,
        changes=tables.changes(changes) if changes else None,
        encoder=encoder,
        format=FORMAT,
        plot=Markup(plot),  # noqa: S704 - drawn by us, its texts escaped by matplotlib
    )


def facts(study: Study) -> Table:
    """Return what was measured on a collection."""
    counts = {f"questions judged for {name}": len(board.questions) for name, board in study.outcome.boards.items()}
    topics = {row for board in study.outcome.boards.values() for row in board.rows}
    counted = {**counts, "topics": len(topics), "people": study.searched.people, "documents": study.searched.documents}
    body = [(name, f"{count:,}") for name, count in counted.items()]
    return Table(
        study.collection.name,
        ("", ""),
        (*body, ("newest document", study.searched.newest or "undated"), ("half", study.outcome.half.value)),
    )


def questions(study: Study) -> Iterator[Questions]:
    """Yield the questions of each list with what every system was worth on them."""
    texts = {question.id: question.text for question in study.collection.questions}
    for name, board in study.outcome.boards.items():
        rows = sorted(_rows(board, texts), key=lambda pair: pair[0])
        yield Questions(f"{study.collection.name}, {name}", tuple(board.values), tuple(row for _, row in rows))


def compared(failure: Failure) -> list[Place]:
    """Return the results that a failure sets side by side."""
    return [place for place in (failure.above, failure.right) if place is not None]


def bars(place: Place, failure: Failure) -> list[Bar]:
    """Return the summands of a result's score with their bars, on one scale with the result beside it."""
    longest = max((abs(reason.share) for shown in compared(failure) for reason in shown.reasons), default=0.0) or 1.0
    return [
        Bar(tables.signed(reason.share), tables.why(reason), round(100 * abs(reason.share) / longest), reason.share < 0)
        for reason in place.reasons
    ]


def _rows(board: Board, texts: dict[str, str]) -> Iterator[tuple[float, Row]]:
    ours = board.values.get(PRODUCT)
    others = [found[PRIMARY] for system, found in board.values.items() if system != PRODUCT]
    for index, question in enumerate(board.questions):
        values = tuple(tables.short(float(found[PRIMARY][index])) for found in board.values.values())
        lead = float(ours[PRIMARY][index] - max(other[index] for other in others)) if ours and others else None
        shown = Row(texts[question], values, "" if lead is None else tables.signed(lead), lead is not None and lead < 0)
        yield (lead if lead is not None else float(next(iter(board.values.values()))[PRIMARY][index])), shown
