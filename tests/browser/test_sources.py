"""The page of sources: each state is told in words, hostile text is text, and it is there for everybody at every width."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import select, update

from finder.web.app import create_app
from indexer.connectors.collection import Collection
from indexer.store import NOTE, ingest
from models.database import writing
from models.tables import Run, Source
from tests.browser.canned import EVIL
from tests.browser.conftest import Watched, served
from tests.world import World, document, person

LONG = "a-name-without-a-place-to-break-it-" * 6
Open = Callable[..., Watched]


def collection(folder: Path, rows: list[object]) -> Collection:
    """A collection of lines; a text among them is written as it is."""
    folder.mkdir(exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / "documents.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return Collection(folder)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with a source in each state, where an administrator is signed in."""
    folder = tmp_path_factory.mktemp("sources")
    world = World(
        folder, [person("cy")], [{"id": "admins", "name": "Admins", "members": ["cy"]}], [document("d", "Pumps", "Water", ["cy"])]
    )
    finder = world.open()
    ingest(finder.engine, f"wiki {EVIL}", collection(folder / "wiki", ["{", document("w1", "Wells", "Deep", {"cy": EVIL})]))
    ingest(finder.engine, "mail", collection(folder / "mail", [document("m1", "Letters", "Paper"), *("{" for _ in range(121))]))
    ingest(finder.engine, "chat", collection(folder / "chat", [document(f"c{n}", f"Talk {n}", "Words") for n in range(30)]))
    ingest(finder.engine, "chat", collection(folder / "chat", [document("c1", "Talk 1", "Words")]))
    for name in ("archive", LONG):
        ingest(finder.engine, name, collection(folder / name[:9], [document(f"{name[:9]}1", "Minutes", "Long ago")]))
    with writing(finder.engine) as session:
        old, archive = datetime.now(UTC) - timedelta(days=40), select(Source.id).where(Source.name == "archive").scalar_subquery()
        session.execute(update(Run).where(Run.source_id == archive).values(started=old, finished=old))
        newest = select(Source.id).where(Source.name == LONG).scalar_subquery()
        session.execute(update(Run).where(Run.source_id == newest).values(finished=None))
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
        watched.open("/admin/sources")
        return watched

    yield make
    for context in contexts:
        context.close()


def source(page: Page, name: str) -> Locator:
    return page.locator("section.source", has=page.get_by_role("heading", name=name, exact=True))


def test_each_source_says_how_it_is_doing_and_the_urgent_ones_stand_first(look: Open) -> None:
    page = look(java_script_enabled=False).page
    states = page.locator(".source-state").all_inner_texts()
    assert states == ["Needs a look", "Not read lately", "Being read, or interrupted", *["In step, some left out"] * 2, "In step"]
    held = source(page, "chat").inner_text()
    assert "no longer lists 29 of 30 documents; nothing was deleted" in held
    assert "--confirm" in held
    assert "may be 6 weeks old" in source(page, "archive").inner_text()
    sound = source(page, "org")
    assert sound.locator("dd").all_inner_texts()[:3] == ["1", "1", "0"]
    assert sound.locator(".problem, details").count() == 0


def test_an_administrator_gets_there_by_the_menu(look: Open) -> None:
    page = look(java_script_enabled=False).open("/")
    page.locator(".account summary").click()
    page.locator(".account").get_by_role("link", name="Sources").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Sources"


def test_what_was_left_out_is_told_with_place_and_reason_and_is_only_text(look: Open) -> None:
    watched = look()
    page = watched.page
    wiki = source(page, f"wiki {EVIL}")
    wiki.locator("summary").click()
    broken, remark = [" ".join(row.split()) for row in wiki.locator(".left-out li").all_inner_texts()]
    assert broken.startswith("documents.jsonl:1 the line is not JSON")
    assert remark == f"documents.jsonl:2 {NOTE}the role {EVIL[:40]!r} is unknown and counts as mentioned"
    assert page.locator("main :is(img, iframe, script, svg, [onerror], [onload])").count() == 0
    assert (watched.dialogs, watched.foreign, watched.complaints) == ([], [], [])


def test_of_a_long_list_the_beginning_is_shown(look: Open) -> None:
    mail = source(look().page, "mail")
    assert "121" in mail.locator("dd").all_inner_texts()
    mail.locator("summary").click()
    assert mail.locator(".left-out li").count() == 100
    assert "`indexer status` lists the others." in mail.inner_text()


@pytest.mark.parametrize("width", [1440, 768, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(look: Open, scheme: str, width: int) -> None:
    page = look(color_scheme=scheme, viewport={"width": width, "height": 900}).page
    for summary in page.locator("details > summary").all():
        summary.click()
    assert page.evaluate("getComputedStyle(document.querySelector('.figures')).display") == "grid", "the page has its styles"
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []


def test_it_is_told_in_german(look: Open) -> None:
    page = look(extra_http_headers={"Accept-Language": "de"}).page
    assert page.get_by_role("heading", level=1).inner_text() == "Quellen"
    assert "Braucht einen Blick" in page.locator(".source-state").all_inner_texts()
    assert "6 Wochen alt" in source(page, "archive").inner_text()
