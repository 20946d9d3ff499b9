import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from finder.web import logs
from tests.finder.conftest import Office

CANARY = "zanzibarcanary"


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """What is written; the test puts our logging in force itself, as stderr is another one before it starts."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield capsys
    structlog.reset_defaults()
    root.handlers[:], root.level = before, level


def lines(captured: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    out, err = captured.readouterr()
    assert CANARY not in out + err
    assert not out
    return [json.loads(line) for line in err.splitlines()]


def test_one_line_a_request_says_what_happened_without_saying_what_was_asked(office: Office, logged: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    client = office.client()
    key = {"Authorization": f"Bearer ef_{CANARY}_{CANARY}"}
    for path in (
        "/api/v1/search?q=",
        "/?q=",
        "/api/v1/people/",
        "/people/",
        "/api/v1/documents/",
        "/api/v1/suggest?q=",
        "/",
        "/api/v1/search?q=slow&team=",
        "/api/v1/search?q=slow&cursor=",
        "/api/v1/search?q=slow&since=",
        "/api/v1/search?colour=",
    ):
        client.get(path + CANARY)
    client.post("/api/v1/search", json={"q": CANARY})
    client.post("/api/v1/search", data=CANARY, content_type="application/json")
    client.post("/api/v1/feedback", json={"subject": f"people/{CANARY}", "verdict": "wrong", "comment": CANARY}, headers=office.key())
    client.get("/api/v1/search?q=slow", headers=key)
    client.get(
        "/api/v1/search?q=slow",
        headers={"X-Forwarded-User": CANARY, "Cookie": f"finder={CANARY}", "Referer": f"http://localhost/?q={CANARY}"},
    )
    found = lines(logged)
    assert len(found) == 16
    assert {"event", "method", "route", "status", "milliseconds", "way", "request_id", "level", "timestamp"} == set(found[0])
    assert found[2]["route"] == "/api/v1/people/<path:public_id>"


def test_limits_and_failures_are_logged_without_what_was_asked(office: Office, logged: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    app = office.app(requests_per_minute=1)

    def broken() -> str:
        raise KeyError(CANARY)

    app.add_url_rule("/broken/<name>", view_func=lambda name: broken())
    client = app.test_client()
    response = client.get(f"/broken/{CANARY}?q={CANARY}")
    assert response.status_code == 500
    assert CANARY not in response.text
    assert client.get(f"/api/v1/search?q={CANARY}").status_code == 429
    found = lines(logged)
    assert [line["event"] for line in found] == ["failed", "request", "request"]
    assert found[0]["error"] == "KeyError"
    assert found[0]["request_id"] == found[1]["request_id"] == response.headers["X-Request-Id"]


def test_what_libraries_say_comes_as_json_without_their_tracebacks(logged: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger("some.package").exception("could not")
    assert [(line["event"], line["error"], line["level"]) for line in lines(logged)] == [("could not", "ValueError", "error")]


def test_a_library_that_turns_its_own_debugging_on_says_nothing(logged: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    package = logging.getLogger("some.talkative.package")
    package.setLevel(logging.DEBUG)
    package.debug("asked: %s", CANARY)
    package.warning("odd")
    assert [line["event"] for line in lines(logged)] == ["odd"]
