"""What the forms of the workbench send, read strictly."""

from collections.abc import Mapping

from finder.workbench.requirements import HEAVY, LIGHT, LONGEST, MOST, NORMAL, Requirement
from finder.workbench.store import Stage
from models.errors import InvalidQuery

WEIGHTS = {str(weight): weight for weight in range(LIGHT, HEAVY + 1)}
CHOOSE = "Choose one of those that the form offers."


def requirements(form: Mapping[str, str]) -> tuple[Requirement, ...]:
    """Return the rows of the form that hold a text and are not marked for removal. Raises InvalidQuery."""
    rows = (place for place in range(MOST) if text(form, f"text-{place}") and not form.get(f"remove-{place}"))
    return tuple(_requirement(form, place) for place in rows)


def _requirement(form: Mapping[str, str], place: int) -> Requirement:
    said, weight = text(form, f"text-{place}"), form.get(f"weight-{place}", str(NORMAL))
    if len(said) > LONGEST:
        raise InvalidQuery(f"A requirement has at most {LONGEST} characters.", "Split it in two.")
    if weight not in WEIGHTS:
        raise InvalidQuery("A weight is 1, 2 or 3.", CHOOSE)
    return Requirement(said, WEIGHTS[weight], bool(form.get(f"must-{place}")))


def stage(form: Mapping[str, str]) -> Stage:
    """Return the chosen stage. Raises InvalidQuery."""
    try:
        return Stage(form.get("stage", ""))
    except ValueError as error:
        raise InvalidQuery("There is no such stage.", CHOOSE) from error


def place(arguments: Mapping[str, str]) -> int:
    """Return from which person on a page of the matrix begins, 0 for what is no such number."""
    asked = arguments.get("from", "")
    return int(asked) - 1 if asked.isascii() and asked.isdigit() and 0 < int(asked[:6]) == int(asked) else 0


def text(form: Mapping[str, str], name: str) -> str:
    """Return what was written in a field of one line, without control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in form.get(name, "")).split())


def prose(form: Mapping[str, str], name: str) -> str:
    """Return what was written in a field of several lines, without control characters other than line ends."""
    lines = form.get(name, "").replace("\r\n", "\n")
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in lines).strip()
