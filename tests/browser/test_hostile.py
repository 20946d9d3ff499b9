"""Whatever a document, a name or a question holds, nothing of it runs, loads or leaves the page."""

from collections.abc import Callable

import pytest

from tests.browser.canned import EVIL
from tests.browser.conftest import Watched

# What only hostile text could have made: the page's own pictures are small, and drawn with what is here.
DRAWN = "svg:not(.icon, .sum, .key, .strength, .chart), svg:not(.chart) :not(use, rect)"
MADE = f"main :is(img, iframe, style, script, {DRAWN}, [onload], [onerror])"
Visit = Callable[..., Watched]
HOSTILE = [
    "/?q=hostile",
    "/?q=several",
    "/people/eve",
    "/documents/hostile",
    "/documents/hostile?q=script+heading+alert&passage=11#passage",
    "/documents/hostile?q=%3Cscript%3Ealert(9)%3C%2Fscript%3E&passage=%22onload%3D%22alert(9)",
    "/people/ada",
    "/?q=hostile&team=%3Cscript%3Ealert(9)%3C%2Fscript%3E&tag=%22onload%3D",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_content_is_only_text(visit: Visit, path: str) -> None:
    watched = visit()
    page = watched.open(path)
    for summary in page.locator("details > summary").all():
        summary.click()
    for element in page.locator("main a, main li, main article").all()[:40]:
        element.dispatch_event("mouseover")
    assert page.locator(MADE).count() == 0
    assert page.locator("[href^='javascript' i], [href^='data' i]").count() == 0
    assert watched.dialogs == []
    assert watched.foreign == []
    assert watched.complaints == []


@pytest.mark.parametrize("path", ["/?q=slow+database", "/people/eve", "/documents/slow"])
def test_hostile_content_stays_text_from_the_source_to_the_screen(visit: Visit, indexed_site: str, path: str) -> None:
    watched = visit()
    watched.site = indexed_site
    page = watched.open(path)
    assert "<script>alert(1)</script>" in page.locator("main").inner_text()
    assert page.locator(f"{MADE}, [href^='javascript' i]").count() == 0
    assert watched.dialogs == []
    assert watched.foreign == []
    assert watched.complaints == []


def test_a_hostile_question_is_only_text(visit: Visit) -> None:
    watched = visit()
    page = watched.open("/")
    page.locator("#q").fill(f'"><script>alert(1)</script>{EVIL} hostile')
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    assert "<script>" in page.locator("#q").input_value()
    assert watched.dialogs == []
    assert watched.foreign == []
    assert watched.complaints == []


def test_hostile_suggestions_are_only_text(visit: Visit) -> None:
    watched = visit()
    page = watched.open("/")
    page.keyboard.type("script")
    page.get_by_role("option").first.wait_for()
    assert page.get_by_role("option").first.inner_text().startswith("<script>")
    assert watched.dialogs == []
    assert watched.foreign == []


def test_an_injected_script_would_be_stopped_by_the_policy(visit: Visit) -> None:
    watched = visit()
    page = watched.open("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    page.evaluate("const made = document.createElement('script'); made.textContent = 'alert(2)'; document.body.append(made)")
    page.wait_for_timeout(200)
    assert watched.dialogs == []
    assert any("Content Security Policy" in complaint for complaint in watched.complaints)


def test_every_page_carries_a_policy_without_inline_code(visit: Visit) -> None:
    watched = visit()
    for path in ("/", "/?q=slow", "/people/ada", "/documents/wiki-12", "/documents/nowhere"):
        response = watched.page.goto(watched.site + path)
        assert response is not None
        policy = response.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy or "default-src 'self'" in policy
        assert watched.page.locator("script:not([src]):not([type='application/ld+json']), style, [style], [onclick]").count() == 0
    assert watched.complaints == []
