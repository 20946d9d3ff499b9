"""A matrix as a CSV file that a spreadsheet opens without running anything of it."""

import csv
import io
from collections.abc import Iterable, Sequence

# The last four are the full-width forms, which some spreadsheets read alike.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MARK = "\N{BYTE ORDER MARK}"  # without it spreadsheets take UTF-8 for something else


def written(head: Iterable[tuple[str, str]], titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the file: named facts one a line, an empty line, then a table."""
    made = io.StringIO()
    writer = csv.writer(made)
    for name, value in head:
        writer.writerow([safe(name), safe(value)])
    writer.writerow([])
    writer.writerow([safe(title) for title in titles])
    for row in rows:
        writer.writerow([safe(value) for value in row])
    return MARK + made.getvalue()


def safe(value: str) -> str:
    """Return a value that no spreadsheet takes for a formula."""
    return "'" + value if value.lstrip(" ").startswith(FORMULA) or value.startswith(FORMULA) else value
