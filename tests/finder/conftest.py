"""A small organisation behind a real application, for everything that is about HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from finder import keys
from finder.keys import Scope, Wish
from finder.service import Finder
from finder.web.app import create_app
from models.settings import Settings
from tests.world import World, document, person


@dataclass
class Office:
    """An opened finder with a way to put applications around it."""

    finder: Finder
    settings: Settings

    def app(self, **settings: Any) -> APIFlask:
        return create_app(self.settings.model_copy(update=settings), self.finder)

    def client(self, **settings: Any) -> FlaskClient:
        return self.app(**settings).test_client()

    def key(self, *scopes: Scope, **wish: Any) -> dict[str, str]:
        """The header of a new key."""
        made = keys.create(self.finder.engine, Wish("a test", frozenset(scopes or (Scope.SEARCH, Scope.PEOPLE)), **wish), "test")
        return {"Authorization": f"Bearer {made}"}


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    world = World(tmp_path_factory.mktemp("office"))
    world.people = [
        person("ada", team="Data", title="Engineer", location="Oslo", languages=["en", "no"], skills=["vacuum"], bio="Keeps queries fast."),
        person("bob", team="Pay", skills=["payroll"]),
        person("cy", team="Data"),
        person("gone", active=False),
    ]
    world.groups = [{"id": "board", "name": "Board", "members": ["bob"]}, {"id": "admins", "name": "Admins", "members": ["cy"]}]
    world.documents = [
        *(document(f"d{n}", f"Slow queries {n}", "Queries are slow when vacuum sleeps.", ["ada"], created="2025-03-04") for n in range(12)),
        document(
            "pay/roll 1", "Payroll closing", "How the payroll is closed each month.", ["bob"], tags=["money"], url="https://example.org/p"
        ),
        document("secret", "Merger", "The merger payroll.", ["bob"], visibility="restricted", allow=["group:board"]),
        document("ghosted", "Ghost", "Written by somebody unlisted.", ["ghost"], visibility="restricted", allow=["group:board"]),
    ]
    finder = world.open()
    yield Office(finder, world.settings.model_copy(update={"requests_per_minute": 1_000_000}))
    finder.engine.dispose()


@pytest.fixture(scope="session")
def app(office: Office) -> APIFlask:
    return office.app()


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def ask(client: FlaskClient) -> Callable[..., Any]:
    """Search and return the body."""
    return lambda **parameters: client.get("/api/v1/search", query_string=parameters).get_json()
