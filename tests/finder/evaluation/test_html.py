"""The report in a browser: complete, the same each time, and nothing in it that was not written by us runs or loads."""

import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from finder.evaluation import plot
from finder.evaluation.html import page, questions
from finder.evaluation.study import Study
from models.encoder import EncoderIdentity
from tests.finder.evaluation.studies import HOSTILE, TEXTS, changes, study

ENCODER = EncoderIdentity("a <b>encoder</b>", "ab" * 32, "0" * 64, 64)
GOLDEN = Path(__file__).with_name("report.html")
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
LOADING = {"src", "href", "srcset", "action", "data", "poster", "background", "xlink:href"}


class Elements(HTMLParser):
    """Collects the elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def report(found: Study, drawn: str = DRAWN) -> str:
    return page([found], changes(), ENCODER, drawn)


def test_the_report_is_the_golden_one() -> None:
    """Look at the difference, then run once with FINDER_GOLDEN=write to keep it."""
    text = report(study())
    if os.environ.get("FINDER_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_hostile_titles_names_and_questions_stay_text() -> None:
    parsed = Elements(report(study()))
    assert not {tag for tag, _ in parsed.found} & {"script", "img", "iframe", "object"}
    assert not any(name.startswith("on") for _, attributes in parsed.found for name in attributes)
    assert HOSTILE in parsed.text
    assert TEXTS[1] in parsed.text
    assert "a <b>encoder</b>" in parsed.text


def test_the_report_asks_nothing_of_any_other_place() -> None:
    text = report(study(), plot.inline([study().outcome]))
    addresses = [value for _, attributes in Elements(text).found for name, value in attributes.items() if name in LOADING]
    assert [address for address in addresses if not (address or "").startswith(("#", "data:,"))] == []
    assert not re.search(r"@import|url\((?!#)", text)
    assert "default-src 'none'" in text


def test_the_report_says_what_was_measured() -> None:
    text = Elements(report(study())).text
    for fact in ("1,211", "23,362", "2025-12-31", "ab" * 32, "90 of 100 everyday", "Against bm25-votes", "p: paired"):
        assert fact in text


def test_questions_come_in_the_order_of_the_lead_over_the_best_baseline() -> None:
    people = next(questions(study()))
    assert people.systems == ("finder", "bm25-votes", "random")
    assert [(row.question, row.lead) for row in people.rows] == [(TEXTS[1], "-.630"), (TEXTS[0], "-.070"), (TEXTS[2], "+.800")]
    assert people.rows[0].values == (".000", ".630", ".000")


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is missing: apt-get install chromium")
def test_a_browser_shows_the_report_and_runs_nothing_of_it(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(report(study(), plot.inline([study().outcome])), encoding="utf-8")
    done = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    shown = Elements(done.stdout)
    assert "How relevant the answers are" in shown.text
    assert not {tag for tag, _ in shown.found} & {"script", "img"}
