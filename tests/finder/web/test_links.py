"""Addresses that keep a question and change one thing about it."""

from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask

from finder.answers import Filters, Kind, Request, Sort
from finder.web.links import carried, found_url, mail_url, search_url, selected, toggled, web_address, without

CHOSEN = Filters((("team", ("Data", "Shop")), ("kind", ("wiki",))))


@pytest.fixture(autouse=True)
def _context() -> Iterator[None]:
    pages = Blueprint("pages", "finder")
    pages.add_url_rule("/", "home")
    app = Flask("finder")
    app.register_blueprint(pages)
    with app.test_request_context():
        yield


def test_an_address_keeps_the_question_the_filters_and_the_list() -> None:
    url = search_url(Request("why & how?", Kind.PEOPLE, filters=CHOSEN))
    assert url == "/?q=why+%26+how?&team=Data&team=Shop&kind=wiki&type=people"


def test_another_list_starts_at_its_first_page() -> None:
    assert search_url(Request("x", Kind.PEOPLE, offset=10), kind=Kind.DOCUMENTS) == "/?q=x&type=documents"


def test_an_order_is_kept_where_there_are_documents_to_order() -> None:
    recent = Request("x", sort=Sort.RECENT)
    assert search_url(recent, kind=Kind.DOCUMENTS) == "/?q=x&type=documents&sort=recent"
    assert search_url(recent, kind=Kind.PEOPLE) == "/?q=x&type=people"
    assert search_url(recent, sort=Sort.RELEVANCE) == "/?q=x"


def test_another_question_keeps_filters_list_and_order() -> None:
    asked = Request("x", Kind.DOCUMENTS, 20, CHOSEN, sort=Sort.RECENT)
    kept = [("team", "Data"), ("team", "Shop"), ("kind", "wiki"), ("type", "documents"), ("sort", "recent"), ("limit", "20")]
    assert list(carried(asked)) == kept


def test_a_result_leads_to_its_passage_with_the_question() -> None:
    assert found_url("a/b c", "why & how?", 120, "/search") == "/search/documents/a%2Fb%20c?q=why+%26+how%3F&passage=120#passage"


def test_an_address_to_write_to_stays_one_address() -> None:
    assert mail_url("ada@example.com", "why & how?") == "mailto:ada@example.com?subject=why%20%26%20how%3F"
    assert mail_url("a@example.com?bcc=b@example.com", "x") == "mailto:a@example.com%3Fbcc%3Db@example.com?subject=x"


def test_a_cursor_leads_to_a_later_page() -> None:
    assert search_url(Request("x", Kind.PEOPLE), cursor="abc") == "/?q=x&type=people&cursor=abc"


def test_choosing_a_value_adds_it_and_choosing_it_again_takes_it_away() -> None:
    added = toggled(CHOSEN, "kind", "post")
    assert selected(added, "kind") == ("wiki", "post")
    assert selected(added, "team") == ("Data", "Shop")
    assert toggled(toggled(added, "kind", "post"), "kind", "wiki") == Filters((("team", ("Data", "Shop")),))


def test_filters_can_be_lifted_by_name() -> None:
    assert without(CHOSEN, ["team"]) == Filters((("kind", ("wiki",)),))


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a", True),
        (" http://example.org ", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org/a", False),
        ("https:///nowhere", False),
        ("http://[broken", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_linked(url: str | None, kept: bool) -> None:
    assert (web_address(url) is not None) == kept
