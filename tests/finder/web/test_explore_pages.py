"""The pages and endpoints about the whole organisation, over HTTP."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from finder import keys
from finder.atlas import Cell
from finder.keys import Scope, Wish
from finder.service import Finder
from finder.web.app import create_app
from finder.web.explore_pages import warmth
from finder.web.explore_schemas import StartBody, TopicPageBody, TopicsBody
from finder.web.wording import percent
from tests.landscape import EACH, landscape
from tests.world import document


@dataclass
class Town:
    """The landscape behind an application."""

    finder: Finder
    client: FlaskClient

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def key(self, *scopes: Scope, grants: frozenset[str] = frozenset({"org"})) -> dict[str, str]:
        made = keys.create(self.finder.engine, Wish("a test", frozenset(scopes), grants=grants), "test")
        return {"Authorization": f"Bearer {made}"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    world = landscape(tmp_path_factory.mktemp("town"))
    finder = world.open()
    yield Town(finder, create_app(world.settings.model_copy(update={"requests_per_minute": 10_000}), finder).test_client())
    finder.engine.dispose()


def ids(town: Town) -> list[str]:
    return [topic["id"] for topic in town.get("/api/v1/topics").get_json()["topics"]]


def test_the_map_links_every_topic_and_has_a_table_behind_each_picture(town: Town) -> None:
    page = town.get("/explore").get_data(as_text=True)
    for topic in ids(town):
        assert f'href="/explore/topics/{topic}"' in page
    assert page.count("<table>") >= 3
    assert "style=" not in page


def test_every_topic_and_team_has_a_page(town: Town) -> None:
    for path in [f"/explore/topics/{topic}" for topic in ids(town)] + [f"/start?topic={topic}" for topic in ids(town)]:
        assert town.get(path).status_code == 200
    page = town.get("/start?team=Sea").get_data(as_text=True)
    assert "Had a part in" in page
    assert "/people/ada" in page


def test_start_without_a_choice_offers_all(town: Town) -> None:
    page = town.get("/start").get_data(as_text=True)
    assert all(f"/start?topic={topic}" in page for topic in ids(town))
    assert all(f"/start?team={team}" in page for team in ("Kitchen", "Sea", "Town"))


@pytest.mark.parametrize("path", ["/start?team=Nowhere", "/start?topic=nothing", "/explore/topics/nothing"])
def test_what_is_not_there_is_not_found(town: Town, path: str) -> None:
    assert town.get(path).status_code == 404


def test_a_guest_gets_no_topic_and_sees_that_there_is_none(town: Town) -> None:
    guest = town.key(Scope.SEARCH, Scope.PEOPLE, grants=frozenset({"user:ada"}))
    assert town.get("/api/v1/topics", headers=guest).get_json() == {"topics": []}
    page = town.get("/explore", headers=guest).get_data(as_text=True)
    assert "No map yet" in page
    assert not any(topic in page for topic in ids(town))
    for path in (f"/api/v1/topics/{ids(town)[0]}", "/api/v1/start?team=Sea"):
        hidden, missing = (town.get(where, headers=guest) for where in (path, path[:-1] + "zzz"))
        assert (hidden.status_code, hidden.get_data()) == (missing.status_code, missing.get_data())
        assert hidden.status_code == 404


def test_people_are_shown_to_keys_that_may_see_people(town: Town) -> None:
    searcher = town.key(Scope.SEARCH)
    assert town.get("/api/v1/topics", headers=searcher).status_code == 200
    for path in (f"/api/v1/topics/{ids(town)[0]}", "/api/v1/start?team=Sea", "/explore", "/start"):
        assert town.get(path, headers=searcher).status_code == 403


def test_answers_have_the_shape_that_is_described(town: Town) -> None:
    topics = TopicsBody.model_validate(town.get("/api/v1/topics").get_json()).topics
    assert [topic.documents for topic in topics] == [EACH] * 3
    page = TopicPageBody.model_validate(town.get(f"/api/v1/topics/{topics[0].id}").get_json())
    assert page.topic == topics[0]
    assert sum(year.documents for year in page.years) == EACH
    start = StartBody.model_validate(town.get("/api/v1/start", query_string={"team": "Sea"}).get_json())
    assert (start.team, start.topic, len(start.documents_to_read)) == ("Sea", None, 4)
    assert start.people_to_ask[0].id == "ada"


@pytest.mark.parametrize("query", ["", "team=Sea&topic=tides", "team=", "other=1"])
def test_start_takes_a_team_or_a_topic(town: Town, query: str) -> None:
    assert town.get(f"/api/v1/start?{query}").status_code == 400


def test_colours_follow_the_share_of_a_teams_documents() -> None:
    assert [warmth(Cell("Sea", 1, part)) for part in (0.0, 0.01, 0.05, 0.06, 0.2, 0.35, 1.0)] == [0, 1, 1, 2, 3, 4, 5]


def test_a_small_share_is_not_nothing(town: Town) -> None:
    with town.client.application.test_request_context():
        assert percent(0.004) != percent(0.0)


def test_a_hidden_document_changes_no_byte_of_any_page(tmp_path: Path) -> None:
    """The nonce apart, which is another in every answer."""
    hidden = [
        document(f"{name}{n}", "tide bread bells", f"gauge rope {n}", ["ada", "ghost"], visibility="restricted", allow=["user:ada"])
        for name in ("aa", "zz")
        for n in range(6)
    ]
    pages = []
    for name in ("without", "holding"):
        world = landscape(tmp_path / name)
        world.documents = [*world.documents, *(hidden if name == "holding" else [])]
        finder = world.open()
        client = create_app(world.settings, finder).test_client()
        topics = [topic["id"] for topic in client.get("/api/v1/topics").get_json()["topics"]]
        paths = ["/explore", "/start", "/start?team=Sea", "/api/v1/topics", "/api/v1/start?team=Sea"]
        for topic in topics:
            paths += [f"/explore/topics/{topic}", f"/start?topic={topic}", f"/api/v1/topics/{topic}", f"/api/v1/start?topic={topic}"]
        pages.append({path: re.sub(rb'nonce="[^"]+"', b"", client.get(path).get_data()) for path in paths})
        finder.engine.dispose()
    assert len(pages[0]) == 5 + 3 * 4
    assert pages[0] == pages[1]
