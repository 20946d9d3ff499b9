"""What holds for every route that there is, whichever part of the service it belongs to; a route that is new has to keep to it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from werkzeug.routing import Rule

from finder.keys import Scope
from tests.finder.conftest import Office

HTML = {"Accept": "text/html"}
PORTAL = "https://portal.example.org"
ELSEWHERE: dict[str, Any] = {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}}
SAFE = {"GET", "HEAD", "OPTIONS"}
# Nothing of these tells of the organisation.
PUBLIC = {
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/opensearch.xml",
    "/static/<path:filename>",
    "/sign-in",
    "/sign-in/callback",
    "/signed-out",
}
BOX = {"/api/v1/search", "/api/v1/suggest"}
FILLED = {"<path:public_id>": "bob", "<path:topic_id>": "t", "<number>": "n", "<person>": "p", "<path:filename>": "page.js"}
PAGES = ("/", "/?q=slow", "/people/bob", "/documents/d1", "/me", "/explore", "/start", "/start?team=Data", "/workbench", "/no/such/page")


def rules(app: APIFlask) -> Iterator[tuple[Rule, str]]:
    """Every rule with a path that it matches."""
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for name, value in FILLED.items():
            path = path.replace(name, value)
        assert "<" not in path, path
        yield rule, path


def closed(app: APIFlask) -> Iterator[tuple[Rule, str]]:
    """The rules that are not open to all."""
    return ((rule, path) for rule, path in rules(app) if rule.rule not in PUBLIC)


@pytest.fixture
def signing(office: Office) -> APIFlask:
    """A service with every part, into which people sign in through a provider."""
    return office.app(
        oidc_issuer="http://localhost:9",
        oidc_client_id="finder",
        public_url="http://localhost",
        recruiter_group="board",
        embed_origins=(PORTAL,),
    )


@pytest.fixture
def open_to_bob(office: Office) -> APIFlask:
    """A service with every part, in which a recruiter is signed in."""
    return office.app(demo_principal="bob", recruiter_group="board", embed_origins=(PORTAL,))


def test_nobody_who_has_not_signed_in_gets_anything(signing: APIFlask) -> None:
    assert {rule.rule for rule, _ in rules(signing)} >= PUBLIC | BOX
    for rule, path in closed(signing):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for accept in ({}, HTML):
                answer = signing.test_client().open(path, method=method, headers={**accept, "Origin": "http://localhost"}, **ELSEWHERE)
                sent_in = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in?")
                assert sent_in or answer.status_code == (404 if path.startswith("/workbench") else 401), (method, path)


def test_no_route_that_writes_takes_what_bears_no_token_of_a_page(open_to_bob: APIFlask) -> None:
    written = [
        (path, method)
        for rule, path in rules(open_to_bob)
        for method in sorted((rule.methods or set()) - SAFE)
        if rule.rule != "/api/v1/search"
    ]
    assert {"/workbench", "/me/corrections", "/api/v1/me/corrections", "/feedback", "/api/v1/tokens"} <= {path for path, _ in written}
    client = open_to_bob.test_client()
    client.get("/me", headers=HTML)  # with a session that holds a token
    for path, method in written:
        assert client.open(path, method=method, data={"csrf_token": "guessed"}).status_code == 403, path


def test_the_token_of_a_box_opens_the_questions_of_the_box_alone(office: Office, open_to_bob: APIFlask) -> None:
    client = open_to_bob.test_client()
    given = client.post("/api/v1/tokens", json={"user": "bob", "origin": PORTAL}, headers=office.key(Scope.IMPERSONATE)).get_json()["token"]
    for rule, path in closed(open_to_bob):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = client.open(path, method=method, headers={"Authorization": f"Bearer {given}", "Origin": PORTAL}, **ELSEWHERE)
            if rule.rule in BOX and method == "GET":
                assert answer.headers["Access-Control-Allow-Origin"] == PORTAL
            else:
                assert answer.status_code == (404 if path.startswith("/workbench") else 403), (method, path)
                assert "Access-Control-Allow-Origin" not in answer.headers or rule.rule in BOX


def test_every_answer_is_kept_by_nobody_framed_by_nobody_and_runs_nothing_of_its_own(open_to_bob: APIFlask) -> None:
    client = open_to_bob.test_client()
    for path in (*PAGES, *(path for rule, path in rules(open_to_bob) if rule.endpoint != "pages.static" and "GET" in (rule.methods or ()))):
        answer = client.get(path, headers={} if "/api/" in path else HTML)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert (answer.headers["Cache-Control"], answer.headers["X-Frame-Options"]) == ("private, no-store", "DENY"), path
        if answer.mimetype == "text/html":
            nonce = re.findall(r"script-src 'nonce-([^']+)'", policy)[0]
            assert all(f'nonce="{nonce}"' in script for script in re.findall(r"<script[^>]*>", answer.text)), path
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=", answer.text), path
