import json
import re
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from finder.web.operation import described
from models.database import reading
from models.told import Feedback
from tests.finder.conftest import Office

Ask = Callable[..., Any]
KEYS = {
    "question",
    "type",
    "sort",
    "confidence",
    "also_searched",
    "subjects",
    "team",
    "interested",
    "filters",
    "people",
    "documents",
    "facets",
    "next_cursor",
}
PERSON = {
    "id",
    "name",
    "title",
    "team",
    "location",
    "timezone",
    "languages",
    "url",
    "contact",
    "rank",
    "score",
    "confidence",
    "label",
    "skills",
    "explanation",
    "evidence",
    "covers",
}
DOCUMENT = {
    "id",
    "title",
    "kind",
    "source",
    "created",
    "language",
    "tags",
    "rank",
    "score",
    "authors",
    "url",
    "source_url",
    "passage",
    "snippet",
}


@pytest.fixture(scope="module")
def spec(app: APIFlask) -> dict[str, Any]:
    with app.app_context():
        return json.loads(json.dumps(described(app)))


def test_an_answer_has_exactly_the_published_fields(ask: Ask) -> None:
    answer = ask(q="slow queries")
    assert set(answer) == KEYS
    assert set(answer["people"][0]) == PERSON
    assert set(answer["documents"][0]) == DOCUMENT
    assert set(answer["people"][0]["evidence"][0]) == {
        "document",
        "title",
        "kind",
        "role",
        "edited",
        "created",
        "share",
        "url",
        "passage",
        "snippet",
    }


def test_the_shares_of_an_explanation_add_up_to_the_score(ask: Ask) -> None:
    for person in ask(q="slow payroll queries")["people"]:
        assert sum(part["share"] for part in person["explanation"]) == pytest.approx(person["score"], abs=1e-6)


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=slow+queries",
        "/search?q=slow+queries+and+payroll+closing",
        "/search?q=payroll&type=people",
        "/search?q=slow&type=documents&limit=2",
        "/people/ada",
        "/people/ada/similar",
        "/documents/d1",
        "/documents/pay%2Froll%201",
        "/documents/d1/related",
        "/documents/secret/related",
        "/search?q=slow&type=documents&limit=2&sort=recent",
        "/search?q=slow&sort=oldest",
        "/suggest?q=sl",
        "/people/nobody",
        "/search?q=",
    ],
)
def test_responses_fit_the_published_schema(client: FlaskClient, spec: dict[str, Any], path: str) -> None:
    response = client.get("/api/v1" + path)
    template = "/api/v1" + {"s": "/search", "p": "/people/{public_id}", "d": "/documents/{public_id}"}[path[1]]
    if path.startswith("/suggest"):
        template = "/api/v1/suggest"
    elif path.endswith(("/similar", "/related")):
        template += path[-8:]
    content = spec["paths"][template]["get"]["responses"][str(response.status_code)]["content"][response.mimetype]
    jsonschema_rs.validator_for({**content["schema"], "components": spec["components"]}).validate(response.get_json())


def test_every_route_of_the_api_is_described(app: APIFlask, spec: dict[str, Any]) -> None:
    assert spec["openapi"].startswith("3.1")
    apart = ("pages.", "cards.", "explore.", "scim.", "sources.page", "notes.page")  # pages, and SCIM, which describes itself
    served = {re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules() if not rule.endpoint.startswith(apart)}
    assert set(spec["paths"]) == served


@pytest.mark.parametrize(("kind", "people", "documents"), [("people", True, False), ("documents", False, True), ("all", True, True)])
def test_a_list_not_asked_for_is_empty(ask: Ask, kind: str, people: bool, documents: bool) -> None:
    answer = ask(q="slow queries", type=kind)
    assert (bool(answer["people"]), bool(answer["documents"])) == (people, documents)


def test_a_posted_question_is_answered_like_one_in_the_address(client: FlaskClient) -> None:
    got = client.get("/api/v1/search?q=slow+queries&team=Data&team=Pay&limit=3").get_json()
    posted = client.post("/api/v1/search", json={"q": "slow queries", "team": ["Data", "Pay"], "limit": 3}).get_json()
    assert posted == got
    assert got["filters"] == {"team": ["Data", "Pay"]}


def test_a_posted_text_may_be_longer_than_what_is_read_of_it(client: FlaskClient) -> None:
    response = client.post("/api/v1/search", json={"q": "slow queries " * 5_000})
    assert response.status_code == 200
    assert len(response.get_json()["question"]) == 10_000


def test_cursors_lead_through_the_whole_list_once(ask: Ask) -> None:
    seen, cursor = [], None
    while True:
        page = ask(q="slow queries", type="documents", limit=5, **({"cursor": cursor} if cursor else {}))
        seen += [document["id"] for document in page["documents"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    whole = ask(q="slow queries", type="documents", limit=50)["documents"]
    assert seen == [document["id"] for document in whole]
    assert len(seen) == len(set(seen)) > 10


def test_a_person_is_shown_with_what_they_wrote(client: FlaskClient) -> None:
    person = client.get("/api/v1/people/ada").get_json()
    assert (person["bio"], person["document_count"], person["url"]) == ("Keeps queries fast.", 12, "/people/ada")
    assert person["documents"][0]["url"] == "/documents/d0"


def test_ids_with_slashes_and_spaces_are_found_by_their_own_addresses(client: FlaskClient, ask: Ask) -> None:
    found = ask(q="payroll closing", type="documents")["documents"][0]
    assert found["url"] == "/documents/pay%2Froll%201"
    assert client.get("/api/v1" + found["url"]).get_json()["text"] == "How the payroll is closed each month."


def test_a_hidden_and_a_missing_thing_answer_alike(client: FlaskClient) -> None:
    volatile = {"X-Request-Id", "Date"}
    for hidden, missing in (
        ("/documents/secret", "/documents/nothing"),
        ("/people/ghost", "/people/nobody"),
        ("/people/gone", "/people/nobody"),
        ("/people/ghost/similar", "/people/nobody/similar"),
    ):
        one, other = client.get("/api/v1" + hidden), client.get("/api/v1" + missing)
        assert (one.status_code, one.data) == (404, other.data)
        assert [h for h in one.headers if h[0] not in volatile] == [h for h in other.headers if h[0] not in volatile]


def test_feedback_is_stored_with_who_gave_it(client: FlaskClient, office: Office) -> None:
    said = {"subject": "documents/pay/roll 1", "verdict": "helpful", "question": "who pays", "comment": "thanks\0"}
    assert client.post("/api/v1/feedback", json=said, headers=office.key()).status_code == 201
    with reading(office.finder.engine) as session:
        row = session.scalars(select(Feedback).order_by(Feedback.id.desc())).first()
        assert row is not None
        assert (row.subject, row.verdict, row.question, row.comment) == ("documents/pay/roll 1", "helpful", "who pays", "thanks ")
        assert row.principal.startswith("key:")


@pytest.mark.parametrize("subject", ["documents/secret", "documents/nothing", "people/ghost", "people/nobody"])
def test_feedback_on_what_the_asker_may_not_see_is_refused_like_on_nothing(client: FlaskClient, office: Office, subject: str) -> None:
    response = client.post("/api/v1/feedback", json={"subject": subject, "verdict": "wrong"}, headers=office.key())
    assert response.status_code == 404


def test_health_says_nothing_about_the_index(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "alive"}
    assert client.get("/readyz").get_json() == {"status": "ready"}


def test_figures_are_for_administrators(client: FlaskClient, office: Office) -> None:
    from finder.keys import Scope

    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers=office.key()).status_code == 403
    figures = client.get("/metrics", headers=office.key(Scope.ADMIN))
    assert figures.status_code == 200
    assert b"finder_index_people" in figures.data
    assert b'finder_requests_total{endpoint="operation.figures",method="GET",status="403"}' in figures.data


def test_browsers_are_told_how_to_search(client: FlaskClient) -> None:
    response = client.get("/opensearch.xml", headers={"X-Forwarded-Prefix": "/search"})
    assert b'template="http://localhost/search/?q={searchTerms}"' in response.data
