"""Completions of what is being typed: people, skills, tags and titles that the asker may know of."""

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from sqlalchemy import Engine, func, or_, select

from finder.answers import Suggestion
from finder.view import View
from models.database import reading
from models.generation import Generation
from models.tables import Person

SHOWN = 8
EACH = 3  # of one kind
SHORTEST = 2


class Titles:
    """The titles of a generation in one text, so that one expression finds those in which a word begins as typed."""

    def __init__(self, generation: Generation) -> None:
        self._titles = generation.names.titles

    @cached_property
    def _text(self) -> tuple[str, list[int]]:
        folded = [title.casefold().replace("\n", " ") for title in self._titles]
        return "\n".join(folded), list(accumulate((len(title) + 1 for title in folded), initial=0))

    def rows(self, prefix: str) -> list[int]:
        """Return the rows of the matching titles, in row order."""
        text, starts = self._text
        found = (bisect_right(starts, match.start()) - 1 for match in re.finditer(rf"\b{re.escape(prefix)}", text))
        return list(dict.fromkeys(found))


def suggest(engine: Engine, generation: Generation, view: View, titles: Titles, typed: str) -> tuple[Suggestion, ...]:
    """Return up to SHOWN completions, those that begin with what was typed first."""
    prefix = " ".join(typed.split()).casefold()
    if len(prefix) < SHORTEST:
        return ()
    skills = [Suggestion(name, "skill") for name in _known_skills(generation, view) if _begins(name, prefix)][:EACH]
    readable = [row for row in titles.rows(prefix) if view.documents[row]][:EACH]
    documents = [Suggestion(generation.names.titles[row], "document", generation.names.documents[row]) for row in readable]
    found = [*skills, *_people(engine, generation, view, prefix), *documents]
    found.sort(key=lambda suggestion: not suggestion.text.casefold().startswith(prefix))
    return tuple(found[:SHOWN])


def _begins(name: str, prefix: str) -> bool:
    return re.search(rf"\b{re.escape(prefix)}", name.casefold()) is not None


def _known_skills(generation: Generation, view: View) -> list[str]:
    people = generation.people
    shown = view.skills & view.people.repeat(people.skill_starts[1:] - people.skill_starts[:-1])
    return [generation.names.skill[code] for code in sorted(set(people.skill[shown].tolist()))]


def _people(engine: Engine, generation: Generation, view: View, prefix: str) -> list[Suggestion]:
    pattern = re.sub(r"([\\%_])", r"\\\1", prefix)
    # SQLite lowers no letter beyond ASCII, so a name is also looked for as names are written.
    starts = [f"{before}{spelling}%" for before in ("", "% ") for spelling in {pattern, pattern.title()}]
    name = func.lower(Person.name)
    query = select(Person.public_id, Person.name).where(or_(*(name.like(start, escape="\\") for start in starts)))
    with reading(engine) as session:
        found = session.execute(query.order_by(Person.public_id)).all()
    visible = (row for row in found if row[0] in generation.person_rows and view.people[generation.person_rows[row[0]]])
    return [Suggestion(name, "person", public_id) for public_id, name in list(visible)[:EACH]]
