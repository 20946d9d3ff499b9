"""A running service and a real browser. Debian's Chromium is used where it is installed; nothing is downloaded."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright
from werkzeug.serving import make_server

from finder.web.app import create_app
from models.database import connect, upgrade
from models.settings import Settings
from tests.browser.canned import EVIL, EVIL_TEXT, CannedFinder
from tests.world import World, document, person

CHROMIUM = shutil.which("chromium")
QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


@dataclass
class Watched:
    """A page with what went wrong on it: dialogs, requests to other hosts, messages on the console."""

    page: Page
    site: str
    dialogs: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._request)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> Page:
        """Go to a path of the site, and wait until the box that asks for the focus has it: browsers move it after the load event."""
        self.page.goto(self.site + path)
        self.page.wait_for_function("!document.querySelector('[autofocus]:not(:focus)')")
        return self.page

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self.site + "/"):
            self.foreign.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 400 or 404 on purpose is reported as a failed load; that is no complaint about the page.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve an application on a port of this machine, a free one where none is named."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service whose finder gives the canned answers."""
    home: Path = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, demo_principal="ada", requests_per_minute=100_000)
    upgrade(settings)
    engine = connect(settings)
    with served(create_app(settings, CannedFinder(engine))) as address:  # type: ignore[arg-type]
        yield address
    engine.dispose()


@pytest.fixture(scope="session")
def indexed_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service over a real index of a source whose every field is hostile."""
    world = World(tmp_path_factory.mktemp("world"))
    world.people = [
        person("eve", name=EVIL, title=EVIL, team=EVIL, location=EVIL, bio=EVIL, skills=[f"{EVIL} databases"], interests=[EVIL])
    ]
    world.documents = [
        document(
            "slow",
            f"Slow database {EVIL}",
            f"The database is slow. {EVIL_TEXT}",
            ["eve"],
            tags=[EVIL],
            kind=EVIL,
            url="javascript:alert(8)",
        ),
        document("other", "Canteen", "Soup on Monday", ["eve"]),
    ]
    finder = world.open()
    with served(create_app(world.settings, finder)) as address:
        yield address
    finder.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a skip that says how to get it."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install -y chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Watched]]:
    """Return a function that makes a watched page; its arguments are those of a browser context."""
    contexts = []

    def make(**options: object) -> Watched:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Watched(context.new_page(), site)

    yield make
    for context in contexts:
        context.close()
