"""Who may be the same person: suggestions for a person to confirm, and accounts that belong to nobody. Nothing is joined here."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import Engine, func, select

from models.database import check_schema, reading
from models.tables import Authorship, Identity, Person

FAMILY = 8  # who share a clue: beyond it the clue tells nothing, like the address `info`


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody known only by documents, with the accounts they go by and how many documents name them."""

    person: str
    keys: tuple[str, ...]
    documents: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two who may be one, and what speaks for it."""

    first: str
    second: str
    clues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """Accounts without a person, most documents first, and likely duplicates, most clues first."""

    accounts: tuple[Account, ...]
    duplicates: tuple[Suggestion, ...]

    def plain(self) -> dict[str, Any]:
        """Return the findings as JSON-ready values."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Yield the findings in words."""
        yield f"{len(self.accounts):,} accounts without a person"
        for account in self.accounts:
            yield f"  {account.person}: {account.documents:,} documents ({', '.join(account.keys)})"
        yield f"{len(self.duplicates):,} who may be the same; if they are: indexer merge FIRST SECOND"
        for pair in self.duplicates:
            yield f"  {pair.first}  {pair.second}  ({', '.join(pair.clues)})"


@dataclass(frozen=True, slots=True)
class Someone:
    """What is compared of a person."""

    id: str
    name: str
    keys: tuple[str, ...]
    listed: bool


def findings(engine: Engine) -> Findings:
    """Read everybody and compare. Raises SchemaMismatch and DatabaseUnavailable."""
    check_schema(engine)
    with reading(engine) as session:
        keys: dict[int, list[str]] = defaultdict(list)
        for key, number in session.execute(select(Identity.key, Identity.person_id).order_by(Identity.key)):
            keys[number].append(key)
        columns = (Person.id, Person.public_id, Person.name, Person.listed)
        people = {
            number: Someone(public_id, name, tuple(keys[number]), listed)
            for number, public_id, name, listed in session.execute(select(*columns).order_by(Person.public_id))
            if number in keys
        }
        counts = dict(session.execute(select(Authorship.person_id, func.count()).group_by(Authorship.person_id)).all())
    accounts = [Account(one.id, one.keys, counts.get(number, 0)) for number, one in people.items() if not one.listed]
    return Findings(tuple(sorted(accounts, key=lambda account: (-account.documents, account.person))), tuple(resembling(people.values())))


def resembling(people: Iterable[Someone]) -> list[Suggestion]:
    """Return pairs who share a name or the name of an account, the most clues first. Who has an entry stands first in a pair."""
    sharing: dict[str, list[Someone]] = defaultdict(list)
    for one in people:
        for clue in clues(one):
            sharing[clue].append(one)
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for clue, group in sorted(sharing.items()):
        if len(group) <= FAMILY:
            for first, second in combinations(sorted(group, key=lambda one: (not one.listed, one.id)), 2):
                pairs[first.id, second.id].append(clue)
    found = [Suggestion(first, second, tuple(shared)) for (first, second), shared in pairs.items()]
    return sorted(found, key=lambda pair: (-len(pair.clues), pair.first, pair.second))


def clues(one: Someone) -> set[str]:
    """Return what somebody may share with a second entry of theirs: the name, and the names of accounts and addresses."""
    name = " ".join(sorted(_folded(one.name).split()))
    found = {f"same name {name}"} if " " in name else set()
    for key in one.keys:
        kind, _, rest = key.partition(":")
        handle = _folded(rest.partition(":")[2] if kind == "source" else rest.partition("@")[0])
        if len(handle) > 2 and not handle.isdigit():
            found.add(f"same account name {handle}")
    return found


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character)).strip()
