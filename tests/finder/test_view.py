"""What one asker may see, and how what the database withdraws takes effect at the next request."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from finder.answers import Request
from finder.service import Finder
from finder.view import KEPT, View, Views
from models import database
from models.access import VISITOR, Principal
from models.database import bump_access, connect, writing
from models.errors import DatabaseUnavailable, NotFound
from models.generation import Generation, current
from models.tables import Document, Grant, Person
from tests.world import World, document, person, reader

GUEST = Principal(frozenset())


def organisation(folder: Path) -> World:
    made = World(folder)
    made.people = [person("ada", skills=["vacuum"]), person("bob"), person("cy", active=False)]
    made.documents = [
        document("open", "Slow queries", "Vacuum", {"ada": "author", "ghost": "mentioned"}),
        document("board", "Merger salary", "Payroll", ["bob"], visibility="restricted", allow=["group:board"]),
        document("asked", "Battery", "Clock", {"bob": "asker"}),
        document("diary", "Relay", "Firmware", {"eve": "author"}, visibility="private"),
    ]
    return made


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = organisation(tmp_path)
    made.ingest()
    made.build()
    return made


def seen(world: World, principal: Principal, views: Views | None = None) -> tuple[set[str], set[str]]:
    """The documents and the people an asker sees."""
    generation = Generation.load(current(world.settings.generations))
    found = (views or Views(world.engine)).of(generation, principal)
    names = generation.names
    return (
        {name for name, shown in zip(names.documents, found.documents, strict=True) if shown},
        {name for name, shown in zip(names.people, found.people, strict=True) if shown},
    )


def view_of(world: World, principal: Principal) -> tuple[Generation, View]:
    generation = Generation.load(current(world.settings.generations))
    return generation, Views(world.engine).of(generation, principal)


def test_each_sees_what_they_are_granted(world: World) -> None:
    assert seen(world, VISITOR) == ({"open", "asked"}, {"ada", "bob", "ghost"})
    assert seen(world, reader("cy", "board"))[0] == {"open", "asked", "board"}
    assert seen(world, GUEST) == (set(), set())


def test_writers_read_their_own(world: World) -> None:
    assert "board" in seen(world, reader("bob"))[0]
    assert "diary" in seen(world, reader("eve"))[0]


def test_who_is_only_an_author_is_known_to_those_who_may_read_one_of_their_documents(world: World) -> None:
    assert "eve" not in seen(world, VISITOR)[1]
    assert "eve" in seen(world, reader("eve"))[1]
    assert seen(world, Principal(frozenset({"user:eve"}), "eve")) == ({"diary"}, {"eve"})


def test_who_left_is_seen_by_nobody(world: World) -> None:
    assert "cy" not in seen(world, reader("cy", "board"))[1]


def test_volume_counts_output_in_readable_documents_alone(world: World) -> None:
    for principal, expected in ((VISITOR, {"ada": 1, "bob": 0, "ghost": 0}), (reader("x", "board"), {"ada": 1, "bob": 1, "ghost": 0})):
        generation, found = view_of(world, principal)
        assert {name: int(found.volume[generation.person_rows[name]]) for name in expected} == expected
        assert found.total == len(seen(world, principal)[0])


def revoke(world: World, public_id: str, *principals: str) -> None:
    """Take everything from a document but the given grants, as the indexer does it."""
    with writing(world.engine) as session:
        number = session.scalars(select(Document.id).where(Document.public_id == public_id)).one()
        for grant in session.scalars(select(Grant).where(Grant.document_id == number)):
            session.delete(grant)
        session.flush()
        session.add_all(Grant(document_id=number, principal=name) for name in principals)
        session.execute(update(Document).where(Document.id == number).values(access_revision=bump_access(session)))


def change(world: World, public_id: str, **values: object) -> None:
    with writing(world.engine) as session:
        session.execute(update(Person).where(Person.public_id == public_id).values(**values, access_revision=bump_access(session)))


def test_a_revoked_grant_takes_effect_at_the_next_request(world: World) -> None:
    views = Views(world.engine)
    assert "open" in seen(world, VISITOR, views)[0]
    revoke(world, "open", "group:board")
    assert "open" not in seen(world, VISITOR, views)[0]
    assert "open" in seen(world, reader("x", "board"), views)[0]
    revoke(world, "open", "org")
    assert "open" in seen(world, VISITOR, views)[0]


def test_a_document_with_no_grant_left_is_read_by_nobody(world: World) -> None:
    revoke(world, "open")
    assert "open" not in seen(world, reader("ada", "board"))[0]


def test_a_deleted_document_is_gone_at_once_with_its_credit(world: World) -> None:
    finder = Finder.open(world.settings, world.encoder)
    assert finder.search(Request("slow queries"), VISITOR).documents[0].document.id == "open"
    world.documents = world.documents[1:]
    world.ingest()
    found = finder.search(Request("slow queries"), VISITOR)
    assert "open" not in {result.document.id for result in found.documents}
    assert all(not result.evidence for result in found.people if result.profile.id == "ada")
    with pytest.raises(NotFound):
        finder.document("open", VISITOR)
    with pytest.raises(NotFound):
        finder.person("ghost", VISITOR)


@pytest.mark.parametrize("values", [{"opted_out": True}, {"active": False}])
def test_who_opts_out_or_leaves_is_gone_at_once(world: World, values: dict[str, object]) -> None:
    finder = Finder.open(world.settings, world.encoder)
    assert "ada" in {result.profile.id for result in finder.search(Request("slow queries"), VISITOR).people}
    change(world, "ada", **values)
    found = finder.search(Request("slow queries"), VISITOR)
    assert "ada" not in {result.profile.id for result in found.people}
    assert "ada" not in {author.id for result in found.documents for author in result.document.authors}
    assert "ada" not in {suggestion.id for suggestion in finder.suggest("ad", VISITOR)}
    with pytest.raises(NotFound):
        finder.person("ada", VISITOR)


def test_what_was_inferred_from_a_withdrawn_document_is_suppressed(tmp_path: Path) -> None:
    world = World(tmp_path, [person("ada"), person("bob", skills=["Vacuum"])])
    world.documents = [document(f"d{n}", f"Vacuum {n}", "Sleeping", ["ada"]) for n in range(3)]
    finder = world.open()
    assert [(skill.name, skill.origin) for skill in finder.person("ada", VISITOR).profile.skills] == [("Vacuum", "inferred")]
    revoke(world, "d1", "group:board")
    assert finder.person("ada", VISITOR).profile.skills == ()
    assert finder.similar("ada", VISITOR) == ()


def test_a_guest_gets_nothing_that_derives_from_statistics(world: World) -> None:
    revoke(world, "open", "user:guest")
    generation, found = view_of(world, Principal(frozenset({"user:guest"}), "guest"))
    assert not found.mined.any()
    assert found.documents[generation.document_rows["open"]]


def test_a_kept_view_is_given_again_until_something_changes(world: World) -> None:
    generation, views = Generation.load(current(world.settings.generations)), Views(world.engine)
    first = views.of(generation, VISITOR)
    assert views.of(generation, VISITOR) is first
    assert views.of(generation, reader("ada")) is not first
    revoke(world, "asked", "group:board")
    assert views.of(generation, VISITOR) is not first


def test_no_more_views_are_kept_than_agreed(world: World) -> None:
    generation, views = Generation.load(current(world.settings.generations)), Views(world.engine)
    for n in range(KEPT + 5):
        views.of(generation, reader(f"user{n}"))
    assert len(views._views) == KEPT


def test_without_the_revision_there_is_no_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never the old mask."""
    finder = Finder.open(world.settings, world.encoder)
    finder.search(Request("slow queries"), VISITOR)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    finder._views._engine = connect(world.settings.model_copy(update={"database_url": f"sqlite:///{world.folder}"}))
    with pytest.raises(DatabaseUnavailable):
        finder.search(Request("slow queries"), VISITOR)
