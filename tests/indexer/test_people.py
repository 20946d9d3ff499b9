from dataclasses import replace

from indexer.people import content_digest
from indexer.records import PersonRecord
from models.tables import Person, Quarantine
from tests.indexer.worlds import ADA, BOB, World, page

RECORD = PersonRecord(
    "ada", "Ada Example", "f:1", "Engineer", "Data", "Oslo", "Keeps queries fast.", skills=("vacuum",), languages=("en", "no"),
    emails=("ada@example.com",),
)  # fmt: skip


def test_a_person_without_a_time_zone_keeps_their_hash_from_version_to_version() -> None:
    assert content_digest(RECORD).hex() == "89c04a2d1020cd4361188258fb6f3861"


def test_a_time_zone_is_part_of_what_is_hashed() -> None:
    told = [replace(RECORD, timezone=zone) for zone in (None, "Europe/Oslo", "Europe/Vienna")]
    assert len({content_digest(record) for record in told}) == 3


def test_a_time_zone_is_kept_changed_and_forgotten_as_its_source_says(place: World) -> None:
    for zone in ("Europe/Oslo", "Europe/Vienna", None):
        place.add(place.collection([page(1)], people=[ADA | {"timezone": zone}, BOB]))
        assert place.rows(Person, "public_id", "timezone") == [("ada", zone), ("bob", None)]


def test_who_leaves_the_directory_takes_their_time_zone_along(place: World) -> None:
    place.add(place.collection([page(1)], people=[ADA | {"timezone": "Europe/Oslo"}, BOB]))
    place.add(place.collection([page(1)], people=[BOB]), confirm=True)
    assert place.rows(Person, "public_id", "timezone", "listed")[0] == ("ada", None, False)


def test_a_time_zone_that_is_none_is_listed_with_its_place_and_the_person_is_used(place: World) -> None:
    place.add(place.collection([page(1)], people=[ADA | {"timezone": "Oslo time"}, BOB]))
    assert place.rows(Person, "public_id", "timezone")[0] == ("ada", None)
    said = "Note: the time zone 'Oslo time' is no name such as Europe/Helsinki and was left out"
    assert place.rows(Quarantine, "place", "reason") == [("people.jsonl:1", said)]
