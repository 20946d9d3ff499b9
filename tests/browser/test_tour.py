"""A first-time user's five tasks, as docs/tour.md tells them. `make tour` walks them over an indexed home and takes the pictures.

Without `TOUR_HOME` the sample is indexed with the fake encoder: what is asserted holds with either.
"""

import io
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from finder.service import Finder
from finder.web.app import create_app
from models.settings import load_settings
from tests.browser.conftest import served
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
SAMPLE, PICTURES = ROOT / "sample", ROOT / "docs" / "tour"
HOME = os.environ.get("TOUR_HOME")
WIDTH, HEIGHT = 1280, 940
LARGEST, ALL_TOGETHER = 200_000, 1_200_000  # bytes
PURPOSE = "Staff the project that makes the reading app usable for everybody"
DESCRIPTION = "- must know accessibility, screen readers\n- radio modems in the field\n- translating the manual"
Walk = Callable[[str], Page]


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    """The sample: of a copy of an indexed home where one is named, else indexed here."""
    folder = tmp_path_factory.mktemp("tour")
    if HOME:
        shutil.copytree(HOME, folder / "home", dirs_exist_ok=True)
        finder = Finder.open(load_settings(home=folder / "home"))
    else:
        names = ("people", "groups", "documents")
        rows = {name: [json.loads(line) for line in (SAMPLE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()] for name in names}
        finder = World(folder, **rows).open()
    yield finder
    finder.engine.dispose()


@pytest.fixture(scope="module")
def sites(organisation: Finder) -> Iterator[dict[str, str]]:
    """The addresses at which an engineer and somebody of the People team, who recruits, are signed in."""
    common = {"recruiter_group": "team-people", "requests_per_minute": 100_000}
    with ExitStack() as open_sites:
        yield {
            who: open_sites.enter_context(
                served(create_app(organisation.settings.model_copy(update={**common, "demo_principal": who}), organisation))
            )
            for who in ("ada", "hannah-o")
        }


@pytest.fixture
def walk(browser: Browser, sites: dict[str, str]) -> Iterator[Walk]:
    """Return a function that opens the first page as a member."""
    contexts = []

    def make(who: str) -> Page:
        context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", locale="en")
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(sites[who] + "/")
        return page

    yield make
    for context in contexts:
        context.close()


def picture(page: Page, name: str, top: Locator | None = None) -> None:
    """Keep what the window shows, `top` at its upper edge, where pictures are wanted."""
    if not HOME:
        return
    page.evaluate("top => scrollTo(0, top)", top.evaluate("node => node.getBoundingClientRect().top + scrollY - 24") if top else 0)
    page.mouse.move(1, 1)
    page.wait_for_timeout(300)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    PICTURES.mkdir(exist_ok=True)
    shot.quantize(256, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


def ask(page: Page, question: str) -> None:
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).fill(question)
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_title(f"{question} · Expertise finder", timeout=30_000)  # the first question loads the model


def people(page: Page) -> Locator:
    return page.get_by_role("region", name="People to ask").get_by_role("article")


def test_one_finds_who_can_help_and_why(walk: Walk) -> None:
    page = walk("ada")
    ask(page, "Who keeps an eye on renewal dates?")
    first = people(page).first
    expect(first.get_by_role("heading")).to_have_text("Sunniva Bakke")
    evidence = first.get_by_role("list", name="Evidence").get_by_role("link")
    expect(evidence.first).to_have_text("Everything that has an end date, and who renews it")
    first.get_by_text("Why Sunniva Bakke?").click()
    shares = first.get_by_role("table")
    expect(shares).to_be_visible()
    assert "Everything that has an end date" in shares.inner_text()
    picture(page, "find")
    evidence.first.click()
    expect(page.locator("#passage")).to_contain_text("143 things that stop working on a date")


def test_one_narrows_by_place(walk: Walk) -> None:
    page = walk("ada")
    ask(page, "modem firmware")
    everywhere = {who.inner_text().rpartition(" · ")[2] for who in people(page).locator(".where").all()}
    assert len(everywhere) > 1
    menu = page.locator("details.menu", has=page.get_by_text("Location", exact=True))
    menu.locator("summary").click()
    picture(page, "narrow")
    menu.get_by_role("link", name="Graz").click()
    expect(page.get_by_role("list", name="Filters in force")).to_contain_text("Location: Graz")
    assert {who.inner_text().rpartition(" · ")[2] for who in people(page).locator(".where").all()} == {"Graz"}
    page.get_by_role("link", name="Remove all filters").click()
    expect(page.get_by_role("list", name="Filters in force")).to_have_count(0)


def test_one_finds_what_somebody_cares_about(walk: Walk) -> None:
    page = walk("ada")
    page.get_by_role("combobox").press_sequentially("Tobias")
    page.get_by_role("option", name="Tobias Krainer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tobias Krainer")
    expect(page.get_by_role("region", name="What they care about")).to_contain_text("home brewing")
    assert "Cycling" in page.get_by_role("region", name="Groups you are both in").inner_text()
    picture(page, "interests")


def test_one_asks_for_several_subjects_and_gets_a_team(walk: Walk) -> None:
    page = walk("ada")
    ask(page, "screen readers and radio modems")
    team = page.get_by_role("region", name="Together they cover your question")
    assert sorted(team.get_by_role("listitem").all_inner_texts()) == ["Hye-jin Noh: screen readers", "Tobias Krainer: radio modems"]
    picture(page, "subjects")


def test_a_recruiter_puts_a_team_together_for_a_description(walk: Walk) -> None:
    page = walk("hannah-o")
    page.get_by_role("link", name="Recruiter workbench").click()
    page.get_by_label("What is this search for?").fill(PURPOSE)
    page.get_by_label("Description of the job or project").fill(DESCRIPTION)
    picture(page, "workbench-purpose")
    page.get_by_role("button", name="Split into requirements").click()
    rows = page.locator("main").get_by_role("group")
    assert "screen readers" in rows.nth(0).get_by_role("textbox").input_value()
    expect(rows.nth(0).get_by_label("Must")).to_be_checked()
    picture(page, "workbench-requirements")
    page.get_by_role("button", name="Show people").click()
    matrix = page.get_by_role("table")
    expect(matrix.get_by_role("columnheader").nth(1)).to_contain_text("Person ")
    page.get_by_role("button", name="Show names").click()
    expect(matrix.get_by_role("columnheader").nth(1)).not_to_contain_text("Person ")
    team = page.get_by_role("region", name="The fewest people").get_by_role("listitem")
    expect(team).to_have_count(2)
    expect(team.first).to_contain_text("accessibility, screen readers")
    expect(matrix).to_contain_text(team.first.locator(":scope > *").first.inner_text())
    expect(matrix.get_by_role("row").filter(has_text="screen readers").first).to_contain_text("evidence")
    picture(page, "workbench-team", page.get_by_role("region", name="The fewest people"))


def test_one_finds_and_corrects_what_is_said_of_oneself(walk: Walk, sites: dict[str, str]) -> None:
    page = walk("ada")
    page.locator(".account summary").click()
    page.get_by_role("link", name="What this says about me").click()
    skills = page.get_by_role("region", name="Skills", exact=True)
    skills.get_by_role("button", name="Mute Go", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="“Go” is muted")).to_be_visible()
    expect(skills.get_by_role("listitem").filter(has=page.get_by_role("button", name="Unmute Go"))).to_contain_text("Muted")
    picture(page, "oneself", skills)
    page.goto(f"{sites['hannah-o']}/people/ada")
    assert "Go" not in page.get_by_role("region", name="What they know").locator(".strength-name").all_inner_texts()
    page.goto(f"{sites['ada']}/me")
    page.get_by_role("button", name="Unmute Go").click()
    expect(page.get_by_role("button", name="Mute Go", exact=True)).to_be_visible()


def test_every_picture_of_the_tour_is_there_and_small() -> None:
    told = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    pictures = sorted(PICTURES.glob("*.png"))
    named = re.findall(r"\]\((tour/[^)]+)\)", told)
    assert [f"tour/{held.name}" for held in pictures] == sorted(named)
    assert all(held.stat().st_size < LARGEST for held in pictures)
    assert sum(held.stat().st_size for held in pictures) < ALL_TOGETHER
