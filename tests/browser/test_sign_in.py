"""Signing in through a real provider, asking, and signing out, as somebody at a browser does it."""

import socket
from collections.abc import Callable, Iterator

import oidc_provider_mock as provider
import pytest
from playwright.sync_api import expect
from pydantic import SecretStr

from finder.web.app import create_app
from tests.browser.conftest import Watched, served
from tests.world import World, document, person

Visit = Callable[..., Watched]


@pytest.fixture(scope="module")
def members_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service whose people sign in through a provider."""
    world = World(tmp_path_factory.mktemp("members"))
    world.people = [person("ada", emails=["ada@example.com"]), person("bob")]
    world.documents = [
        document("slow", "Slow queries", "Queries are slow when vacuum sleeps.", ["bob"]),
        document("own", "Slow and secret", "Slow queries that ada alone knows of.", ["ada"], visibility="private"),
    ]
    finder = world.open()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    users = [
        provider.User(sub="Ada", claims={"email": "ada@example.com"}),
        provider.User(sub="Zoe", claims={"email": "zoe@example.com"}),
    ]
    with provider.run_server_in_thread(user_claims=users) as there:
        changes = {
            "oidc_issuer": f"http://localhost:{there.server_port}",
            "oidc_client_id": "finder",
            "oidc_client_secret": SecretStr("a secret of the client"),
            "public_url": f"http://127.0.0.1:{port}",
        }
        with served(create_app(world.settings.model_copy(update=changes), finder), port) as address:
            yield address
    finder.engine.dispose()


def test_somebody_signs_in_asks_and_signs_out(visit: Visit, members_site: str) -> None:
    watched = visit()
    watched.site, page = members_site, watched.page
    page.goto(f"{members_site}/?q=slow+queries")
    page.get_by_role("button", name="Ada").click()
    page.wait_for_url(f"{members_site}/?q=slow+queries")
    assert "Slow and secret" in page.locator("main").inner_text()
    expect(page.locator(".asker")).to_contain_text("Signed in as Ada")
    page.get_by_label("Your question").fill("vacuum")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("main")).to_contain_text("Slow queries")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{members_site}/signed-out")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert page.get_by_role("button", name="Sign out").count() == 0
    assert watched.complaints == []
    page.goto(f"{members_site}/documents/own")
    expect(page.get_by_role("button", name="Ada")).to_be_visible()  # at the provider again


def test_whom_the_directory_does_not_list_is_told_so(visit: Visit, members_site: str) -> None:
    page = visit().page
    page.goto(members_site)
    page.get_by_role("button", name="Zoe").click()
    expect(page.locator("main")).to_contain_text("You are signed in, but the directory does not list you.")
    assert page.url.startswith(f"{members_site}/sign-in/callback")
    page.wait_for_load_state("networkidle")


def test_who_turns_back_at_the_provider_is_told_so(visit: Visit, members_site: str) -> None:
    page = visit().page
    page.goto(members_site)
    page.get_by_role("button", name="Deny").click()
    expect(page.locator("main")).to_contain_text("You did not sign in.")
    page.wait_for_load_state("networkidle")
