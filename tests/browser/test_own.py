"""What this says about me, in a browser without a script: mute, hide, note, pause, resume; and what a colleague then sees."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from finder.web.app import create_app
from tests.browser.conftest import Watched, served
from tests.world import World

SAMPLE = Path(__file__).resolve().parents[2] / "sample"
PAGES = ("/me", "/people/ada", "/people/yusuf", "/people/yusuf?skill=otter", "/people/mathilde")
Open = Callable[..., Watched]


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The sample organisation, as two of its members see it: the one who is signed in for a demonstration, and a colleague."""
    rows = {
        name: [json.loads(line) for line in (SAMPLE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        for name in ("people", "groups", "documents")
    }
    world = World(tmp_path_factory.mktemp("sample"), **rows)
    finder = world.open()
    settings = world.settings.model_copy(update={"requests_per_minute": 100_000})
    apps = {who: create_app(settings.model_copy(update={"demo_principal": who}), finder) for who in ("ada", "yusuf")}
    with served(apps["ada"]) as ada, served(apps["yusuf"]) as yusuf:
        yield {"ada": ada, "yusuf": yusuf}
    finder.engine.dispose()


@pytest.fixture
def sign_in(browser: Browser, sites: dict[str, str]) -> Iterator[Open]:
    """Return a function that gives a watched page of a member."""
    contexts = []

    def make(who: str = "ada", **options: object) -> Watched:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        return Watched(context.new_page(), sites[who])

    yield make
    for context in contexts:
        context.close()


def said(page: Page) -> str:
    return page.locator(".flash[role=status]").inner_text()


def test_a_member_corrects_what_is_told_of_them_and_a_colleague_sees_it_at_once(sign_in: Open) -> None:
    ada, yusuf = sign_in(java_script_enabled=False), sign_in("yusuf", java_script_enabled=False)
    page = ada.open("/")
    page.locator(".account summary").click()
    page.get_by_role("link", name="What this says about me").click()
    page.get_by_role("button", name="Mute Go", exact=True).click()
    assert "“Go” is muted" in said(page)
    assert yusuf.open("/people/ada").locator(".strength-name").all_inner_texts() == ["APIs", "debugging", "device provisioning"]

    title = "Ride to the reservoir, 14 June"
    page.get_by_role("button", name=f"Hide {title}").click()
    assert "no longer speaks for you" in said(page)
    colleague = yusuf.open("/people/ada")
    assert "A list of who knew the answer last time" in colleague.locator("section[aria-labelledby=written]").inner_text()
    assert title not in colleague.locator("main").inner_text()

    page.get_by_role("button", name="Pause").click()
    assert page.get_by_role("heading", name="You are paused").is_visible()
    assert "Not here" in yusuf.open("/people/ada").locator("h1").inner_text()
    page.get_by_role("button", name="Resume").click()
    assert page.get_by_role("heading", name="You can be found").is_visible()
    page.get_by_role("button", name="Unmute Go").click()
    page.get_by_role("button", name=f"Let it speak for me {title}").click()
    colleague = yusuf.open("/people/ada")
    assert title in colleague.locator("main").inner_text()
    assert "Go" in colleague.locator(".strength-name").all_inner_texts()


def test_a_note_is_written_where_the_mistake_stands(sign_in: Open) -> None:
    page = sign_in(java_script_enabled=False).open("/me")
    row = page.locator("li", has=page.get_by_text("board games", exact=True))
    row.locator("summary").click()
    row.get_by_label("What should it say?").fill("I only watch.")
    row.get_by_role("button", name="Send the note").click()
    assert "with the administrators" in said(page)
    assert "I only watch." in page.locator("section[aria-labelledby=notes]").inner_text()
    page.get_by_role("button", name="Take back board games").click()
    page.get_by_role("button", name="Unmute board games").click()
    assert page.get_by_role("heading", name="Your notes").count() == 0


def test_a_colleague_is_confirmed_and_sees_by_whom(sign_in: Open) -> None:
    page = sign_in("yusuf", java_script_enabled=False).open("/people/ada")
    page.get_by_role("button", name="Confirm debugging").click()
    assert "You confirm “debugging”" in said(page)
    assert "confirmed by 1 colleague" in page.locator("section[aria-labelledby=skills]").inner_text()
    assert "Confirmed by Yusuf Demirel" in sign_in().open("/me").locator("section[aria-labelledby=skills]").inner_text()
    page.get_by_role("button", name="Take back debugging").click()
    assert "no longer confirm" in said(page)


def test_a_skill_opens_its_evidence(sign_in: Open) -> None:
    page = sign_in(java_script_enabled=False).open("/people/yusuf")
    row = page.locator(".strengths li", has=page.get_by_text("rtc", exact=True))
    count = int(row.get_by_role("link").inner_text().split()[0])
    row.get_by_role("link").click()
    assert page.get_by_role("heading", level=1).inner_text() == "rtc"
    assert page.locator("section[aria-labelledby=named] li").count() == count


def test_the_years_add_up_to_what_the_picture_says(sign_in: Open) -> None:
    page = sign_in().open("/people/yusuf")
    page.get_by_text("As a table").click()
    totals = [sum(int(cell) for cell in row.locator("td").all_inner_texts()) for row in page.locator(".years tbody tr").all()]
    assert [int(text) for text in page.locator(".years svg text:not(.year)").all_text_contents()] == [total for total in totals if total]
    assert page.locator(".years tbody th").all_inner_texts() == page.locator(".years svg text.year").all_text_contents()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_people(sign_in: Open, scheme: str, width: int) -> None:
    watched = sign_in(color_scheme=scheme, viewport={"width": width, "height": 800})
    found = []
    for path in PAGES:
        page = watched.open(path)
        for summary in page.locator("details.note > summary, .years summary").all()[:4]:
            summary.click()
        violations = Axe().run(page).response["violations"]
        found += [(path, violation["id"], [node["html"] for node in violation["nodes"]]) for violation in violations]
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path
    assert found == []
    assert (watched.complaints, watched.foreign) == ([], [])


def test_in_german_every_word_is_german(sign_in: Open) -> None:
    page = sign_in(extra_http_headers={"Accept-Language": "de"}).open("/me")
    assert page.get_by_role("heading", level=1).inner_text() == "Was hier über mich steht"
    assert page.get_by_role("button", name="Pausieren").is_visible()
