"""What a script adds: answers without a page load, an address bar that always names them, a history that can be walked."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watched

Visit = Callable[..., Watched]


@pytest.fixture
def watched(visit: Visit) -> Watched:
    """A page that remembers having been loaded: what it remembers is gone after a page load."""
    made = visit()
    made.open("/").evaluate("window.loaded = true")
    return made


def still_loaded(page: Page) -> bool:
    return bool(page.evaluate("window.loaded === true"))


def typed(page: Page, text: str) -> None:
    """Type, and wait for the answer."""
    page.keyboard.type(text)
    page.wait_for_url(f"**/?q={page.locator('#q').input_value().replace(' ', '+')}*")


def test_a_pause_in_typing_answers_in_place(watched: Watched) -> None:
    page = watched.page
    typed(page, "slow queries")
    assert page.get_by_role("heading", level=3).first.inner_text() == "Ada Lindqvist"
    assert page.evaluate("document.activeElement.id") == "q"
    assert page.title() == "slow queries · Expertise finder"
    assert page.locator(".examples").count() == 0
    assert still_loaded(page)
    assert watched.complaints == []


def test_what_was_found_is_announced(watched: Watched) -> None:
    typed(watched.page, "slow queries")
    expect(watched.page.locator(".ask-said[role=status]")).to_have_text("3 people. 3 documents.")
    watched.page.locator("#q").fill("unsure")
    expect(watched.page.locator(".ask-said[role=status]")).to_have_text("No confident match. 3 people. 3 documents.")


def test_one_stretch_of_typing_is_one_step_back(watched: Watched) -> None:
    page = watched.page
    typed(page, "slow")
    typed(page, " queries")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_be_focused()
    page.locator("#q").fill("unsure")
    page.wait_for_url("**/?q=unsure")
    page.go_back()
    expect(page.locator("#q")).to_have_value("slow queries")
    page.go_back()
    page.locator(".examples").wait_for()
    assert page.url == f"{watched.site}/"
    assert page.locator("#q").input_value() == ""
    page.go_forward()
    expect(page.locator("h1")).to_have_text("Results: slow queries")
    assert still_loaded(page)


def test_enter_leads_into_the_results(watched: Watched) -> None:
    page = watched.page
    page.keyboard.type("slow queries")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_be_focused()
    assert page.url.endswith("/?q=slow+queries")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Everything"
    assert still_loaded(page)


def test_an_answer_that_comes_too_late_is_dropped(watched: Watched) -> None:
    page, held = watched.page, []
    page.route(re.compile(r"/\?q=unsure$"), lambda route: held.append(route))  # noqa: PLW0108 - playwright marks the function it is given
    page.keyboard.type("unsure")
    expect(page.locator("main")).to_have_attribute("aria-busy", "true")
    page.locator("#q").fill("slow queries")
    page.wait_for_url("**/?q=slow+queries")
    for route in held:
        try:
            route.continue_()
        except Exception:  # noqa: BLE001  the page has already given the request up
            continue
    page.wait_for_timeout(300)
    assert held
    assert page.locator("h1").inner_text() == "Results: slow queries"
    assert page.url.endswith("/?q=slow+queries")
    assert page.locator("main").get_attribute("aria-busy") is None


def test_filters_are_chosen_one_after_another_without_losing_the_place(watched: Watched) -> None:
    page = watched.page
    typed(page, "slow queries")
    page.locator("details.menu > summary", has_text="Team").click()
    page.locator("details.menu[open]").get_by_role("link", name="Shop").press("Enter")
    page.wait_for_url("**&team=Shop")
    expect(page.locator("details.menu[open] a:focus")).to_contain_text("Shop")
    page.locator("details.menu[open]").get_by_role("link", name="Data Platform").press("Enter")
    page.wait_for_url("**&team=Shop&team=Data+Platform")
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    page.get_by_role("link", name="Remove filter Team: Shop").click()
    page.wait_for_url(re.compile(r"q=slow\+queries&team=Data\+Platform$"))
    expect(page.locator("#answer")).to_be_focused()
    assert still_loaded(page)


def test_a_new_question_keeps_filters_that_were_chosen_without_a_page_load(watched: Watched) -> None:
    page = watched.page
    typed(page, "slow queries")
    page.get_by_role("link", name="People", exact=True).click()
    page.wait_for_url("**&type=people")
    page.locator("#q").fill("unsure")
    page.wait_for_url("**/?q=unsure&type=people")
    assert page.get_by_role("heading", level=2).all_inner_texts() == ["No confident match", "Who works next to it"]


def test_dates_are_applied_in_place(watched: Watched) -> None:
    page = watched.page
    typed(page, "slow queries")
    page.locator("details.menu > summary", has_text="Date").click()
    page.get_by_label("Written on or after").fill("2024-05-01")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**&since=2024-05-01")
    assert still_loaded(page)


def test_half_a_question_that_cannot_be_asked_leaves_what_is_there(watched: Watched) -> None:
    page = watched.page
    typed(page, "slow queries")
    page.locator("#q").fill("broken")
    page.wait_for_timeout(400)
    assert page.locator("h1").inner_text() == "Results: slow queries"
    page.locator("#q").press("Enter")
    expect(page.locator("#q-error")).to_contain_text("no letter")
    assert page.locator("#q").get_attribute("aria-invalid") == "true"
    expect(page.locator("#q")).to_be_focused()
    page.locator("#q").fill("slow queries again")
    page.wait_for_url("**again")
    assert page.locator("#q").get_attribute("aria-invalid") is None
    assert page.locator("#q-error").is_hidden()


def test_where_the_finder_does_not_answer_the_page_says_so_and_keeps_what_is_there(watched: Watched) -> None:
    page = watched.page
    typed(page, "slow queries")
    page.route(re.compile(r"/\?q=later"), lambda route: route.fulfill(status=503, body="busy"))
    page.locator("#q").fill("later")
    expect(page.locator(".ask-note")).to_have_text("The finder does not answer just now. Press Enter to try again.")
    assert page.locator("h1").inner_text() == "Results: slow queries"
    page.unroute(re.compile(r"/\?q=later"))


def test_what_stands_in_for_the_finder_is_shown_as_it_is(watched: Watched) -> None:
    """A sign-in page, for example."""
    page = watched.page

    def sign_in(route: Route) -> None:
        route.fulfill(content_type="text/html", body="<title>Sign in</title><p>Sign in first")

    page.route(re.compile(r"/\?q=slow"), sign_in)
    page.keyboard.type("slow queries")
    expect(page).to_have_title("Sign in")
    assert page.url.endswith("/?q=slow+queries")


def test_links_that_are_opened_elsewhere_are_left_to_the_browser(watched: Watched) -> None:
    page = watched.page
    typed(page, "slow queries")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="People", exact=True).click(modifiers=["Control"])
    opened.value.wait_for_url("**&type=people")
    assert page.url.endswith("/?q=slow+queries")


def test_coming_back_from_a_document_shows_the_same_results(watched: Watched) -> None:
    page = watched.page
    typed(page, "slow queries")
    page.locator(".paper h3 a").first.click()
    page.wait_for_url("**/documents/wiki-12*")
    page.go_back()
    page.wait_for_url("**/?q=slow+queries")
    assert page.locator("h1").inner_text() == "Results: slow queries"


def test_what_helped_is_thanked_in_place(watched: Watched) -> None:
    page = watched.page
    typed(page, "slow queries")
    page.get_by_role("button", name="Not the right person").first.click()
    expect(page.locator(".verdicts").first).to_have_text("Thank you. What you said was kept.")
    expect(page.locator(".verdicts p").first).to_be_focused()
    page.context.clear_cookies()  # as when a page was left open over night
    page.get_by_role("button", name="This helped").first.click()
    expect(page.locator(".verdicts").nth(1)).to_contain_text("Load the page again")
    assert still_loaded(page)


def test_hostile_answers_stay_text_when_they_are_put_in_place(watched: Watched) -> None:
    page = watched.page
    typed(page, "hostile")
    page.get_by_role("heading", level=3).first.wait_for()
    page.wait_for_timeout(200)
    assert page.locator("main :is(img, iframe, script, style, [onload], [onerror])").count() == 0
    assert watched.dialogs == watched.foreign == watched.complaints == []
