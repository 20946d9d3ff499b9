"""The map of the organisation in a real browser: for everybody, in both themes, and in German."""

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from finder.web.app import create_app
from tests.browser.canned import EVIL
from tests.browser.conftest import Watched, served
from tests.landscape import landscape

PAGES = ("/explore", "/start", "/start?team=Sea", "/start?team=Nowhere", "TOPIC")
Look = Callable[..., Watched]


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a service over the landscape, with a hostile name, team, interest and title in it, and the path of a topic."""
    world = landscape(tmp_path_factory.mktemp("mapped"))
    world.people = [{**row, "team": EVIL, "name": EVIL} if row["id"] == "eve" else row for row in world.people]
    world.people = [{**row, "interests": [f"chess {EVIL}"]} if "interests" in row else row for row in world.people]
    world.documents = [{**row, "title": f"{row['title']} {EVIL}"} if row["id"] == "bells2" else row for row in world.documents]
    finder = world.open()
    from models.access import VISITOR

    with served(create_app(world.settings, finder)) as address:
        yield address, f"/explore/topics/{finder.topics(VISITOR)[0].id}"
    finder.engine.dispose()


@pytest.fixture
def look(browser: Browser, mapped: tuple[str, str]) -> Iterator[Look]:
    contexts = []

    def make(**options: object) -> Watched:
        contexts.append(browser.new_context(**options))  # type: ignore[arg-type]
        return Watched(contexts[-1].new_page(), mapped[0])

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [1440, 768, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(look: Look, mapped: tuple[str, str], scheme: str, width: int) -> None:
    watched = look(color_scheme=scheme, viewport={"width": width, "height": 800})
    found = []
    for path in PAGES:
        page = watched.open(mapped[1] if path == "TOPIC" else path)
        for summary in page.locator("details.behind > summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path
        found += [(path, one["id"], [node["html"] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]]
    assert found == []
    assert (watched.complaints, watched.dialogs, watched.foreign) == ([], [], [])


def test_what_is_hostile_is_only_text(look: Look, mapped: tuple[str, str]) -> None:
    watched = look()
    topics = [link.get_attribute("href") or "" for link in watched.open("/explore").locator("svg.map:visible a").all()]
    for path in ("/explore", *topics, f"/start?team={quote(EVIL)}", *(f"/start?topic={path.rpartition('/')[2]}" for path in topics)):
        page = watched.open(path)
        for summary in page.locator("details > summary:visible").all():
            summary.click()
        assert page.locator("main :is(img, iframe, style, script, [onerror], [onload])").count() == 0
    assert "<script>alert(1)</script>" in watched.open("/explore").locator("main").inner_text()
    assert (watched.complaints, watched.dialogs, watched.foreign) == ([], [], [])


def test_a_box_of_the_map_leads_to_its_topic_by_keyboard_too(look: Look) -> None:
    page = look(viewport={"width": 1440, "height": 900}, java_script_enabled=False).open("/explore")
    box = page.locator("svg.map:visible a").first
    name = box.get_attribute("aria-label")
    assert name is not None
    box.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/explore/topics/*")
    assert page.get_by_role("heading", level=1).inner_text() == name.split(":")[0]


@pytest.mark.parametrize(("width", "kind"), [(1440, "wide"), (768, "middle"), (375, "narrow")])
def test_each_screen_gets_the_map_that_fits_it(look: Look, width: int, kind: str) -> None:
    page = look(viewport={"width": width, "height": 800}).open("/explore")
    shown = page.locator("svg.map:visible")
    assert shown.count() == 1
    assert f"map-{kind}" in (shown.get_attribute("class") or "")
    box, picture = shown.bounding_box(), shown.get_attribute("viewBox")
    assert box is not None
    assert picture is not None
    # Text is never drawn smaller than three quarters of its size.
    assert box["width"] / float(picture.split()[2]) > 0.75


def test_the_top_bar_and_the_first_page_lead_to_the_map(look: Look) -> None:
    page = look(java_script_enabled=False).open("/")
    page.get_by_role("link", name="Explore", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "What this organisation knows"
    page.get_by_role("link", name="New here?").click()
    page.get_by_role("link", name="Sea", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Start here: Sea"


def test_a_german_browser_sees_a_german_map(look: Look) -> None:
    page = look(locale="de-DE", extra_http_headers={"Accept-Language": "de"}).open("/explore")
    text = page.locator("main").inner_text()
    for told in ("Was diese Organisation weiß", "Teams und Themen", "Wissen in Gefahr", "Wer sich kennenlernen könnte"):
        assert told in text
    for untold in ("Topics", "Knowledge", "documents", "people", "The table"):
        assert untold not in text


def test_on_paper_the_wide_map_is_printed(look: Look) -> None:
    page = look(viewport={"width": 800, "height": 800}).open("/explore")
    page.emulate_media(media="print")
    assert page.locator("svg.map-wide").is_visible()
    assert page.locator("svg.map:visible").count() == 1
