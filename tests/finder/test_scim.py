"""SCIM, asked by an independent client library and its conformance checks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_models import EnterpriseUser, Group, PatchOp, ResourceType, ScimProvider, SearchRequest, User
from scim2_tester import Status, check_server

from finder.keys import Scope
from finder.service import Finder
from tests.finder.conftest import Office
from tests.world import World, document, person

BASE = "http://localhost/scim/v2"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Office]:
    world = World(tmp_path, [person("ada", emails=["ada@example.com"])], [], [document("d1", "Slow queries", "Vacuum sleeps.", ["ada"])])
    finder = world.open()
    yield Office(finder, world.settings.model_copy(update={"requests_per_minute": 1_000_000}))
    finder.engine.dispose()


@pytest.fixture
def scim(place: Office) -> WSGISCIMClient:
    provider = ScimProvider(models=[User, EnterpriseUser, Group],
        resource_types=[ResourceType.from_resource(User[EnterpriseUser]), ResourceType.from_resource(Group)])  # fmt: skip
    return WSGISCIMClient(place.app(), BASE, place.key(Scope.INGEST), provider=provider)


def test_the_conformance_checks_of_another_library_pass(place: Office) -> None:
    results = check_server(WSGISCIMClient(place.app(), BASE, place.key(Scope.INGEST)))
    failed = [(result.title, result.resource_type, result.reason) for result in results if result.status in (Status.ERROR, Status.CRITICAL)]
    assert failed == []
    assert sum(result.status is Status.SUCCESS for result in results) > 100


def found(finder: Finder) -> set[str]:
    from finder.answers import Request
    from models.access import VISITOR

    return {result.profile.id for result in finder.search(Request("vacuum sleeps"), VISITOR).people}


def settled(place: Office) -> Finder:
    """What the finder serves after the indexer has taken in what was sent and built."""
    from indexer import provisioned
    from indexer.build import Tools, build
    from indexer.progress import Silent
    from indexer.store import Policy
    from tests.fake_encoder import FakeEncoder

    provisioned.take(place.finder.engine, Policy())
    build(Tools(place.settings, place.finder.engine, FakeEncoder(), Silent()))
    place.finder.refresh()
    return place.finder


def inactive(number: str | None, scim: WSGISCIMClient, *, active: bool = False) -> None:
    scim.modify(User, number, PatchOp[User].model_validate(
        {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
         "Operations": [{"op": "Replace", "path": "active", "value": active}]}))  # fmt: skip


def test_a_provisioned_person_is_listed_under_the_user_name_and_found_once_taken_in(place: Office, scim: WSGISCIMClient) -> None:
    said = User[EnterpriseUser](
        user_name="eve", display_name="Eve Example", title="Engineer", emails=[User.Emails(value="eve@example.com")]
    )
    said[EnterpriseUser] = EnterpriseUser(department="Vacuum")
    scim.create(said)
    page = settled(place).person("eve", place.finder.principal("eve"))
    assert (page.profile.name, page.profile.team, page.profile.title) == ("Eve Example", "Vacuum", "Engineer")


@pytest.mark.parametrize(("zone", "kept"), [("Europe/Vienna", "Europe/Vienna"), ("W. Europe Standard Time", None)])
def test_a_time_zone_is_read_back_as_written_and_kept_where_it_is_one(
    place: Office, scim: WSGISCIMClient, zone: str, kept: str | None
) -> None:
    made = scim.create(User[EnterpriseUser](user_name="eve", display_name="Eve Example", timezone=zone))
    assert scim.query(User[EnterpriseUser], made.id).timezone == zone
    profile = settled(place).person("eve", place.finder.principal("eve")).profile
    assert (profile.name, profile.timezone) == ("Eve Example", kept)
    assert scim.query(User[EnterpriseUser], made.id).timezone == zone


@pytest.mark.parametrize("taken", [False, True])
def test_a_suspended_person_is_gone_at_the_next_request_and_no_source_brings_them_back(
    place: Office, scim: WSGISCIMClient, tmp_path: Path, taken: bool
) -> None:
    made = scim.create(User(user_name="ada@example.com", emails=[User.Emails(value="ada@example.com")]))
    if taken:
        settled(place)
    assert found(place.finder) == {"ada"}
    inactive(made.id, scim)
    assert found(place.finder) == set()
    world = World(
        tmp_path,
        [person("ada", title="Promoted", emails=["ada@example.com"])],
        [],
        [document("d1", "Slow queries", "Vacuum sleeps.", ["ada"])],
    )
    world.ingest()
    assert found(place.finder) == set(), "before anything was taken in"
    assert found(settled(place)) == set()
    inactive(made.id, scim, active=True)
    settled(place)
    world.ingest()
    assert found(settled(place)) == {"ada"}


def test_suspended_and_readmitted_before_anybody_looked_is_as_before(place: Office, scim: WSGISCIMClient) -> None:
    made = scim.create(User(user_name="eve"))
    settled(place)
    inactive(made.id, scim)
    with pytest.raises(Exception, match="Nobody called"):
        place.finder.principal("eve")
    inactive(made.id, scim, active=True)
    settled(place)
    assert place.finder.principal("eve").user == "eve"


def test_a_deleted_person_is_gone_at_once_and_for_good(place: Office, scim: WSGISCIMClient) -> None:
    made = scim.create(User(user_name="ada@example.com", external_id="A-17", emails=[User.Emails(value="ada@example.com")]))
    scim.delete(User, made.id)
    assert found(place.finder) == set()
    assert scim.query(User, made.id, raise_scim_errors=False).status == 404
    other = scim.create(User(user_name="ada@example.com"))
    assert other.id != made.id
    settled(place)


def test_a_group_gives_when_taken_in_and_takes_at_once(place: Office, scim: WSGISCIMClient) -> None:
    eve = scim.create(User(user_name="eve"))
    board = scim.create(Group(display_name="Board", members=[Group.Members(value=eve.id)]))
    settled(place)
    assert "group:Board" in place.finder.principal("eve").grants
    scim.modify(Group, board.id, PatchOp[Group].model_validate(
        {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
         "Operations": [{"op": "remove", "path": f'members[value eq "{eve.id}"]'}]}))  # fmt: skip
    assert "group:Board" not in place.finder.principal("eve").grants
    scim.replace(Group(id=board.id, display_name="Directors", members=[Group.Members(value=eve.id)]))
    settled(place)
    assert "group:Board" in place.finder.principal("eve").grants, "what grants call a group stays, whatever it is renamed to"
    scim.delete(Group, board.id)
    assert "group:Board" not in place.finder.principal("eve").grants


def belonging(user: User) -> list[tuple[str | None, str | None, str, str | None]]:
    return [(group.value, group.display, str(group.ref), group.type) for group in user.groups or []]


def test_a_user_says_which_groups_they_are_in_as_soon_as_the_groups_do(scim: WSGISCIMClient) -> None:
    eve, zoe = scim.create(User(user_name="eve")), scim.create(User(user_name="zoe"))
    members = [Group.Members(value=eve.id), Group.Members(value=zoe.id)]
    board, crew = scim.create(Group(display_name="Board", members=members)), scim.create(Group(display_name="Crew", members=members[:1]))
    both = [(held.id, held.display_name, f"{BASE}/Groups/{held.id}", "direct") for held in (board, crew)]
    assert belonging(scim.query(User, eve.id)) == both
    assert {user.user_name: belonging(user) for user in scim.query(User).resources} == {"eve": both, "zoe": both[:1]}
    named = SearchRequest(filter=f'groups.value eq "{crew.id}"')
    assert [user.user_name for user in scim.query(User, query_parameters=named).resources] == ["eve"]

    scim.replace(Group(id=board.id, display_name="Directors", members=members[1:]))
    scim.delete(Group, crew.id)
    assert belonging(scim.query(User, eve.id)) == []
    assert [name for _, name, _, _ in belonging(scim.query(User, zoe.id))] == ["Directors"]


def test_the_groups_of_a_user_are_the_groups_to_change(place: Office, scim: WSGISCIMClient) -> None:
    headers = {**place.key(Scope.INGEST), "Content-Type": "application/scim+json"}
    said = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "eve", "groups": [{"value": "made-up"}]}
    client = place.client()
    made = client.post("/scim/v2/Users", json=said, headers=headers).get_json()
    assert "groups" not in made
    board = scim.create(Group(display_name="Board", members=[Group.Members(value=made["id"])]))
    changed = client.put(f"/scim/v2/Users/{made['id']}", json={**said, "title": "Engineer"}, headers=headers).get_json()
    assert ([group["value"] for group in changed["groups"]], changed["title"]) == ([board.id], "Engineer")
    patch = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{"op": "remove", "path": "groups"}]}
    refused = client.patch(f"/scim/v2/Users/{made['id']}", json=patch, headers=headers)
    assert (refused.status_code, refused.get_json()["scimType"]) == (400, "mutability")
    scim.delete(Group, board.id)
    assert "groups" not in client.get(f"/scim/v2/Users/{made['id']}", headers=headers).get_json(), "none were kept with the user"


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"sort_by": "userName"}, ["Abe", "eve", "zoe"]),
        ({"sort_by": "userName", "sort_order": "descending", "count": 2}, ["zoe", "eve"]),
        ({"sort_by": "userName", "start_index": 2, "count": 1}, ["eve"]),
        ({"sort_by": "title"}, ["zoe", "eve", "Abe"]),
        ({"sort_by": "title", "sort_order": "descending"}, ["Abe", "eve", "zoe"]),
        ({"sort_by": "userName", "filter": 'title eq "Engineer"'}, ["eve"]),
        ({"sort_by": "userName", "filter": 'userName eq "ZOE"'}, ["zoe"]),
        ({}, ["zoe", "eve", "Abe"]),
    ],
)
def test_a_listing_comes_in_the_order_asked_for(scim: WSGISCIMClient, asked: dict[str, Any], names: list[str]) -> None:
    for name, title in (("zoe", "Doctor"), ("eve", "Engineer"), ("Abe", None)):
        scim.create(User(user_name=name, title=title))
    assert [user.user_name for user in scim.query(User, query_parameters=SearchRequest(**asked)).resources] == names


def test_the_service_says_what_it_can_and_cannot_do(place: Office) -> None:
    told = place.client().get("/scim/v2/ServiceProviderConfig", headers=place.key(Scope.INGEST)).get_json()
    able = {name: told[name]["supported"] for name in ("patch", "filter", "sort", "etag", "bulk", "changePassword")}
    assert able == {"patch": True, "filter": True, "sort": True, "etag": True, "bulk": False, "changePassword": False}
    unable = place.client().get("/scim/v2/Users?sortBy=shoeSize", headers=place.key(Scope.INGEST))
    assert (unable.status_code, unable.get_json()["scimType"]) == (400, "invalidPath")


@pytest.mark.parametrize(
    "wanted",
    [
        'userName eq "EVE"',
        'externalId eq "7"',
        'displayName eq "eve e"',
        'emails[value eq "eve@example.com"]',
        'userName sw "ev" and active eq true',
    ],
)
def test_users_are_found_by_filters(scim: WSGISCIMClient, wanted: str) -> None:
    eve = scim.create(
        User(user_name="eve", external_id="7", display_name="Eve E", active=True, emails=[User.Emails(value="eve@example.com")])
    )
    scim.create(User(user_name="bob", external_id="8"))
    listed = scim.query(User, query_parameters=SearchRequest(filter=wanted))
    assert [user.id for user in listed.resources] == [eve.id]


def test_pages_follow_one_another(scim: WSGISCIMClient) -> None:
    for number in range(5):
        scim.create(User(user_name=f"u{number}"))
    pages = [scim.query(User, query_parameters=SearchRequest(start_index=first, count=2)) for first in (1, 3, 5)]
    assert [user.user_name for page in pages for user in page.resources] == [f"u{number}" for number in range(5)]
    assert {page.total_results for page in pages} == {5}


def test_a_name_is_had_by_one_and_a_password_is_never_kept(place: Office, scim: WSGISCIMClient) -> None:
    scim.create(User(user_name="eve", password="kept nowhere"))
    again = scim.create(User(user_name="EVE"), raise_scim_errors=False)
    assert (again.status, again.scim_type) == (409, "uniqueness")
    assert not any(b"kept nowhere" in file.read_bytes() for file in place.settings.home.glob("finder.db*"))


def test_errors_are_told_in_scim_s_form_and_only_a_key_that_may_send_provisions(place: Office) -> None:
    client = place.client()
    for headers, status in (({}, 403), (place.key(), 403), ({"Authorization": "Bearer ef_0_0"}, 401)):
        refused = client.get("/scim/v2/Users", headers=headers)
        assert (refused.status_code, refused.get_json(force=True)["schemas"]) == (status, ["urn:ietf:params:scim:api:messages:2.0:Error"])
    sender = place.key(Scope.INGEST)
    for body, wrong in ((b"{", 400), (b'{"userName": 5}', 400), (b"{}", 400), (b"[]", 400), (b'{"userName": "a\\u0000"}', 400)):
        refused = client.post("/scim/v2/Users", data=body, content_type="application/scim+json", headers=sender)
        assert (refused.status_code, refused.mimetype) == (wrong, "application/scim+json"), body
    stale = client.post(
        "/scim/v2/Users", json={"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "eve"}, headers=sender
    )
    assert client.delete(stale.headers["Location"], headers={**sender, "If-Match": 'W/"7"'}).status_code == 412
    assert client.delete(stale.headers["Location"], headers={**sender, "If-Match": stale.headers["ETag"]}).status_code == 204
