"""Raw fields to records: every connector's rows pass here, and what cannot be used is refused with its place."""

import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from indexer.fields import CONTROL, LONGEST_ID, MOST_VALUES, Row, Unusable, identifier, shown
from indexer.records import Credit, DocumentRecord, GroupRecord, Item, PersonRecord, Refused
from models.tables import Role, Visibility

LONGEST_TITLE = 10_000  # characters: what some systems call a title is a whole message
LARGEST_TEXT = 5_000_000  # bytes of UTF-8 in one document
_SCHEMES = ("https://", "http://", "mailto:")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_])")
_KEY = re.compile(r"[a-z][a-z0-9_.+-]*:\S.*", re.IGNORECASE | re.DOTALL)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_ROLES = frozenset(Role)
_NOWHERE = ("localtime", "Factory")  # names in the time zone database that stand for the machine's own zone, and for none


def person(values: Mapping[str, Any], place: str) -> Iterator[Item]:
    """Yield the person of a row and remarks on it, or why it is refused."""
    return _checked(values, place, _person)


def group(values: Mapping[str, Any], place: str) -> Iterator[Item]:
    """Yield the group of a row, or why it is refused."""
    return _checked(values, place, _group)


def document(values: Mapping[str, Any], place: str) -> Iterator[Item]:
    """Yield the document of a row and remarks on it, or why it is refused."""
    return _checked(values, place, _document)


def _checked(values: object, place: str, read: Callable[[Row], Item]) -> Iterator[Item]:
    if not isinstance(values, Mapping):
        yield Refused(_printable(place), "the row is not an object with fields")
        return
    row = Row(values, _printable(place))
    try:
        record = read(row)
    except Unusable as error:
        yield Refused(row.place, str(error), known_id(values))
        return
    yield from row.notes
    yield record


def _printable(place: str) -> str:
    """Return a place without what cannot be stored: it may name what the row says of itself."""
    return place if place.isprintable() else place.encode("utf-8", "replace").decode().replace("\x00", "")


def known_id(values: Mapping[str, Any]) -> str | None:
    """Return the id of a row that is refused, None where it has none that could be held."""
    try:
        return Row(values, "").id()
    except Unusable:
        return None


def _person(row: Row) -> PersonRecord:
    own = row.id()
    return PersonRecord(
        own, row.line("name") or own, row.place, row.line("title"), row.line("team"), row.line("location"), row.text("bio"),
        row.line("manager"), row.strings("skills"), row.strings("interests"), tuple(name.lower() for name in row.strings("languages")),
        _keys(row, "emails", _EMAIL, "an e-mail address"), _keys(row, "accounts", _KEY, "an account such as github:ada"),
        row.strings("groups"), row.flag("active", default=True), row.flag("listed", default=True),
        _timezone(row),
    )  # fmt: skip


def _timezone(row: Row) -> str | None:
    """Return a time zone by its name in the database of time zones. An odd one costs the row nothing: it was read without one before."""
    value = row.values.get("timezone")
    if value is None or value == "":
        return None
    found = _zones().get(value.strip().casefold()) if isinstance(value, str) else None
    if found is None:
        row.note(f"the time zone {str(value)[:40]!r} is no name such as Europe/Helsinki and was left out")
    return found


@cache
def _zones() -> Mapping[str, str]:
    """Return this machine's time zones by their names in lower case. Reading them takes a moment."""
    return {name.casefold(): name for name in zoneinfo.available_timezones() if name not in _NOWHERE}


def _keys(row: Row, name: str, form: re.Pattern[str], expected: str) -> tuple[str, ...]:
    usable = []
    for value in row.strings(name):
        if form.fullmatch(value) and len(value) <= LONGEST_ID:
            usable.append(value.lower())
        else:
            row.note(f"an entry of {name} is not {expected} and was left out")
    return tuple(dict.fromkeys(usable))


def _group(row: Row) -> GroupRecord:
    own = row.id()
    return GroupRecord(own, row.line("name") or own, row.place, row.strings("members"))


def _document(row: Row) -> DocumentRecord:
    own, title, text = row.id(), row.line("title", LONGEST_TITLE) or "", row.text("text") or ""
    deleted = row.flag("deleted", default=False)
    if not deleted and not title and not text.strip():
        raise Unusable("the document has neither a title nor a text")
    if len(text) > LARGEST_TEXT or (len(text) * 4 > LARGEST_TEXT and len(text.encode()) > LARGEST_TEXT):
        raise Unusable(f"the text is larger than {LARGEST_TEXT // 1_000_000} MB")
    return DocumentRecord(
        own, (row.line("kind") or "post").lower(), title, text, row.place, _credits(row), row.day("created"), row.day("updated"),
        row.strings("tags"), _url(row), _language(row), _visibility(row), row.strings("allow"), row.line("thread"),
        row.number("votes"), row.flag("accepted", default=False), deleted,
    )  # fmt: skip


def _credits(row: Row) -> tuple[Credit, ...]:
    authors = row.values.get("authors")
    if authors is None:
        return ()
    if not isinstance(authors, list | tuple):
        raise Unusable("authors is not a list")
    if len(authors) > MOST_VALUES:
        raise Unusable(f"authors has more than {MOST_VALUES} entries")
    return tuple(dict.fromkeys(_credit(row, author) for author in authors))


def _credit(row: Row, author: object) -> Credit:
    if not isinstance(author, Mapping):
        return Credit(identifier(author, "an author's id"), Role.AUTHOR)
    role = author.get("role") or Role.AUTHOR
    if not isinstance(role, str) or role not in _ROLES:
        row.note(f"the role {shown(role)!r} is unknown and counts as mentioned")
        role = Role.MENTIONED
    return Credit(identifier(author.get("id"), "an author's id"), Role(role), _share(row, author.get("share")))


def _share(row: Row, value: object) -> float | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1):
        return None if value is None else float(value)
    row.note("the share of an author is no number above 0 and at most 1 and was left out")
    return None


def _url(row: Row) -> str | None:
    value = row.text("url")
    if not value or (value.lower().startswith(_SCHEMES) and len(value) <= 2000 and not CONTROL.search(value)):
        return value or None
    row.note("the url is no web address and was left out")
    return None


def _language(row: Row) -> str | None:
    found = _LANGUAGE.match((row.line("language") or "").lower())
    return found.group() if found else None


def _visibility(row: Row) -> str | None:
    value = row.line("visibility")
    if value is not None and value not in frozenset(Visibility):
        row.note(f"the visibility {value[:40]!r} is unknown and counts as private")
    return value
