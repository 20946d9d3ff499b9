"""A service that people sign in to through a provider of our own making."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.database import writing
from models.settings import Settings
from models.tables import Identity, Person
from models.told import SignInRow
from tests.finder.conftest import Office
from tests.finder.web.browsing import ROOT, Start
from tests.provider import Provider, running


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running(Provider()) as found:
        yield found


@pytest.fixture
def accounts(office: Office) -> Iterator[None]:
    """Give the office's people accounts, as a people source declares them."""
    declared = {"email:bob@example.com": "bob", "github:bob": "bob", "email:cy@example.com": "cy", "email:gone@example.com": "gone"}
    with writing(office.finder.engine) as session:
        for key, person in declared.items():
            number = session.scalars(select(Person.id).where(Person.public_id == person)).one()
            session.merge(Identity(key=key, person_id=number))
    yield
    with writing(office.finder.engine) as session:
        for key in declared:
            session.delete(session.get_one(Identity, key))
        session.query(SignInRow).delete()


@pytest.fixture
def start(office: Office, provider: Provider, accounts: None) -> Start:
    """Return a function that gives a browser at a service that knows the provider; its arguments are more settings."""

    def made(**more: Any) -> FlaskClient:
        named = {"oidc_client_id": "finder", "oidc_client_secret": provider.client_secret, "public_url": ROOT, **more}
        settings = Settings(home=office.settings.home, oidc_issuer=provider.issuer, **named)
        return office.client(**{name: getattr(settings, name) for name in ("oidc_issuer", *named)})

    return made
