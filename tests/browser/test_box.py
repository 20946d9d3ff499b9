"""The box on a page of another origin: the demonstration portal and the service, each on a port of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, Route, expect

from finder import keys
from finder.keys import Scope, Wish
from finder.web.app import create_app
from models.database import connect, upgrade
from models.settings import Settings
from tests.browser.canned import ADA, EVIL, SLOW, CannedFinder
from tests.browser.conftest import Watched, served

ROOT = Path(__file__).resolve().parents[2]
Visit = Callable[..., Watched]


@dataclass
class Town:
    """A portal, the service that its box asks, and the key that the portal's server holds."""

    portal: str
    service: str
    key: str


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    home = tmp_path_factory.mktemp("town")
    # Nobody is answered here without saying who they are: what the box shows, its token has opened.
    settings = Settings(home=home, proxy_peers=("192.0.2.1",), proxy_secret="a secret that nobody uses", requests_per_minute=100_000)  # type: ignore[arg-type]
    upgrade(settings)
    engine = connect(settings)
    key = keys.create(engine, Wish("portal", frozenset({Scope.IMPERSONATE})), "test")
    app = create_app(settings, CannedFinder(engine))  # type: ignore[arg-type]
    with served(app) as service:
        command = [sys.executable, str(ROOT / "demo/portal/server.py"), "--service", service, "--user", "ada", "--port", "0"]
        process = subprocess.Popen(command, env={**os.environ, "PORTAL_KEY": key}, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found
        # The settings are frozen for everybody but this fixture: only now is it known which port the portal was given.
        object.__setattr__(settings, "embed_origins", (found[0],))
        yield Town(found[0], service, key)
        process.terminate()
        process.communicate()
    engine.dispose()


@pytest.fixture
def portal(visit: Visit, town: Town) -> Watched:
    """The portal's page in a browser, watched for requests to anybody but the two."""
    watched = visit()
    watched.site = town.portal
    watched.page.goto(town.portal)
    return watched


def strangers(watched: Watched, town: Town) -> list[str]:
    return [url for url in watched.foreign if not url.startswith(town.service + "/")]


def ask(page: Page, question: str) -> None:
    page.get_by_role("combobox").fill(question)
    page.get_by_role("combobox").press("Enter")


def answer_with(page: Page, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what the service answers before the box sees it."""

    def changed(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        change(body)
        route.fulfill(response=response, json=body)

    page.route("**/api/v1/search**", changed)


def test_the_box_answers_on_a_page_of_another_origin(portal: Watched, town: Town) -> None:
    page = portal.page
    ask(page, "why is the database slow")
    box = page.locator("expertise-search")
    expect(box.locator("h4").first).to_have_text(ADA.name)
    assert box.locator("h3").all_inner_texts() == ["People", "Documents"]
    assert box.locator(".match").all_inner_texts() == ["Strong match", "Good match", "Possible match"]
    assert box.locator(".evidence mark").all_inner_texts()[:2] == ["feels slow", "the data"]
    assert "Wiki page · Mar 4, 2025" in box.locator(".evidence li").first.inner_text()
    expect(box.get_by_role("link", name=ADA.name).first).to_have_attribute("href", f"{town.service}/people/ada")
    expect(box.get_by_role("link", name=SLOW.title).first).to_have_attribute("href", f"{town.service}/documents/wiki-12")
    expect(box.get_by_role("link", name="All results")).to_have_attribute("href", f"{town.service}/?q=why+is+the+database+slow")
    expect(box.get_by_role("status")).to_have_text("3 people, 3 documents")
    assert portal.complaints == []
    assert strangers(portal, town) == []


def test_the_page_holds_no_key_and_the_service_gets_no_cookie(portal: Watched, town: Town) -> None:
    page, sent = portal.page, []
    page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 - a bound method of a list is refused
    page.context.add_cookies([{"name": "finder", "value": "x", "url": town.service}])
    ask(page, "slow")
    page.get_by_role("link", name="All results").wait_for()
    asked: list[Request] = [request for request in sent if request.url.startswith(town.service) and request.method == "GET"]
    assert asked
    for request in asked:
        headers = request.all_headers()
        assert "cookie" not in headers
        assert headers["authorization"].startswith("Bearer et_")
        assert "et_" not in request.url
    secret = town.key.split("_", 2)[2]
    assert secret not in page.content()
    assert all(secret not in str(request.all_headers()) + (request.post_data or "") for request in sent)
    assert [cookie for cookie in page.context.cookies() if cookie["value"] != "x"] == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_suggestions_are_chosen_with_the_keyboard(portal: Watched) -> None:
    page = portal.page
    box = page.get_by_role("combobox")
    box.click()
    page.keyboard.type("sql")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("PostgreSQL")
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("PostgreSQL")
    page.get_by_role("link", name="All results").wait_for()


def test_a_suggested_person_is_one_keypress_away(portal: Watched, town: Town) -> None:
    page = portal.page
    page.get_by_role("combobox").click()
    page.keyboard.type("lindq")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{town.service}/people/ada")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("question", ["hostile", f"hostile {EVIL}"])
def test_hostile_answers_are_only_text(portal: Watched, town: Town, question: str) -> None:
    page = portal.page
    box = page.locator("expertise-search")
    page.get_by_role("combobox").click()
    page.keyboard.type("script")
    expect(page.get_by_role("option").first).to_contain_text("<script>")
    ask(page, question)
    expect(box.locator("h4").first).to_have_text(EVIL)
    assert box.locator("img, iframe, svg, style, script, [onclick], [onerror]").count() == 0
    assert box.locator("[href^='javascript' i], [href^='data' i]").count() == 0
    assert portal.dialogs == []
    assert portal.complaints == []
    assert strangers(portal, town) == []


def test_an_address_that_leads_elsewhere_is_no_link(portal: Watched) -> None:
    def elsewhere(body: dict[str, Any]) -> None:
        body["people"][0]["url"] = "javascript:alert(1)"
        body["people"][1]["url"] = "//evil.example/x"

    answer_with(portal.page, elsewhere)
    ask(portal.page, "slow")
    names = portal.page.locator("expertise-search .head h4")
    expect(names.first).to_have_text(ADA.name)
    assert names.nth(0).locator("a").count() == names.nth(1).locator("a").count() == 0
    assert names.nth(2).locator("a").count() == 1


def test_highlights_are_counted_in_code_points(portal: Watched) -> None:
    def astral(body: dict[str, Any]) -> None:
        body["documents"][0]["snippet"] = {"text": "\U0001f4a7\U0001f4a7 slow \U0001f6b0 pump", "highlights": [[3, 7], [5, 7], [10, 99]]}

    answer_with(portal.page, astral)
    ask(portal.page, "slow")
    snippet = portal.page.locator("expertise-search section").nth(1).locator("li p").nth(1)
    expect(snippet).to_have_text("\U0001f4a7\U0001f4a7 slow \U0001f6b0 pump")
    assert snippet.locator("mark").all_inner_texts() == ["slow", "pump"]


STYLES = """() => [...document.querySelector("expertise-search").shadowRoot.querySelectorAll("*")].map(element => {
  const style = getComputedStyle(element);
  const sized = ["width", "height", "inline-size", "block-size", "perspective-origin", "transform-origin"];
  const placed = /position|inset|top|bottom|left|right/;
  return element.localName + [...style].filter(name => !sized.includes(name) && !name.startsWith("--") && !placed.test(name))
    .map(name => name + ":" + style.getPropertyValue(name)).join(";");
})"""


def test_the_portals_stylesheet_does_not_reach_into_the_box(visit: Visit, portal: Watched, town: Town) -> None:
    plain = visit()
    plain.page.route("**/portal.css", lambda route: route.fulfill(body="", content_type="text/css"))
    plain.page.goto(town.portal)
    found = []
    for page in (portal.page, plain.page):
        ask(page, "slow")
        page.get_by_role("link", name="All results").wait_for()
        page.locator("expertise-search").evaluate("e => { e.style.width = '600px' }")  # one column on both pages
        found.append(page.evaluate(STYLES))
    assert len(found[0]) > 50
    for loud, bare in zip(*found, strict=True):
        assert loud == bare
    # The comparison means something: outside the box the stylesheet changes what is on the page.
    assert portal.page.locator("main h2").first.evaluate("e => getComputedStyle(e).fontSize") == "34px"


def test_the_look_is_set_by_custom_properties(portal: Watched) -> None:
    page = portal.page
    page.locator("expertise-search").evaluate("""e => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("expertise-search { --expertise-accent: rgb(1, 2, 3); --expertise-radius: 0px; --expertise-font-size: 21px }");
      document.adoptedStyleSheets = [sheet];
    }""")
    button = page.locator("expertise-search button")
    assert button.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(1, 2, 3)"
    assert button.evaluate("e => getComputedStyle(e).fontSize") == "21px"
    assert button.evaluate("e => getComputedStyle(e).borderRadius") == "0px"


@pytest.mark.parametrize(
    ("theme", "scheme", "dark"), [("", "dark", True), ("", "light", False), ("light", "dark", False), ("dark", "light", True)]
)
def test_it_is_dark_where_the_reader_or_the_page_wishes_so(visit: Visit, town: Town, theme: str, scheme: str, dark: bool) -> None:
    page = visit(color_scheme=scheme).page
    page.goto(town.portal)
    page.locator("expertise-search").evaluate("(e, theme) => theme ? e.setAttribute('theme', theme) : e.removeAttribute('theme')", theme)
    ground = page.locator("expertise-search .box").evaluate("e => getComputedStyle(e).backgroundColor")
    assert (ground == "rgb(27, 31, 36)") is dark


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_box_is_accessible(portal: Watched, theme: str) -> None:
    page = portal.page
    page.locator("expertise-search").evaluate("(e, theme) => e.setAttribute('theme', theme)", theme)
    ask(page, "slow")
    page.get_by_role("link", name="All results").wait_for()
    page.get_by_role("combobox").fill("sql")
    page.get_by_role("option").first.wait_for()
    found = Axe().run(page, context="expertise-search", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.response["violations"] == []


def test_it_speaks_german_where_the_page_or_the_attribute_says_so(portal: Watched) -> None:
    page = portal.page
    page.evaluate("document.documentElement.lang = 'de-AT'")
    page.locator("expertise-search").evaluate("e => e.setAttribute('language', 'de')")
    ask(page, "slow")
    expect(page.locator("expertise-search .match").first).to_have_text("Passt sehr gut")
    assert page.locator("expertise-search .box").get_attribute("lang") == "de"
    page.locator("expertise-search").evaluate("e => e.setAttribute('language', 'en')")
    expect(page.locator("expertise-search button").first).to_have_text("Search")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("nothing", "Nothing that you may read fits."),
        ("unsure", "No confident match. This is the nearest there is."),
        ("broken", "Type a few words about what you want to know."),
    ],
)
def test_an_answer_that_is_none_says_so(portal: Watched, question: str, words: str) -> None:
    ask(portal.page, question)
    expect(portal.page.locator("expertise-search .answer p").first).to_contain_text(words)
    expect(portal.page.locator("expertise-search").get_by_role("status")).to_contain_text(words)


def test_while_it_waits_it_says_so(portal: Watched) -> None:
    page, held = portal.page, []
    page.route("**/api/v1/search**", lambda route: held.append(route))  # noqa: PLW0108 - a bound method of a list is refused
    ask(page, "slow")
    answer = page.locator("expertise-search .answer")
    expect(answer).to_have_attribute("aria-busy", "true")
    expect(answer).to_have_text("Searching …")
    while not held:
        page.wait_for_timeout(10)
    held[0].continue_()
    expect(answer.locator("h4").first).to_have_text(ADA.name)
    assert answer.get_attribute("aria-busy") is None


def test_a_token_that_is_no_longer_taken_is_replaced_once(portal: Watched) -> None:
    page, given = portal.page, []

    def old_one_first(route: Route) -> None:
        given.append(route.request.url)
        if len(given) == 1:
            route.fulfill(json={"token": "et_worthless", "expires_in": 600})
        else:
            route.continue_()

    page.route("**/expertise-token", old_one_first)
    ask(page, "slow")
    page.get_by_role("link", name="All results").wait_for()
    ask(page, "slow again")
    page.get_by_role("link", name="All results").wait_for()
    assert len(given) == 2


def test_a_token_is_renewed_before_its_end(portal: Watched) -> None:
    page, given = portal.page, []

    def short_lived(route: Route) -> None:
        response = route.fetch()
        given.append(response.json()["token"])
        route.fulfill(response=response, json={**response.json(), "expires_in": 60})

    page.route("**/expertise-token", short_lived)
    for question in ("slow", "slower"):
        ask(page, question)
        expect(page.get_by_role("link", name="All results")).to_have_attribute("href", re.compile(f"q={question}$"))
    assert len(given) == 2


def test_a_portal_that_cannot_say_who_asks_is_named_and_asked_again(portal: Watched) -> None:
    page = portal.page
    page.route("**/expertise-token", lambda route: route.fulfill(status=502, body="{}"), times=1)
    ask(page, "slow")
    answer = page.locator("expertise-search .answer")
    expect(answer).to_contain_text("This page could not say who you are.")
    answer.get_by_role("button", name="Try again").click()
    expect(answer.locator("h4").first).to_have_text(ADA.name)


def test_without_a_token_the_box_sees_what_anybody_sees(portal: Watched) -> None:
    page = portal.page
    page.locator("expertise-search").evaluate("e => e.removeAttribute('token-url')")
    ask(page, "slow")
    expect(page.locator("expertise-search .answer")).to_contain_text("Sign in to ask here.")


def test_on_an_origin_that_is_not_listed_the_box_stays_empty(visit: Visit, town: Town) -> None:
    page = visit().page
    page.goto(town.portal.replace("127.0.0.1", "localhost"))  # the same server, another origin
    ask(page, "slow")
    expect(page.locator("expertise-search .answer")).to_contain_text("This page could not say who you are.")
    page.locator("expertise-search").evaluate("e => e.removeAttribute('token-url')")
    ask(page, "slow")
    expect(page.locator("expertise-search .answer")).to_contain_text("The service cannot be reached just now.")
