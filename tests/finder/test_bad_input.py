"""Whatever is sent, the answer is a 4xx problem document with a sentence, never a 5xx."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.finder.conftest import Office

PROBLEM = "application/problem+json"


def refused(response: TestResponse, status: int = 400) -> dict[str, object]:
    assert response.status_code == status
    assert response.mimetype == PROBLEM
    problem = response.get_json()
    assert problem["status"] == status
    assert {"type", "title"} <= set(problem) <= {"type", "title", "status", "detail", "remedy"}
    return dict(problem)


@pytest.mark.parametrize(
    "question", ["", "   \t\n", "\x00\x01\x02", "\N{GRINNING FACE}\N{PILE OF POO}", "?!...", "\u202e\u200b", "a" * 1_000_000]
)
def test_a_question_without_a_word_or_without_end_is_refused(client: FlaskClient, question: str) -> None:
    refused(client.get("/api/v1/search", query_string={"q": question}))
    refused(client.post("/api/v1/search", json={"q": question}), 413 if len(question) > 250_000 else 400)


def test_a_question_that_is_missing_is_refused(client: FlaskClient) -> None:
    refused(client.get("/api/v1/search"))
    refused(client.post("/api/v1/search", json={}))


@pytest.mark.parametrize(
    "question", ["\x00slow\x00 queries", "slow \ud800 queries", "\u202eslow queries\u202c", "slow \N{GRINNING FACE} queries"]
)
def test_a_question_with_odd_characters_around_words_is_answered(client: FlaskClient, question: str) -> None:
    response = client.post("/api/v1/search", data=json.dumps({"q": question}), content_type="application/json")
    assert response.status_code == 200
    assert response.get_json()["documents"]


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "Team=Data",
        "utm_source=mail",
        "q=again",
        "limit=0",
        "limit=51",
        "limit=-1",
        "limit=ten",
        "limit=1e1",
        "limit=99999999999999999999",
        "limit=1&limit=2",
        "type=persons",
        "type=all&type=people",
        "since=yesterday",
        "until=2025-13-01",
        "cursor=",
        "team=" + "x" * 501,
    ],
)
def test_an_unknown_filter_or_an_unusable_value_is_refused(client: FlaskClient, query: str) -> None:
    problem = refused(client.get("/api/v1/search?q=slow&" + query))
    assert problem["detail"]


def test_the_names_of_the_filters_are_told_to_who_mistypes_one(client: FlaskClient) -> None:
    problem = refused(client.get("/api/v1/search?q=slow&colour=red"))
    assert problem["detail"] == "There is no filter 'colour'."
    assert "team" in str(problem["remedy"])


@pytest.mark.parametrize(
    "forge",
    [
        lambda c: "nonsense",
        lambda c: c[:-1] + ("A" if c[-1] != "A" else "B"),
        lambda c: "." + c,
        lambda c: c.partition(".")[0],
        lambda c: "\u00e9" + c,
        lambda c: "W10." + c.split(".", 1)[1],
        lambda c: c + "=" * 400,
    ],
)
def test_a_forged_cursor_is_refused(client: FlaskClient, forge: Callable[[str], str]) -> None:
    asked = {"q": "slow queries", "type": "documents", "limit": 3}
    cursor = client.get("/api/v1/search", query_string=asked).get_json()["next_cursor"]
    problem = refused(client.get("/api/v1/search", query_string={**asked, "cursor": forge(cursor)}))
    assert str(problem["type"]).endswith(("invalid-cursor", "invalid-request"))


@pytest.mark.parametrize("other", [{"q": "payroll"}, {"type": "people"}, {"limit": 4}, {"team": "Data"}])
def test_a_cursor_of_another_question_is_refused(client: FlaskClient, other: dict[str, object]) -> None:
    asked = {"q": "slow queries", "type": "documents", "limit": 3}
    cursor = client.get("/api/v1/search", query_string=asked).get_json()["next_cursor"]
    refused(client.get("/api/v1/search", query_string={**asked, **other, "cursor": cursor}))


def test_a_cursor_of_another_asker_is_refused(client: FlaskClient, office: Office) -> None:
    asked = {"q": "slow queries", "type": "documents", "limit": 3}
    cursor = client.get("/api/v1/search", query_string=asked).get_json()["next_cursor"]
    board = office.key(grants=frozenset({"org", "group:board"}))
    refused(client.get("/api/v1/search", query_string={**asked, "cursor": cursor}, headers=board))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"slow"',
        b"null",
        b"\xff\xfe\xff",
        b'{"q": 5}',
        b'{"q": ["slow"]}',
        b'{"q": "slow", "limit": "5"}',
        b'{"q": "slow", "limit": 1e400}',
        b'{"q": "slow", "limit": true}',
        b'{"q": "slow", "team": {"a": 1}}',
        b'{"q": "slow", "team": [1]}',
        b'{"q": "slow", "colour": "red"}',
        b'{"q": "slow", "limit": ' + b"9" * 6000 + b"}",
        b'{"q":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"q": "slow", "\\ud800": 1}',
    ],
)
def test_a_body_that_is_not_a_question_is_refused(client: FlaskClient, body: bytes) -> None:
    refused(client.post("/api/v1/search", data=body, content_type="application/json"))


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/xml", "json"]
)
@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/feedback"])
def test_another_content_type_is_refused(client: FlaskClient, office: Office, path: str, content_type: str) -> None:
    refused(client.post(path, data=b'{"q": "slow"}', content_type=content_type, headers=office.key()), 415)


def test_a_body_over_256_kilobytes_is_refused(client: FlaskClient) -> None:
    body = json.dumps({"q": "slow", "team": ["x" * 300_000]})
    refused(client.post("/api/v1/search", data=body, content_type="application/json"), 413)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"subject": "documents/d1"},
        {"subject": "d1", "verdict": "helpful"},
        {"subject": "documents/d1", "verdict": "great"},
        {"subject": "documents/d1", "verdict": "helpful", "stars": 5},
        {"subject": "documents/d1", "verdict": "helpful", "comment": "x" * 2001},
        [],
    ],
)
def test_feedback_that_does_not_fit_is_refused(client: FlaskClient, office: Office, body: object) -> None:
    refused(client.post("/api/v1/feedback", json=body, headers=office.key()))


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/people/%00",
        "/api/v1/documents/%ED%A0%80",
        "/api/v1/people/" + "a" * 5000,
        "/api/v1/documents/..%2f..%2fetc",
        "/api/v1/nothing",
        "/api/v2/search",
        "/api/",
    ],
)
def test_an_address_that_names_nothing_is_not_found(client: FlaskClient, path: str) -> None:
    refused(client.get(path), 404)


def test_a_method_that_is_not_offered_is_named_with_those_that_are(client: FlaskClient) -> None:
    response = client.delete("/api/v1/search")
    refused(response, 405)
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


@pytest.mark.parametrize("typed", ["", "%00", "%F0%9F%98%80", "a" * 10_000, "%25_%5C", "%ED%A0%80"])
def test_completions_of_anything_are_a_list(client: FlaskClient, typed: str) -> None:
    response = client.get("/api/v1/suggest?q=" + typed)
    assert response.status_code == 200
    assert isinstance(response.get_json()["suggestions"], list)


def test_completions_of_nothing_are_refused(client: FlaskClient) -> None:
    refused(client.get("/api/v1/suggest"))
