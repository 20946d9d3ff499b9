"""Merges pushed records into a source through the writers of every other source: what no record mentions stays as it is."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from indexer.credits import Crediting
from indexer.departures import unlist
from indexer.documents import DocumentWriter, Prepared
from indexer.groups import GroupWriter
from indexer.identities import Directory, own_key
from indexer.ledger import Ledger
from indexer.people import PeopleWriter
from indexer.pushed import Departure, Pushed, Rank
from indexer.records import DocumentRecord, GroupRecord, PersonRecord
from models.database import reading
from models.told import Fate

Outcome = tuple[Pushed, Fate, str | None]
AUTHORS_ERASED = "everybody who wrote it was erased"
PERSON_ERASED = "it describes somebody who was erased"


@dataclass(slots=True)
class Merging:
    """The writers of one source that is pushed to."""

    people: PeopleWriter
    groups: GroupWriter
    documents: DocumentWriter

    @classmethod
    def of(cls, source_id: int, name: str, directory: Directory, ledger: Ledger, language: str) -> "Merging":
        """Put the writers together."""
        crediting = Crediting(source_id, name, directory, ledger)
        return cls(
            PeopleWriter(source_id, name, directory, ledger),
            GroupWriter(source_id, name, directory),
            DocumentWriter(source_id, name, language, crediting),
        )

    def prepare(self, engine: Engine, batch: Sequence[Pushed]) -> dict[str, Prepared]:
        """Do what takes time before the write lock is taken; return the documents that are new or changed, by id."""
        documents = [row.record for row in batch if isinstance(row.record, DocumentRecord)]
        with reading(engine) as session:
            self.documents.crediting.groups = self.groups.known(session)
            return {item.record.id: item for item in self.documents.prepare(session, documents)}

    def store(self, session: Session, batch: Sequence[Pushed], prepared: dict[str, Prepared]) -> list[Outcome]:
        """Write a batch in the caller's transaction; return each record's fate."""
        self.people.seen.clear()  # within one batch nobody stands twice; a later one may say something new of the same person
        outcomes = [self._member(session, row) for row in batch if row.rank is not Rank.DOCUMENT]
        if any(row.rank is Rank.GROUP for row in batch):
            self.documents.crediting.groups = self.groups.known(session)
        stored = self.documents.write(session, list(prepared.values()))
        return outcomes + [_document(row, prepared, stored) for row in batch if row.rank is Rank.DOCUMENT]

    def _member(self, session: Session, row: Pushed) -> Outcome:
        match row.record:
            case PersonRecord() as record:
                return self._person(session, row, record)
            case GroupRecord() as record:
                return self._noted(row, lambda: self._group(session, row, record))
            case Departure(own) if row.rank is Rank.PERSON:
                return row, Fate.REMOVED if self._leave(session, own) else Fate.UNCHANGED, None
            case Departure(own):
                return row, Fate.REMOVED if self.groups.remove(session, own) else Fate.UNCHANGED, None
        return row, Fate.QUARANTINED, row.reason

    def _person(self, session: Session, row: Pushed, record: PersonRecord) -> Outcome:
        before = self.people.unchanged
        outcome = self._noted(row, lambda: self.people.write(session, [record]))
        person = self.people.directory.keys.get(own_key(self.people.source, record.id))
        if person is None or person not in self.people.seen:
            return row, Fate.QUARANTINED, PERSON_ERASED
        if "groups" in row.mentions:
            self.groups.enrol(session, person, record.groups)
        return (row, Fate.UNCHANGED, outcome[2]) if self.people.unchanged > before else outcome

    def _group(self, session: Session, row: Pushed, record: GroupRecord) -> None:
        if "members" in row.mentions:
            self.groups.assign(session, record)
        else:
            self.groups.write(session, [record], {}, complete=False)

    def _leave(self, session: Session, own: str) -> bool:
        directory = self.people.directory
        person = directory.keys.get(own_key(self.people.source, own))
        known = directory.people.get(person) if person is not None else None
        if known is None or not known.listed or known.source_id != self.people.source_id:
            return False
        unlist(session, directory, [known.id])
        return True

    def _noted(self, row: Pushed, write: Callable[[], None]) -> Outcome:
        """Write, and give the row's fate with every remark that was made on the way."""
        for notes in (self.people.notes, self.groups.notes):
            notes.clear()
        write()
        remarks = [row.reason, *(note.reason for note in [*self.people.notes, *self.groups.notes])]
        return row, Fate.STORED, "; ".join(filter(None, remarks)) or None


def _document(row: Pushed, prepared: Container[str], stored: Container[str]) -> Outcome:
    """Return the fate of a document, given the ids of those that were to be written and of those that are stored now."""
    if not isinstance(row.record, DocumentRecord):
        return row, Fate.QUARANTINED, row.reason
    if row.record.id not in prepared:
        return row, Fate.UNCHANGED, row.reason
    if row.record.id in stored:
        return row, Fate.STORED, row.reason
    return (row, Fate.REMOVED, row.reason) if row.record.deleted else (row, Fate.QUARANTINED, AUTHORS_ERASED)
