"""Outcomes as JSON lines for programs, as Markdown for the documentation, as tables for a terminal."""

import json
import re
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from finder.evaluation import tables
from finder.evaluation.baselines import DEPTH
from finder.evaluation.failures import Failure, Failures, Place
from finder.evaluation.saved import Change
from finder.evaluation.tables import NOTE, Table
from finder.evaluation.trial import PRODUCT, Board, Outcome

IN_JSON = ("nDCG@10", "MRR", "P@5", "Recall@20")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!&~])")  # what Markdown reads as anything but itself


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


def markdown(outcomes: Sequence[Outcome], changes: Sequence[Change], failures: Sequence[Failures] = ()) -> str:
    """Return outcomes as Markdown tables, the product first and in bold, and the worst questions as lists."""
    lines: list[str] = []
    for outcome in outcomes:
        for table in tables.boards(outcome):
            lines += _section(table)
        lines += [f"- {tables.abstained(found)}" for found in outcome.abstentions]
        lines += [""] if outcome.abstentions else []
    if changes:
        lines += _section(tables.changes(changes))
    for found in failures:
        lines += [f"### {tables.heading(found)}", "", *(line for failure in found.found for line in _listed(failure)), ""]
    return "\n".join(lines)


def show(console: Console, outcomes: Sequence[Outcome], changes: Sequence[Change], failures: Sequence[Failures] = ()) -> None:
    """Print outcomes as tables, and the worst questions each with the two results to compare."""
    for outcome in outcomes:
        for table in tables.boards(outcome):
            _print(console, table)
        for found in outcome.abstentions:
            console.print(tables.abstained(found))
    if changes:
        _print(console, tables.changes(changes))
    for listed in failures:
        console.print(Text(f"\n{tables.heading(listed)}", style="bold"))
        for failure in listed.found:
            _explain(console, failure)
    console.print(NOTE, style="dim", markup=False)


def _means(board: Board | None) -> dict[str, dict[str, float]]:
    if board is None:
        return {}
    return {system: {name: round(float(values[name].mean()), 4) for name in IN_JSON} for system, values in board.values.items()}


def section(table: Table) -> str:
    """Return one table as Markdown under its title."""
    return "\n".join(_section(table))


def _section(table: Table) -> Iterator[str]:
    yield from (f"### {table.title}", "")
    yield "| " + " | ".join(table.header) + " |"
    yield "| " + " | ".join("---" for _ in table.header) + " |"
    for cells in table.body:
        texts = (cell.replace("|", r"\|") for cell in cells)
        yield "| " + " | ".join(f"**{text}**" if cells[0] == PRODUCT and text else text for text in texts) + " |"
    yield ""


def _listed(failure: Failure) -> Iterator[str]:
    yield f"- {tables.short(failure.value)} **{_plain(failure.question)}** {_plain(tables.verdict(failure, DEPTH))}"
    for place in _compared(failure):
        yield (
            f"  - {place.rank}. {_plain(tables.named(place))}, {tables.short(place.score)}"
            + (": " if place.reasons else "")
            + "; ".join(f"{tables.signed(reason.share)} {_plain(tables.why(reason))}" for reason in place.reasons)
        )


def _plain(text: str) -> str:
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _compared(failure: Failure) -> list[Place]:
    return [place for place in (failure.above, failure.right) if place is not None]


def _explain(console: Console, failure: Failure) -> None:
    console.print(Text.assemble((tables.short(failure.value), "bold"), " ", (failure.question, "bold")))
    console.print(Text(tables.verdict(failure, DEPTH), style="dim"))
    grid = Grid("", "", "", "", box=None, pad_edge=False, show_header=False)
    for place in _compared(failure):
        grid.add_row(str(place.rank), Text(tables.named(place)), tables.short(place.score), "")
        for reason in place.reasons:
            grid.add_row("", "", tables.signed(reason.share), Text(tables.why(reason)))
    console.print(grid)


def _print(console: Console, table: Table) -> None:
    grid = Grid(title=Text(table.title), title_justify="left", title_style="bold")
    for name in table.header:
        grid.add_column(name)
    for cells in table.body:
        grid.add_row(*(Text(cell) for cell in cells), style="bold" if cells[0] == PRODUCT else "")
    console.print(grid)
