"""Addresses of the page: the question that was asked, with one thing about it changed."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import url_for

from finder.answers import Filters, Kind, Request
from models.settings import Settings


def search_url(request: Request, *, kind: Kind | None = None, filters: Filters | None = None, cursor: str | None = None) -> str:
    """Return the address of the same question, with another list, other filters or a later page."""
    chosen = request.filters if filters is None else filters
    wanted = request.kind if kind is None else kind
    parameters: dict[str, object] = {name: list(values) for name, values in chosen.values if values}
    if wanted is not Kind.ALL:
        parameters["type"] = wanted.value
    if request.limit != Request("").limit:
        parameters["limit"] = request.limit
    if cursor:
        parameters["cursor"] = cursor
    return url_for("pages.home", q=request.question, **parameters)  # type: ignore[arg-type]


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
