"""Signing in through a provider: what is believed, and everything that is not."""

import base64
import hmac
import json
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import oidc_provider_mock as real
import pytest
import requests
import structlog
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select, update

from finder.doctor import examine
from finder.web import auth, oidc
from finder.web.oidc import DESCRIPTION_SECONDS
from models.database import reading, writing
from models.errors import SettingsError
from models.settings import Settings
from models.tables import Person
from models.told import SignInRow
from tests.finder.conftest import Office
from tests.finder.web.browsing import HTML, ROOT, Start, sign_in, there_and_back
from tests.provider import Claims, Provider, made_key

SEARCH = "/api/v1/search?q=merger+payroll&type=documents"


def test_who_signs_in_reads_what_their_groups_may(start: Start) -> None:
    client = start()
    assert client.get(SEARCH).status_code == 401
    answer = sign_in(client, "/sign-in?next=/people/ada")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people/ada")
    assert "secret" in client.get(SEARCH).text
    assert "ghosted" in client.get("/api/v1/search?q=ghost+unlisted").text
    assert client.get("/people/ada", headers=HTML).status_code == 200


@pytest.mark.usefixtures("accounts")
def test_a_real_provider_is_understood(office: Office) -> None:
    users = [real.User(sub="7", claims={"email": "Bob@Example.com", "email_verified": True})]
    with real.run_server_in_thread(user_claims=users, require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        named: dict[str, Any] = {
            "oidc_issuer": issuer,
            "oidc_client_id": "finder",
            "oidc_client_secret": SecretStr("x"),
            "public_url": ROOT,
        }
        client = office.client(**named)
        away = client.get("/sign-in").headers["Location"]
        back = requests.post(away, data={"sub": "7"}, allow_redirects=False, timeout=5).headers["Location"]
        assert client.get(back.removeprefix(ROOT)).status_code == 303
        assert "secret" in client.get(SEARCH).text
        away = office.client(**named).get("/sign-in").headers["Location"]
        refused = requests.post(away, data={"action": "deny"}, allow_redirects=False, timeout=5)
        assert "error=access_denied" in refused.headers["Location"]


def test_a_page_sends_to_the_provider_and_comes_back_to_what_was_asked(start: Start) -> None:
    client = start()
    asked = "/?q=slow+queries&team=R%26D"
    away = client.get(asked, headers=HTML)
    assert away.status_code == 303
    assert sign_in(client, away.headers["Location"]).headers["Location"] == asked
    assert client.get("/api/v1/suggest?q=sl", headers=HTML).status_code == 200
    stranger = start()
    assert stranger.get("/api/v1/suggest?q=sl", headers=HTML).status_code == 401
    assert stranger.get("/", headers={"Accept": "application/json"}).status_code == 401
    assert stranger.post("/", headers=HTML).status_code in (401, 405)


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil.example", "/\t/evil.example", "/%0d%0ax", "", "/" + "a" * 3000],
)
def test_nobody_is_sent_to_another_site_after_signing_in(start: Start, path: str) -> None:
    to = sign_in(start(), f"/sign-in?next={quote(path)}").headers["Location"]
    assert to.startswith("/")
    assert not to.startswith(("//", "/\\"))
    assert not urlsplit(to).netloc


def test_the_way_in_and_out_stays_below_the_prefix_of_a_proxy(start: Start) -> None:
    client, below = start(public_url=f"{ROOT}/search"), {"X-Forwarded-Prefix": "/search", **HTML}
    away = client.get("/search/people/ada", headers=below)
    assert away.headers["Location"] == "/search/sign-in?next=%2Fpeople%2Fada"
    asked = client.get(away.headers["Location"], headers=below)
    back = requests.get(asked.headers["Location"], allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith(f"{ROOT}/search/sign-in/callback?")
    answer = client.get(back.removeprefix(ROOT), headers=below)
    assert answer.headers["Location"] == "/search/people/ada"
    assert "Path=/search" in answer.headers["Set-Cookie"]  # other services of the host do not get it
    assert client.get("/search/people/ada", headers=below).status_code == 200


def test_the_request_to_the_provider_carries_state_nonce_and_a_challenge(start: Start) -> None:
    asked = [parse_qs(urlsplit(start().get("/sign-in").headers["Location"]).query) for _ in range(2)]
    for query in asked:
        assert query["response_type"] == ["code"]
        assert query["code_challenge_method"] == ["S256"]
        assert query["redirect_uri"] == [f"{ROOT}/sign-in/callback"]
        assert query["scope"] == ["openid email profile"]
        assert "finder-secret" not in str(query)
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


def test_the_session_is_renewed_at_sign_in_and_over_at_sign_out(start: Start, office: Office) -> None:
    client = start()
    there_and_back(client)
    before = client.get_cookie("finder")
    sign_in(client)
    cookie = client.get_cookie("finder")
    assert before is not None
    assert cookie is not None
    assert before.value != cookie.value
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    page = client.get("/", headers=HTML).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post("/sign-out").status_code == 403
    assert client.post("/sign-out", data={"csrf_token": token}, headers={"Origin": "https://evil.example"}).status_code == 403
    kept = client.get_cookie("finder")
    assert kept is not None
    out = client.post("/sign-out", data={"csrf_token": token}, headers={"Origin": ROOT})
    assert (out.status_code, out.headers["Location"]) == (303, "/signed-out")
    assert client.get("/signed-out", headers=HTML).status_code == 200
    assert client.get(SEARCH).status_code == 401
    client.set_cookie("finder", kept.value)  # whoever copied the cookie has nothing either
    assert client.get(SEARCH).status_code == 401


@pytest.mark.parametrize(("address", "secure"), [("https://localhost", True), ("http://localhost", False)])
def test_over_https_the_cookie_travels_over_https_alone(start: Start, address: str, secure: bool) -> None:
    answer = start(public_url=address).get("/sign-in")
    assert ("Secure" in answer.headers["Set-Cookie"]) is secure
    assert "HttpOnly" in answer.headers["Set-Cookie"]


def test_a_sign_in_ends_after_its_hours(start: Start, office: Office) -> None:
    client = start(session_hours=2)
    sign_in(client)
    with writing(office.finder.engine) as session:
        row = session.scalars(select(SignInRow)).one()
        assert row.expires - row.created == timedelta(hours=2)
        session.execute(update(SignInRow).values(expires=datetime.now(UTC) - timedelta(seconds=1)))
    assert client.get(SEARCH).status_code == 401
    sign_in(client)
    with reading(office.finder.engine) as session:
        assert len(session.scalars(select(SignInRow)).all()) == 1


def test_what_the_database_holds_of_a_sign_in_opens_nothing(start: Start, office: Office) -> None:
    client = start()
    sign_in(client)
    with reading(office.finder.engine) as session:
        stored = session.scalars(select(SignInRow.token_hash)).one()
    with client.session_transaction() as held:
        assert stored not in str(dict(held))
        held["sign_in"] = stored
    assert client.get(SEARCH).status_code == 401


def test_who_leaves_is_out_at_the_next_request(start: Start, office: Office) -> None:
    client = start()
    sign_in(client)
    try:
        with writing(office.finder.engine) as session:
            session.execute(update(Person).where(Person.public_id == "bob").values(active=False))
        assert client.get(SEARCH).status_code == 403
    finally:
        with writing(office.finder.engine) as session:
            session.execute(update(Person).where(Person.public_id == "bob").values(active=True))


def test_a_cookie_of_a_sign_in_is_worth_nothing_where_there_is_no_provider(start: Start, office: Office) -> None:
    client = start()
    sign_in(client)
    cookie = client.get_cookie("finder")
    assert cookie is not None
    plain = office.client()
    plain.set_cookie("finder", cookie.value)
    assert "secret" not in plain.get(SEARCH).text


# -- whom the claims name


@pytest.mark.parametrize(
    ("settings", "user", "status"),
    [
        ({}, {"email": "BOB@example.com"}, 303),
        ({}, {"email": "bob@example.com", "email_verified": False}, 403),
        ({}, {"email": "nobody@example.com"}, 403),
        ({}, {"email": "gone@example.com"}, 403),
        ({}, {"email": "\u212aob@example.com"}, 403),
        ({}, {"name": "Bob", "preferred_username": "bob"}, 403),
        ({}, {"email": ["bob@example.com"]}, 403),
        ({}, {"email": ""}, 403),
        ({"oidc_user_claim": "preferred_username", "oidc_account": "github"}, {"preferred_username": "Bob"}, 303),
        ({"oidc_user_claim": "preferred_username", "oidc_account": "gitlab"}, {"preferred_username": "bob"}, 403),
        ({"oidc_user_claim": "sub", "oidc_account": "source:org"}, {"sub": "bob"}, 303),
        ({"oidc_user_claim": "sub", "oidc_account": "source:org"}, {"sub": "Bob"}, 403),
    ],
)
def test_people_are_known_by_a_declared_account_and_never_by_name(
    start: Start, provider: Provider, settings: dict[str, str], user: Claims, status: int
) -> None:
    provider.user = {"sub": "1", **user}
    assert sign_in(start(**settings)).status_code == status


def test_a_claim_that_is_told_on_request_only_is_asked_for(start: Start, provider: Provider) -> None:
    provider.user, provider.told = {"sub": "1"}, {"sub": "1", "email": "bob@example.com"}
    assert sign_in(start()).status_code == 303
    provider.told = {"sub": "2", "email": "bob@example.com"}
    assert sign_in(start()).status_code == 401


@pytest.mark.parametrize(
    ("user", "claim", "groups", "status"),
    [("cy", "", None, 200), ("bob", "", ["admins"], 403), ("bob", "groups", ["staff", "admins"], 200), ("bob", "groups", ["staff"], 403),
     ("bob", "groups", "admins", 403), ("bob", "groups", [["admins"]], 403), ("bob", "groups", None, 403)],
)  # fmt: skip
def test_roles_follow_the_directorys_groups_and_those_of_a_configured_claim(  # noqa: PLR0917 - what is told, and what comes of it
    start: Start, provider: Provider, user: str, claim: str, groups: Any, status: int
) -> None:
    provider.user = {"sub": "1", "email": f"{user}@example.com", "groups": groups}
    client = start(admin_group="admins", oidc_groups_claim=claim)
    sign_in(client)
    assert client.get("/metrics").status_code == status


def test_a_claimed_group_opens_no_document(start: Start, provider: Provider) -> None:
    provider.user = {"sub": "1", "email": "cy@example.com", "groups": ["board", "admins"]}
    client = start(admin_group="board", oidc_groups_claim="groups")
    sign_in(client)
    assert client.get("/metrics").status_code == 200
    assert "secret" not in client.get(SEARCH).text


# -- what is not believed


def refused(client: FlaskClient) -> None:
    answer = sign_in(client)
    assert answer.status_code == 401, answer.text
    assert client.get(SEARCH).status_code == 401


def changed(**to: Any) -> Callable[[Claims], Claims]:
    return lambda claims: {name: value for name, value in {**claims, **to}.items() if value is not None}


@pytest.mark.parametrize(
    "forge",
    [
        changed(nonce="another"),
        changed(nonce=None),
        changed(aud="another-client"),
        changed(aud="another-client", azp="finder"),
        changed(aud=["another-client"], azp="finder"),
        changed(aud=None),
        changed(azp="another-client"),
        changed(iss="https://evil.example"),
        changed(iss=None),
        changed(exp=int(time.time()) - 120),
        changed(exp=None),
        changed(iat=None),
        changed(nbf=int(time.time()) + 600),
        changed(sub=None),
        lambda _claims: None,
        lambda _claims: "no.token.atall",
    ],
)
def test_an_answer_that_is_not_for_this_sign_in_is_refused(start: Start, provider: Provider, forge: Callable[[Claims], Any]) -> None:
    provider.forge = forge
    refused(start())


def by_hand(claims: Claims, secret: bytes | None) -> str:
    """A token that no library would make: unsigned, or signed with a secret that anybody may know."""
    parts = [{"alg": "HS256" if secret else "none", "kid": "k1"}, claims]
    content = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    signature = hmac.digest(secret, content.encode(), "sha256") if secret else b""
    return f"{content}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


@pytest.mark.parametrize("offered", [["RS256"], ["RS256", "none", "HS256"], ["none"], None])
def test_an_answer_that_the_provider_did_not_sign_is_refused(start: Start, provider: Provider, offered: list[str] | None) -> None:
    provider.described = {"id_token_signing_alg_values_supported": offered}
    for forge in (
        lambda claims: by_hand(claims, None),
        lambda claims: by_hand(claims, provider.client_secret.encode()),
        lambda claims: by_hand(claims, provider.key.as_pem(private=False)),
        lambda claims: provider.signed(claims, key=made_key("a stranger's")),
        lambda claims: provider.signed(claims)[:-4] + "AAAA",
    ):
        provider.forge = forge
        refused(start())


def test_an_answer_to_another_browsers_question_is_refused(start: Start, provider: Provider) -> None:
    client, other = start(), start()
    back = there_and_back(client)
    there_and_back(other)
    assert other.get(back).status_code == 401
    assert start().get(back).status_code == 401
    for forged in (back.replace("state=", "state=x"), back.split("&state")[0], "/sign-in/callback", "/sign-in/callback?state=&code="):
        assert client.get(forged).status_code == 401
    assert "/token" not in provider.asked
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 401  # an answer is good for once


def test_who_does_not_want_to_sign_in_is_told_so(start: Start) -> None:
    client = start()
    answer = client.get("/sign-in/callback?error=access_denied&error_description=%3Cscript%3E", headers=HTML)
    assert answer.status_code == 401
    assert "You did not sign in." in answer.text
    assert "script%3E" not in answer.text


# -- a provider that fails


def test_a_provider_that_does_not_answer_is_named(start: Start, provider: Provider) -> None:
    client = start()
    provider.down = True
    answer = client.get("/sign-in", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.get_json()["type"].endswith("sign-in-unavailable")
    assert "Retry-After" in answer.headers
    provider.down = False
    back = there_and_back(client)
    provider.down = True
    assert client.get(back).status_code == 503
    provider.down = False
    assert sign_in(client).status_code == 303


def test_a_provider_that_keeps_silent_is_not_waited_for(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc, "TIMEOUT", (0.2, 0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = office.client(oidc_issuer=issuer, oidc_client_id="finder", public_url=ROOT)
        began = time.monotonic()
        assert client.get("/sign-in").status_code == 503
        assert time.monotonic() - began < oidc.TIMEOUT[1] + 5


def test_a_provider_of_another_name_is_refused(start: Start, provider: Provider) -> None:
    provider.described = {"issuer": "https://evil.example"}
    client = start()
    assert client.get("/sign-in").status_code == 503
    provider.described = {}
    assert sign_in(client).status_code == 303


def test_keys_that_the_provider_has_changed_are_read_anew(start: Start, provider: Provider) -> None:
    client = start()
    sign_in(client)
    provider.key = made_key("k2")
    provider.forge = lambda claims: provider.signed(claims, {"alg": "RS256", "kid": "k2"})
    assert sign_in(client).status_code == 303
    assert DESCRIPTION_SECONDS == 3600


def test_nothing_is_asked_of_a_provider_before_somebody_signs_in(start: Start, provider: Provider) -> None:
    client = start()
    client.get("/healthz")
    client.get(SEARCH)
    assert provider.asked == []


def test_trying_to_sign_in_counts_against_the_limit(start: Start, office: Office) -> None:
    client = start(requests_per_minute=3)
    assert [client.get("/sign-in/callback").status_code for _ in range(4)] == [401, 401, 401, 429]


def test_no_log_says_who_signed_in_or_with_what(start: Start, provider: Provider) -> None:
    client = start()
    with structlog.testing.capture_logs() as lines:
        back = there_and_back(client)
        client.get(back)
        client.get(back)
        client.get(SEARCH)
    assert [line["way"] for line in lines if line["event"] == "request"][-1] == "oidc"
    assert {"event": "sign-in failed", "log_level": "warning", "reason": "MismatchingStateError"} in lines
    for private in ("bob", back.split("code=")[1].split("&")[0], provider.client_secret):
        assert private not in repr(lines)


# -- settings


GOOD: dict[str, Any] = {"oidc_issuer": "https://id.example.org", "oidc_client_id": "finder", "public_url": "https://find.example.org"}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"oidc_client_id": ""}, "half configured"),
        ({"public_url": ""}, "half configured"),
        ({"oidc_issuer": ""}, "half configured"),
        ({"oidc_issuer": "", "oidc_client_id": "", "oidc_client_secret": "x"}, "half configured"),
        ({"oidc_issuer": "http://id.example.org"}, "FINDER_OIDC_ISSUER is not https"),
        ({"public_url": "http://find.example.org"}, "FINDER_PUBLIC_URL is not https"),
        ({"public_url": "find.example.org"}, "FINDER_PUBLIC_URL is no address"),
        ({"public_url": "http://["}, "FINDER_PUBLIC_URL is no address"),
        ({"oidc_issuer": "https://id.example.org?x"}, "FINDER_OIDC_ISSUER is no address"),
        ({"demo": True}, "exclude"),
        ({"demo_principal": "ada"}, "exclude"),
    ],
)
def test_a_half_configured_sign_in_does_not_start(change: dict[str, Any], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        auth.check(Settings(**{**GOOD, **change}))


def test_a_configured_sign_in_may_listen_beyond_this_machine() -> None:
    settings = Settings(**GOOD)
    auth.check(settings)
    auth.may_listen(settings, "0.0.0.0", has_keys=False)


def test_the_doctor_says_how_people_sign_in(tmp_path: Path) -> None:
    found = {check.name: check for check in examine(Settings(home=tmp_path, **GOOD)).checks}
    assert found["identity"].sound
    assert "https://id.example.org" in found["identity"].found
    assert not {check.name: check for check in examine(Settings(home=tmp_path, **{**GOOD, "public_url": ""})).checks}["identity"].sound


def test_keys_and_a_proxy_work_beside_the_sign_in(start: Start, office: Office) -> None:
    client = start(proxy_peers=("10.0.0.7",), proxy_secret="a shared secret of the proxy")
    assert client.get(SEARCH, headers=office.key()).status_code == 200
    named = {"X-Forwarded-User": "bob", "X-Finder-Proxy-Secret": "a shared secret of the proxy"}
    assert "secret" in client.get(SEARCH, headers=named, environ_base={"REMOTE_ADDR": "10.0.0.7"}).text
    assert client.get(SEARCH).status_code == 401
