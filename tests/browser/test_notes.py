"""The page of notes to the administrators: whose, about what, a page at a time, and never anything but text."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from finder.corrections import Said, Saying
from finder.web.app import create_app
from tests.browser.canned import EVIL, EVIL_TEXT
from tests.browser.conftest import Watched, served
from tests.world import World, document, person

Open = Callable[..., Watched]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service where people wrote 54 notes, as an administrator sees it."""
    people = [person("ada", name="Ada Lindqvist", team="Pumps", skills=["Otters"]), person("eve", name=EVIL), person("cy")]
    groups = [{"id": "admins", "name": "Admins", "members": ["cy"]}]
    world = World(tmp_path_factory.mktemp("notes"), people, groups, [document("slow/1", "Slow queries", "Vacuum sleeps.", ["ada"])])
    finder = world.open()
    ada, eve = finder.principal("ada"), finder.principal("eve")
    for number in range(50):
        finder.correct(Said(Saying.NOTE, f"skills/Skill {number}", f"Not mine, {number}."), ada)
    finder.correct(Said(Saying.NOTE, f"skills/{EVIL}", f"{EVIL}\n{EVIL_TEXT} {'w' * 300}"), eve)
    finder.correct(Said(Saying.NOTE, "profile/team", "I moved to the Wells team in May.\nPlease change it."), ada)
    finder.correct(Said(Saying.NOTE, "documents/slow/1", "Bob wrote this, I uploaded it."), ada)
    finder.correct(Said(Saying.NOTE, "skills/Otters", "I only like them."), ada)
    more = {"demo_principal": "cy", "admin_group": "admins", "requests_per_minute": 100_000}
    with served(create_app(world.settings.model_copy(update=more), finder)) as address:
        yield address
    finder.engine.dispose()


@pytest.fixture
def look(browser: Browser, office: str) -> Iterator[Open]:
    """Return a function that opens the page, in a context with the options given."""
    contexts = []

    def make(**options: object) -> Watched:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        watched = Watched(context.new_page(), office)
        watched.open("/admin/notes")
        return watched

    yield make
    for context in contexts:
        context.close()


def test_an_administrator_reads_notes_newest_first_a_page_at_a_time(look: Open) -> None:
    page = look(java_script_enabled=False).open("/")
    page.locator(".account summary").click()
    page.locator(".account").get_by_role("link", name="Notes from people").click()
    rows = page.locator(".notes li")
    assert rows.count() == 50
    told = [" ".join(text.split()) for text in rows.all_inner_texts()[:3]]
    assert [text.partition(" · ")[0] for text in told] == ["Ada Lindqvist ada"] * 3
    assert told[0].endswith("Skill: Otters I only like them.")
    assert told[1].endswith("Document: slow/1 Bob wrote this, I uploaded it.")
    assert told[2].endswith("Profile: Team I moved to the Wells team in May. Please change it.")
    page.get_by_role("link", name="Older").click()
    assert rows.count() == 4
    assert rows.last.inner_text().endswith("Not mine, 0.")
    assert page.get_by_role("link", name="Older").count() == 0
    page.get_by_role("link", name="Newer").click()
    rows.nth(1).get_by_role("link", name="slow/1").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Slow queries"
    page.goto(page.url.partition("/documents")[0] + "/admin/notes?page=9")
    assert "There are no notes on this page." in page.locator("main").inner_text()


def test_notes_and_sources_lead_to_each_other(look: Open) -> None:
    page = look(java_script_enabled=False).page
    tabs = page.get_by_role("navigation", name="For administrators")
    tabs.get_by_role("link", name="Sources").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Sources"
    assert tabs.locator("[aria-current=page]").inner_text() == "Sources"


def test_what_people_write_is_only_text(look: Open) -> None:
    watched = look()
    told = watched.page.locator("main").inner_text()
    assert told.count("<script>alert(1)</script>") >= 3
    assert watched.page.locator("main :is(img, iframe, script, svg, [onerror], [onload])").count() == 0
    assert (watched.dialogs, watched.foreign, watched.complaints) == ([], [], [])


@pytest.mark.parametrize("width", [1440, 768, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(look: Open, scheme: str, width: int) -> None:
    page = look(color_scheme=scheme, viewport={"width": width, "height": 900}).page
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []


def test_it_is_told_in_german(look: Open) -> None:
    page = look(extra_http_headers={"Accept-Language": "de"}).page
    assert page.get_by_role("heading", level=1).inner_text() == "Nachrichten von Menschen"
    assert "Kenntnis: Otters" in page.locator(".notes").inner_text()
