"""One walk through the workbench, without JavaScript; and its pages for everybody: axe, keyboard, narrow screens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from finder.web.app import create_app
from tests.browser.canned import EVIL, EVIL_TEXT
from tests.browser.conftest import Watched, served
from tests.finder.workbench.staff import PURPOSE, world
from tests.world import document, person

DESCRIPTION = "We are a company that makes pumps.\n\nTasks:\n- Vacuum pumps and payroll closing\n- Must: heraldry\n\nWe offer:\n- a pension"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with a workbench, where a recruiter is signed in."""
    made = world(tmp_path_factory.mktemp("workbench"))
    made.people = [*made.people, person("evil", name=EVIL, team=EVIL, title=EVIL)]
    made.documents = [
        *made.documents,
        *(document(f"e{n}", f"Sundial carving {EVIL} {n}", f"Sundials {EVIL_TEXT}", ["evil"]) for n in range(3)),
    ]
    finder = made.open()
    more = {"demo_principal": "rita", "recruiter_group": "recruiters", "requests_per_minute": 100_000}
    with served(create_app(made.settings.model_copy(update=more), finder)) as address:
        yield address
    finder.engine.dispose()


def opened(browser: Browser, site: str, **options: object) -> Page:
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    page.goto(site + "/")
    page.goto(site + "/workbench")
    return page


def begin(page: Page) -> None:
    page.get_by_label("What is this search for?").fill(PURPOSE)
    page.get_by_label("Description of the job or project").fill(DESCRIPTION)
    page.get_by_role("button", name="Split into requirements").click()


def test_from_a_description_to_a_decision_and_a_file(browser: Browser, office: str) -> None:
    page = opened(browser, office, java_script_enabled=False, accept_downloads=True)
    begin(page)
    rows = page.locator("main").get_by_role("group")
    assert [rows.nth(place).get_by_role("textbox").input_value() for place in range(3)] == ["Vacuum pumps", "payroll closing", "heraldry"]
    assert rows.nth(2).get_by_label("Must").is_checked()

    rows.nth(2).get_by_label("Take away").check()
    rows.nth(0).get_by_role("textbox").fill("sealing vacuum pumps")
    rows.nth(1).get_by_role("combobox").select_option("3")
    page.get_by_role("button", name="Show people").click()
    assert "Names are hidden" in page.locator("main").inner_text()
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_count(4)
    assert "Vera" not in table.inner_text()
    assert "That is not evidence of absence." in table.inner_text()

    boxes = table.get_by_role("checkbox")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Compare those ticked").click()
    expect(page.get_by_role("columnheader")).to_have_count(3)
    decisions = page.locator("section.card")
    name = decisions.first.get_by_role("heading").inner_text().removeprefix("What you decide about ")
    decisions.first.get_by_label("Stage").select_option("contacted")
    decisions.first.get_by_label("Why").fill("Both subjects, written down twice.")
    decisions.first.get_by_role("button", name="Record").click()
    assert "Both subjects, written down twice." in page.locator("section.card").first.inner_text()

    page.get_by_role("navigation", name="This search").get_by_role("link", name="Shortlist").click()
    assert page.locator(".wb-group", has_text="Contacted").get_by_role("heading", level=3).inner_text() == name
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export as CSV").click()
    file = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert PURPOSE in file
    assert "Both subjects, written down twice." in file
    assert "Vera" not in file

    page.get_by_role("button", name="Show names").click()
    assert "Vera Vakuum" in page.get_by_role("table").inner_text()
    page.get_by_role("link", name="Recruiter workbench").first.click()
    page.get_by_role("button", name=f"Delete the search “{PURPOSE}”").click()
    assert "None yet." in page.locator("main").inner_text()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(browser: Browser, office: str, scheme: str, width: int) -> None:
    page = opened(browser, office, color_scheme=scheme, viewport={"width": width, "height": 800})
    found = []

    def look() -> None:
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, page.url
        found.extend((page.url, violation["id"]) for violation in Axe().run(page).response["violations"])

    look()
    begin(page)
    look()
    page.get_by_role("button", name="Show people").click()
    page.locator("summary").first.click()
    look()
    page.get_by_role("link", name="Look at Person A and decide").click()
    look()
    page.get_by_label("Why").fill("A reason")
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_role("link", name="Shortlist").click()
    look()
    page.get_by_role("button", name="Show names").click()
    look()
    assert found == []


def test_every_stop_of_the_tab_key_shows_where_it_is(browser: Browser, office: str) -> None:
    page = opened(browser, office)
    begin(page)
    page.get_by_role("button", name="Show people").click()
    expect(page.get_by_role("table")).to_be_visible()
    page.evaluate("window.scrollTo(0, 0)")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        seen.add(page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"))
    assert {"Requirements and people", "Compare Person A", "Compare those ticked", "How this is ordered"} <= seen


def test_what_is_hostile_is_only_text_on_every_page(browser: Browser, office: str) -> None:
    watched = Watched(opened(browser, office), office)
    page = watched.page

    def look() -> None:
        assert page.locator("main :is(img, iframe, script, svg:not(.icon), [onerror], [onload])").count() == 0
        assert page.locator("[href^='javascript' i]").count() == 0

    page.get_by_label("What is this search for?").fill(f"Carve in spring {EVIL}")
    page.get_by_label("Description of the job or project").fill(f"- Sundial carving\n- {EVIL}")
    page.get_by_role("button", name="Split into requirements").click()
    look()
    page.get_by_role("textbox", name="Requirement").last.fill(EVIL)
    page.get_by_role("button", name="Show people").click()
    look()
    page.get_by_role("button", name="Show names").click()
    assert EVIL in page.get_by_role("table").inner_text()
    page.get_by_role("link", name=f"Look at {EVIL} and decide").click()
    page.get_by_label("Why").fill(EVIL)
    page.get_by_role("button", name="Record", exact=True).click()
    look()
    page.get_by_role("link", name="Shortlist").click()
    look()
    assert page.locator("main").inner_text().count("<script>alert(1)</script>") >= 3
    watched.open("/workbench?choose=%3Cscript%3Ealert(9)%3C%2Fscript%3E")
    look()
    assert (watched.dialogs, watched.foreign, watched.complaints) == ([], [], [])
