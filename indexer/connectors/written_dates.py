"""Dates as programs write them for people, in English and German: what can only be guessed is not read."""

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän jänner",
            "feb february februar feber",
            "mar march mär märz mrz maerz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
# With two numbers beside the year only dots and ISO's dashes say which of them is the month: slashes do not.
_FORMS = (
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4})(?!\d)"),
    re.compile(r"(?<!\w)(?P<month>[^\W\d_]{3,20})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})(?:\. ?|[ -])(?P<month>[^\W\d_]{3,20})\.?,?[ -](?P<year>\d{4})(?!\d)"),
)


def found(text: str) -> tuple[int, date] | None:
    """Return where the first date of a line begins and which day it is, None where none can be read."""
    for form in _FORMS:
        match = form.search(text)
        month = match["month"].lower() if match else ""
        number = int(month) if month.isdecimal() else _MONTHS.get(month)
        if match and number:
            try:
                return match.start(), date(int(match["year"]), number, int(match["day"]))
            except ValueError:
                return None
    return None
