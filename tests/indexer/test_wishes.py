"""A restore takes back nothing that people asked for since the backup was made."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import update

from indexer.backup import backup, restore
from models.database import writing
from models.tables import Person
from models.told import Correction
from tests.indexer.worlds import ADA, BOB, World, page

CY = {"id": "cy", "name": "Cy Example"}


def say(place: World, who: str, kind: str, value: str, undone: datetime | None = None) -> None:
    numbers = {key: number for number, key in place.rows(Person, "id", "public_id")}
    said = {"kind": kind, "value": value, "text": "", "created": datetime.now(UTC), "undone": undone, "access_revision": 1}
    engine = place.engine()
    with writing(engine) as session:
        session.add(Correction(person_id=numbers[who], **said))
    engine.dispose()


def pause(place: World, who: str) -> None:
    engine = place.engine()
    with writing(engine) as session:
        session.execute(update(Person).where(Person.public_id == who).values(opted_out=True))
    engine.dispose()


def test_who_paused_and_what_was_corrected_since_the_backup_stays_so(place: World, tmp_path: Path) -> None:
    place.add(place.collection([page(1)], people=[ADA, BOB]))
    say(place, "ada", "mute", "SQL")
    backup(place.settings, tmp_path / "saved.zip")
    say(place, "ada", "hide", "d1")
    say(place, "bob", "mute", "Payroll", undone=datetime.now(UTC))
    pause(place, "bob")
    place.add(place.collection([page(1)], people=[ADA, BOB, CY]))
    pause(place, "cy")  # of whom the backup knows nothing
    assert restore(place.settings, tmp_path / "saved.zip") == 0
    assert place.rows(Person, "public_id", "opted_out") == [("ada", False), ("bob", True)]
    assert place.rows(Correction, "kind", "value", "undone") == [("hide", "d1", None), ("mute", "SQL", None)]
    assert dict(place.rows(Person, "public_id", "access_revision"))["bob"] > 0


def test_a_restore_into_an_empty_place_is_what_was_saved(place: World, tmp_path: Path) -> None:
    place.add(place.collection([page(1)], people=[ADA, BOB]))
    pause(place, "ada")
    backup(place.settings, tmp_path / "saved.zip")
    other = World(tmp_path / "other" / "home")
    other.home.mkdir(parents=True)
    assert restore(other.settings, tmp_path / "saved.zip") == 0
    assert other.rows(Person, "public_id", "opted_out") == [("ada", True), ("bob", False)]
