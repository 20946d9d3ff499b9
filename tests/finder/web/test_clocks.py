"""The time of day where somebody works: told where their time zone is, and guessed of nobody."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from flask.testing import FlaskClient

from finder.answers import Profile
from finder.web.clocks import local_time
from tests.finder.conftest import Office
from tests.world import World, document, person

# A quarter past one at night on a Thursday in Greenwich, while Helsinki still has summer time.
NOW = datetime(2026, 10, 15, 0, 15, tzinfo=UTC)
AINO = Profile("aino", "Aino", None, None, "Helsinki", (), (), timezone="Europe/Helsinki")
CLOCK = re.compile(r'<time class="clock" datetime="([^"]+)" title="([^"]+)">(\d\d:\d\d)</time>')


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    world = World(tmp_path_factory.mktemp("clocks"))
    world.people = [
        person("aino", location="Helsinki", timezone="Europe/Helsinki", languages=["fi"]),
        person("bob", location="Helsinki"),
        person("cy", timezone="asia/kolkata"),
    ]
    world.documents = [document(f"d{who}", "Vacuum pumps", f"Sealing vacuum pumps, by {who}", [who]) for who in ("aino", "bob", "cy")]
    finder = world.open()
    yield Office(finder, world.settings)
    finder.engine.dispose()


@pytest.fixture
def client(place: Office) -> FlaskClient:
    return place.client(demo_principal="aino")


def shown(place: Office, profile: Profile, now: datetime = NOW, language: str = "en") -> str:
    """What a card says of somebody's languages and time, at a given moment."""
    app = place.app()
    with app.test_request_context(headers={"Accept-Language": language}):
        names: dict[str, object] = {"local_time": partial(local_time, now=now)}
        app.update_template_context(names)
        return str(app.jinja_env.get_template("_parts.html").make_module(names).speaking(profile))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("zone", "there"),
    [
        ("Europe/Helsinki", "2026-10-15T03:15:00+03:00"),
        ("America/Los_Angeles", "2026-10-14T17:15:00-07:00"),
        ("Asia/Kolkata", "2026-10-15T05:45:00+05:30"),
        ("Pacific/Kiritimati", "2026-10-15T14:15:00+14:00"),
        ("UTC", "2026-10-15T00:15:00+00:00"),
    ],
)
def test_a_moment_is_told_on_the_clocks_of_the_place(zone: str, there: str) -> None:
    found = local_time(zone, NOW)
    assert found is not None
    assert found.isoformat() == there


def test_summer_time_is_told_by_the_moment() -> None:
    times = [local_time("Europe/Helsinki", NOW + timedelta(days=days)) for days in (0, 30)]
    assert [time.hour for time in times if time] == [3, 2]


@pytest.mark.parametrize(
    "zone", [None, "", "Helsinki", "Europe", "../../etc/passwd", "/etc/passwd", "W. Europe Standard Time", "a" * 500, "\x00"]
)
def test_where_no_zone_is_told_or_none_is_known_by_the_name_there_is_no_time(zone: str | None) -> None:
    assert local_time(zone, NOW) is None


def test_a_card_tells_the_time_with_the_zone_behind_it(place: Office) -> None:
    clock = '<time class="clock" datetime="2026-10-15T03:15+03:00" title="Europe/Helsinki">03:15</time>'
    expected = f'<span class="local">Local time {clock}</span>'
    assert shown(place, AINO) == f'<p class="facts">{expected}</p>'
    assert shown(place, replace(AINO, languages=("fi",))) == f'<p class="facts">Speaks Finnish · {expected}</p>'


def test_german_readers_are_told_the_same(place: Office) -> None:
    assert 'Spricht Finnisch · <span class="local">Ortszeit <time' in shown(place, replace(AINO, languages=("fi",)), language="de")


def test_without_a_zone_a_card_says_nothing_of_the_time(place: Office) -> None:
    nobody = replace(AINO, timezone=None)
    assert shown(place, nobody) == ""
    assert shown(place, replace(nobody, languages=("fi",))) == '<p class="facts">Speaks Finnish</p>'


@pytest.mark.parametrize("path", ["/?q=vacuum+pumps", "/people/aino"])
def test_pages_tell_the_time_at_which_they_are_made(client: FlaskClient, path: str) -> None:
    clocks = CLOCK.findall(client.get(path, headers={"Accept": "text/html"}).text)
    assert "Europe/Helsinki" in {zone for _, zone, _ in clocks}
    for told, _, time in clocks:
        assert told[11:16] == time
        assert timedelta() <= datetime.now(UTC) - datetime.fromisoformat(told) < timedelta(minutes=5)


def test_of_somebody_without_a_zone_a_page_says_no_time_however_well_the_place_is_known(client: FlaskClient) -> None:
    page = client.get("/people/bob", headers={"Accept": "text/html"}).text
    assert "Helsinki" in page
    assert "Local time" not in page
    assert not CLOCK.search(page)


def test_programs_are_told_the_zone_and_tell_the_time_themselves(client: FlaskClient) -> None:
    body = client.get("/api/v1/search?q=vacuum+pumps&type=people").get_json()
    assert {found["id"]: found["timezone"] for found in body["people"]} == {"aino": "Europe/Helsinki", "bob": None, "cy": "Asia/Kolkata"}
    assert client.get("/api/v1/people/aino").get_json()["timezone"] == "Europe/Helsinki"


def test_who_asks_sees_their_own_zone_and_where_it_comes_from(client: FlaskClient) -> None:
    page = client.get("/me", headers={"Accept": "text/html", "Accept-Language": "de"}).text
    assert "Zeitzone · aus org" in page
    assert "Europe/Helsinki" in page


def test_an_address_book_takes_the_zone_along_and_search_engines_are_not_told(client: FlaskClient) -> None:
    assert b"TZ:Europe/Helsinki\r\n" in client.get("/people/aino.vcf").data
    assert b"TZ:" not in client.get("/people/bob.vcf").data
    linked = client.get("/people/aino", headers={"Accept": "text/html"}).text.partition("application/ld+json")[2].partition("</script>")[0]
    assert "Aino" in linked
    assert "Europe/Helsinki" not in linked
