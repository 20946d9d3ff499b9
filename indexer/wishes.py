"""What people wished since a backup was made, kept through its restore: nobody comes back who paused, nothing hidden shows again."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, inspect, select, update
from sqlalchemy.orm import Session

from models.database import bump_access, reading
from models.tables import Identity, Person
from models.told import Correction

Said = tuple[str, str, str, datetime]  # kind, value, text, created


@dataclass(frozen=True, slots=True)
class Wishes:
    """Whose pause and which corrections were in force. People stand by their account keys, which find them in any copy."""

    paused: frozenset[str] = frozenset()
    said: tuple[tuple[tuple[str, ...], Said], ...] = ()

    @classmethod
    def read(cls, engine: Engine) -> "Wishes":
        """Read those in force; of a database made before there were corrections, the pauses."""
        with reading(engine) as session:
            keys: dict[int, list[str]] = defaultdict(list)
            for key, person in session.execute(select(Identity.key, Identity.person_id).order_by(Identity.key)):
                keys[person].append(key)
            paused = session.scalars(select(Person.id).where(Person.opted_out)).all()
            columns = (Correction.person_id, Correction.kind, Correction.value, Correction.text, Correction.created)
            held = session.execute(select(*columns).where(Correction.undone.is_(None))) if inspect(engine).has_table("correction") else ()
            said = tuple((tuple(keys[person]), (kind, value, text, created)) for person, kind, value, text, created in held)
        return cls(frozenset(key for person in paused for key in keys[person]), said)

    def renew(self, session: Session) -> None:
        """Put in force what is not, within the caller's transaction. What was taken back meanwhile stays as the copy has it."""
        holders, revision = dict(session.execute(select(Identity.key, Identity.person_id)).all()), bump_access(session)
        paused = {holders[key] for key in self.paused if key in holders}
        session.execute(update(Person).where(Person.id.in_(paused), ~Person.opted_out).values(opted_out=True, access_revision=revision))
        columns = (Correction.person_id, Correction.kind, Correction.value, Correction.text)
        known = {tuple(row) for row in session.execute(select(*columns).where(Correction.undone.is_(None)))}
        for keys, (kind, value, text, created) in self.said:
            person = next((holders[key] for key in keys if key in holders), None)
            if person is not None and (person, kind, value, text) not in known:
                said = {"kind": kind, "value": value, "text": text, "created": created, "access_revision": revision}
                session.add(Correction(person_id=person, **said))
