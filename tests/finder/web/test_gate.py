import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from finder.keys import Scope
from tests.finder.conftest import Office

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FEEDBACK = {"subject": "documents/d1", "verdict": "helpful"}


@pytest.mark.parametrize("path", ["/api/v1/search?q=slow", "/api/v1/nothing", "/", "/?q=slow", "/people/ada", "/healthz", "/openapi.json"])
def test_nothing_is_kept_by_caches_or_shown_in_frames(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert re.fullmatch("[0-9a-f]{16}", headers["X-Request-Id"])


def test_scripts_run_with_the_nonce_of_their_own_response_alone(client: FlaskClient) -> None:
    nonces = []
    for _ in range(2):
        response = client.get("/?q=slow", headers=HTML)
        policy = response.headers["Content-Security-Policy"]
        found = re.search(r"script-src 'nonce-([^']+)'", policy)
        assert found is not None
        assert "unsafe" not in policy
        for script in re.findall(r"<script[^>]*>", response.text):
            assert f'nonce="{found[1]}"' in script
        nonces.append(found[1])
    assert nonces[0] != nonces[1]


def test_answers_of_the_api_differ_in_the_request_id_alone(client: FlaskClient) -> None:
    one, other = (client.get("/api/v1/search?q=slow+queries&type=people&limit=1") for _ in range(2))
    assert one.data == other.data
    assert {name for name, value in one.headers if other.headers[name] != value} == {"X-Request-Id"}


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_a_foreign_host_is_refused(client: FlaskClient, host: str) -> None:
    for path in ("/", "/api/v1/search?q=slow", "/openapi.json", "/nothing"):
        assert client.get(path, headers={"Host": host}).status_code == 421
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8123", "[::1]:8000"])
def test_our_own_hosts_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/api/v1/search?q=slow", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/feedback"])
def test_what_another_sites_page_sends_is_refused(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    assert client.post(path, json={"q": "slow"}, headers=headers).status_code == 403


def test_the_page_token_lets_the_page_write(office: Office) -> None:
    from flask_wtf.csrf import generate_csrf

    app = office.app()
    app.add_url_rule("/token", view_func=generate_csrf)
    client = app.test_client()
    token = client.get("/token").text
    assert client.post("/api/v1/feedback", json=FEEDBACK, headers={"X-CSRFToken": token, "Origin": "http://localhost"}).status_code == 201
    assert app.test_client().post("/api/v1/feedback", json=FEEDBACK, headers={"X-CSRFToken": token}).status_code == 403


def test_a_program_with_a_key_needs_no_token(client: FlaskClient, office: Office) -> None:
    assert client.post("/api/v1/feedback", json=FEEDBACK, headers=office.key()).status_code == 201


def test_too_many_requests_are_told_when_to_come_back(office: Office) -> None:
    client = office.client(requests_per_minute=3)
    statuses = [client.get("/api/v1/suggest?q=sl").status_code for _ in range(3)] + [client.get("/api/v1/search?q=slow").status_code]
    assert statuses == [200, 200, 200, 429]
    refused = client.get("/api/v1/search?q=slow")
    assert refused.mimetype == "application/problem+json"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert client.get("/healthz").status_code == 200
    assert client.get("/api/v1/suggest?q=sl", headers=office.key()).status_code == 200
    assert client.get("/api/v1/suggest?q=sl", headers=office.key(Scope.ADMIN)).status_code == 403


def test_guessing_keys_is_slowed_down_too(office: Office) -> None:
    client = office.client(requests_per_minute=2)
    guess: dict[str, Any] = {"headers": {"Authorization": "Bearer ef_0_0"}}
    assert [client.get("/api/v1/search?q=slow", **guess).status_code for _ in range(3)] == [401, 401, 429]


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/people/nobody", 404), ("/metrics", 403), ("/?q=slow&since=never", 400)])
def test_browsers_get_a_page_where_something_fails(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path, headers=HTML)
    assert (response.status_code, response.mimetype) == (status, "text/html")


@pytest.mark.parametrize("path", ["/nothing", "/people/nobody", "/metrics"])
def test_programs_get_a_problem_where_something_fails(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers={"Accept": "*/*"}).mimetype == "application/problem+json"
    assert client.get("/api/v1" + path, headers=HTML).mimetype == "application/problem+json"


def test_the_service_lives_under_the_prefix_that_a_proxy_names(client: FlaskClient) -> None:
    prefixed = {"X-Forwarded-Prefix": "/search"}
    for path in ("/api/v1/search?q=slow", "/search/api/v1/search?q=slow"):
        answer = client.get(path, headers=prefixed).get_json()
        assert answer["people"][0]["url"] == "/search/people/ada"
    assert 'href="/search/static/finder.css"' in client.get("/", headers=prefixed).text
    assert client.get("/openapi.json", headers=prefixed).get_json()["servers"] == [{"url": "/search"}]


@pytest.mark.parametrize("prefix", ["//evil.example", "https://evil.example", "/a b", '/"><script>', "/..%2f", "search"])
def test_a_prefix_that_is_no_path_is_ignored(client: FlaskClient, prefix: str) -> None:
    answer = client.get("/api/v1/search?q=slow", headers={"X-Forwarded-Prefix": prefix}).get_json()
    assert answer["people"][0]["url"] == "/people/ada"
