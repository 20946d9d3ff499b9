"""What the clocks on a page do while it stays open, and whose day of the week they go by."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched

LATE = datetime(2026, 1, 14, 23, 50, tzinfo=UTC)  # a Wednesday, and in Vienna already Thursday
CLOCK = "article:has-text('Ada Lindqvist') time.clock"


def opened(visit: Callable[..., Watched], zone: str, path: str = "/?q=slow", **more: object) -> Page:
    watched = visit(timezone_id=zone, **more)
    watched.page.clock.install(time=LATE)
    return watched.open(path)


@pytest.mark.parametrize(("zone", "day"), [("America/Los_Angeles", "Thu "), ("Europe/Berlin", ""), ("Asia/Tokyo", "")])
def test_the_day_is_told_where_it_is_another_than_the_reader_s(visit: Callable[..., Watched], zone: str, day: str) -> None:
    page = opened(visit, zone)
    expect(page.locator(CLOCK)).to_have_text(re.compile(rf"^{day}0[01]:50$"))
    expect(page.locator(CLOCK)).to_have_attribute("datetime", re.compile(r"^2026-01-15T0[01]:50\+0[12]:00$"))


def test_the_day_is_told_in_the_reader_s_language(visit: Callable[..., Watched]) -> None:
    page = opened(visit, "America/Los_Angeles", locale="de-DE", extra_http_headers={"Accept-Language": "de"})
    expect(page.locator(CLOCK)).to_have_text(re.compile(r"^Do\.? 0[01]:50$"))


def test_a_clock_goes_on_while_the_page_stays_open(visit: Callable[..., Watched]) -> None:
    page = opened(visit, "Europe/Vienna", "/people/ada")
    clock = page.locator(".page-head time.clock")
    expect(clock).to_have_text(re.compile(r"^0[01]:50$"))
    page.clock.run_for(60_000)
    expect(clock).to_have_text(re.compile(r"^0[01]:51$"))
    page.clock.run_for(600_000)
    expect(clock).to_have_text(re.compile(r"^0[12]:01$"))


def test_an_answer_in_place_tells_the_day_from_the_first_moment(visit: Callable[..., Watched]) -> None:
    page = opened(visit, "America/Los_Angeles", "/")
    page.locator("#q").fill("slow")
    page.clock.run_for(1_000)
    expect(page.locator(CLOCK)).to_have_text(re.compile(r"^Thu 0[01]:50$"))
