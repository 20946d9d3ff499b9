"""Addresses of the pages: the question that was asked, with one thing about it changed, and what a result leads to."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, urlencode, urlsplit

from flask import url_for

from finder.answers import Filters, Kind, Request, Sort
from finder.serial import document_url
from models.settings import Settings

CARRIED = 500  # characters of a question that each result carries along: enough to mark its words


def search_url(request: Request, *, cursor: str | None = None, **changed: Kind | Sort | Filters | str) -> str:
    """Return the address of the same question, with another `kind`, `filters` or `sort`, or a later page."""
    asked = replace(request, **changed)  # type: ignore[arg-type]
    parameters: dict[str, object] = {}
    for name, value in carried(asked):
        parameters.setdefault(name, []).append(value)  # type: ignore[attr-defined]
    if cursor:
        parameters["cursor"] = cursor
    return url_for("pages.home", q=asked.question, **parameters)  # type: ignore[arg-type]


def carried(request: Request) -> tuple[tuple[str, str], ...]:
    """Return what another question keeps of this one, as names and values: filters, list, order and length."""
    kept = [(name, value) for name, values in request.filters.values for value in values]
    kept += [("type", request.kind.value)] * (request.kind is not Kind.ALL)
    # People have no order by date, and a list of them alone does not carry one along.
    kept += [("sort", request.sort.value)] * (request.sort is not Sort.RELEVANCE and request.kind is not Kind.PEOPLE)
    kept += [("limit", str(request.limit))] * (request.limit != Request("").limit)
    return tuple(kept)


def found_url(public_id: str, question: str, passage: int, root: str = "") -> str:
    """Return the address of a document at the passage that was found, with the question it was found for."""
    return f"{document_url(public_id, root)}?{urlencode({'q': question[:CARRIED], 'passage': passage})}#passage"


def mail_url(address: str, subject: str) -> str:
    """Return a mailto: address. Whatever the address holds, it stays one address."""
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject[:CARRIED], safe='')}"


def selected(filters: Filters, name: str) -> tuple[str, ...]:
    """Return the values chosen for one filter."""
    return next((values for known, values in filters.values if known == name), ())


def toggled(filters: Filters, name: str, value: str) -> Filters:
    """Add a value to a filter, or take it away where it was chosen already. Other filters keep their place."""
    chosen = selected(filters, name)
    changed = tuple(v for v in chosen if v != value) if value in chosen else (*chosen, value)
    others = [(known, values) for known, values in filters.values if known != name]
    return Filters(tuple(others + ([(name, changed)] if changed else [])))


def without(filters: Filters, names: Iterable[str]) -> Filters:
    """Return the filters less those named."""
    gone = frozenset(names)
    return Filters(tuple((name, values) for name, values in filters.values if name not in gone))


def web_address(url: str | None) -> str | None:
    """Return `url` where a browser may be sent there: http or https with a host. Anything else (javascript:, data:) is None."""
    if url is None:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in {"http", "https"} and parts.netloc else None


def seen_at(settings: Settings, asked: str) -> str:
    """Return where the service is seen from outside, with a slash at its end: FINDER_PUBLIC_URL, else the root that was asked."""
    return f"{settings.public_url.rstrip('/')}/" if settings.public_url else asked
