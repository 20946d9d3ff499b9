"""How the sources are doing, told to administrators alone."""

from finder.keys import Scope
from tests.finder.conftest import Office


def test_an_administrator_is_told_how_each_source_is_doing(office: Office) -> None:
    told = office.client().get("/api/v1/sources", headers=office.key(Scope.ADMIN)).get_json()
    (source,) = [source for source in told["sources"] if source["name"] == "org"]
    assert (source["kind"], source["documents"], source["waiting"]) == ("collection", 15, 0)
    assert source["last_run"]["added"] == 19
    assert source["lag"] >= 0
    assert any("'ghost'" in reason for _, reason in source["left_out"])


def test_nobody_else_is(office: Office) -> None:
    for path in ("/api/v1/sources", "/admin/sources"):
        for asker in ({}, office.key(), office.key(Scope.INGEST)):
            assert office.client().get(path, headers=asker).status_code == 403


def test_a_member_of_the_administrators_group_sees_the_page(office: Office) -> None:
    page = office.client(demo_principal="cy", admin_group="admins").get("/admin/sources", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "documents.jsonl:15" in page.text
    assert office.client(demo_principal="ada", admin_group="admins").get("/admin/sources").status_code == 403
