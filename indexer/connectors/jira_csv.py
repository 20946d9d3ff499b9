"""Reads issues that Jira exported as CSV with all fields, in which columns such as "Comment" stand many times.

A CSV says nothing of who may read it: issues are their reporter's, unless whoever adds them says otherwise. With a security level they
stay so.
"""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from indexer import validation
from indexer.connectors.faults import salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge, size_of
from indexer.connectors.tables import cells, headings
from indexer.records import Item, Refused
from models.errors import SourceError
from models.tables import Role, Visibility

NEEDED = frozenset({"issue key", "summary"})
LOOK = 0.05  # of the work is looking for names
_DATES = (
    "%d/%b/%y %I:%M %p",
    "%d/%b/%y %H:%M",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%d/%m/%y %H:%M",
)
_PROGRAM = re.compile(r"^(?:automation for jira|jira|.*\bbot)$", re.IGNORECASE)
_MENTION = re.compile(r"\[~(?:accountid:)?([^\[\]\s]{1,100})\]")
_MARKS = (
    (re.compile(r"^h([1-6])\.[ \t]+", re.MULTILINE), lambda match: "#" * int(match[1]) + " "),
    (re.compile(r"\{(?:code|noformat)(?:[:|][^{}\n]{0,100})?\}"), lambda _: "\n```\n"),
    (re.compile(r"\{(?:quote|color|panel|info|note|warning|tip)(?:[:|][^{}\n]{0,200})?\}"), lambda _: ""),
    (re.compile(r"\[([^\[\]|\n]{1,300})\|(https?://[^\[\]|\s]{1,500})(?:\|[^\[\]\n]{0,100})?\]"), lambda match: f"{match[1]} ({match[2]})"),
)


class JiraCsv:
    """The connector for a CSV of issues."""

    kind = "jira"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield those who took part, then the issues and their comments. Raises SourceError where this is no such file."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        if not headings(self._path) >= NEEDED:
            raise SourceError(f"{self._path} has no columns Issue key and Summary.", "Export it from Jira as CSV (all fields).")
        people: dict[str, tuple[str, str]] = {}
        for found in cells(self._path, self.gauge.part(LOOK, [size_of(self._path)])):
            if isinstance(found, tuple):
                for who in ("reporter", "assignee", "creator"):
                    key, name, account = _person(found[1], who)
                    if key:
                        people.setdefault(key, (name, account))
        for key, (name, account) in people.items():
            person = {"id": key, "name": name, "accounts": [account] if account else [], "listed": False}
            yield from validation.person(person, f"user {key[:60]}")
        for found in cells(self._path, self.gauge.part(1.0, [size_of(self._path)])):
            if isinstance(found, Refused):
                yield found
            elif isinstance(found, tuple):
                yield from _issue(found[1], found[0], people.keys())


def _person(row: Mapping[str, list[str]], who: str) -> tuple[str, str, str]:
    """Return own id, name and account: by Atlassian's account id where the export has it, else by the name it goes by in this Jira."""
    name, account = _one(row, who), _one(row, f"{who} id")
    if (not name and not account) or _PROGRAM.match(name):
        return "", "", ""
    return (f"jira-{account}", name or account, f"atlassian:{account}") if account else (f"jira-{name}", name, "")


def _one(row: Mapping[str, list[str]], name: str) -> str:
    return next(iter(row.get(name, ())), "")


def _issue(row: Mapping[str, list[str]], place: str, people: AbstractSet[str]) -> Iterator[Item]:
    key, title = _one(row, "issue key"), _one(row, "summary")
    reporter, assignee = _person(row, "reporter")[0], _person(row, "assignee")[0]
    votes = _one(row, "votes")
    shared: dict[str, Any] = {
        "tags": [*row.get("labels", ()), *row.get("component/s", ()), *row.get("components", ())][:50],
        "thread": key,
        **({"visibility": Visibility.PRIVATE} if _one(row, "security level") else {}),
    }
    credits = [{"id": reporter, "role": Role.ASKER}] if reporter else []
    credits += [{"id": assignee, "role": Role.REVIEWER}] if assignee and assignee != reporter else []
    issue = {
        "id": key, "kind": "question", "title": title, "text": _plain(_one(row, "description")), "authors": credits,
        "created": _date(_one(row, "created")), "updated": _date(_one(row, "updated")),
        "votes": int(votes) if re.fullmatch(r"\d{1,8}", votes, re.ASCII) else 0,
    }  # fmt: skip
    yield from validation.document({**issue, **shared}, place)
    for number, cell in enumerate(row.get("comment", ()), start=1):
        comment = _comment(cell, reporter, people)
        if comment is not None:
            own = {"id": f"{key}-comment-{number}", "title": f"Re: {title}"}
            yield from validation.document({**own, **comment, **shared}, f"{place} comment {number}")


def _comment(cell: str, reporter: str, people: AbstractSet[str]) -> dict[str, Any] | None:
    """Return the raw fields of a comment, which Jira writes as `date;author;text`; None for a program's."""
    parts = cell.split(";", 2)
    date = _date(parts[0].strip()) if len(parts) == 3 else None
    if date is None or not _is_date(date):
        return {"kind": "answer", "text": _plain(cell)}
    author, text = parts[1].strip(), parts[2].strip()
    if not text or _PROGRAM.match(author):
        return None
    asker = f"jira-{author}" == reporter
    credits = [{"id": f"jira-{author}", "role": Role.ASKER if asker else Role.ANSWERER}] if author else []
    mentioned = [f"jira-{name}" for name in dict.fromkeys(_MENTION.findall(text)) if name != author][:20]
    credits += [{"id": name, "role": Role.MENTIONED} for name in mentioned if name in people]
    return {"kind": "post" if asker else "answer", "text": _plain(text), "authors": credits, "created": date}


def _plain(text: str) -> str:
    for mark, shown in _MARKS:
        text = mark.sub(shown, text)
    return _MENTION.sub(r"@\1", text).replace("\r\n", "\n").strip()


@lru_cache(maxsize=4096)  # trying the forms takes longer than all else that is done with a row, and days recur
def _date(cell: str) -> str | None:
    """Return a date as YYYY-MM-DD; what is none of Jira's is given back as it is, to be refused by name."""
    for form in _DATES if cell[:1].isdecimal() else ():
        try:
            return datetime.strptime(cell, form).replace(tzinfo=UTC).date().isoformat()
        except ValueError:
            continue
    return cell or None


def _is_date(told: str) -> bool:
    return re.match(r"\d{4}-\d\d-\d\d", told) is not None


def recognises(path: Path) -> bool:
    """Whether a CSV has Jira's headings."""
    return path.is_file() and path.suffix.lower() == ".csv" and headings(path) >= NEEDED


FORMAT = Format(
    "jira",
    "issues that Jira exported as CSV (all fields)",
    "its reporter alone. An issue with a security level stays so",
    recognises,
    JiraCsv,
)
