"""Rows to what is shown: people, documents and passages fetched from the database, which alone holds names and text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Integer, bindparam, cast, func, select, tuple_
from sqlalchemy.orm import Session

from finder.answers import Author, DocumentSummary, Profile, Skill
from finder.view import View
from models.generation import Generation
from models.tables import Document, Origin, Passage, Person, Role, Source

ORIGINS = tuple(Origin)
ROLES = tuple(Role)
SKILLS = 12  # skills shown with a person
SHARE_DIGITS = 4  # of an editor's share: as many as the index holds for certain
OPENING = 600  # code points of a document's beginning, where no passage of it can be shown

# Statements are put together once: doing it for every question costs as much as running them.
IDS: BindParameter[int] = bindparam("ids", expanding=True)
PEOPLE = select(
    Person.id, Person.public_id, Person.name, Person.title, Person.team, Person.location, Person.languages, Person.emails, Person.listed,
    Person.timezone,
).where(Person.id.in_(IDS))  # fmt: skip
DOCUMENTS = (
    select(
        Document.id, Document.public_id, Document.title, Document.kind, Source.name, Document.created, Document.language, Document.tags,
        Document.url,
    )
    .join(Source, Source.id == Document.source_id)
    .where(Document.id.in_(IDS))
)  # fmt: skip
PASSAGES = (
    # PostgreSQL knows substr of plain integers only.
    select(
        Passage.document_id,
        Passage.start,
        func.substr(Document.body, cast(Passage.start + 1, Integer), cast(Passage.end - Passage.start, Integer)),
    )
    .join(Document, Document.id == Passage.document_id)
    # The first condition is implied by the second, which alone would make SQLite read the whole table.
    .where(Passage.document_id.in_(IDS))
    .where(tuple_(Passage.document_id, Passage.start).in_(bindparam("places", expanding=True)))
)
OPENINGS = select(Document.id, func.substr(Document.body, 1, OPENING)).where(Document.id.in_(IDS), ~Document.deleted)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Fetches what rows stand for, as far as the asker's view reaches."""

    session: Session
    generation: Generation
    view: View

    def people(self, rows: Iterable[int]) -> dict[int, Profile]:
        """Return the profiles of the given people by row; who is gone from the database is left out."""
        wanted = {int(self.generation.people.id[row]): row for row in rows}
        found = self.session.execute(PEOPLE, {"ids": list(wanted)})
        return {
            wanted[number]: Profile(
                public_id,
                name,
                title,
                team,
                location,
                tuple(languages),
                self.skills(wanted[number]),
                self._contact(emails, listed=listed),
                timezone,
            )
            for number, public_id, name, title, team, location, languages, emails, listed, timezone in found
        }

    def _contact(self, emails: Sequence[str], *, listed: bool) -> str | None:
        """Return the address that the directory gives, to members of it. What a commit says of its author is no directory."""
        return emails[0] if emails and listed and self.view.named else None

    def skills(self, row: int, most: int = SKILLS) -> tuple[Skill, ...]:
        """Return a person's skills, the inferred ones only where nothing they rest on was withdrawn."""
        people = self.generation.people
        span = slice(people.skill_starts[row], people.skill_starts[row + 1])
        held = zip(people.skill[span].tolist(), people.skill_origin[span].tolist(), self.view.skills[span].tolist(), strict=True)
        names = self.generation.names.skill
        return tuple(islice((Skill(names[code], ORIGINS[origin]) for code, origin, shown in held if shown), most))

    def documents(self, rows: Iterable[int], people: Mapping[int, Profile] | None = None) -> dict[int, DocumentSummary]:
        """Return the summaries of the given documents by row, with those of their people whom the asker may see.

        `people` spares a query where the profiles of all `writers` are at hand.
        """
        documents = list(dict.fromkeys(int(row) for row in rows))
        known = self.people(self.writers(documents)) if people is None else people
        wanted = {int(self.generation.documents.id[row]): row for row in documents}
        rows_found = self.session.execute(DOCUMENTS, {"ids": list(wanted)})
        return {wanted[found[0]]: _summary(found, self._parts(wanted[found[0]]), known) for found in rows_found}

    def writers(self, rows: Iterable[int]) -> set[int]:
        """Return the people with a part in the given documents whom the asker may see."""
        return {person for row in rows for person, *_ in self._parts(row)}

    def _parts(self, row: int) -> list[tuple[int, str, float | None]]:
        credits = self.generation.credits
        span = slice(credits.starts[row], credits.starts[row + 1])
        held = zip(credits.person[span].tolist(), credits.role[span].tolist(), credits.share[span].tolist(), strict=True)
        return [(person, ROLES[role].value, edited(ROLES[role], share)) for person, role, share in held if self.view.people[person]]

    def passages(self, rows: Iterable[int]) -> dict[int, str]:
        """Return the text of the given passages by row; one that was edited since shows its document's beginning."""
        held = self.generation.passages
        wanted: dict[tuple[int, int], int] = {}
        for row in dict.fromkeys(int(row) for row in rows):
            wanted[int(self.generation.documents.id[held.document[row]]), int(held.start[row])] = row
        asked = {"ids": list({document for document, _ in wanted}), "places": list(wanted)}
        found = {wanted[document, start]: body for document, start, body in self.session.execute(PASSAGES, asked)}
        missing = {document: row for (document, _), row in wanted.items() if row not in found}
        if missing:
            found |= {missing[number]: body for number, body in self.session.execute(OPENINGS, {"ids": list(missing)})}
        return found


def edited(role: str, share: float | None) -> float | None:
    """Return an editor's share of a document as it is shown; None of another part, and where no source tells one."""
    return round(share, SHARE_DIGITS) if share and role == Role.EDITOR else None


def _summary(found: Any, parts: list[tuple[int, str, float | None]], people: Mapping[int, Profile]) -> DocumentSummary:
    _, public_id, title, kind, source, created, language, tags, url = found
    authors = tuple(Author(people[person].id, people[person].name, role, share) for person, role, share in parts if person in people)
    return DocumentSummary(public_id, title, kind, source, created.isoformat() if created else None, language, tuple(tags), authors, url)
