"""The pages over a real index: what buttons store, and that what may not be read changes no byte of any page."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from finder.corrections import Said, Saying
from finder.web.app import create_app
from models.database import reading
from models.told import Feedback
from tests.finder.conftest import Office
from tests.world import Row, World, document, person

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def token(client: FlaskClient, page: str) -> str:
    found = TOKEN.search(client.get(page).get_data(as_text=True))
    assert found
    return found[1]


def said(office: Office) -> tuple[str, str, str, str]:
    with reading(office.finder.engine) as session:
        row = session.scalars(select(Feedback).order_by(Feedback.id.desc())).first()
        assert row is not None
        return row.subject, row.verdict, row.question, row.principal


def test_a_button_of_the_page_stores_what_somebody_says_and_leads_back(client: FlaskClient, office: Office) -> None:
    form = {"csrf_token": token(client, "/?q=slow+queries&team=Data"), "said": "wrong people/ada"}
    response = client.post("/feedback?q=slow+queries&team=Data", data=form)
    assert (response.status_code, response.location) == (303, "/?q=slow+queries&team=Data")
    assert said(office) == ("people/ada", "wrong", "slow queries", "visitor")
    page = client.get(response.location).get_data(as_text=True)
    assert "Thank you." in page
    assert "Thank you." not in client.get(response.location).get_data(as_text=True).split("<main")[0]


def test_of_a_document_one_speaks_on_its_own_page(client: FlaskClient, office: Office) -> None:
    address = "/documents/pay%2Froll%201?q=payroll&passage=0"
    form = {"csrf_token": token(client, address), "said": "outdated documents/pay/roll 1"}
    response = client.post("/feedback?q=payroll&passage=0", data=form)
    assert (response.status_code, response.location) == (303, address)
    assert said(office)[:3] == ("documents/pay/roll 1", "outdated", "payroll")


def test_a_script_gets_a_short_answer(client: FlaskClient) -> None:
    form = {"csrf_token": token(client, "/?q=slow"), "said": "helpful people/ada"}
    response = client.post("/feedback?q=slow", data=form, headers={"Accept": "application/json"})
    assert (response.status_code, response.get_json()) == (201, {"status": "recorded"})


def test_without_the_token_of_the_page_nothing_is_stored(client: FlaskClient, office: Office) -> None:
    with reading(office.finder.engine) as session:
        before = session.scalar(select(func.count(Feedback.id)))
    assert client.post("/feedback?q=slow", data={"said": "helpful people/ada"}).status_code == 403
    with reading(office.finder.engine) as session:
        assert session.scalar(select(func.count(Feedback.id))) == before


@pytest.mark.parametrize("words", ["", "helpful", "helpful ada", "excellent people/ada", "helpful people/"])
def test_what_no_button_says_is_refused(client: FlaskClient, words: str) -> None:
    assert client.post("/feedback?q=slow", data={"csrf_token": token(client, "/?q=slow"), "said": words}).status_code == 400


def test_hidden_and_missing_results_are_refused_alike(client: FlaskClient) -> None:
    pages = [
        client.post("/feedback", data={"csrf_token": token(client, "/?q=slow"), "said": f"helpful documents/{name}"})
        for name in ("secret", "nothing")
    ]
    assert [page.status_code for page in pages] == [404, 404]
    assert _bare(pages[0].get_data(as_text=True)) == _bare(pages[1].get_data(as_text=True))


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "\\evil.example"])
def test_nobody_is_led_to_another_site(client: FlaskClient, back: str) -> None:
    form = {"csrf_token": token(client, "/?q=slow"), "said": "helpful people/ada"}
    response = client.post("/feedback", query_string={"q": back, "next": back}, data=form)
    assert response.location.startswith("/?q=")


@pytest.mark.parametrize("path", ["/?q=slow&sort=oldest", "/?q=slow&type=everyone"])
def test_an_address_that_asks_for_what_there_is_not_is_refused_in_words(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    assert 'id="q-error"' in response.get_data(as_text=True)


def _bare(page: str) -> str:
    """Return a page less what differs from one response or installation to the next: nonce, token, signature of a cursor."""
    return TOKEN.sub("", re.sub(r'nonce="[^"]+"|cursor=[^"&]+', "", page))


SHOWN = [
    document("open0", "Slow queries", "Queries are slow when the vacuum sleeps.\n\nLook at the plan.", ["ada"], created="2024-02-01"),
    document("open1", "Vacuum at night", "The vacuum sleeps and queries are slow.", ["bob"], tags=["night"], created="2025-01-01"),
    document("open2", "Canteen", "Soup on Monday.", ["bob"]),
]
HIDDEN = [
    document(
        "secret0", "Slow queries vacuum", "Queries are slow, the vacuum sleeps.", ["cy"], visibility="restricted", allow=["group:board"]
    ),
    document("secret1", "Merger of slow queries", "Vacuum, queries, merger.", ["ada"], visibility="private", tags=["night"]),
]
PAGES = (
    "/",
    "/?q=slow+queries",
    "/?q=slow+queries&sort=recent",
    "/?q=merger&type=documents&limit=2",
    "/?q=vacuum&type=people&tag=night",
    "/documents/open0?q=slow+queries&passage=0",
    "/documents/open1",
    "/documents/secret0?q=slow&passage=0",
    "/people/bob",
    "/people/cy",
)


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> list[FlaskClient]:
    """The same organisation, without and with documents that a visitor may not read."""
    folder = tmp_path_factory.mktemp("pages")
    people = [person("ada"), person("bob"), person("cy")]

    def client(path: Path, documents: list[Row]) -> FlaskClient:
        world = World(path, people, [], documents)
        settings = world.settings.model_copy(update={"requests_per_minute": 1_000_000})
        return create_app(settings, world.open()).test_client()

    return [client(folder / "without", SHOWN), client(folder / "with", SHOWN + HIDDEN)]


def test_an_author_in_force_is_named_and_one_who_may_not_be_seen_stays_an_id(tmp_path: Path) -> None:
    world = World(tmp_path, [person("ada"), person("bob")], [], [document("d", "Slow queries", "x", ["ada", "bob"])])
    finder = world.open()
    client = create_app(world.settings, finder).test_client()

    def chips() -> list[str]:
        return re.findall(
            r"<bdi>([^<]*)</bdi><span class=\"cross\"", client.get("/?q=slow+queries&author=ada&author=bob&author=nobody").text
        )

    assert chips() == ["Ada", "Bob", "nobody"]
    finder.correct(Said(Saying.PAUSE, ""), finder.principal("bob"))
    assert chips() == ["Ada", "bob", "nobody"]


@pytest.mark.parametrize("path", PAGES)
def test_what_may_not_be_read_changes_no_byte_of_a_page(clients: list[FlaskClient], path: str) -> None:
    without, holding = (client.get(path) for client in clients)
    assert without.status_code == holding.status_code
    assert _bare(without.get_data(as_text=True)) == _bare(holding.get_data(as_text=True))


def test_what_an_editor_did_of_a_page_is_told_wherever_the_part_is(tmp_path: Path) -> None:
    authors = [{"id": "ada", "role": "author"}, {"id": "bob", "role": "editor", "share": 0.4}, {"id": "cy", "role": "editor"}]
    world = World(tmp_path, people=[person("ada"), person("bob"), person("cy")])
    world.documents = [
        document("locks", "Slow queries", "Look at the locks.") | {"authors": authors},
        document("menu", "Canteen", "Soup on Monday.", ["ada"]),
    ]
    client = create_app(world.settings.model_copy(update={"demo_principal": "bob"}), world.open()).test_client()
    for path in ("/?q=slow+queries", "/documents/locks", "/documents/menu", "/people/bob", "/me"):
        page = client.get(path, headers={"Accept": "text/html"}).text
        assert bool(re.search(r"Edited 40.%", page)) == (path != "/documents/menu"), path
    german = client.get("/documents/locks", headers={"Accept": "text/html", "Accept-Language": "de"}).text
    assert re.search(r"Zu 40.% bearbeitet", german)

    told = client.get("/api/v1/documents/locks").get_json()["authors"]
    assert {author["id"]: author["edited"] for author in told} == {"ada": None, "bob": 0.4, "cy": None}
    found = client.get("/api/v1/search?q=slow+queries&type=people").get_json()["people"]
    assert {one["id"]: [evidence["edited"] for evidence in one["evidence"]] for one in found} == {"ada": [None], "bob": [0.4], "cy": [None]}
    assert [held["edited"] for held in client.get("/api/v1/me").get_json()["documents"]] == [0.4]
