"""The forms and the API by which signed-in people correct what is told of them: tokens, redirects, words, permissions."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from finder.keys import Scope
from finder.service import Finder
from finder.web.app import create_app
from finder.web.operation import described
from models.database import writing
from models.tables import Person
from models.told import SignInRow, WorkbenchCandidate, WorkbenchDecision, WorkbenchSearch
from tests.finder.conftest import Office
from tests.world import World, document, person

HTML = {"Accept": "text/html"}


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    world = World(tmp_path_factory.mktemp("own"))
    world.people = [person("ada", skills=["Vacuum"], interests=["bees"]), person("bob", skills=["Index"]), person("cy")]
    world.documents = [document(f"d{n}", f"Vacuum {n}", "Dust", ["ada"], created="2025-01-01") for n in range(3)]
    world.documents += [document(f"e{n}", f"Bees {n}", "Honey", ["cy"], created="2025-01-01") for n in range(60)]
    finder = world.open()
    yield Office(finder, world.settings.model_copy(update={"requests_per_minute": 1_000_000}))
    finder.engine.dispose()


@pytest.fixture
def ada(place: Office) -> FlaskClient:
    return place.client(demo_principal="ada")


@pytest.fixture
def bob(place: Office) -> FlaskClient:
    return place.client(demo_principal="bob")


def token(client: FlaskClient, path: str = "/me") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path, headers=HTML).text)
    assert found is not None
    return found[1]


def send(client: FlaskClient, path: str, **fields: str) -> str:
    """Send a form as the page would, follow where it leads, and return the words of the confirmation."""
    response = client.post(path, data={"csrf_token": token(client), **fields}, headers=HTML)
    assert response.status_code == 303
    page = client.get(response.headers["Location"], headers=HTML)
    assert page.status_code == 200
    (said,) = re.findall(r'role="status"><span class="bar">([^<]*)</span>', page.text)
    assert page.text.count(said) == 1
    assert 'class="flash"' not in client.get(response.headers["Location"], headers=HTML).text  # said once
    return str(said)


def test_a_form_without_its_token_or_from_elsewhere_changes_nothing(ada: FlaskClient, place: Office) -> None:
    fields = {"kind": "mute", "value": "Vacuum"}
    assert ada.post("/me/corrections", data=fields, headers=HTML).status_code == 403
    foreign = {**HTML, "Origin": "https://evil.example"}
    assert ada.post("/me/corrections", data={**fields, "csrf_token": token(ada)}, headers=foreign).status_code == 403
    assert not any(topic.muted for topic in place.finder.own(place.finder.principal("ada")).topics)


def test_each_action_is_confirmed_in_words_and_seen_by_the_next_asker(ada: FlaskClient, bob: FlaskClient) -> None:
    assert "“Vacuum” is muted" in send(ada, "/me/corrections", kind="mute", value="Vacuum")
    assert "Vacuum</bdi>" not in bob.get("/people/ada", headers=HTML).text
    assert "no longer muted" in send(ada, "/me/corrections/undo", kind="mute", value="Vacuum")
    assert "Vacuum</bdi>" in bob.get("/people/ada", headers=HTML).text
    assert "no longer speaks for you" in send(ada, "/me/corrections", kind="hide", value="d0")
    assert "speaks for you again" in send(ada, "/me/corrections/undo", kind="hide", value="d0")
    assert "paused" in send(ada, "/me/corrections", kind="pause", value="")
    assert bob.get("/people/ada", headers=HTML).status_code == 404
    assert "visible again" in send(ada, "/me/corrections/undo", kind="pause", value="")
    assert bob.get("/people/ada", headers=HTML).status_code == 200
    assert "with the administrators" in send(ada, "/me/corrections", kind="note", value="profile/team", text="I moved.")
    assert "taken back" in send(ada, "/me/corrections/undo", kind="note", value="profile/team")


def test_what_people_write_is_text_wherever_it_is_shown(ada: FlaskClient, place: Office) -> None:
    evil = "<script>alert(1)</script>%(topic)s"
    send(ada, "/me/corrections", kind="mute", value=evil)
    send(ada, "/me/corrections", kind="note", value=f"profile/{evil}", text=evil)
    page = ada.get("/me", headers=HTML).text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3


def test_a_colleague_confirms_and_takes_back(ada: FlaskClient, bob: FlaskClient) -> None:
    assert "You confirm “Vacuum”" in send(bob, "/people/ada/endorsements", skill="Vacuum")
    assert "confirmed by 1 colleague" in bob.get("/people/ada", headers=HTML).text
    assert "Bob</bdi>" in ada.get("/me", headers=HTML).text
    assert "Bob" not in place_text(ada.get("/people/ada", headers=HTML).text)
    assert "no longer confirm" in send(bob, "/people/ada/endorsements/withdraw", skill="Vacuum")


def place_text(html: str) -> str:
    """The part of a person's page that is about their skills."""
    return html.partition('id="skills"')[2].partition("</section>")[0]


def test_what_is_not_allowed_or_unusable_is_refused_in_words(ada: FlaskClient, bob: FlaskClient) -> None:
    for client, path, fields, status in (
        (ada, "/me/corrections", {"kind": "hide", "value": "e0"}, 404),
        (ada, "/me/corrections", {"kind": "hide", "value": "nothing"}, 404),
        (ada, "/me/corrections", {"kind": "mute", "value": " "}, 400),
        (ada, "/me/corrections", {"kind": "note", "value": "profile/team", "text": " "}, 400),
        (ada, "/me/corrections", {"kind": "sing", "value": "x"}, 400),
        (ada, "/people/ada/endorsements", {"skill": "Vacuum"}, 403),
        (bob, "/people/ada/endorsements", {"skill": "nothing"}, 404),
        (bob, "/people/nobody/endorsements", {"skill": "Vacuum"}, 404),
        (bob, "/people/ada/endorsements", {}, 400),
    ):
        response = client.post(path, data={"csrf_token": token(client), **fields}, headers=HTML)
        assert response.status_code == status, (path, fields)


def test_long_lists_are_told_a_page_at_a_time_and_forms_lead_back_to_it(place: Office) -> None:
    cy = place.client(demo_principal="cy")
    assert "1 to 50 of 60." in cy.get("/me", headers=HTML).text
    second = cy.get("/me?page=2", headers=HTML).text
    assert "51 to 60 of 60." in second
    assert 'action="/me/corrections?page=2"' in second
    assert cy.get("/me?page=0", headers=HTML).status_code == 400
    response = cy.post("/me/corrections?page=2", data={"csrf_token": token(cy), "kind": "hide", "value": "e1"}, headers=HTML)
    assert response.headers["Location"] == "/me?page=2"


def test_nobody_but_a_signed_in_person_has_such_a_page(place: Office) -> None:
    visitor = place.client()
    assert visitor.get("/me", headers=HTML).status_code == 403
    assert "csrf_token" not in visitor.get("/people/ada", headers=HTML).text
    assert visitor.get("/api/v1/me", headers=place.key()).status_code == 403
    assert visitor.get("/api/v1/me", headers=place.key(Scope.SEARCH)).status_code == 403


def test_a_program_speaks_for_a_person_as_the_forms_do(place: Office, bob: FlaskClient) -> None:
    client = place.client()
    for_ada = {**place.key(Scope.SEARCH, Scope.PEOPLE, Scope.IMPERSONATE), "X-Finder-Principal": "user:ada"}
    for_bob = {**for_ada, "X-Finder-Principal": "user:bob"}

    def post(path: str, who: dict[str, str], **body: Any) -> tuple[int, Any]:
        response = client.post("/api/v1" + path, json=body, headers=who)
        return response.status_code, response.get_json()

    assert post("/people/ada/endorsements", for_bob, skill="Vacuum") == (201, {"status": "recorded"})
    me = client.get("/api/v1/me", headers=for_ada).get_json()
    assert [topic["endorsers"] for topic in me["topics"] if topic["name"] == "Vacuum"] == [[{"id": "bob", "name": "Bob"}]]
    assert post("/people/ada/endorsements/withdraw", for_bob, skill="Vacuum") == (200, {"status": "undone"})
    assert post("/me/corrections", for_ada, kind="mute", value="Vacuum") == (201, {"status": "recorded"})
    assert bob.get("/api/v1/people/ada").get_json()["skills"] == []
    assert post("/me/corrections/undo", for_ada, kind="mute", value="Vacuum") == (200, {"status": "undone"})
    assert post("/me/corrections", for_ada, kind="note", value="profile/bio", text="Old.") == (201, {"status": "recorded"})
    notes = client.get("/api/v1/corrections", headers=place.key(Scope.ADMIN)).get_json()["notes"]
    assert [(note["person"], note["about"], note["text"]) for note in notes] == [("ada", "profile/bio", "Old.")]
    assert client.get("/api/v1/corrections", headers=for_ada).status_code == 403
    assert post("/me/corrections", for_ada, kind="note", value="elsewhere", text="x")[0] == 400
    assert post("/me/corrections", for_ada, kind="mute")[0] == 400


def test_bodies_about_people_fit_the_published_schema(place: Office, ada: FlaskClient, bob: FlaskClient) -> None:
    place.finder.endorse("ada", "Vacuum", place.finder.principal("bob"))
    send(ada, "/me/corrections", kind="note", value="documents/d1", text="Not mine.")
    app = place.app()
    with app.app_context():
        spec = described(app)
    for path, template in (
        ("/people/ada", "/people/{public_id}"),
        ("/people/ada/skills?name=vacuum", "/people/{public_id}/skills"),
        ("/people/ada/similar", "/people/{public_id}/similar"),
        ("/me", "/me"),
    ):
        response = ada.get("/api/v1" + path)
        assert response.status_code == 200
        schema = spec["paths"]["/api/v1" + template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema_rs.validator_for({**schema, "components": spec["components"]}).validate(response.get_json())
    assert ada.get("/api/v1/people/ada/skills").status_code == 400


def test_hidden_documents_change_no_byte_of_the_pages_of_people(tmp_path_factory: pytest.TempPathFactory) -> None:
    people = [person("ada", skills=["Vacuum"], team="Data"), person("bob", team="Data"), person("cy")]
    shown = [document(f"d{n}", f"Vacuum {n}", "Dust", ["ada", "bob"], created="2025-01-01", votes=n) for n in range(3)]
    secret: dict[str, Any] = {"visibility": "restricted", "allow": ["group:board"], "created": "2026-01-01", "votes": 9}
    hidden = [document(f"s{n}", "Vacuum merger", "x", {"ada": "accepted", "bob": "author"}, thread="t", **secret) for n in range(3)]

    def pages(documents: list[Any]) -> Callable[[str], list[str]]:
        world = World(tmp_path_factory.mktemp("pages"), people, [], documents)
        finder: Finder = world.open()
        app = create_app(world.settings.model_copy(update={"demo_principal": "cy"}), finder)
        changing = re.compile(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"')
        return lambda path: changing.sub("", app.test_client().get(path, headers=HTML).text).splitlines()

    without, holding = pages(shown), pages(shown + hidden)
    for path in ("/people/ada", "/people/bob", "/people/ada?skill=Vacuum", "/me", "/api/v1/people/ada", "/api/v1/me"):
        assert without(path) == holding(path), path
        assert len(without(path)[0]) > 10


def test_the_page_and_the_api_tell_of_recruiters_searches_and_sign_ins(place: Office, ada: FlaskClient, bob: FlaskClient) -> None:
    evil, now = "<script>alert(1)</script>", datetime.now(UTC)
    with writing(place.finder.engine) as session:
        number = session.scalars(select(Person.id).where(Person.public_id == "ada")).one()
        session.add(WorkbenchSearch(id="s", owner="cy", purpose=evil, description="", created=now, blind=True))
        session.flush()
        session.add(WorkbenchCandidate(search_id="s", person_id=number, number=0))
        session.add(WorkbenchDecision(search_id="s", person_id=number, at=now, stage="declined", reason=f"no time {evil}"))
        for late in (1, -1):
            ends = now + timedelta(hours=late)
            session.add(SignInRow(token_hash=str(late), person_id=number, groups=[], created=now, expires=ends))
    page = ada.get("/me", headers=HTML).text
    assert all(words in page for words in ("searches that showed you", "Declined", "no time &lt;script", "in 1 browser."))
    assert "<script>alert" not in page
    assert 'href="/people/cy"' not in page
    body = ada.get("/api/v1/me").json
    assert [(found["purpose"], found["decisions"][0]["stage"]) for found in body["shown_in"]] == [(evil, "declined")]
    assert body["sign_ins"] == 1
    assert "searches that showed you" not in bob.get("/me", headers=HTML).text


@pytest.mark.parametrize("keeps", [True, False])
def test_the_page_says_whether_words_of_questions_are_kept(place: Office, keeps: bool) -> None:
    place.finder.settings = place.finder.settings.model_copy(update={"keep_questions": keeps})
    page = place.client(demo_principal="ada").get("/me", headers=HTML).text
    assert ("Words of a question that finds no answer are kept for 30 days" in page) is keeps
