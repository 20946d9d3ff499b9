"""What the pages say and where their links lead; everything here holds without JavaScript too."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Watched

Visit = Callable[..., Watched]


@pytest.fixture
def bare(visit: Visit) -> Watched:
    """A browser with JavaScript switched off."""
    return visit(java_script_enabled=False)


def test_a_question_is_asked_without_javascript(bare: Watched) -> None:
    page = bare.open("/")
    page.get_by_label("Your question").fill("why is the database slow")
    page.get_by_role("button", name="Search").click()
    assert page.url.endswith("/?q=why+is+the+database+slow")
    assert page.get_by_role("heading", level=3).all_inner_texts()[:3] == ["Ada Lindqvist", "Benoît Mercier", "Mei Lin"]
    assert "Slow queries: where to look first" in page.locator("section[aria-labelledby=documents]").inner_text()


def test_an_example_is_one_click_away(bare: Watched) -> None:
    page = bare.open("/")
    examples = page.locator(".examples a")
    assert examples.count() == 3
    asked = examples.first.inner_text()
    examples.first.click()
    assert page.get_by_label("Your question").input_value() == asked


def test_evidence_shows_role_kind_date_and_marked_words(bare: Watched) -> None:
    page = bare.open("/?q=slow")
    evidence = page.locator(".evidence li").first
    assert evidence.locator(".facts").inner_text() == "Author · Wiki page · Mar 4, 2025"
    assert evidence.locator("mark").all_inner_texts() == ["feels slow", "the data"]


def test_skills_say_where_they_come_from(bare: Watched) -> None:
    skills = bare.open("/people/ada").locator("section[aria-labelledby=skills]")
    said = dict(zip(skills.locator("h3").all_inner_texts(), skills.locator("ul").all_inner_texts(), strict=True))
    assert said["Says they know"].startswith("PostgreSQL")
    assert "incident response" in said["Confirmed by colleagues"]
    assert "replication" in said["Writes about"]


def test_the_reasons_for_a_person_add_up_to_what_is_printed(bare: Watched) -> None:
    page = bare.open("/?q=slow")
    why = page.locator("details.why").first
    why.locator("summary").click()
    shares = [float(text.replace("\N{MINUS SIGN}", "-")) for text in why.locator("tbody td").all_inner_texts()]
    assert len(shares) == 5
    assert min(shares) < 0
    assert round(sum(shares), 2) == float(why.locator("tfoot td").inner_text())
    assert "not a measure of performance" in why.inner_text()


def test_several_subjects_are_covered_together_and_who_cares_stands_apart(bare: Watched) -> None:
    page = bare.open("/?q=several")
    team = page.get_by_role("region", name="Together they cover your question")
    assert team.get_by_role("listitem").first.inner_text() == "Ada Lindqvist: slow queries"
    assert "Nobody stands out for:" in team.inner_text()
    assert page.locator(".covers").first.inner_text().startswith("Speaks to slow queries")
    cares = page.get_by_role("region", name="Who cares about it").get_by_role("listitem").first
    assert cares.inner_text().splitlines()[-1] == "Asked this: Why the shop was slow on Monday"


def test_the_bar_is_as_long_as_what_speaks_for_somebody(bare: Watched) -> None:
    page = bare.open("/?q=slow")
    segments = (
        page.locator("svg.sum")
        .first.locator("rect")
        .evaluate_all("rects => rects.map(r => [+r.getAttribute('x'), +r.getAttribute('width')])")
    )
    assert len(segments) == 5
    *speaking, (begin, off) = segments
    assert [x for x, _ in speaking] == pytest.approx([0, *(x + width for x, width in speaking[:-1])], abs=0.02)
    assert round(begin + off) == round(sum(width for _, width in speaking)) == 100


def test_an_address_is_offered_where_the_directory_has_one(bare: Watched) -> None:
    page = bare.open("/?q=slow queries")
    offered = page.get_by_role("link", name="Write an e-mail")
    assert [link.get_attribute("href") for link in offered.all()] == ["mailto:ada.lindqvist@example.com?subject=slow%20queries"]


def test_documents_are_ordered_by_date_on_demand(bare: Watched) -> None:
    page = bare.open("/?q=slow&team=Shop")
    page.get_by_role("link", name="Newest first").click()
    assert page.url.endswith("/?q=slow&team=Shop&sort=recent")
    assert page.get_by_role("link", name="Newest first").get_attribute("aria-current") == "true"
    page.get_by_label("Your question").fill("backup")
    page.get_by_role("button", name="Search").click()
    assert page.url.endswith("/?q=backup&team=Shop&sort=recent")


def test_a_document_opens_at_the_passage_that_was_found(bare: Watched) -> None:
    bare.page.set_viewport_size({"width": 1280, "height": 500})
    page = bare.open("/documents/wiki-12?q=dashboard&passage=17#passage")
    top = page.locator("#passage").bounding_box()
    assert top is not None
    assert 0 <= top["y"] < 200
    assert page.evaluate("scrollY") > 0
    assert page.locator(".prose mark").all_inner_texts() == ["dashboard"]
    page.get_by_role("link", name="Results for dashboard").click()
    assert page.url.endswith("/?q=dashboard")


def test_every_result_leads_to_its_passage(bare: Watched) -> None:
    page = bare.open("/?q=slow queries")
    links = page.locator(".evidence a.title, .paper h3 a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert set(links) == {f"/documents/{name}?q=slow+queries&passage=0#passage" for name in ("wiki-12", "post%2F7%20%C3%A4", "bare")}


def test_a_document_names_others_and_who_else_knows(bare: Watched) -> None:
    page = bare.open("/documents/wiki-12")
    assert page.locator("section[aria-labelledby=related] a.title").all_inner_texts() == ["Why the shop was slow on Monday", "Untitled"]
    knowers = page.locator("section[aria-labelledby=knowers] li")
    assert knowers.first.inner_text().splitlines()[-1] == "Author: Why the shop was slow on Monday"
    assert "Nothing else" in bare.open("/documents/bare").locator(".aside").inner_text()


def test_what_helped_is_said_with_one_button(bare: Watched) -> None:
    page = bare.open("/?q=slow&team=Shop")
    page.get_by_role("button", name="This helped").first.click()
    assert page.url.endswith("/?q=slow&team=Shop")
    assert page.locator(".flash").inner_text() == "Thank you. What you said was kept."
    assert bare.open("/?q=slow&team=Shop").locator(".flash").count() == 0


def test_a_newcomer_is_labelled(bare: Watched) -> None:
    assert "little written evidence yet" in bare.open("/?q=slow").locator("article").nth(2).inner_text()


def test_without_a_confident_match_the_page_says_so_and_helps(bare: Watched) -> None:
    page = bare.open("/?q=unsure&team=Shop")
    notice = page.locator(".notice")
    assert "No confident match" in notice.inner_text()
    assert page.get_by_role("heading", level=3).count() > 0
    assert page.get_by_role("heading", level=2).all_inner_texts() == ["No confident match", "Who works next to it", "What comes nearest"]
    notice.get_by_role("link", name="Ask the same without filters").click()
    assert page.url.endswith("/?q=unsure")


def test_with_nothing_to_show_the_page_says_so(bare: Watched) -> None:
    page = bare.open("/?q=nothing")
    assert "Nothing found" in page.locator(".notice").inner_text()
    assert page.get_by_role("heading", level=3).count() == 0


def test_a_question_that_cannot_be_asked_is_explained_beside_the_box(bare: Watched) -> None:
    response = bare.page.goto(bare.site + "/?q=broken")
    assert response is not None
    assert response.status == 400
    box = bare.page.get_by_label("Your question")
    assert box.input_value() == "broken"
    assert box.get_attribute("aria-invalid") == "true"
    assert "no letter" in bare.page.locator(f"#{box.get_attribute('aria-describedby')}").inner_text()


def _choose(page: Page, menu: str, value: str) -> None:
    page.locator("details.menu", has=page.locator("summary", has_text=menu)).locator("summary").click()
    page.locator("details.menu[open]").get_by_role("link", name=value).click()


def test_filters_add_up_and_can_be_removed_one_by_one(bare: Watched) -> None:
    page = bare.open("/?q=slow&type=people")
    _choose(page, "Team", "Shop")
    _choose(page, "Team", "Data Platform")
    _choose(page, "Location", "Graz")
    assert page.url.endswith("/?q=slow&team=Shop&team=Data+Platform&location=Graz&type=people")
    page.get_by_role("link", name="Remove filter Team: Shop").click()
    assert page.url.endswith("/?q=slow&location=Graz&team=Data+Platform&type=people")
    page.get_by_role("link", name="Remove all filters").click()
    assert page.url.endswith("/?q=slow&type=people")


def test_counts_stand_beside_the_values(bare: Watched) -> None:
    page = bare.open("/?q=slow")
    page.locator("details.menu > summary", has_text="Language").click()
    assert re.sub(r"\s+", " ", page.locator("details.menu[open] li").first.inner_text()) in {"English 6", "English results: 6"}


def test_dates_are_kept_with_the_other_filters(bare: Watched) -> None:
    page = bare.open("/?q=slow&team=Shop")
    page.locator("details.menu > summary", has_text="Date").click()
    page.get_by_label("Written on or after").fill("2024-05-01")
    page.get_by_role("button", name="Apply").click()
    assert "team=Shop" in page.url
    assert "since=2024-05-01" in page.url
    assert "From: May 1, 2024" in re.sub(r"\s+", " ", page.locator(".chips").inner_text())


def test_a_new_question_keeps_the_filters(bare: Watched) -> None:
    page = bare.open("/?q=slow&team=Shop&type=people")
    page.get_by_label("Your question").fill("backup")
    page.get_by_role("button", name="Search").click()
    assert page.url.endswith("/?q=backup&team=Shop&type=people")


def test_a_longer_list_is_paged_by_cursor(bare: Watched) -> None:
    page = bare.open("/?q=slow&type=people&team=Shop")
    page.get_by_role("link", name="Show more").click()
    assert "cursor=" in page.url
    assert "team=Shop" in page.url
    page.get_by_role("link", name="Back to the best results").click()
    assert page.url.endswith("/?q=slow&team=Shop&type=people")


def test_a_forged_cursor_is_refused_in_words(bare: Watched) -> None:
    response = bare.page.goto(bare.site + "/?q=slow&type=people&cursor=forged")
    assert response is not None
    assert response.status == 400
    assert "cursor" in bare.page.locator(".field-error").inner_text()


def test_ids_with_odd_characters_have_pages(bare: Watched) -> None:
    page = bare.open("/?q=slow")
    page.get_by_role("link", name="Mei Lin").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Mei Lin"
    page = bare.open("/documents/post%2F7%20%C3%A4")
    assert page.locator(".prose p").all_inner_texts() == ["First line of a plain post\nsecond line of it.", "Another paragraph."]


def test_a_missing_page_says_so_and_offers_a_way_on(bare: Watched) -> None:
    response = bare.page.goto(bare.site + "/people/nobody")
    assert response is not None
    assert response.status == 404
    bare.page.get_by_role("link", name="Ask a question").click()
    assert bare.page.get_by_label("Your question").is_visible()


def test_the_demonstration_says_that_it_is_one(bare: Watched) -> None:
    assert "Demonstration." in bare.open("/").locator(".demo").inner_text()


def test_the_first_page_warns_of_an_index_that_answers_badly(bare: Watched) -> None:
    assert bare.open("/").locator(".notice").inner_text() == "Most documents are not in English."


def test_a_german_browser_is_spoken_to_in_german(visit: Visit) -> None:
    page = visit(locale="de-DE", extra_http_headers={"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}).open("/?q=slow")
    assert page.locator("html").get_attribute("lang") == "de"
    assert "Wen Sie fragen können" in page.locator("main").inner_text()
    assert page.locator(".evidence .facts").first.inner_text() == "Verfasst · Wikiseite · 4. März 2025"
