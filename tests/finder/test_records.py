"""Pushing records over HTTP: what is acknowledged is held, once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from finder import inbox
from finder.keys import Scope
from finder.service import Finder
from finder.web import records
from indexer.inbox import take
from indexer.store import Policy
from models.database import reading
from models.told import Inbox, Job
from tests.finder.conftest import Office
from tests.world import World, document, person

NDJSON = "application/x-ndjson"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Office]:
    world = World(tmp_path, [person("ada")], [], [document("d1", "Slow queries", "Vacuum sleeps.", ["ada"])])
    finder = world.open()
    yield Office(finder, world.settings)
    finder.engine.dispose()


@pytest.fixture
def sender(place: Office) -> dict[str, str]:
    return place.key(Scope.INGEST)


@pytest.fixture
def client(place: Office) -> FlaskClient:
    return place.client()


def push(client: FlaskClient, headers: dict[str, str], body: object, source: str = "wiki", **more: str) -> TestResponse:
    return client.post(f"/api/v1/records?source={source}", json=body, headers={**headers, **more})


def held(finder: Finder) -> int:
    with reading(finder.engine) as session:
        return session.query(Inbox).count()


def fates(client: FlaskClient, headers: dict[str, str], response: TestResponse) -> list[tuple[str | None, str]]:
    told = client.get(response.headers["Location"], headers=headers).get_json()
    return [(record["id"], record["state"]) for record in told["records"]]


def test_one_record_an_array_and_lines_are_taken(place: Office, client: FlaskClient, sender: dict[str, str]) -> None:
    one = push(client, sender, {"id": "a", "title": "A"})
    several = push(client, sender, [{"id": "b", "title": "B"}, {"id": "c", "title": "C"}])
    lines = client.post("/api/v1/records?source=wiki", data=b'{"id": "d"}\n\n{broken\n', content_type=NDJSON, headers=sender)
    assert [response.status_code for response in (one, several, lines)] == [202, 202, 202]
    assert [response.get_json()["records"] for response in (one, several, lines)] == [1, 2, 2]
    assert fates(client, sender, several) == [(None, "queued"), (None, "queued")]
    take(place.finder.engine, Policy())
    assert fates(client, sender, several) == [("b", "stored"), ("c", "stored")]
    told = client.get(lines.headers["Location"], headers=sender).get_json()
    assert (told["state"], told["counts"]) == ("done", {"quarantined": 2})
    assert "neither a title nor a text" in told["records"][0]["reason"]
    assert "not JSON" in told["records"][1]["reason"]


def test_the_same_push_under_the_same_key_is_one_job(place: Office, client: FlaskClient, sender: dict[str, str]) -> None:
    once = push(client, sender, {"id": "a", "title": "A"}, **{"Idempotency-Key": "k-1"})
    again = push(client, sender, {"id": "a", "title": "A"}, **{"Idempotency-Key": "k-1"})
    assert once.get_json() == again.get_json()
    assert held(place.finder) == 1
    for other in (push(client, sender, {"id": "b"}, **{"Idempotency-Key": "k-1"}),
                  push(client, sender, {"id": "a", "title": "A"}, "chat", **{"Idempotency-Key": "k-1"})):  # fmt: skip
        assert (other.status_code, other.get_json()["type"].rpartition(":")[2]) == (422, "idempotency-conflict")
    assert push(client, place.key(Scope.INGEST), {"id": "b"}, **{"Idempotency-Key": "k-1"}).status_code == 202, "keys are each sender's"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[]", 400), (b"5", 400), (b"[1]", 400), (b"{", 400), (b'{"a":' * 3000 + b"1" + b"}" * 3000, 400), (b"\n", 400)],
)
def test_a_body_without_a_record_is_refused(client: FlaskClient, sender: dict[str, str], body: bytes, status: int) -> None:
    assert client.post("/api/v1/records?source=wiki", data=body, content_type="application/json", headers=sender).status_code == status


def test_too_much_at_once_is_refused_by_name(client: FlaskClient, sender: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST_RECORDS", 2)
    monkeypatch.setattr(records, "LARGEST_PUSH", 300_000)
    many = push(client, sender, [{"id": str(number)} for number in range(3)])
    large = push(client, sender, {"id": "a", "text": "x" * 310_000})
    for response in (many, large):
        assert (response.status_code, response.get_json()["type"].rpartition(":")[2]) == (413, "push-too-large")
    assert push(client, sender, {"id": "a", "text": "x" * 280_000}).status_code == 202, "more than a question may have"


def test_an_inbox_that_nobody_empties_is_full_one_day(client: FlaskClient, sender: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST_WAITING", 2)
    assert push(client, sender, [{"id": "a"}, {"id": "b"}]).status_code == 202
    full = push(client, sender, {"id": "c"})
    assert (full.status_code, full.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize("source", ["", "a/b", "scim", "x" * 101, "%00", "-a"])
def test_a_name_that_no_source_can_have_is_refused(client: FlaskClient, sender: dict[str, str], source: str) -> None:
    assert push(client, sender, {"id": "a"}, source).status_code == 400


def test_a_source_that_the_indexer_reads_is_not_pushed_to(client: FlaskClient, sender: dict[str, str]) -> None:
    assert push(client, sender, {"id": "a"}, "org").status_code == 409


def test_only_who_may_send_sends_and_only_the_sender_is_told(place: Office, client: FlaskClient, sender: dict[str, str]) -> None:
    assert push(client, {}, {"id": "a"}).status_code == 403
    assert push(client, place.key(), {"id": "a"}).status_code == 403
    made = push(client, sender, {"id": "a"})
    assert client.get(made.headers["Location"], headers=place.key(Scope.INGEST)).status_code == 404
    assert client.get(made.headers["Location"], headers=place.key(Scope.INGEST, Scope.ADMIN)).status_code == 200
    assert client.get("/api/v1/jobs/none", headers=sender).status_code == 404


def test_a_push_that_cannot_be_stored_is_not_acknowledged(place: Office, client: FlaskClient, sender: dict[str, str]) -> None:
    with place.finder.engine.connect().execution_options(writes=True) as other, other.begin():
        assert push(client, sender, {"id": "a"}).status_code == 503
    with reading(place.finder.engine) as session:
        assert session.query(Job).count() == 0


def test_what_was_stored_is_no_longer_kept_raw(place: Office, client: FlaskClient, sender: dict[str, str]) -> None:
    push(client, sender, [{"id": "a", "title": "Private words"}, {"id": "", "title": "Private words"}])
    take(place.finder.engine, Policy())
    with reading(place.finder.engine) as session:
        assert {row.content for row in session.query(Inbox)} == {b""}


def test_what_is_pushed_without_a_visibility_is_its_authors_own(place: Office, client: FlaskClient, sender: dict[str, str]) -> None:
    rows: list[Any] = [{"id": "p", "title": "P", "authors": [{"id": "user:ada"}]}, {"id": "o", "title": "O", "visibility": "org"}]
    lines = "\n".join(json.dumps(row) for row in rows)
    client.post("/api/v1/records?source=wiki", data=lines, content_type=NDJSON, headers=sender)
    take(place.finder.engine, Policy())
    with reading(place.finder.engine) as session:
        from models.tables import Document, Grant

        found = session.query(Document.public_id, Grant.principal).join(Grant, Grant.document_id == Document.id).all()
    assert {tuple(row) for row in found} >= {("p", "user:ada"), ("o", "org")}
    assert ("p", "org") not in {tuple(row) for row in found}
