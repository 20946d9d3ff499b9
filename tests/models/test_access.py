import pytest

from models.access import VISITOR, Principal, member, readers
from models.database import reading
from models.errors import NotFound
from tests.world import World, document, person


def test_an_open_document_is_read_by_the_organisation_and_its_writers() -> None:
    assert readers("org", ["group:board"], ["ada"]) == {"org", "user:ada"}


@pytest.mark.parametrize("visibility", ["restricted", "private", "", "ORG", "public", "unheard-of"])
def test_anything_else_is_read_by_grants_and_writers_alone(visibility: str) -> None:
    assert readers(visibility, ["group:board", "user:bob"], ["ada"]) == {"group:board", "user:bob", "user:ada"}


def test_only_namespaced_grants_count() -> None:
    assert readers("restricted", ["org", "board", "ada", "group:board"], []) == {"group:board"}


def test_who_holds_no_org_is_no_member() -> None:
    assert VISITOR.member
    assert not Principal(frozenset({"user:ada"}), "ada").member


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("access"))
    made.people = [person("ada"), person("gone", active=False)]
    made.groups = [{"id": "board", "name": "Board", "members": ["ada"]}, {"id": "crew", "name": "Crew", "members": ["gone"]}]
    made.documents = [document("d", "By a stranger", by=["ghost"])]
    made.ingest()
    return made


def test_a_member_holds_their_own_name_and_their_groups(world: World) -> None:
    with reading(world.engine) as session:
        assert member(session, "ada") == Principal(frozenset({"org", "user:ada", "group:board"}), "ada")


@pytest.mark.parametrize("name", ["gone", "ghost", "nobody", "", "ADA", "ada' or 1=1 --"])
def test_who_left_or_is_only_an_author_or_is_unknown_cannot_sign_in(world: World, name: str) -> None:
    with reading(world.engine) as session, pytest.raises(NotFound):
        member(session, name)
