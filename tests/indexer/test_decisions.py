"""Merging and splitting: what a person decides holds against every source, reaches the index, and can be taken back."""

from typing import Any

import pytest

from finder.answers import Request
from finder.service import Finder
from indexer.build import Tools, build
from indexer.decisions import merge, split
from indexer.mapping import take_in
from indexer.progress import Silent
from indexer.removal import erase
from indexer.resemblance import Someone, findings, resembling
from models.access import VISITOR
from models.errors import FinderError, IdentityConflict, NotFound, SourceError
from models.tables import Authorship, Document, Identity, Membership, Person, PersonSkill
from models.told import Decision
from tests.fake_encoder import FakeEncoder
from tests.indexer.worlds import ADA, BOB, SECRET, World, page

ADA2 = {"id": "ada2", "name": "Ada Example", "skills": ["cooking"], "emails": ["ada@example.org"], "timezone": "Europe/Oslo"}
DOCUMENTS = [
    page(1),
    page(2, "ada2", visibility="private"),
    page(3, "github:ada"),
    page(4, "bob", allow=["user:ada2"], visibility="restricted"),
]
GROUPS = [{"id": "board", "members": ["ada2", "bob"]}]


def world(place: World, documents: list[Any] = DOCUMENTS) -> None:
    place.add(place.collection(documents, [ADA, BOB, ADA2], GROUPS))


def decide(place: World, what: Any, *arguments: Any) -> Any:
    engine = place.engine()
    try:
        return what(engine, *arguments)
    finally:
        engine.dispose()


def state(place: World) -> tuple[Any, ...]:
    names = dict(place.rows(Person, "id", "public_id"))
    keys = {(key, names[number], decided) for key, number, decided in place.rows(Identity, "key", "person_id", "decided")}
    members = {names[number] for (number,) in place.rows(Membership, "person_id")}
    skills = {(names[number], skill) for number, skill in place.rows(PersonSkill, "person_id", "name")}
    people = {row for row in place.rows(Person, "public_id", "name", "timezone", "listed", "active") if not row[0].startswith("retired-")}
    return place.authors(), {key: frozenset(place.readers(key)) for key in place.live()}, keys, members, skills, people


def people(place: World) -> set[str]:
    return {name for (name,) in place.rows(Person, "public_id") if not name.startswith("retired-")}


@pytest.mark.parametrize("other", ["ada2", "github:ada"])
def test_a_merge_taken_back_leaves_everything_as_it_was(place: World, other: str) -> None:
    world(place)
    before = state(place)
    told = decide(place, merge, "ada", other, "test")
    assert other not in people(place)
    assert ("d3" if other == "github:ada" else "d2", "ada", "author") in place.authors()
    assert decide(place, split, "ada", other, "test").keys == told.keys
    assert state(place) == before
    world(place)
    assert state(place) == before


def shares(place: World) -> dict[tuple[str, str], float | None]:
    documents, people = dict(place.rows(Document, "id", "public_id")), dict(place.rows(Person, "id", "public_id"))
    return {(documents[d], people[p]): share for d, p, share in place.rows(Authorship, "document_id", "person_id", "share")}


def edited(number: int, **shares: float | None) -> dict[str, Any]:
    return page(number, authors=[{"id": who, "role": "editor", "share": share} for who, share in shares.items()])


def test_shares_survive_a_merge_and_come_back_with_a_split(place: World) -> None:
    documents = [edited(1, ada=0.5, ada2=0.25), edited(2, ada2=0.5), edited(3, ada=None, ada2=0.5), edited(4, ada=None, ada2=None)]
    world(place, documents)
    before = shares(place)
    decide(place, merge, "ada", "ada2", "test")
    joined = {("d1", "ada"): 0.75, ("d2", "ada"): 0.5, ("d3", "ada"): 0.5, ("d4", "ada"): None}
    assert shares(place) == joined
    world(place, documents)
    assert shares(place) == joined, "reading the source again changes nothing"
    decide(place, split, "ada", "ada2", "test")
    assert shares(place) == before


def test_a_share_that_changed_while_two_were_one_is_told_when_its_source_is_read_again(place: World) -> None:
    world(place, [edited(1, ada=0.5, ada2=0.25)])
    decide(place, merge, "ada", "ada2", "test")
    later = [edited(1, ada=0.125, ada2=0.5)]
    world(place, later)
    assert shares(place) == {("d1", "ada"): 0.625}
    decide(place, split, "ada", "ada2", "test")
    world(place, later)
    assert shares(place) == {("d1", "ada"): 0.125, ("d1", "ada2"): 0.5}


def test_a_merge_gives_credits_readers_and_groups_to_who_stays(place: World) -> None:
    world(place)
    decide(place, merge, "ada", "ada2", "test")
    assert ("d2", "ada", "author") in place.authors()
    assert (place.readers("d2"), place.readers("d4")) == ({"user:ada"}, {"user:ada", "user:bob"})
    assert ("ada", "ada2", "merge") in place.rows(Decision, "person", "subject", "action")


def test_a_merge_holds_when_the_sources_are_read_again(place: World) -> None:
    world(place)
    decide(place, merge, "ada", "ada2", "test")
    held = state(place)
    world(place)
    assert state(place) == held
    changed = [page(1, text="New."), page(2, "ada2", text="New."), *DOCUMENTS[2:], page(5, "ada2")]
    summary = place.add(place.collection(changed, [ADA, BOB, ADA2 | {"title": "Cook"}], GROUPS), confirm=True)
    assert summary.changed == 2
    assert {("d2", "ada", "author"), ("d5", "ada", "author")} <= place.authors()
    assert ("ada", "Ada Example", None) in place.rows(Person, "public_id", "name", "title")


def test_what_was_credited_since_a_merge_follows_the_split_when_it_is_read_again(place: World) -> None:
    world(place)
    decide(place, merge, "ada", "ada2", "test")
    later = [*DOCUMENTS, page(5, "ada2"), page(6)]
    world(place, later)
    decide(place, split, "ada", "ada2", "test")
    world(place, later)
    assert {("d2", "ada2", "author"), ("d5", "ada2", "author"), ("d6", "ada", "author"), ("d1", "ada", "author")} <= place.authors()


def test_an_account_wrongly_joined_is_split_off_and_stays_apart(place: World) -> None:
    shared = [ADA | {"accounts": ["mail:office"]}, BOB]
    documents = [page(1), page(2, "mail:office")]
    place.add(place.collection(documents, shared))
    assert ("d2", "ada", "author") in place.authors()
    told = decide(place, split, "ada", "mail:office", "test")
    for _ in range(2):
        place.add(place.collection(documents, shared))
        assert {("d1", "ada", "author"), ("d2", told.other, "author")} <= place.authors()
    decide(place, merge, "ada", told.other, "test")
    place.add(place.collection(documents, shared))
    assert ("d2", "ada", "author") in place.authors()


def test_a_decision_reaches_the_next_index(place: World) -> None:
    world(place)

    def found() -> set[str]:
        engine = place.engine()
        build(Tools(place.settings, engine, FakeEncoder(), Silent()))
        engine.dispose()
        finder = Finder.open(place.settings, FakeEncoder())
        answer = finder.search(Request("Title 3"), VISITOR)
        finder.engine.dispose()
        return {author.id for document in answer.documents if document.document.id == "d3" for author in document.document.authors}

    assert found() == {"github:ada"}
    decide(place, merge, "ada", "github:ada", "test")
    assert found() == {"ada"}
    decide(place, split, "ada", "github:ada", "test")
    assert found() == {"github:ada"}


@pytest.mark.parametrize(
    ("what", "arguments", "error"),
    [
        (merge, ("ada", "ada"), IdentityConflict),
        (merge, ("ada", "email:ada@example.com"), IdentityConflict),
        (merge, ("github:ada", "ada"), IdentityConflict),
        (merge, ("ada", "nobody"), NotFound),
        (split, ("ada", "ada2"), NotFound),
        (split, ("bob", "github:ada"), NotFound),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    place: World, what: Any, arguments: tuple[str, str], error: type[FinderError]
) -> None:
    world(place)
    before = state(place)
    with pytest.raises(error):
        decide(place, what, *arguments, "test")
    assert state(place) == before


def test_a_mapping_file_joins_accounts_and_tells_what_it_cannot_use(place: World) -> None:
    world(place)
    file = place.home / "accounts.csv"
    file.write_text("account,person\ngithub:ada,ada\nslack:U7,bob\nsource:team:ada2,ada\nx:1,nobody\n,bob\n")
    refused = decide(place, take_in, file, "test")
    assert [line.split(": ", 1)[0] for line in refused] == ["accounts.csv:4", "accounts.csv:5", "accounts.csv:6"]
    assert ("d3", "ada", "author") in place.authors()
    assert decide(place, take_in, file, "test") == refused
    assert len(place.rows(Decision, "id")) == 2, "said twice is decided once"
    place.add(place.collection([*DOCUMENTS, page(9, "slack:U7")], [ADA, BOB, ADA2], GROUPS))
    assert ("d9", "bob", "author") in place.authors()
    decide(place, split, "ada", "github:ada", "test")
    assert ("d3", "github:ada", "author") in place.authors()
    file.write_text("konto,person\n")
    with pytest.raises(SourceError, match="account,person"):
        decide(place, take_in, file, "test")


def test_the_report_names_accounts_without_a_person_and_who_may_be_one(place: World) -> None:
    world(place)
    found = decide(place, findings)
    assert [(account.person, account.documents) for account in found.accounts] == [("github:ada", 1)]
    assert [(pair.first, pair.second) for pair in found.duplicates] == [("ada", "ada2"), ("ada", "github:ada"), ("ada2", "github:ada")]
    assert found.duplicates[0].clues == ("same account name ada", "same name ada example")


def test_a_first_name_a_number_and_an_address_of_many_are_no_clue() -> None:
    def one(number: int, name: str, *keys: str) -> Someone:
        return Someone(f"p{number}", name, keys, True)

    assert not resembling([one(1, "Ada", "source:a:17"), one(2, "Ada", "source:b:17")])
    assert not resembling([one(n, f"Person Number{n}", f"email:info@{n}.example.com") for n in range(9)])
    assert resembling([one(1, "Zoë Ünal", "source:a:1"), one(2, "Ünal Zoe", "source:b:2")])[0].clues == ("same name unal zoe",)


def test_who_is_erased_leaves_no_decision_behind(place: World) -> None:
    world(place)
    decide(place, merge, "ada", "ada2", "test")
    decide(place, erase, "ada", SECRET)
    assert not place.rows(Decision, "id")
