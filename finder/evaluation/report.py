"""Outcomes as JSON lines for programs, as Markdown for the documentation, as tables for a terminal."""

import json
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from finder.evaluation.measures import MEASURES, PRIMARY, difference, mean
from finder.evaluation.saved import Change
from finder.evaluation.trial import PRODUCT, Abstention, Board, Outcome

IN_JSON = ("nDCG@10", "MRR", "P@5", "Recall@20")
Cells = tuple[str, ...]


def json_line(outcome: Outcome) -> str:
    """Return one outcome as a JSON object without line breaks."""
    return json.dumps(
        {
            "collection": outcome.collection,
            "half": outcome.half.value,
            "people": _means(outcome.people),
            "documents": _means(outcome.documents),
        }
    )


def markdown(outcomes: Sequence[Outcome], changes: Sequence[Change]) -> str:
    """Return outcomes as Markdown tables, the product first and in bold."""
    lines: list[str] = []
    for outcome in outcomes:
        for title, board in _boards(outcome):
            lines += [f"### {title}", "", *_grid(_header(), _body(board)), ""]
        lines += [f"- {_sentence(found)}" for found in outcome.abstentions]
        lines += [""] if outcome.abstentions else []
    if changes:
        lines += ["### Against the saved run", "", *_grid(_change_header(), _change_body(changes)), ""]
    return "\n".join(lines)


def show(console: Console, outcomes: Sequence[Outcome], changes: Sequence[Change]) -> None:
    """Print outcomes as tables."""
    for outcome in outcomes:
        for title, board in _boards(outcome):
            _print(console, title, _header(), _body(board))
        for found in outcome.abstentions:
            console.print(_sentence(found))
    if changes:
        _print(console, "Against the saved run (now minus then)", _change_header(), _change_body(changes))
    console.print(
        "[...]: 95 % bootstrap interval. p: paired two-sided randomisation test. Both resample topics.", style="dim", markup=False
    )


def _means(board: Board | None) -> dict[str, dict[str, float]]:
    if board is None:
        return {}
    return {system: {name: round(float(values[name].mean()), 4) for name in IN_JSON} for system, values in board.values.items()}


def _boards(outcome: Outcome) -> Iterator[tuple[str, Board]]:
    for name, board in (("people", outcome.people), ("documents", outcome.documents)):
        if board is not None:
            half = "all questions" if outcome.half == "all" else f"{outcome.half.value} half"
            yield f"{outcome.collection}, {name} ({half}: {len(board.questions)} questions, {len(set(board.rows))} topics)", board


def _header() -> Cells:
    return ("system", *MEASURES, f"finder's lead ({PRIMARY})", "p")


def _body(board: Board) -> Iterator[Cells]:
    ours = board.values.get(PRODUCT)
    for system, values in board.values.items():
        cells = []
        for name in MEASURES:
            found = mean(values[name], board.rows)
            cells.append(f"{_short(found.value)} [{_short(found.low)}, {_short(found.high)}]" if name == PRIMARY else _short(found.value))
        if ours is None or system == PRODUCT:
            yield (system, *cells, "", "")
        else:
            lead = difference(ours[PRIMARY], values[PRIMARY], board.rows)
            yield (system, *cells, f"{_signed(lead.value)} [{_signed(lead.low)}, {_signed(lead.high)}]", _p(lead.p))


def _change_header() -> Cells:
    return ("collection", "list", "questions", "measure", "change", "p")


def _change_body(changes: Sequence[Change]) -> Iterator[Cells]:
    for change in changes:
        gap = change.difference
        shift = f"{_signed(gap.value)} [{_signed(gap.low)}, {_signed(gap.high)}]"
        yield (change.collection, change.list, str(change.questions), change.measure, shift, _p(gap.p))


def _sentence(found: Abstention) -> str:
    share = found.abstained / found.asked if found.asked else 0.0
    return f"Abstains (confidence none) from {found.abstained} of {found.asked} {found.questions} questions ({share:.0%})."


def _grid(header: Cells, body: Iterator[Cells]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "| " + " | ".join("---" for _ in header) + " |"
    for cells in body:
        yield "| " + " | ".join(f"**{cell}**" if cells[0] == PRODUCT and cell else cell for cell in cells) + " |"


def _print(console: Console, title: str, header: Cells, body: Iterator[Cells]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold")
    for name in header:
        table.add_column(name)
    for cells in body:
        # A bracketed interval is no markup.
        table.add_row(*(cell.replace("[", r"\[") for cell in cells), style="bold" if cells[0] == PRODUCT else "")
    console.print(table)


def _short(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1) if 0 <= value < 1 else f"{value:.3f}"


def _signed(value: float) -> str:
    sign = "-" if value < 0 else "+"
    return sign + _short(abs(value))


def _p(value: float) -> str:
    return "<.001" if value < 0.001 else _short(value)
