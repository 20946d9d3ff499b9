"""What a source no longer lists leaves the database: documents become tombstones, people lose their entry. Much waits for a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Engine, exists, select, update
from sqlalchemy.orm import Session

from indexer.documents import bury
from indexer.identities import Directory
from indexer.people import UNLISTED, retire
from models.database import bump_access, reading, writing
from models.errors import DeletionsHeld, WideningsHeld
from models.tables import Authorship, Identity, Membership, Person, PersonSkill
from models.told import Correction

BATCH = 200
FEW = 10
LARGEST_SHARE = 0.1


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


def widening(name: str, documents: Sequence[str]) -> WideningsHeld | None:
    """Return the reason to wait for a person's word where documents would get readers they did not have. None where none would."""
    if not documents:
        return None
    shown = ", ".join(repr(document[:40]) for document in documents[:3]) + (", ..." if len(documents) > 3 else "")
    return WideningsHeld(
        f"The source {name!r} lets more people read {len(documents)} documents than before ({shown}); they keep the readers they had.",
        "If that is right, run `indexer add` on it with --confirm.",
    )


def remove(engine: Engine, directory: Directory, missing: Missing) -> None:
    """Remove what is missing, in short transactions."""
    for batch in _batches(missing.documents):
        with writing(engine) as session:
            bury(session, batch, bump_access(session))
    for batch in _batches(missing.people):
        with writing(engine) as session:
            unlist(session, directory, batch)


def _batches(numbers: Sequence[int]) -> list[list[int]]:
    rest = iter(numbers)
    return list(iter(lambda: list(islice(rest, BATCH)), []))


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
