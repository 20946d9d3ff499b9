import pytest

from indexer.credits import together
from models.tables import Authorship, Person
from tests.indexer.worlds import ADA, BOB, World, page


def shares(place: World) -> dict[str, float | None]:
    people = dict(place.rows(Person, "id", "public_id"))
    return {people[number]: share for number, share in place.rows(Authorship, "person_id", "share")}


@pytest.mark.parametrize(
    ("one", "other", "both"), [(None, None, None), (0.2, None, 0.2), (None, 0.2, 0.2), (0.25, 0.5, 0.75), (0.75, 0.5, 1.0)]
)
def test_two_shares_make_one_of_at_most_everything(one: float | None, other: float | None, both: float | None) -> None:
    assert together(one, other) == both


def test_a_share_is_stored_and_whoever_stands_under_two_names_has_both(place: World) -> None:
    editors = [
        {"id": "ada", "role": "editor", "share": 0.5},
        {"id": "email:ada@example.com", "role": "editor", "share": 0.25},
        {"id": "bob", "role": "editor"},
    ]
    place.add(place.collection([page(1, authors=editors)], [ADA, BOB]))
    assert shares(place) == {"ada": 0.75, "bob": None}


def test_a_new_share_replaces_the_old_one(place: World) -> None:
    for share in (0.5, 0.25):
        summary = place.add(place.collection([page(1, authors=[{"id": "bob", "role": "editor", "share": share}])]))
    assert (shares(place), summary.changed) == ({"bob": 0.25}, 1)
