"""What one asker may see of one generation: masks over documents, passages and people, with what the database withdrew since."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, select

from finder.corrected import INFERRED, Corrected, corrected
from models.access import ORG, Principal
from models.database import access_revision, reading
from models.generation import Generation
from models.tables import Document, Grant, Person, Role

KEPT = 32
# Asking, being named and being thanked are no output of one's own.
OUTPUT = np.asarray([role not in (Role.ASKER, Role.MENTIONED, Role.THANKED) for role in Role])


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What changed in the database since a generation was built: rows gone, rows whose readers changed, people's standing and word."""

    revision: int
    gone: NDArray[np.bool_]
    readers: dict[int, frozenset[str]]
    people: NDArray[np.bool_]
    listed: NDArray[np.bool_]
    corrected: Corrected


@dataclass(frozen=True, slots=True)
class View:
    """Masks by row. `mined` says whose inferred traits may be shown, `volume` how many readable documents each person has to their name.

    `member` is who holds the organisation's own grant, `named` a member whom the directory knows by name.
    `skills` says which skill entries may be shown, `votes` which credit entries their people have not hidden, `said` whose own words
    count; `muted` holds the topics (person row, name in lower case) that are neither shown nor inferred.
    """

    documents: NDArray[np.bool_]
    passages: NDArray[np.bool_]
    people: NDArray[np.bool_]
    mined: NDArray[np.bool_]
    volume: NDArray[np.int64]
    member: bool
    named: bool
    skills: NDArray[np.bool_]
    votes: NDArray[np.bool_]
    said: NDArray[np.bool_]
    muted: frozenset[tuple[int, str]]

    @property
    def total(self) -> int:
        """How many documents the asker may read."""
        return int(self.documents.sum())


class Views:
    """Views by generation, access revision and grants; one indexed read a request tells whether a kept one still holds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._views: OrderedDict[tuple[str, int, frozenset[str]], View] = OrderedDict()
        self._withdrawn: dict[str, Withdrawn] = {}

    def of(self, generation: Generation, principal: Principal) -> View:
        """Return the asker's view. Raises DatabaseUnavailable: without the revision no mask can be trusted."""
        with reading(self._engine) as session:
            revision = access_revision(session)
        key = (generation.name, revision, principal.grants)
        if key not in self._views:
            withdrawn = self._withdrawn.get(generation.name)
            if withdrawn is None or withdrawn.revision != revision:
                withdrawn = read_withdrawn(self._engine, generation)
                self._withdrawn = {generation.name: withdrawn}
            key = (generation.name, withdrawn.revision, principal.grants)
            self._views[key] = view(generation, principal, withdrawn)
            while len(self._views) > KEPT:
                self._views.popitem(last=False)
        self._views.move_to_end(key)
        return self._views[key]


def read_withdrawn(engine: Engine, generation: Generation) -> Withdrawn:
    """Read what the database holds now of a generation's documents and people."""
    since = generation.manifest.access_revision
    with reading(engine) as session:
        revision = access_revision(session)
        held = np.fromiter(session.scalars(select(Document.id).where(~Document.deleted)), np.int64)
        changed = select(Document.id, Grant.principal).outerjoin(Grant, Grant.document_id == Document.id)
        readers: dict[int, set[str]] = {}
        for number, name in session.execute(changed.where(Document.access_revision > since)):
            readers.setdefault(number, set()).update([name] if name else [])
        people = dict(session.execute(select(Person.id, Person.listed).where(Person.active, ~Person.opted_out)).all())
        words = corrected(session, generation)
    rows = {int(number): row for row, number in enumerate(generation.documents.id)}
    return Withdrawn(
        revision,
        ~np.isin(generation.documents.id, held),
        {rows[number]: frozenset(names) for number, names in readers.items() if number in rows},
        np.asarray([int(number) in people for number in generation.people.id], bool),
        np.asarray([people.get(int(number), False) for number in generation.people.id], bool),
        words,
    )


def view(generation: Generation, principal: Principal, withdrawn: Withdrawn) -> View:
    """Compute the masks of one asker."""
    grants = principal.grants
    allowed = np.asarray([not grants.isdisjoint(readers) for readers in generation.names.readers], bool)
    documents = allowed[generation.documents.readers] & ~withdrawn.gone
    narrowed = withdrawn.gone.copy()
    for row, readers in withdrawn.readers.items():
        documents[row] = not withdrawn.gone[row] and not grants.isdisjoint(readers)
        narrowed[row] |= ORG not in readers
    credits, people, words = generation.credits, generation.people, withdrawn.corrected
    readable = documents[credits.document] & words.votes
    output = np.bincount(credits.person[readable & OUTPUT[credits.role]], minlength=len(withdrawn.people))
    known = np.bincount(credits.person[documents[credits.document]], minlength=len(withdrawn.people)) > 0
    touched = np.bincount(credits.person[narrowed[credits.document]], minlength=len(withdrawn.people)) > 0
    mined = ~touched & ~words.unmined & principal.member
    owner = np.repeat(np.arange(len(people.id)), np.diff(people.skill_starts))
    return View(
        documents=documents,
        passages=documents[generation.passages.document],
        people=withdrawn.people & (known | (withdrawn.listed & principal.member)),
        mined=mined,
        volume=output,
        member=principal.member,
        named=principal.member and any(name.startswith("user:") for name in grants),
        skills=((people.skill_origin != INFERRED) | mined[owner]) & ~words.skills,
        votes=words.votes,
        said=~words.unsaid,
        muted=words.muted,
    )
