from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from finder import keys
from finder.keys import Scope, Wish
from finder.web import auth
from models.database import reading
from models.errors import SettingsError
from models.settings import Settings
from models.told import ApiKey, AuditRow
from tests.finder.conftest import Office

SECRET = "a shared secret of the proxy"
PROXY: dict[str, Any] = {"proxy_peers": ("10.0.0.7", "10.1.0.0/28"), "proxy_secret": SECRET}
SEARCH = "/api/v1/search?q=merger+payroll&type=documents"


def proxied(office: Office) -> FlaskClient:
    """A client of a service behind a trusted proxy."""
    configured = Settings(**{**PROXY, "home": office.settings.home, "admin_group": "admins"})
    return office.client(**{name: getattr(configured, name) for name in ("proxy_peers", "proxy_secret", "admin_group")})


def ids(client: FlaskClient, **request: Any) -> set[str]:
    response = client.get(SEARCH, **request)
    assert response.status_code == 200
    return {document["id"] for document in response.get_json()["documents"]}


def from_proxy(user: str, peer: str = "10.0.0.7", secret: str = SECRET) -> dict[str, Any]:
    return {"headers": {"X-Forwarded-User": user, "X-Finder-Proxy-Secret": secret}, "environ_base": {"REMOTE_ADDR": peer}}


def test_a_visitor_on_this_machine_sees_what_is_open_to_the_organisation(client: FlaskClient) -> None:
    assert "pay/roll 1" in ids(client)
    assert "secret" not in ids(client)


@pytest.mark.parametrize("peer", ["192.0.2.1", "2001:db8::1", ""])
def test_without_identity_nobody_from_elsewhere_is_answered(client: FlaskClient, peer: str) -> None:
    response = client.get(SEARCH, environ_base={"REMOTE_ADDR": peer})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get("/", environ_base={"REMOTE_ADDR": peer}).status_code == 401
    assert client.get("/people/ada", environ_base={"REMOTE_ADDR": peer}).status_code == 401


def test_a_demonstration_answers_everybody_as_its_member(office: Office) -> None:
    client = office.client(demo=True, demo_principal="bob")
    assert "secret" in ids(client, environ_base={"REMOTE_ADDR": "192.0.2.1"})


def test_the_member_of_the_sample_is_signed_in_on_this_machine_only(office: Office) -> None:
    client = office.client(demo_principal="bob")
    assert "secret" in ids(client)
    assert client.get(SEARCH, environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 401


def test_a_demonstration_of_somebody_unknown_does_not_start(office: Office) -> None:
    with pytest.raises(SettingsError, match="FINDER_DEMO_PRINCIPAL"):
        office.app(demo_principal="nobody")


@pytest.mark.parametrize(
    "half",
    [
        {"proxy_peers": ("10.0.0.7",)},
        {"proxy_secret": SECRET},
        {**PROXY, "proxy_secret": "short"},
        {**PROXY, "demo": True},
        {**PROXY, "demo_principal": "ada"},
        {**PROXY, "proxy_peers": ("proxy.example.org",)},
    ],
)
def test_a_half_configured_proxy_does_not_start(half: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        auth.check(Settings(**half))


@pytest.mark.parametrize("peer", ["10.0.0.7", "10.1.0.9"])
def test_the_trusted_proxy_says_who_asks(office: Office, peer: str) -> None:
    assert "secret" in ids(proxied(office), **from_proxy("bob", peer))
    assert "secret" not in ids(proxied(office), **from_proxy("ada", peer))


@pytest.mark.parametrize(
    "request_",
    [
        from_proxy("bob", "10.0.0.8"),
        from_proxy("bob", "127.0.0.1"),
        from_proxy("bob", secret="wrong"),
        from_proxy("bob", secret=""),
        {"environ_base": {"REMOTE_ADDR": "10.0.0.7"}},
        {},
    ],
)
def test_nobody_else_is_believed(office: Office, request_: dict[str, Any]) -> None:
    assert proxied(office).get(SEARCH, **request_).status_code == 401


def test_the_header_is_refused_where_no_proxy_is_configured(client: FlaskClient) -> None:
    assert client.get(SEARCH, headers={"X-Forwarded-User": "bob", "X-Finder-Proxy-Secret": ""}).status_code == 401


@pytest.mark.parametrize("user", ["nobody", "gone", "ghost", "", "bob,ada"])
def test_a_signed_in_stranger_is_refused(office: Office, user: str) -> None:
    assert proxied(office).get(SEARCH, **from_proxy(user)).status_code == 403


def test_administrators_are_those_in_the_group(office: Office) -> None:
    client = proxied(office)
    assert client.get("/metrics", **from_proxy("cy")).status_code == 200
    assert client.get("/metrics", **from_proxy("bob")).status_code == 403


def test_a_key_opens_what_its_scopes_and_grants_say(client: FlaskClient, office: Office) -> None:
    search_only = office.key(Scope.SEARCH)
    assert client.get(SEARCH, headers=search_only).status_code == 200
    assert client.get("/api/v1/people/ada", headers=search_only).status_code == 403
    assert client.get(SEARCH, headers=office.key(Scope.INGEST)).status_code == 403
    assert "secret" in ids(client, headers=office.key(grants=frozenset({"org", "group:board"})))
    assert ids(client, headers=office.key(grants=frozenset({"group:board"}))) == {"secret", "ghosted"}


def test_a_key_is_accepted_from_anywhere(client: FlaskClient, office: Office) -> None:
    assert client.get(SEARCH, headers=office.key(), environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200


def test_a_revoked_key_is_dead_at_once(client: FlaskClient, office: Office) -> None:
    header = office.key()
    assert client.get(SEARCH, headers=header).status_code == 200
    keys.revoke(office.finder.engine, header["Authorization"].split("_")[1], "test")
    assert client.get(SEARCH, headers=header).status_code == 401


def test_what_the_database_holds_of_a_key_opens_nothing(client: FlaskClient, office: Office) -> None:
    number = office.key()["Authorization"].split("_")[1]
    with reading(office.finder.engine) as session:
        dump = [str(value) for row in session.execute(text("select * from api_key")) for value in row]
        stored = session.get(ApiKey, number)
        assert stored is not None
        dump.append(stored.secret_hash)
    for value in dump:
        for presented in (value, f"ef_{number}_{value}", f"ef_{value}_{value}"):
            assert client.get(SEARCH, headers={"Authorization": f"Bearer {presented}"}).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer ef__",
        "Bearer ef_\u00e9_x",
        "bearer ef_0_0",
        "Bearer ef_" + "0" * 4000 + "_1",
        "Bearer ef_%_x",
        "Bearer ef_' or 1=1 --_x",
    ],
)
def test_a_malformed_key_is_refused_with_the_words_of_a_wrong_one(client: FlaskClient, office: Office, header: str) -> None:
    number = office.key()["Authorization"].split("_")[1]
    wrong = client.get(SEARCH, headers={"Authorization": f"Bearer ef_{number}_wrong"})
    malformed = client.get(SEARCH, headers={"Authorization": header.encode().decode("latin-1")})
    assert malformed.status_code == wrong.status_code == 401
    assert malformed.data == wrong.data


def test_a_key_that_may_impersonate_asks_as_a_member(client: FlaskClient, office: Office) -> None:
    header = office.key(Scope.SEARCH, Scope.IMPERSONATE)
    assert "secret" in ids(client, headers={**header, "X-Finder-Principal": "user:bob"})
    assert "secret" not in ids(client, headers={**header, "X-Finder-Principal": "user:ada"})
    for nobody in ("user:nobody", "user:gone", "group:board", "bob", ""):
        assert client.get(SEARCH, headers={**header, "X-Finder-Principal": nobody}).status_code == 403
    assert client.get("/metrics", headers={**header, "X-Finder-Principal": "user:cy"}).status_code == 403
    with reading(office.finder.engine) as session:
        seen = session.scalars(select(AuditRow.subject).where(AuditRow.action == "impersonated")).all()
    assert sorted(seen)[:2] == ["user:ada", "user:bob"]


def test_nobody_else_asks_on_behalf_of_others(client: FlaskClient, office: Office) -> None:
    assert client.get(SEARCH, headers={"X-Finder-Principal": "user:bob"}).status_code == 401
    assert client.get(SEARCH, headers={**office.key(), "X-Finder-Principal": "user:bob"}).status_code == 403


@pytest.mark.parametrize(
    ("host", "settings", "has_keys", "may"),
    [
        ("127.0.0.1", {}, False, True),
        ("::1", {}, False, True),
        ("localhost", {}, False, True),
        ("0.0.0.0", {}, False, False),
        ("192.0.2.1", {}, False, False),
        ("0.0.0.0", {"demo": True}, False, True),
        ("0.0.0.0", PROXY, False, True),
        ("0.0.0.0", {}, True, True),
    ],
)
def test_only_with_an_identity_or_for_a_demonstration_are_other_addresses_listened_on(
    host: str, settings: dict[str, Any], has_keys: bool, may: bool
) -> None:
    if may:
        auth.may_listen(Settings(**settings), host, has_keys=has_keys)
    else:
        with pytest.raises(SettingsError, match="FINDER_DEMO"):
            auth.may_listen(Settings(**settings), host, has_keys=has_keys)


def test_an_expired_key_opens_nothing(client: FlaskClient, office: Office) -> None:
    from datetime import UTC, datetime, timedelta

    made = keys.create(office.finder.engine, Wish("old", expires=datetime.now(UTC) - timedelta(seconds=1)), "test")
    assert client.get(SEARCH, headers={"Authorization": f"Bearer {made}"}).status_code == 401
