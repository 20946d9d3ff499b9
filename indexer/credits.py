"""Turns what a document says of its authors and readers into rows of people and names of principals."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert
from sqlalchemy.orm import Session

from indexer.identities import Directory, Known, credit_keys
from indexer.ledger import Ledger
from indexer.records import DocumentRecord, Refused
from models.access import WRITERS, readers
from models.tables import Identity, Person, Role, Visibility


@dataclass(frozen=True, slots=True)
class Part:
    """A person's part in a document, with their share of the work where it is told."""

    person: int
    role: Role
    share: float | None = None


def together(one: float | None, other: float | None) -> float | None:
    """Return the share that somebody has by two parts of one role in a document, None where neither tells one."""
    told = [share for share in (one, other) if share is not None]
    return min(1.0, sum(told)) if told else None


@dataclass(slots=True)
class Crediting:
    """Resolves credits and grants of one source. `groups` gives the public id of each group by the source's own id for it.

    `complaints` names each author who is missing from a source that lists its people (`lists_people`), once.
    """

    source_id: int
    source: str
    directory: Directory
    ledger: Ledger
    groups: dict[str, str] = field(default_factory=dict)
    lists_people: bool = False
    complaints: list[Refused] = field(default_factory=list)

    def parts(self, session: Session, records: Sequence[DocumentRecord]) -> dict[str, tuple[Part, ...] | None]:
        """Return the parts of each record by its id; None where everybody who wrote it was erased.

        Authors nobody knows become people known only as authors.
        """
        return {record.id: () if record.deleted else self._parts(session, record) for record in records}

    def _parts(self, session: Session, record: DocumentRecord) -> tuple[Part, ...] | None:
        kept = [credit for credit in record.authors if not self.ledger.holds(credit_keys(self.source, credit.person))]
        wrote = any(credit.role in WRITERS for credit in record.authors)
        if wrote and not any(credit.role in WRITERS for credit in kept):
            return None
        shares: dict[tuple[int, Role], float | None] = {}
        for credit in kept:
            key = (self._person(session, credit.person, record.place), credit.role)
            shares[key] = together(shares.get(key), credit.share)
        return tuple(Part(person, role, share) for (person, role), share in shares.items())

    def _person(self, session: Session, person: str, place: str) -> int:
        known = self.directory.find(self.source, person)
        if known is not None:
            return known.id
        if self.lists_people:
            self.complaints.append(
                Refused(place, f"the author {person[:60]!r} is not among the people of this source: kept as known only by documents")
            )
        public_id = self.directory.free_id(self.source, person)
        row = {
            "public_id": public_id, "source_id": self.source_id, "name": person, "languages": [], "emails": [], "listed": False,
            "active": True, "content_hash": b"",
        }  # fmt: skip
        number = session.execute(insert(Person).values(row).returning(Person.id)).scalar_one()
        self.directory.add(Known(number, public_id, self.source_id, listed=False, active=True, content_hash=b""))
        keys = [key for key in credit_keys(self.source, person) if key not in self.directory.keys]
        session.execute(insert(Identity), [{"key": key, "person_id": number} for key in keys])
        self.directory.keys.update(dict.fromkeys(keys, number))
        return number

    def grants(self, record: DocumentRecord, parts: Sequence[Part]) -> frozenset[str]:
        """Return the principals that may read a record; what the source calls its own groups and people goes by their public ids."""
        return readers(visibility(record), self.allowed(record), self._writers(parts))

    def allowed(self, record: DocumentRecord) -> list[str]:
        """Return the principals that a record names as its readers."""
        return [self._principal(name) for name in record.allow]

    def own(self, parts: Sequence[Part]) -> frozenset[str]:
        """Return the principals of those who wrote a document: they read it whoever else may."""
        return frozenset(f"user:{writer}" for writer in self._writers(parts))

    def _writers(self, parts: Sequence[Part]) -> list[str]:
        return [self.directory.people[part.person].public_id for part in parts if part.role in WRITERS]

    def _principal(self, name: str) -> str:
        space, _, own = name.partition(":")
        if space == "group":
            return f"group:{self.groups.get(own, own)}"
        known = self.directory.keys.get(f"source:{self.source}:{own}") if space == "user" else None
        return name if known is None else f"user:{self.directory.people[known].public_id}"


def visibility(record: DocumentRecord) -> Visibility:
    """Return the visibility in force: private where the source gives none that we know."""
    return Visibility(record.visibility) if record.visibility in frozenset(Visibility) else Visibility.PRIVATE
