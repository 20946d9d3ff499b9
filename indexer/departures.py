"""What a source no longer lists leaves the database: documents become tombstones, people lose their entry. Much waits for a word."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from sqlalchemy import Engine, exists, func, select, update
from sqlalchemy.orm import Session

from indexer.aside import Named
from indexer.documents import bury
from indexer.identities import Directory, own_key
from indexer.met import REFUSED, Met
from indexer.people import UNLISTED, retire
from indexer.records import DocumentRecord
from models.database import bump_access, reading, writing
from models.errors import DeletionsHeld, WideningsHeld
from models.tables import Authorship, Document, Identity, Membership, Person, PersonSkill
from models.told import Correction

BATCH = 200
FEW = 10
LARGEST_SHARE = 0.1
STREAMED = 10_000  # keys fetched at a time
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Missing:
    """What a complete pass over a source did not meet, of how much there was."""

    documents: tuple[int, ...]
    live: int
    people: tuple[int, ...]
    listed: int

    def hold(self, name: str) -> DeletionsHeld | None:
        """Return the reason to wait for a person's word: more than 10 and more than 10 % are gone. None where there is none."""
        for gone, before, what in ((len(self.documents), self.live, "documents"), (len(self.people), self.listed, "people")):
            if gone > FEW and gone > LARGEST_SHARE * before:
                return DeletionsHeld(
                    f"The source {name!r} no longer lists {gone} of {before} {what}; nothing was deleted.",
                    "If that is right, run `indexer add` on it with --confirm.",
                )
        return None


def widening(name: str, documents: Named) -> WideningsHeld | None:
    """Return the reason to wait for a person's word where documents would get readers they did not have. None where none would."""
    if not documents.count:
        return None
    shown = ", ".join(repr(document[:40]) for document in documents.first[:3]) + (", ..." if documents.count > 3 else "")
    return WideningsHeld(
        f"The source {name!r} lets more people read {documents.count} documents than before ({shown}); they keep the readers they had.",
        "If that is right, run `indexer add` on it with --confirm.",
    )


def live(session: Session, source_id: int) -> int:
    """Return how many documents a source has that are not deleted."""
    found = select(func.count()).select_from(Document).where(Document.source_id == source_id, ~Document.deleted)
    return session.scalar(found) or 0


def unmet(engine: Engine, source_id: int, met: Met) -> Iterator[tuple[str, int]]:
    """Yield the own id and the number of each live document of a source that a pass did not meet."""
    query = select(Document.source_key, Document.id).where(Document.source_id == source_id).order_by(Document.source_key)
    kinds = (DocumentRecord.__name__, REFUSED)
    with reading(engine) as session:
        # The index alone answers this; only of what is missing is the row itself asked for.
        known = session.execute(query.execution_options(yield_per=STREAMED))
        missing = ((key, number) for key, number in known if not any(met.has(kind, key) for kind in kinds))
        for batch in _batches(missing):
            with reading(engine) as other:
                alive = set(other.scalars(select(Document.id).where(Document.id.in_([number for _, number in batch]), ~Document.deleted)))
            yield from ((key, number) for key, number in batch if number in alive)


def unlisted(directory: Directory, name: str, people: frozenset[int], met: Met) -> tuple[int, ...]:
    """Return those of some people, all listed by a source until now, whose rows were not even refused: the source lists them no more."""
    own = own_key(name, "")
    kept = {
        person for key, person in directory.keys.items() if person in people and key.startswith(own) and met.has(REFUSED, key[len(own) :])
    }
    return tuple(sorted(people - kept))


def remove(engine: Engine, directory: Directory, missing: Missing) -> None:
    """Remove what is missing, in short transactions."""
    for batch in _batches(missing.documents):
        with writing(engine) as session:
            bury(session, batch, bump_access(session))
    for batch in _batches(missing.people):
        with writing(engine) as session:
            unlist(session, directory, batch)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    return iter(lambda: list(islice(rest, BATCH)), [])


def unlist(session: Session, directory: Directory, people: Sequence[int]) -> None:
    """Take people out of the directory; they stay as authors of what they wrote, or as a row that keeps what they said of themselves."""
    revision = bump_access(session)
    for person in people:
        session.query(PersonSkill).filter(PersonSkill.person_id == person).delete()
        session.query(Membership).filter(Membership.person_id == person).delete()
        stays = session.scalar(select(exists().where(Authorship.person_id == person)))
        spoke = session.scalar(select(exists().where(Correction.person_id == person, Correction.undone.is_(None))))
        if stays or spoke or session.scalar(select(Person.opted_out).where(Person.id == person)):
            session.execute(update(Person).where(Person.id == person).values(**UNLISTED, access_revision=revision))
            directory.people[person].listed = False
        else:
            retire(session, person)
            directory.drop(person)


def forget_strangers(engine: Engine, directory: Directory, source_id: int) -> None:
    """Remove people of a source who are neither listed nor credited with anything any more."""
    with reading(engine) as session:
        credited = exists().where(Authorship.person_id == Person.id)
        named = exists().where(Identity.person_id == Person.id)
        spoke = exists().where(Correction.person_id == Person.id, Correction.undone.is_(None))
        query = select(Person.id).where(Person.source_id == source_id, ~Person.listed, ~Person.opted_out, ~credited, ~spoke, named)
        strangers = list(session.scalars(query))
    for batch in _batches(strangers):
        with writing(engine) as session:
            for person in batch:
                retire(session, person)
                directory.drop(person)
