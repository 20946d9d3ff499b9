"""The filters of a page: what can be chosen, what is, and the address each choice leads to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from finder.answers import Answer, Count, Filters, Request
from finder.web import wording
from finder.web.links import carried, search_url, selected, toggled, without

PEOPLE = ("team", "location", "language", "skill")
DOCUMENTS = ("kind", "source", "tag")
DATES = ("since", "until")
SHOWN = 15  # values in one menu; the most frequent ones


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter. `count` is None for a chosen value that no result has; `key` tells it from every other."""

    key: str
    text: str
    count: int | None
    chosen: bool
    url: str


@dataclass(frozen=True, slots=True)
class Menu:
    """One filter with its values; `chosen` is how many of them are in force."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    chosen: int


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, with the address that lifts it."""

    label: str
    text: str
    url: str


def menus(answer: Answer) -> tuple[Menu, ...]:
    """Return the menus that leave a choice, those about people first."""
    made = [_menu(answer, "people", name) for name in PEOPLE] + [_menu(answer, "documents", name) for name in DOCUMENTS]
    return tuple(menu for menu in made if menu.chosen or len(menu.choices) > 1)


def chips(request: Request, names: Mapping[str, str]) -> tuple[Chip, ...]:
    """Return every filter in force. `names` are those of the authors whom the asker may see; another stays what was asked for."""
    return tuple(
        Chip(
            str(wording.FILTERS[name]),
            names.get(value, value) if name == "author" else _text(name, value),
            search_url(request, filters=toggled(request.filters, name, value)),
        )
        for name, values in request.filters.values
        for value in values
    )


def cleared(request: Request) -> str:
    """Return the address of the same question without any filter."""
    return search_url(request, filters=Filters())


def undated(request: Request) -> tuple[tuple[str, str], ...]:
    """Return what the form with the two dates has to carry along."""
    return carried(replace(request, filters=without(request.filters, DATES)))


def _menu(answer: Answer, side: str, name: str) -> Menu:
    request = answer.request
    counts = answer.facets.get(side, {}).get(name, ())
    chosen = selected(request.filters, name)
    absent = [Count(value, -1) for value in chosen if value not in {count.value for count in counts}]
    listed = [*absent, *(count for place, count in enumerate(counts) if place < SHOWN or count.value in chosen)]
    choices = tuple(
        Choice(
            f"{name}={count.value}",
            _text(name, count.value),
            count.count if count.count >= 0 else None,
            count.value in chosen,
            search_url(request, filters=toggled(request.filters, name, count.value)),
        )
        for count in listed
    )
    return Menu(name, str(wording.FILTERS[name]), choices, len(chosen))


def _text(name: str, value: str) -> str:
    shown = wording.filter_value(name, value)
    return shown or _("(none)")
