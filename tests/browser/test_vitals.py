"""What a page costs whoever looks at it: few bytes of script, and nothing that moves once it stands."""

import pytest
from playwright.sync_api import Browser

from tests.vitals import SCRIPT_LIMIT, answers, load, watching


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize(
    "path", ["/", "/?q=slow+queries", "/?q=unsure&team=Shop", "/documents/wiki-12?q=dashboard&passage=17", "/people/ada"]
)
def test_nothing_moves_and_scripts_are_small(browser: Browser, site: str, path: str, width: int) -> None:
    page = watching(browser, viewport={"width": width, "height": 900})
    loaded = load(page, site + path)
    page.context.close()
    print(path, width, loaded)
    assert loaded.shift == 0
    assert 0 < loaded.script < SCRIPT_LIMIT
    assert loaded.paint > 0


def test_an_answer_in_place_moves_nothing_that_was_not_asked_for(browser: Browser, site: str) -> None:
    page = watching(browser, viewport={"width": 1440, "height": 900})
    page.goto(f"{site}/")
    page.locator("#q:focus").wait_for()  # browsers move the focus after the load event
    page.keyboard.type("slow queries")
    page.wait_for_url("**/?q=slow+queries")
    page.keyboard.type(" and more")
    page.wait_for_url("**more")
    assert page.evaluate("window.vitals.shift") == 0
    page.context.close()


def test_the_time_of_an_answer_in_place_is_measured(browser: Browser, site: str) -> None:
    page = watching(browser)
    ((since_request, since_key),) = answers(page, site, ["slow queries"])
    page.context.close()
    print(since_request, since_key)
    assert 0 < since_request < since_key
