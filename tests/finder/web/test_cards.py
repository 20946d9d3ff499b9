"""People as programs read them: nothing but what the page shows, and nothing that breaks out of its place."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from finder.answers import Profile, Skill
from finder.portrait import PersonPage
from finder.web.app import create_app
from finder.web.cards import linked, vcard
from tests.browser.canned import EVIL
from tests.finder.conftest import Office
from tests.world import World, document, person

HTML = {"Accept": "text/html"}


def page_of(name: str = "Ada", bio: str | None = None, skills: tuple[Skill, ...] = ()) -> PersonPage:
    return PersonPage(Profile("ada", name, "Engineer", "Data", "Oslo", ("en", "pt-BR"), skills), bio, ("rowing",), (), 0)


def read(card: bytes) -> list[tuple[str, str]]:
    """Read a vCard back: unfolded, split at the first colon, unescaped."""
    assert all(len(line) <= 75 for line in card.split(b"\r\n"))
    lines = card.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")
    pairs = [line.partition(":")[::2] for line in lines]
    plain = re.compile(r"\\(.)")
    return [(name, plain.sub(lambda found: "\n" if found[1] == "n" else found[1], value)) for name, value in pairs]


def test_a_vcard_says_what_the_page_says() -> None:
    skills = (Skill("PostgreSQL", "declared"), Skill("on call", "endorsed"), Skill("guessed", "inferred"))
    card = read(vcard(page_of(bio="Ask me; first line\nsecond", skills=skills), "https://find.example.org/people/ada"))
    assert card == [
        ("BEGIN", "VCARD"), ("VERSION", "4.0"), ("KIND", "individual"), ("FN", "Ada"), ("TITLE", "Engineer"), ("ORG", "Data"),
        ("NOTE", "Ask me; first line\nsecond"), ("ADR;TYPE=work", ";;;Oslo;;;"), ("LANG", "en"), ("LANG", "pt-BR"),
        ("EXPERTISE", "PostgreSQL"), ("EXPERTISE", "on call"), ("INTEREST", "rowing"), ("URL", "https://find.example.org/people/ada"),
        ("UID", "https://find.example.org/people/ada"), ("END", "VCARD"),
    ]  # fmt: skip


@given(st.text(min_size=1), st.text())
def test_whatever_a_person_is_called_the_card_has_the_same_lines(name: str, bio: str) -> None:
    card = vcard(page_of(name, bio), "https://find.example.org/people/ada")
    plain = vcard(page_of("Ada", "x" if bio else ""), "https://find.example.org/people/ada")
    assert [line for line, _ in read(card)] == [line for line, _ in read(plain)]
    assert not re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", card)


@pytest.mark.parametrize(
    "name", ["A\r\nEMAIL:evil@example.com", "A\nEND:VCARD", "A;B,C\\", "\u00e4" * 200, "\U0001f4a7" * 50, "A\rB", "\u2028x"]
)
def test_a_name_ends_no_line_and_no_character_is_cut(name: str) -> None:
    card = dict(read(vcard(page_of(name), "https://find.example.org/people/ada")))
    assert card["FN"] == name.replace("\r\n", "\n").replace("\r", "\n")
    assert "EMAIL" not in card


def test_the_download_is_named_and_typed(client: FlaskClient) -> None:
    answer = client.get("/people/ada.vcf")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=ada.vcf"
    assert b"FN:Ada\r\n" in answer.data
    assert b"URL:http://localhost/people/ada\r\n" in answer.data
    assert 'href="/people/ada.vcf"' in client.get("/people/ada", headers=HTML).text


def test_a_vcard_tells_the_time_zone_where_it_is_known() -> None:
    page = page_of()
    told = replace(page, profile=replace(page.profile, timezone="Europe/Oslo"))
    assert ("TZ", "Europe/Oslo") in read(vcard(told, "https://find.example.org/people/ada"))
    assert "timezone" not in str(linked(told, "https://find.example.org/people/ada")).casefold()


def test_who_may_not_know_of_a_person_gets_no_card(client: FlaskClient, office: Office) -> None:
    hidden, missing = client.get("/people/ghost.vcf"), client.get("/people/nobody.vcf")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.data == missing.data
    assert client.get("/people/ada.vcf", headers=office.key()).status_code == 200
    from finder.keys import Scope

    assert client.get("/people/ada.vcf", headers=office.key(Scope.SEARCH)).status_code == 403


def in_page(text: str) -> dict[str, object]:
    found = re.search(r'<script type="application/ld\+json" nonce="([^"]+)">(.*?)</script>', text, re.DOTALL)
    assert found
    read: dict[str, object] = json.loads(found[2])
    return read


def test_a_page_tells_search_engines_what_it_shows(client: FlaskClient) -> None:
    page = client.get("/people/ada", headers=HTML)
    assert in_page(page.text) == {
        "@context": "https://schema.org", "@type": "Person", "@id": "http://localhost/people/ada", "url": "http://localhost/people/ada",
        "name": "Ada", "jobTitle": "Engineer", "memberOf": {"@type": "Organization", "name": "Data"},
        "workLocation": {"@type": "Place", "name": "Oslo"}, "knowsLanguage": ["en", "no"], "knowsAbout": ["vacuum"],
        "description": "Keeps queries fast.",
    }  # fmt: skip


def test_what_is_inferred_stays_on_the_page() -> None:
    assert "knowsAbout" not in linked(page_of(skills=(Skill("guessed", "inferred"),)), "https://find.example.org/people/ada")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    world = World(tmp_path_factory.mktemp("hostile"))
    breaking = f"</script><!--<script>{EVIL}\u2028"
    world.people = [person("eve/\u00e9", name=breaking, bio=breaking, title=breaking, skills=[breaking], emails=["eve@example.com"])]
    world.documents = [document("d", "Title", "Text of a document.", ["eve/\u00e9"])]
    finder = world.open()
    yield create_app(world.settings.model_copy(update={"public_url": "https://find.example.org/search/"}), finder).test_client()
    finder.engine.dispose()


def test_nothing_breaks_out_of_the_script_and_no_address_is_given_away(hostile: FlaskClient) -> None:
    page = hostile.get("/people/eve%2F%C3%A9", headers=HTML).text
    raw = page.split('application/ld+json"')[1].split("</script>")[0].partition(">")[2]
    assert "<" not in raw
    assert in_page(page)["name"].startswith("</script><!--<script>")  # type: ignore[attr-defined]
    assert in_page(page)["url"] == "https://find.example.org/search/people/eve%2F%C3%A9"
    assert "eve@example.com" not in page
    card = hostile.get("/people/eve%2F%C3%A9.vcf")
    assert card.status_code == 200
    assert b"eve@example.com" not in card.data
    assert card.headers["Content-Disposition"] == "attachment; filename=eve.vcf"
    assert b"URL:https://find.example.org/search/people/eve%2F%C3%A9" in card.data.replace(b"\r\n ", b"")
