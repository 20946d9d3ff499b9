"""The composition of the workbench: one recruiter's searches, what they see of people, and what they decide, each act with its audit row.

What is shown is computed first and audited before it is handed out: where the row cannot be written, nothing is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial

from sqlalchemy.orm import Session

from finder.profiles import Shelf
from finder.service import Finder
from finder.workbench import store
from finder.workbench.cells import Looking, Seen, look, present
from finder.workbench.matrix import Grid, grid
from finder.workbench.requirements import MOST, Requirement, distinct, proposed, unfair
from finder.workbench.sheet import Sheet, sheet
from finder.workbench.store import Decision, Search, Stage
from finder.workbench.strengths import smallest_team
from finder.workbench.tokens import token
from models import audit
from models.access import Principal
from models.audit import Act
from models.database import reading, writing
from models.errors import InvalidQuery, NotFound
from models.retention import expire

PEOPLE = 6  # beside one another in a matrix
COMPARED = 4
IN_MATRIX, IN_FULL = 2, 3  # documents a cell
SHORTEST, LONGEST = 10, 500  # characters of a purpose
LONGEST_REASON = 2_000


class Action(StrEnum):
    """What the audit chain records."""

    STARTED = "started"
    EDITED = "edited"
    VIEWED = "viewed"
    COMPARED = "compared"
    LISTED = "viewed-shortlist"
    REVEALED = "revealed"
    HIDDEN = "hidden"
    DECIDED = "decided"
    EXPORTED = "exported"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Visit:
    """Who works at the desk, under which request."""

    principal: Principal
    request_id: str

    @property
    def user(self) -> str:
        """The recruiter's public id."""
        if self.principal.user is None:
            raise NotFound("There is no such page.")
        return self.principal.user


class Desk:
    """One finder's workbench. `secret` signs what stands for people in addresses, `days` is how long a search is kept."""

    def __init__(self, finder: Finder, secret: bytes, days: int) -> None:
        self._finder = finder
        self._secret = secret
        self._days = days

    def start(self, visit: Visit, purpose: str, description: str) -> str:
        """Begin a search and return its id. Raises InvalidQuery where no purpose is stated."""
        stated = " ".join(purpose.split())
        if not SHORTEST <= len(stated) <= LONGEST:
            raise InvalidQuery(
                "Nobody is looked for without a stated purpose.", f"Say in {SHORTEST} to {LONGEST} characters what this search is for."
            )
        requirements = self._read(description)
        with writing(self._finder.engine) as session:
            number = store.create(session, visit.user, stated, description)
            store.rewrite(session, number, requirements)
            self._record(session, visit, store.load(session, number, visit.user, self._days), Action.STARTED)
        return number

    def searches(self, visit: Visit) -> tuple[Search, ...]:
        """Return the recruiter's searches, the newest first, once those past their days are gone."""
        with writing(self._finder.engine) as session:
            expire(session, self._days)
            return store.every(session, visit.user, self._days)

    def search(self, visit: Visit, number: str) -> Search:
        """Return a search. Raises NotFound."""
        with reading(self._finder.engine) as session:
            return store.load(session, number, visit.user, self._days)

    def rewrite(self, visit: Visit, number: str, requirements: Sequence[Requirement]) -> None:
        """Change what is looked for. Raises InvalidQuery where nothing would be left, or more than can be asked."""
        if not 1 <= len(requirements) <= MOST:
            raise InvalidQuery(f"A search has 1 to {MOST} requirements.", "Add one, or take some away.")
        for requirement in requirements:
            if not self._finder.tools.analyzer.terms(requirement.text):
                raise InvalidQuery(f"{requirement.text!r} holds no word that could be looked for.", "Say it in a few words.")
            if unfair(requirement.text):
                raise InvalidQuery(
                    f"{requirement.text!r} asks for what may not decide who is chosen.", "Say what somebody should know, not who they are."
                )
        with writing(self._finder.engine) as session:
            search = self._load(session, visit, number)
            store.rewrite(session, number, requirements)
            self._record(session, visit, search, Action.EDITED, {"requirements": len(requirements)})

    def hide(self, visit: Visit, number: str, *, blind: bool) -> None:
        """Hide names, or reveal those of everybody shown so far, which is recorded."""
        with writing(self._finder.engine) as session:
            search = self._load(session, visit, number)
            if search.blind != blind:
                store.hide(session, number, blind=blind)
                people = sorted(store.candidates(session, number))
                self._record(session, visit, search, Action.HIDDEN if blind else Action.REVEALED, people=people)

    def decide(self, visit: Visit, number: str, person: str, decision: tuple[Stage, str]) -> None:
        """Record a stage and its reason for the person behind a token. Raises InvalidQuery where no reason is given, and NotFound."""
        stage, reason = decision[0], decision[1].strip()
        if not reason or len(reason) > LONGEST_REASON:
            raise InvalidQuery("A decision needs its reason.", f"Say in at most {LONGEST_REASON:,} characters why.")
        with writing(self._finder.engine) as session:
            search = self._load(session, visit, number)
            public_id = self._behind(session, number, person)
            store.decide(session, number, public_id, Decision(datetime.now(UTC), stage, reason))
            self._record(session, visit, search, Action.DECIDED, {"stage": stage.value}, [public_id])

    def remove(self, visit: Visit, number: str) -> None:
        """Delete a search with everything that hangs on it."""
        with writing(self._finder.engine) as session:
            search = self._load(session, visit, number)
            store.remove(session, number)
            self._record(session, visit, search, Action.DELETED)

    def matrix(self, visit: Visit, number: str, first: int) -> Sheet:
        """Return one page of the matrix, from the person at place `first` on, with the smallest team."""
        search, found = self._asked(visit, number)
        rows = found.rows[first : first + PEOPLE].tolist()
        return self._shown(visit, search, found, rows, Action.VIEWED)

    def compare(self, visit: Visit, number: str, people: Sequence[str]) -> Sheet:
        """Return one to four people, by their tokens, side by side. Raises InvalidQuery for more, and NotFound."""
        if not 1 <= len(set(people)) <= COMPARED:
            raise InvalidQuery(f"Compare two to {COMPARED} people.", "Choose them in the matrix.")
        search, found = self._asked(visit, number)
        with reading(self._finder.engine) as session:
            wanted = [self._behind(session, number, person) for person in dict.fromkeys(people)]
        return self._shown(visit, search, found, self._rows(found, wanted), Action.COMPARED)

    def shortlist(self, visit: Visit, number: str) -> Sheet:
        """Return everybody of whom something was decided."""
        search, found = self._asked(visit, number)
        with reading(self._finder.engine) as session:
            decided = store.decisions(session, number)
        return self._shown(visit, search, found, self._rows(found, decided), Action.LISTED)

    def everybody(self, visit: Visit, number: str) -> Sheet:
        """Return the whole matrix, to be exported."""
        search, found = self._asked(visit, number)
        return self._shown(visit, search, found, found.rows.tolist(), Action.EXPORTED)

    def _read(self, description: str) -> tuple[Requirement, ...]:
        found = proposed(description, self._finder.tools.analyzer)
        return distinct(found, self._finder.tools.encoder.encode([held.text for held in found])) if found else ()

    def _asked(self, visit: Visit, number: str) -> tuple[Search, Grid]:
        search = self.search(visit, number)
        if not search.requirements:
            raise InvalidQuery("This search has no requirements yet.", "Add one.")
        return search, grid(self._finder, search.requirements, visit.principal, partial(token, self._secret, number))

    def _rows(self, found: Grid, people: Sequence[str] | Mapping[str, object]) -> list[int]:
        """Return the rows of people, by public id, as far as the asker may know of them; in the matrix's order."""
        rows, view = found.answers[0].generation.person_rows, found.answers[-1].view
        known = [rows[person] for person in people if person in rows and view.people[rows[person]]]
        place = {row: place for place, row in enumerate(found.rows.tolist())}
        return sorted(known, key=lambda row: (place.get(row, len(place)), token(self._secret, "", found.public_id(row))))

    def _shown(self, visit: Visit, search: Search, found: Grid, rows: list[int], action: Action) -> Sheet:
        """Fetch what is shown of the rows, number and audit everybody in it, and put it together."""
        team = smallest_team(found.levels) if action == Action.VIEWED and len(found.rows) else None
        members = [int(found.rows[place]) for place in team.rows] if team else []
        with reading(self._finder.engine) as session:
            shelf = Shelf(session, found.answers[0].generation, found.answers[-1].view)
            most = IN_MATRIX if action == Action.VIEWED else IN_FULL
            near = frozenset(self._rows(found, store.candidates(session, search.id)))
            seen = look(Looking(found, shelf, self._finder.tools.analyzer, most, search.blind, near), rows)
            beside = present(shelf, members)
        people = {row: found.public_id(row) for row in (*seen.profiles, *beside)}
        lots = {public_id: token(self._secret, search.id, public_id) for public_id in people.values()}
        with writing(self._finder.engine) as session:
            self._load(session, visit, search.id)
            store.enter(session, search.id, sorted(lots, key=lambda person: lots[person]))
            facts = {"requirements": len(search.requirements), "names_hidden": search.blind}
            self._record(session, visit, search, action, facts, list(people.values()), found.generation)
            numbers, decided = store.candidates(session, search.id), store.decisions(session, search.id)
        return sheet(search, found, Seen(seen.profiles | beside, seen.cells, seen.mask), team, (lots, numbers, decided))

    def _load(self, session: Session, visit: Visit, number: str) -> Search:
        return store.load(session, number, visit.user, self._days, change=True)

    def _behind(self, session: Session, number: str, person: str) -> str:
        for public_id in store.candidates(session, number):
            if token(self._secret, number, public_id) == person:
                return public_id
        raise NotFound("There is no such person in this search.")

    def _record(  # noqa: PLR0913, PLR0917 - the parts of one audit row
        self,
        session: Session,
        visit: Visit,
        search: Search,
        action: Action,
        facts: Mapping[str, audit.Fact] | None = None,
        people: Sequence[str] = (),
        generation: str = "",
    ) -> None:
        named = {"search": search.id, **(facts or {})}
        act = Act(visit.user, action.value, search.purpose, tuple(people), named, generation or self._finder.generation, visit.request_id)
        audit.record(session, act)
