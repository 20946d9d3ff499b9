"""What this says about me: everything held of the person who asks, with its sources, and what they corrected."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import ColumnElement, and_, func, or_, select

from finder import strength
from finder.answers import Author
from finder.corrections import signed_in
from finder.held import PAGE, OwnConfirmation, OwnDocument, OwnFact, OwnNote, OwnPage, OwnTopic
from finder.profiles import ORIGINS, Shelf, edited
from finder.workbench.mentions import mentions_of
from models.access import Principal
from models.tables import Authorship, Document, Grant, Group, Identity, Membership, Origin, Person, PersonSkill, Source
from models.told import AuditRow, Correction, CorrectionKind, Endorsement, Feedback, SignInRow

# Fewer are told as none: of one or two it could be guessed who gave them.
TOLD = 5
FIELDS = ("name", "title", "team", "location", "timezone", "languages", "emails", "manager", "bio")


def own(shelf: Shelf, asker: Principal, first: int, days: int) -> OwnPage:
    """Return what is held of the asker, with PAGE documents from the one at `first`. Raises Forbidden where nobody is signed in.

    `days` is how long recruiters' searches are kept.
    """
    session, person = shelf.session, signed_in(shelf.session, asker)
    row = shelf.generation.person_rows.get(person.public_id)
    documents = _documents(shelf, person, asker)
    user = f"user:{person.public_id}"
    said = _count(shelf, Feedback.subject == f"people/{person.public_id}")
    return OwnPage(
        id=person.public_id,
        name=person.name,
        paused=person.opted_out,
        indexed=row is not None,
        facts=_facts(shelf, person),
        accounts=tuple(session.scalars(select(Identity.key).where(Identity.person_id == person.id).order_by(Identity.key))),
        groups=_groups(shelf, person),
        topics=_topics(shelf, person, row),
        documents=tuple(_named(shelf, documents[first : first + PAGE])),
        document_count=len(documents),
        notes=_notes(shelf, person),
        confirmed=_confirmed(shelf, person),
        feedback=said if said >= TOLD else 0,
        given=_count(shelf, Feedback.principal == user),
        audited=_count(shelf, or_(AuditRow.actor == user, AuditRow.subject == user)),
        sign_ins=_count(shelf, and_(SignInRow.person_id == person.id, SignInRow.expires > datetime.now(UTC))),
        shown_in=mentions_of(session, days, person.public_id),
    )


def _facts(shelf: Shelf, person: Person) -> tuple[OwnFact, ...]:
    source = shelf.session.scalar(select(Source.name).where(Source.id == person.source_id)) or ""
    held = ((field, getattr(person, field)) for field in FIELDS)
    return tuple(OwnFact(field, value if isinstance(value, str) else ", ".join(value), source) for field, value in held if value)


def _groups(shelf: Shelf, person: Person) -> tuple[OwnFact, ...]:
    query = select(Group.public_id, Group.name, Source.name).join(Membership, Membership.group_id == Group.id)
    query = query.join(Source, Source.id == Membership.source_id).where(Membership.person_id == person.id)
    return tuple(OwnFact(*found) for found in shelf.session.execute(query.order_by(Group.name, Group.public_id, Source.name)))


def _notes(shelf: Shelf, person: Person) -> tuple[OwnNote, ...]:
    query = select(Correction.value, Correction.text, Correction.created).where(
        Correction.person_id == person.id, Correction.kind == CorrectionKind.NOTE, Correction.undone.is_(None)
    )
    return tuple(OwnNote(*found) for found in shelf.session.execute(query.order_by(Correction.created.desc(), Correction.id.desc())))


def _confirmed(shelf: Shelf, person: Person) -> tuple[OwnConfirmation, ...]:
    query = select(Person.public_id, Person.name, Endorsement.name).join(Person, Person.id == Endorsement.person_id)
    query = query.where(Endorsement.endorser_id == person.id, Person.active, ~Person.opted_out)
    return tuple(OwnConfirmation(*found) for found in shelf.session.execute(query.order_by(Person.name, Endorsement.name)))


def _count(shelf: Shelf, condition: ColumnElement[bool]) -> int:
    return shelf.session.scalar(select(func.count()).where(condition)) or 0


def _in_force(shelf: Shelf, person: Person, kind: CorrectionKind) -> list[str]:
    query = select(Correction.value).where(Correction.person_id == person.id, Correction.kind == kind, Correction.undone.is_(None))
    return list(shelf.session.scalars(query))


def _topics(shelf: Shelf, person: Person, row: int | None) -> tuple[OwnTopic, ...]:
    """Join what sources declare, what the index inferred, what colleagues confirmed and what is muted, under one spelling each."""
    muted = {name.casefold(): name for name in _in_force(shelf, person, CorrectionKind.MUTE)}
    named = strength.naming(shelf, strength.written(shelf, row)) if row is not None else {}
    spelled: dict[tuple[str, bool], str] = {}
    origins: dict[tuple[str, bool], set[str]] = defaultdict(set)
    endorsers = _endorsers(shelf, person)
    for name, origin, interest in [
        *_declared(shelf, person),
        *_mined(shelf, row),
        *((name, Origin.ENDORSED.value, False) for name in endorsers),
    ]:
        key = (name.casefold(), interest)
        spelled.setdefault(key, name)
        origins[key].add(origin)
    known = {name for name, _ in spelled}
    spelled |= {(lower, False): name for lower, name in muted.items() if lower not in known}
    by = {name.casefold(): people for name, people in endorsers.items()}
    found = []
    for (lower, interest), name in spelled.items():
        confirming = () if interest else by.get(lower, ())
        held = tuple(sorted(origins[lower, interest]))
        found.append(OwnTopic(name, interest, held, len(named.get(lower, ())), confirming, lower in muted))
    return tuple(sorted(found, key=lambda topic: (topic.interest, topic.muted, -topic.documents, topic.name.casefold())))


def _declared(shelf: Shelf, person: Person) -> list[tuple[str, str, bool]]:
    query = select(PersonSkill.name, PersonSkill.origin, PersonSkill.interest).where(
        PersonSkill.person_id == person.id, PersonSkill.origin == Origin.DECLARED
    )
    return [(name, origin, interest) for name, origin, interest in shelf.session.execute(query.order_by(PersonSkill.name))]


def _mined(shelf: Shelf, row: int | None) -> list[tuple[str, str, bool]]:
    if row is None or not shelf.view.mined[row]:
        return []
    people, names = shelf.generation.people, shelf.generation.names
    held = np.arange(people.skill_starts[row], people.skill_starts[row + 1])
    mined = held[people.skill_origin[held] == ORIGINS.index(Origin.INFERRED)]
    return [(names.skill[people.skill[entry]], Origin.INFERRED.value, False) for entry in mined]


def _endorsers(shelf: Shelf, person: Person) -> dict[str, tuple[Author, ...]]:
    query = select(Endorsement.name, Person.public_id, Person.name).join(Person, Person.id == Endorsement.endorser_id)
    query = query.where(Endorsement.person_id == person.id, Person.active, ~Person.opted_out)
    found: dict[str, list[Author]] = defaultdict(list)
    for name, public_id, who in shelf.session.execute(query.order_by(Endorsement.name, Person.public_id)):
        found[name].append(Author(public_id, who, Origin.ENDORSED.value))
    return {name: tuple(people) for name, people in found.items()}


def _documents(shelf: Shelf, person: Person, asker: Principal) -> list[OwnDocument]:
    """Return the documents that name the person and that they may read, newest first, without topics."""
    hidden = set(_in_force(shelf, person, CorrectionKind.HIDE))
    columns = (Document.public_id, Document.title, Document.kind, Document.created, Source.name, Document.visibility)
    parts = (Authorship.role, Authorship.share)
    query = select(*columns, *parts).join(Authorship, Authorship.document_id == Document.id).join(Source, Source.id == Document.source_id)
    may = select(Grant.document_id).where(Grant.principal.in_(asker.grants))
    query = query.where(Authorship.person_id == person.id, ~Document.deleted, Document.id.in_(may))
    found: dict[str, OwnDocument] = {}
    for public_id, title, kind, created, source, visibility, role, share in shelf.session.execute(
        query.order_by(Document.public_id, Authorship.role)
    ):
        roles = (*found[public_id].roles, role) if public_id in found else (role,)
        day = created.isoformat() if created else None
        done = edited(role, share) or (found[public_id].edited if public_id in found else None)
        found[public_id] = OwnDocument(public_id, title, kind, day, source, roles, visibility, (), public_id in hidden, done)
    return sorted(found.values(), key=lambda document: (document.created or "", document.id), reverse=True)


def _named(shelf: Shelf, documents: Sequence[OwnDocument]) -> list[OwnDocument]:
    """Add the topics that each document names."""
    written_as = strength.spelled(shelf)
    found = []
    for document in documents:
        row = shelf.generation.document_rows.get(document.id)
        named = strength.naming(shelf, np.asarray([] if row is None else [row], np.int64))
        found.append(replace(document, topics=tuple(sorted(written_as[name] for name in named))))
    return found
