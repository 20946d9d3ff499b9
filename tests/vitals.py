"""`make vitals`: what somebody at a browser waits for and is sent. Machines differ, so tests assert bytes and shifts alone."""

import gzip
import json
import shutil
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

import click
from playwright.sync_api import Browser, Page, Response, sync_playwright
from rich.console import Console
from rich.table import Table

from tests.bench import _serving

FLAGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking"
SCRIPT_LIMIT = 40_000  # bytes, compressed
QUESTIONS = 12
WATCH = """
window.vitals = {paint: 0, shift: 0};
const watch = (type, note) => new PerformanceObserver(list => list.getEntries().forEach(note)).observe({type, buffered: true});
watch('largest-contentful-paint', entry => { vitals.paint = entry.startTime; });
watch('layout-shift', entry => { if (!entry.hadRecentInput) vitals.shift += entry.value; });
"""
# From the request that a pause in typing sends to the answer in place, and from the last key.
ANSWERED = """question => new Promise(done => {
  const box = document.querySelector('#q');
  box.value = question;
  const pressed = performance.now();
  new MutationObserver(() => requestAnimationFrame(() => {
    const sent = performance.getEntriesByType('resource').filter(entry => entry.name.includes('/?q=')).at(-1).startTime;
    done([performance.now() - sent, performance.now() - pressed]);
  })).observe(document.head, {subtree: true, childList: true, characterData: true});
  box.dispatchEvent(new InputEvent('input', {bubbles: true}));
})"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One page load: milliseconds to the largest paint, layout shift, and bytes of scripts and styles as gzip would send them."""

    paint: float
    shift: float
    script: int
    style: int


def watching(browser: Browser, **options: object) -> Page:
    """Return a page that keeps its own figures."""
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    page.add_init_script(WATCH)
    return page


def load(page: Page, address: str) -> Loaded:
    """Load an address with an empty cache and return what it took."""
    sent: list[Response] = []
    page.on("response", lambda response: sent.append(response))  # noqa: PLW0108 - playwright marks the function it is given
    page.goto(address)
    page.wait_for_timeout(400)
    bodies = [(response.request.resource_type, response.body()) for response in sent if response.ok]
    sizes = {kind: sum(len(gzip.compress(body)) for of, body in bodies if of == kind) for kind in ("script", "stylesheet")}
    measured = page.evaluate("window.vitals")
    return Loaded(measured["paint"], measured["shift"], sizes["script"], sizes["stylesheet"])


def answers(page: Page, site: str, questions: Sequence[str]) -> Iterator[tuple[float, float]]:
    """Type questions into the page; yield for each the milliseconds from the request and from the last key to the answer in place."""
    page.goto(f"{site}/")
    for question in questions:
        since_sent, since_key = page.evaluate(ANSWERED, question)
        yield since_sent, since_key


@click.command()
@click.argument("home", type=click.Path(path_type=Path, exists=True))
@click.option("--collection", type=click.Path(path_type=Path, exists=True), default="sample", show_default=True)
def vitals(home: Path, collection: Path) -> None:
    """Serve HOME and measure its pages with the questions of a collection in Chromium."""
    lines = (collection / "queries.jsonl").read_text(encoding="utf-8").splitlines()[:QUESTIONS]
    questions = [json.loads(line)["text"] for line in lines]
    table = Table("figure", "measured", "asked", title=f"{home.name} in a browser")
    with _serving(home) as (site, _process, _ready), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        found = [load(watching(browser), f"{site}/?q={quote_plus(question)}") for question in questions]
        first = load(watching(browser), f"{site}/")
        times = list(answers(watching(browser), site, questions))
        browser.close()
    paint = [loaded.paint for loaded in found]
    table.add_row("largest paint of results, median and worst", f"{statistics.median(paint):.0f} ms, {max(paint):.0f} ms", "under 1 s")
    table.add_row("largest paint of the first page", f"{first.paint:.0f} ms", "under 1 s")
    table.add_row("layout shift, worst", f"{max(loaded.shift for loaded in (*found, first)):.3f}", "0")
    table.add_row("scripts of the search page, compressed", f"{found[0].script:,} bytes", f"under {SCRIPT_LIMIT:,}")
    table.add_row("styles of the search page, compressed", f"{found[0].style:,} bytes", "")
    for name, taken in (("request", [sent for sent, _ in times]), ("last key", [key for _, key in times])):
        table.add_row(
            f"from the {name} to the answer in place, median and worst",
            f"{statistics.median(taken):.0f} ms, {max(taken):.0f} ms",
            "100 ms" if name == "request" else "",
        )
    Console(width=110).print(table)


if __name__ == "__main__":
    vitals()
