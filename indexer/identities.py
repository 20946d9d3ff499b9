"""Who is who: one person, many accounts, joined by declared keys only. Names never join anybody."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from indexer.records import PersonRecord
from models.database import reading
from models.errors import NotFound
from models.tables import Identity, Person
from models.told import Decision

_ACCOUNT = re.compile(r"[a-z][a-z0-9_.+-]*:\S.*", re.IGNORECASE | re.DOTALL)
USER = "user:"


def own_key(source: str, identifier: str) -> str:
    """Return the key of an id within its source."""
    return f"source:{source}:{identifier}"


def declared_keys(record: PersonRecord) -> tuple[str, ...]:
    """Return the keys that a person's record declares, apart from its own id."""
    return tuple(dict.fromkeys([f"email:{email.lower()}" for email in record.emails] + [account.lower() for account in record.accounts]))


def credit_keys(source: str, person: str) -> tuple[str, ...]:
    """Return the keys under which the person of a credit may be known, the strongest first."""
    own = own_key(source, person)
    return (own, person.lower()) if _ACCOUNT.fullmatch(person) else (own,)


@dataclass(slots=True)
class Known:
    """What an ingest must know of a person it holds already."""

    id: int
    public_id: str
    source_id: int
    listed: bool
    active: bool
    content_hash: bytes


@dataclass(slots=True)
class Directory:
    """Everybody the database knows, by row id, by identity key and by public id.

    `decided` keys stay where a person put them; `merged` are those of them whose records describe somebody merged into another.
    """

    people: dict[int, Known] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    public: dict[str, int] = field(default_factory=dict)
    decided: frozenset[str] = frozenset()
    merged: frozenset[str] = frozenset()

    @classmethod
    def read(cls, session: Session) -> Self:
        """Load the directory."""
        columns = (Person.id, Person.public_id, Person.source_id, Person.listed, Person.active, Person.content_hash)
        directory = cls()
        for row in session.execute(select(*columns)):
            directory.add(Known(*row))
        directory.keys = dict(session.execute(select(Identity.key, Identity.person_id)).all())
        directory.decided = frozenset(session.scalars(select(Identity.key).where(Identity.decided)))
        merges = session.scalars(select(Decision.keys).where(Decision.action == "merge", Decision.undone.is_(None)))
        directory.merged = frozenset(key for keys in merges for key in keys) & directory.decided
        return directory

    @classmethod
    def of(cls, engine: Engine) -> Self:
        """Load the directory in a transaction of its own."""
        with reading(engine) as session:
            return cls.read(session)

    def add(self, known: Known) -> None:
        """Take in a person."""
        self.people[known.id] = known
        self.public[known.public_id] = known.id

    def drop(self, person_id: int) -> None:
        """Forget a person, with all keys."""
        known = self.people.pop(person_id)
        self.public.pop(known.public_id, None)
        self.keys = {key: holder for key, holder in self.keys.items() if holder != person_id}

    def find(self, source: str, person: str) -> Known | None:
        """Return the person that a credit, a membership or a grant of a source names: its own id, an account key, `user:ID`."""
        for key in credit_keys(source, person):
            if key in self.keys:
                return self.people[self.keys[key]]
        if person.startswith(USER):
            known = self.people.get(self.public.get(person.removeprefix(USER), 0))
            return known if known is not None and known.listed else None
        return None

    def named(self, name: str) -> Known:
        """Return the person of a public id or of an account. Raises NotFound."""
        number = self.public.get(name) or self.keys.get(name) or self.keys.get(name.lower())
        if number is None:
            raise NotFound(
                f"There is nobody of the id or account {name[:60]!r}.",
                "Use the id in the address of the person's page, or an account such as email:ada@example.com.",
            )
        return self.people[number]

    def free_id(self, source: str, wanted: str, holder: int | None = None) -> str:
        """Return the public id for a source's own id: the id itself where nobody else has it, else `NAME:id`."""
        candidate = wanted
        while self.public.get(candidate, holder) != holder:
            candidate = f"{source}:{candidate}"
        return candidate

    def sources(self, person_id: int) -> frozenset[str]:
        """Return the names of the sources that know a person under an id of their own."""
        return frozenset(key.split(":", 2)[1] for key, holder in self.keys.items() if holder == person_id and key.startswith("source:"))


@dataclass(frozen=True, slots=True)
class Match:
    """Whom a record describes: the row to use (None: somebody new), rows that turn out to be the same person, keys that stay elsewhere."""

    person: int | None
    same: tuple[int, ...]
    refused: tuple[str, ...]


def match(directory: Directory, source: str, record: PersonRecord, here: Iterable[int]) -> Match:
    """Decide whom a record describes. `here` are the rows that this pass has already given to other records of the source.

    Two records of one source are two people, whatever keys they share: the key stays with the first. Elsewhere a declared key joins.
    """
    taken = frozenset(here)
    person = directory.keys.get(own_key(source, record.id))
    same: list[int] = []
    refused: list[str] = []
    for key in declared_keys(record):
        holder = directory.keys.get(key)
        if holder is None or holder == person or holder in same:
            continue
        if holder in taken or key in directory.decided or not _may_join(directory, person, holder, source):
            refused.append(key)
        elif person is None:
            person = holder
        else:
            same.append(holder)
    return Match(person, tuple(same), tuple(refused))


def _may_join(directory: Directory, person: int | None, holder: int, source: str) -> bool:
    """Whether a person and the holder of one of their declared keys can be one: no source lists both."""
    if not directory.people[holder].listed:
        return True
    known = {source} if person is None else directory.sources(person) | {source}
    return directory.sources(holder).isdisjoint(known)
