"""What browsers are told so that they can ask from their address bar, and the link with which a selection is asked."""

from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from tests.finder.conftest import Office

NAMES = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
HTML = {"Accept": "text/html"}
LONGEST_LINE = 8190  # bytes of an address that the server reads


def described(client: FlaskClient, **request: Any) -> dict[tuple[str, str], str]:
    answer = client.get("/opensearch.xml", **request)
    assert answer.mimetype == "application/opensearchdescription+xml"
    tree = ET.fromstring(answer.data)
    assert len(tree.findtext("o:ShortName", "", NAMES)) <= 16
    return {(url.attrib["type"], url.get("rel", "results")): url.attrib["template"] for url in tree.findall("o:Url", NAMES)}


def test_a_browser_can_add_the_service_to_its_address_bar(client: FlaskClient) -> None:
    urls = described(client)
    assert urls["text/html", "results"] == "http://localhost/?q={searchTerms}"
    assert urls["application/x-suggestions+json", "suggestions"] == "http://localhost/api/v1/completions?q={searchTerms}"
    assert urls["application/opensearchdescription+xml", "self"] == "http://localhost/opensearch.xml"
    for url in urls.values():
        assert client.get(url.removeprefix("http://localhost").replace("{searchTerms}", "slow")).status_code == 200


def test_the_description_names_the_address_that_people_use(office: Office, client: FlaskClient) -> None:
    outside = described(office.client(public_url="https://portal.example.org/search"))
    assert outside["text/html", "results"] == "https://portal.example.org/search/?q={searchTerms}"
    prefixed = described(client, headers={"X-Forwarded-Prefix": "/search"})
    assert prefixed["text/html", "results"] == "http://localhost/search/?q={searchTerms}"


def test_completions_have_the_shape_that_browsers_expect(client: FlaskClient) -> None:
    answer = client.get("/api/v1/completions?q=pay")
    assert answer.content_type == "application/x-suggestions+json"
    typed, texts, kinds, urls = answer.get_json(force=True)
    assert typed == "pay"
    assert len(texts) == len(kinds) == len(urls) == 2
    found = dict(zip(texts, zip(kinds, urls, strict=True), strict=True))
    assert found["payroll"] == ("Skill", "http://localhost/?q=payroll")
    assert found["Payroll closing"] == ("Document", "http://localhost/documents/pay%2Froll%201")
    assert client.get("/api/v1/completions?q=%3Cscript%3E%22").get_json(force=True) == ['<script>"', [], [], []]
    assert client.get("/api/v1/completions").status_code == 400


def test_completions_tell_nobody_more_than_suggestions_do(client: FlaskClient, office: Office) -> None:
    for key in (office.key(grants=frozenset({"group:board"})), office.key(), office.key(grants=frozenset({"org", "group:board"}))):
        plain = client.get("/api/v1/suggest?q=mer", headers=key).get_json()["suggestions"]
        assert client.get("/api/v1/completions?q=mer", headers=key).get_json(force=True)[1] == [each["text"] for each in plain]
    assert client.get("/api/v1/completions?q=mer", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 401


@pytest.mark.parametrize(
    "selection",
    [
        "  slow\r\n\tqueries\u00a0 ",
        "slow queries \U0001f4a7" * 55,
        "\u6c34" * 899 + " slow",
        "The vacuum sleeps. " * 400,
        '"slow" & <queries> #1 + 100 % ; ?',
    ],
)
def test_a_selection_is_asked_by_a_link(client: FlaskClient, selection: str) -> None:
    link = f"/?q={quote(selection[:1000], safe='')}"
    assert len(link) < LONGEST_LINE
    answer = client.get(link, headers=HTML)
    assert answer.status_code == 200
    assert "<h1" in answer.text


def test_of_a_selection_that_is_too_long_the_beginning_is_asked(client: FlaskClient) -> None:
    long = client.get("/", query_string={"q": "slow queries " * 5000}, headers=HTML)
    assert long.status_code == 200
    assert "Slow queries" in long.text
