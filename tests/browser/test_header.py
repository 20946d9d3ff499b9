"""The bar on every page: the question box, the ways in, and what belongs to whoever is signed in, on a wide screen and a narrow one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from finder.web.app import create_app
from tests.browser.canned import EVIL
from tests.browser.conftest import served
from tests.finder.workbench.staff import world
from tests.world import World, person

Open = Callable[[int], Page]
CALLED = {
    "long": "Maximiliane Gräfin von Hohenstein-Kaltenbrunn " * 3,
    "solid": "W" * 200,
    "evil": EVIL,
    "rtl": "\u202eمريم المهندسة",
    "short": "李",
}
MINE = ["What this says about me", "Your page as others see it"]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    made = world(tmp_path_factory.mktemp("header"))
    finder = made.open()
    more = {"demo_principal": "rita", "recruiter_group": "recruiters", "requests_per_minute": 100_000}
    with served(create_app(made.settings.model_copy(update=more), finder)) as address:
        yield address
    finder.engine.dispose()


@pytest.fixture
def at(browser: Browser, office: str) -> Iterator[Open]:
    """Return a function that opens a person's page in a window of a width, without scripts."""
    contexts = []

    def make(width: int) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{office}/people/bea")
        return page

    yield make
    for context in contexts:
        context.close()


def links(page: Page) -> list[str]:
    return page.locator("header.top").get_by_role("link").all_inner_texts()


def test_a_wide_bar_shows_every_way_in_and_keeps_ones_own_things_in_a_menu(at: Open) -> None:
    page = at(1280)
    assert links(page) == ["Expertise finder", "Explore", "Recruiter workbench"]
    page.locator(".account summary").click()
    assert links(page)[3:] == MINE
    page.get_by_role("link", name=MINE[0]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(MINE[0])


@pytest.mark.parametrize("width", [320, 375])
def test_a_narrow_bar_has_two_lines_and_the_workbench_in_the_menu(at: Open, width: int) -> None:
    page = at(width)
    assert links(page) == ["Expertise finder", "Explore"]
    bar, box = page.locator("header.top .bar").bounding_box(), page.get_by_role("searchbox").bounding_box()
    assert bar is not None
    assert box is not None
    assert bar["height"] < 130
    assert box["width"] > width / 2
    page.locator(".account summary").click()
    assert links(page)[2:] == ["Recruiter workbench", *MINE]
    page.get_by_role("link", name="Recruiter workbench").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recruiter workbench")
    assert page.locator("header.top [aria-current]").count() == 1


def test_a_message_is_shown_once(at: Open) -> None:
    page = at(1280)
    page.locator(".account summary").click()
    page.get_by_role("link", name=MINE[0]).click()
    page.get_by_role("button", name="Pause").click()
    assert page.get_by_text("You are paused: nobody finds you").count() == 1
    page.get_by_role("button", name="Resume").click()


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of a service as people with names of every sort see it, by their ids."""
    made = World(tmp_path_factory.mktemp("names"), [person(who, name=name.strip()) for who, name in CALLED.items()])
    finder = made.open()
    apps = {who: create_app(made.settings.model_copy(update={"demo_principal": who}), finder) for who in CALLED}
    with ExitStack() as stack:
        yield {who: stack.enter_context(served(app)) for who, app in apps.items()}
    finder.engine.dispose()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("width", [1440, 375, 320])
@pytest.mark.parametrize("who", CALLED)
def test_who_is_signed_in_is_called_by_name_and_no_name_bursts_the_bar(
    browser: Browser, everybody: dict[str, str], who: str, width: int, language: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, extra_http_headers={"Accept-Language": language})
    page = context.new_page()
    page.goto(f"{everybody[who]}/me")
    summary = page.locator(".account summary")
    assert CALLED[who].strip() in (summary.text_content() or "")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    bar, brand, shown = (page.locator(part).bounding_box() for part in ("header.top .bar", "header.top .brand", ".account summary"))
    assert bar is not None
    assert brand is not None
    assert shown is not None
    assert bar["height"] < (60 if width > 1000 else 130)
    assert shown["x"] >= brand["x"] + brand["width"]
    assert shown["x"] + shown["width"] <= width
    assert abs(shown["y"] + shown["height"] / 2 - brand["y"] - brand["height"] / 2) < 4, "they stand on one line"
    summary.click()
    assert page.locator(".myself bdi").all_inner_texts() == [CALLED[who].strip(), who]
    assert page.locator("header :is(script, img)").count() == 0
    context.close()
