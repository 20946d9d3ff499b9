"""What a box on a page of another origin may do with a token, and what nobody may do with it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy import select

from finder import keys
from finder.keys import Scope
from finder.web import auth
from finder.web.tokens import SALT, SECONDS
from models.database import reading, writing
from models.errors import SettingsError
from models.secret import installation_secret
from models.settings import Settings
from models.tables import Group, Membership, Person
from models.told import AuditRow
from tests.finder.conftest import Office

PORTAL, OTHER = "https://portal.example.org", "https://other.example.org"
SEARCH = "/api/v1/search?q=merger+payroll&type=documents"
GHOST = "/api/v1/search?q=written+by+somebody+unlisted&type=documents"
ELSEWHERE: dict[str, Any] = {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}}


@pytest.fixture
def box(office: Office) -> FlaskClient:
    """A service that lists two origins."""
    return office.client(embed_origins=(PORTAL, OTHER))


def ask_for(client: FlaskClient, key: dict[str, str], user: str = "bob", origin: str = PORTAL) -> Any:
    return client.post("/api/v1/tokens", json={"user": user, "origin": origin}, headers=key)


def given(client: FlaskClient, office: Office, user: str = "bob") -> str:
    response = ask_for(client, office.key(Scope.IMPERSONATE), user)
    assert response.status_code == 201
    return str(response.get_json()["token"])


def shown(client: FlaskClient, token: str, origin: str | None = PORTAL, path: str = SEARCH) -> Any:
    headers = {"Authorization": f"Bearer {token}", **({"Origin": origin} if origin is not None else {})}
    return client.get(path, headers=headers, **ELSEWHERE)


def test_a_token_shows_what_its_person_may_read(box: FlaskClient, office: Office) -> None:
    answer = shown(box, given(box, office))
    assert answer.status_code == 200
    assert "secret" in {document["id"] for document in answer.get_json()["documents"]}
    assert "secret" not in {document["id"] for document in shown(box, given(box, office, "ada")).get_json()["documents"]}
    assert shown(box, given(box, office), path="/api/v1/suggest?q=mer").get_json()["suggestions"]


def test_a_token_is_for_ten_minutes(box: FlaskClient, office: Office) -> None:
    assert ask_for(box, office.key(Scope.IMPERSONATE)).get_json()["expires_in"] == SECONDS == 600

    class Earlier(TimestampSigner):
        age = 0

        def get_timestamp(self) -> int:
            return int(time.time()) - self.age

    signed = URLSafeTimedSerializer(installation_secret(office.settings), salt=SALT, signer=Earlier)
    number = office.key(Scope.IMPERSONATE)["Authorization"].split("_")[1]
    for Earlier.age, status in ((SECONDS - 5, 200), (SECONDS + 1, 401)):
        assert shown(box, f"et_{signed.dumps([number, 'bob', PORTAL])}").status_code == status


@pytest.mark.parametrize(
    "origin", [OTHER, "https://evil.example", "http://portal.example.org", f"{PORTAL}:8443", f"{PORTAL}/", "null", None]
)
def test_a_token_replayed_from_another_origin_is_refused(box: FlaskClient, office: Office, origin: str | None) -> None:
    answer = shown(box, given(box, office), origin)
    assert answer.status_code == 401
    assert "merger" not in answer.text.lower()


def test_whatever_is_wrong_with_a_token_the_words_are_the_same(box: FlaskClient, office: Office) -> None:
    token = given(box, office)
    replayed = shown(box, token, OTHER)
    for forged in ("et_", "et_x", token[:-1], f"{token}x", f"et_{token}", "et_\u00e9", "et_" + "a" * 9000):
        answer = shown(box, forged.encode().decode("latin-1"))
        assert answer.status_code == 401
        assert answer.data == replayed.data


def test_a_revoked_key_takes_its_tokens_along(box: FlaskClient, office: Office) -> None:
    key = office.key(Scope.IMPERSONATE)
    token = ask_for(box, key).get_json()["token"]
    assert shown(box, token).status_code == 200
    keys.revoke(office.finder.engine, key["Authorization"].split("_")[1], "test")
    assert shown(box, token).status_code == 401


def test_an_origin_taken_off_the_list_takes_its_tokens_along(box: FlaskClient, office: Office) -> None:
    assert shown(office.client(embed_origins=(OTHER,)), given(box, office)).status_code == 401


@contextmanager
def left_the_board(office: Office) -> Iterator[None]:
    with writing(office.finder.engine) as session:
        of = (Membership.group_id == Group.id, Group.public_id == "board", Membership.person_id == Person.id, Person.public_id == "bob")
        row = session.scalars(select(Membership).where(*of)).one()
        kept = {"group_id": row.group_id, "person_id": row.person_id, "source_id": row.source_id}
        session.delete(row)
    yield
    with writing(office.finder.engine) as session:
        session.add(Membership(**kept))


def test_a_group_that_is_left_is_closed_to_tokens_already_given(box: FlaskClient, office: Office) -> None:
    token = given(box, office)
    with left_the_board(office):
        # As an author bob still reads what he wrote; this one a ghost wrote.
        assert "ghosted" not in shown(box, token, path=GHOST).text
    assert "ghosted" in shown(box, token, path=GHOST).text


@pytest.mark.parametrize("path", ["/api/v1/people/ada", "/api/v1/documents/secret", "/metrics", "/", "/people/ada", "/documents/secret"])
def test_a_token_is_for_the_questions_of_the_box_alone(box: FlaskClient, office: Office, path: str) -> None:
    assert shown(box, given(box, office), path=path).status_code == 403


def test_a_token_writes_nothing_and_begets_nothing(box: FlaskClient, office: Office) -> None:
    headers = {"Authorization": f"Bearer {given(box, office)}", "Origin": PORTAL}
    assert box.post("/api/v1/feedback", json={"subject": "documents/secret", "verdict": "helpful"}, headers=headers).status_code == 403
    assert ask_for(box, headers).status_code == 403
    assert box.post("/api/v1/search", json={"q": "merger"}, headers=headers).status_code == 403


def test_a_token_takes_a_key_that_may_impersonate(box: FlaskClient, office: Office) -> None:
    assert ask_for(box, office.key(Scope.SEARCH, Scope.PEOPLE, Scope.ADMIN)).status_code == 403
    assert ask_for(box, {}).status_code == 403
    assert box.post("/api/v1/tokens", json={"user": "bob", "origin": PORTAL}, **ELSEWHERE).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"user": "bob", "origin": "https://evil.example"}, 400),
        ({"user": "bob", "origin": f"{PORTAL}/page"}, 400),
        ({"user": "bob"}, 400),
        ({"user": "bob", "origin": PORTAL, "scope": "admin"}, 400),
        ({"user": 7, "origin": PORTAL}, 400),
        ({"user": "", "origin": PORTAL}, 400),
        ([], 400),
        ({"user": "nobody", "origin": PORTAL}, 403),
        ({"user": "gone", "origin": PORTAL}, 403),
        ({"user": "bo\ud800b", "origin": PORTAL}, 403),
    ],
)
def test_tokens_are_for_listed_origins_and_listed_people(box: FlaskClient, office: Office, body: Any, status: int) -> None:
    key = office.key(Scope.IMPERSONATE)
    assert box.post("/api/v1/tokens", data=json.dumps(body), content_type="application/json", headers=key).status_code == status


def test_whom_a_key_spoke_for_is_audited(box: FlaskClient, office: Office) -> None:
    key = office.key(Scope.IMPERSONATE)
    for _ in range(3):
        ask_for(box, key)
    actor = f"key:{key['Authorization'].split('_')[1]}"
    with reading(office.finder.engine) as session:
        rows = session.execute(select(AuditRow.action, AuditRow.subject).where(AuditRow.actor == actor)).all()
    assert ("impersonated", "user:bob") in {tuple(row) for row in rows}
    assert [tuple(row) for row in rows].count(("impersonated", "user:bob")) == 1


def test_a_token_is_in_no_log(box: FlaskClient, office: Office) -> None:
    with structlog.testing.capture_logs() as lines:
        token = given(box, office)
        shown(box, token)
        shown(box, token, OTHER)
    assert [line["way"] for line in lines if line["event"] == "request"] == ["key", "embed", None]
    assert token not in repr(lines)
    assert "bob" not in repr(lines)


def test_listed_pages_may_read_answers_and_nobody_else(box: FlaskClient) -> None:
    for path in (SEARCH, "/api/v1/suggest?q=pay", "/static/embed.js"):
        answer = box.get(path, headers={"Origin": PORTAL}, buffered=True)
        assert answer.headers["Access-Control-Allow-Origin"] == PORTAL
        assert "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        for stranger in ("https://evil.example", "null", f"{PORTAL}.evil.example", "https://portal.example.org:8443", PORTAL.upper()):
            refused = box.get(path, headers={"Origin": stranger}, buffered=True)
            assert "Access-Control-Allow-Origin" not in refused.headers
            assert "Origin" in refused.headers["Vary"]


@pytest.mark.parametrize(
    "path", ["/", "/people/ada", "/documents/d1", "/api/v1/people/ada", "/api/v1/documents/d1", "/metrics", "/api/v1/tokens"]
)
def test_everything_but_the_questions_of_the_box_stays_closed_to_other_pages(box: FlaskClient, path: str) -> None:
    for answer in (box.get(path, headers={"Origin": PORTAL}), box.options(path, headers={"Origin": PORTAL})):
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_a_browser_that_asks_beforehand_is_told_what_the_box_may_send(box: FlaskClient) -> None:
    headers = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    allowed = box.options(SEARCH, headers={"Origin": PORTAL, **headers}, **ELSEWHERE)
    assert allowed.status_code == 204
    assert allowed.headers["Access-Control-Allow-Headers"] == "Authorization"
    assert allowed.headers["Access-Control-Allow-Methods"] == "GET"
    refused = box.options(SEARCH, headers={"Origin": "https://evil.example", **headers}, **ELSEWHERE)
    assert refused.status_code == 401
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_a_listed_page_can_read_why_it_is_refused(box: FlaskClient) -> None:
    answer = box.get(SEARCH, headers={"Origin": PORTAL}, **ELSEWHERE)
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == PORTAL


def test_where_no_origin_is_listed_nothing_is_said_about_origins(client: FlaskClient) -> None:
    answer = client.get(SEARCH, headers={"Origin": PORTAL})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Vary" not in answer.headers


def test_the_script_of_the_box_alone_may_be_loaded_from_elsewhere(box: FlaskClient) -> None:
    assert box.get("/static/embed.js", buffered=True).headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert box.get("/static/page.js", buffered=True).headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "origin",
    ["*", "portal.example.org", "https://portal.example.org/", "https://*.example.org", "https://portal.example.org:443", "null",
     "HTTPS://portal.example.org", "https://user@portal.example.org", "https://portal.example.org/page", "http://portal.example.org:80"],
)  # fmt: skip
def test_an_origin_that_no_browser_would_send_keeps_the_service_from_starting(origin: str) -> None:
    with pytest.raises(SettingsError, match="FINDER_EMBED_ORIGINS"):
        auth.check(Settings(embed_origins=(origin,)))


@pytest.mark.parametrize(
    "origin", [PORTAL, "http://127.0.0.1:8205", "http://[::1]:8205", "http://localhost", "https://a-b.example.org:8443"]
)
def test_an_origin_as_browsers_send_it_is_taken(origin: str) -> None:
    auth.check(Settings(embed_origins=(origin,)))
