"""The pages for everybody: axe finds nothing, the keyboard is enough, narrow and dark screens are no exception."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route

from tests.browser.conftest import Watched

PAGES = {
    "first page": "/",
    "question that cannot be asked": "/?q=broken",
    "results": "/?q=why+is+the+database+slow",
    "results with filters": "/?q=slow&team=Shop&kind=wiki&since=2024-01-01",
    "people only": "/?q=slow&type=people",
    "no confident match": "/?q=unsure",
    "nothing found": "/?q=nothing",
    "hostile results": "/?q=hostile",
    "newest first": "/?q=slow&type=documents&sort=recent",
    "ten thousand results": "/?q=many",
    "several subjects": "/?q=several",
    "person": "/people/ada",
    "person of whom little is known": "/people/hr%3Amei%2Flin",
    "person with a name of 300 characters": "/people/long",
    "person who is written from right to left": "/people/rtl",
    "person whose name holds no letter": "/people/emoji",
    "document in Markdown": "/documents/wiki-12",
    "document at its passage": "/documents/wiki-12?q=database+look&passage=17#passage",
    "hostile document": "/documents/hostile?q=script&passage=11",
    "plain document": "/documents/post%2F7%20%C3%A4",
    "empty document": "/documents/bare",
    "missing page": "/documents/nowhere",
}
Visit = Callable[..., Watched]


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(visit: Visit, scheme: str, width: int) -> None:
    watched = visit(color_scheme=scheme, viewport={"width": width, "height": 800})
    found = []
    for name, path in PAGES.items():
        page = watched.open(path)
        for summary in page.locator("details.why > summary").all():
            summary.click()
        if page.locator("details.menu").count():
            page.locator("details.menu > summary").first.click()
        violations = Axe().run(page).response["violations"]
        found += [(name, violation["id"], [node["html"] for node in violation["nodes"]]) for violation in violations]
    assert found == []
    assert watched.complaints == []


@pytest.mark.parametrize("width", [1280, 1100, 820, 360, 320])
def test_no_page_scrolls_sideways_and_no_menu_leaves_the_window(visit: Visit, width: int) -> None:
    watched = visit(viewport={"width": width, "height": 800})
    for path in PAGES.values():
        page = watched.open(path)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path
    page = watched.open("/?q=slow&team=Shop")
    for summary in page.locator("details.menu > summary").all():
        summary.click()
        box = page.locator("details.menu[open] > :not(summary)").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_two_columns_become_one_on_a_narrow_screen(visit: Visit) -> None:
    for width, beside in ((1280, True), (700, False)):
        page = visit(viewport={"width": width, "height": 800}).open("/?q=slow")
        people, documents = (page.locator(f"section[aria-labelledby={name}]").bounding_box() for name in ("people", "documents"))
        assert people is not None
        assert documents is not None
        assert (documents["y"] == people["y"]) is beside


def test_the_first_tab_skips_to_the_results(visit: Visit) -> None:
    page = visit().open("/?q=slow")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the results"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_stop_of_the_tab_key_shows_where_it_is(visit: Visit) -> None:
    page = visit().open("/?q=slow&team=Shop")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break  # past the last stop
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")


def test_a_suggestion_can_be_chosen_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit().open("/")
    box = page.get_by_role("combobox", name="Your question")
    page.keyboard.type("po")  # the box has the focus already
    page.get_by_role("option").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert page.get_by_role("listbox").get_attribute("id") == box.get_attribute("aria-controls")
    assert "suggestion" in page.locator("#q-status").inner_text()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    assert chosen.inner_text().startswith("PostgreSQL")
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    assert box.input_value() == "po"
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=PostgreSQL")


def test_what_was_typed_before_the_script_arrived_gets_suggestions_too(visit: Visit) -> None:
    watched = visit()

    def type_first(script: Route) -> None:
        watched.page.locator("#q").fill("po")
        script.continue_()

    watched.page.route("**/page.js", type_first)
    watched.open("/").get_by_role("option").first.wait_for()


def test_a_suggested_person_leads_to_their_page(visit: Visit) -> None:
    page = visit().open("/")
    page.keyboard.type("lindq")
    page.get_by_role("option", name="Ada Lindqvist Person").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/ada")


def test_escape_closes_the_suggestions_and_enter_asks_what_was_typed(visit: Visit) -> None:
    page = visit().open("/")
    page.keyboard.type("post")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")  # back in the box
    assert page.locator("[role=option][aria-selected=true]").count() == 0
    page.keyboard.press("Escape")
    assert page.locator("#q-options").is_hidden()
    assert page.locator("#q").input_value() == "post"
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=post")


def test_axe_would_notice(visit: Visit) -> None:
    page = visit().open("/")
    page.evaluate("document.querySelector('label').remove(); document.querySelector('#q').removeAttribute('placeholder')")
    assert "label" in {violation["id"] for violation in Axe().run(page).response["violations"]}
