"""A sheet of the workbench as a CSV file in the reader's language."""

from datetime import date

from flask_babel import gettext as _

from finder.answers import Evidence
from finder.web import wording
from finder.web.workbench import words
from finder.workbench.cells import Cell
from finder.workbench.export import written
from finder.workbench.sheet import Column, Sheet


def csv(sheet: Sheet, today: date) -> str:
    """Return the file: purpose, day and what it may not be used for above, then a person a line."""
    search = sheet.search
    head = [
        (_("Purpose"), search.purpose),
        (_("Day"), today.isoformat()),
        (_("To be deleted by"), search.until.date().isoformat()),
        (_("Names"), _("hidden") if search.blind else _("shown")),
        (
            _("Please note"),
            _("This list decides nothing. Absence of evidence is not evidence of absence. It is not a measure of performance."),
        ),
    ]
    titles = [_("Person"), *(_must(held.text, must=held.must) for held in search.requirements), _("Gaps"), _("Stage"), _("Reason")]
    return written(head, titles, [_row(column) for column in sheet.columns])


def _must(text: str, *, must: bool) -> str:
    return _("%(requirement)s (must)", requirement=text) if must else text


def _row(column: Column) -> list[str]:
    newest = column.decisions[0] if column.decisions else None
    return [
        words.called(column.who),
        *(_cell(cell) for cell in column.cells),
        "; ".join(held.text for held in column.gaps),
        str(words.STAGES[newest.stage]) if newest else "",
        newest.reason if newest else "",
    ]


def _cell(cell: Cell) -> str:
    named = "; ".join(_piece(piece) for piece in cell.evidence)
    return f"{words.STRENGTHS[cell.strength]}: {named}" if named else str(words.STRENGTHS[cell.strength])


def _piece(piece: Evidence) -> str:
    title = piece.title or _("Untitled")
    return f"{title} ({wording.day(piece.created)})" if piece.created else title
