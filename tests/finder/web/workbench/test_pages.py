"""The workbench over HTTP: who reaches it, what the pages hold, and what they must not."""

import csv
import io
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from finder.service import Finder
from finder.web.app import create_app
from tests.finder.workbench.staff import PURPOSE, WANTED, people, world
from tests.world import World

HTML = {"Accept": "text/html"}
PATHS = ("/workbench", "/workbench/x", "/workbench/x/requirements", "/workbench/x/shortlist", "/workbench/x/compare?person=a")
POSTS = (
    "/workbench",
    "/workbench/x/requirements",
    "/workbench/x/names",
    "/workbench/x/people/y",
    "/workbench/x/export",
    "/workbench/x/delete",
)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = world(tmp_path_factory.mktemp("pages"))
    made.ingest()
    made.build()
    return made


@pytest.fixture
def finder(indexed: World, tmp_path: Path) -> Iterator[Finder]:
    shutil.copytree(indexed.folder / "home", tmp_path / "home")
    opened = Finder.open(World(tmp_path).settings, indexed.encoder)
    yield opened
    opened.engine.dispose()


def client(finder: Finder, user: str = "rita", group: str = "recruiters") -> FlaskClient:
    more = {"demo_principal": user, "recruiter_group": group, "requests_per_minute": 1_000_000}
    return create_app(finder.settings.model_copy(update=more), finder).test_client()


class Recruiter:
    """Somebody who fills in the forms of the pages."""

    def __init__(self, finder: Finder) -> None:
        self.client = client(finder)
        self.token = re.findall(r'name="csrf_token" value="([^"]+)"', self.get("/workbench").text)[0]

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=HTML)

    def post(self, path: str, **form: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token, **form}, headers=HTML)

    def begin(self, description: str = WANTED) -> str:
        return self.post("/workbench", purpose=PURPOSE, description=description).headers["Location"].removesuffix("/requirements")

    def tokens(self, search: str) -> list[str]:
        return re.findall(r'name="person" value="([0-9a-f]+)"', self.get(search).text)


@pytest.fixture
def rita(finder: Finder) -> Recruiter:
    return Recruiter(finder)


def plain(response: TestResponse) -> tuple[int, str, dict[str, str]]:
    """A response without what differs between any two: the nonce and the request's id."""
    nonce = re.compile(r"nonce(-|=\")[\w-]+")
    headers = {name: nonce.sub("nonce", value) for name, value in response.headers if name != "X-Request-Id"}
    return response.status_code, nonce.sub("nonce", response.text), headers


@pytest.mark.parametrize(("user", "group"), [("rita", ""), ("vera-vac", "recruiters"), ("", "recruiters")])
def test_for_everybody_else_the_workbench_is_a_page_that_does_not_exist(finder: Finder, user: str, group: str) -> None:
    other = client(finder, user, group)
    for accept in (HTML, {"Accept": "application/json"}):
        missing = plain(other.get("/nothing/here", headers=accept))
        assert missing[0] == 404
        for path in PATHS:
            assert plain(other.get(path, headers=accept)) == missing
        for path in POSTS:
            assert plain(other.post(path, headers=accept)) == missing
        assert plain(other.put("/workbench", headers=accept)) == missing
        assert plain(other.options("/workbench", headers=accept))[0] == 404


def test_only_recruiters_see_a_way_in(finder: Finder, rita: Recruiter) -> None:
    assert 'href="/workbench"' in rita.get("/").text
    assert "workbench" not in client(finder, "vera-vac").get("/", headers=HTML).text


@pytest.mark.parametrize("path", POSTS)
def test_every_form_needs_its_token(rita: Recruiter, path: str) -> None:
    assert rita.client.post(path, data={"purpose": PURPOSE}, headers=HTML).status_code == 403


def test_without_a_purpose_nothing_begins_and_nothing_typed_is_lost(rita: Recruiter) -> None:
    refused = rita.post("/workbench", purpose=" ", description="vacuum pumps & more")
    assert refused.status_code == 400
    assert "Nobody is looked for without a stated purpose" in refused.text
    assert "vacuum pumps &amp; more</textarea>" in refused.text
    assert "Nobody but you sees" in rita.get("/workbench").text


def test_requirements_can_be_changed_added_weighted_and_taken_away(rita: Recruiter) -> None:
    search = rita.begin()
    page = rita.get(f"{search}/requirements").text
    assert [text for text in re.findall(r"<textarea[^>]*>([^<]*)</textarea>", page) if text] == [
        "vacuum pumps",
        "payroll closing",
        "heraldry",
    ]
    changed = {"text-0": "vacuum seals", "weight-0": "3", "must-0": "1", "text-2": "", "text-3": "blazon"}
    changed |= {"text-1": "payroll closing", "remove-1": "1"}
    saved = rita.post(f"{search}/requirements", **changed)
    assert (saved.status_code, saved.headers["Location"]) == (303, search)
    page = rita.get(f"{search}/requirements").text
    assert [text for text in re.findall(r"<textarea[^>]*>([^<]*)</textarea>", page) if text] == ["vacuum seals", "blazon"]
    assert re.search(r'name="must-0" value="1" checked', page)
    assert re.search(r'value="3" selected', page)


def test_a_requirement_that_cannot_be_used_is_refused_and_kept_in_the_form(rita: Recruiter) -> None:
    search = rita.begin()
    for wrong in ({"text-0": "a native speaker"}, {"text-0": "fine", "weight-0": "9"}, {"text-0": ""}, {"text-0": "x" * 161}):
        refused = rita.post(f"{search}/requirements", **wrong)
        assert refused.status_code == 400
        assert wrong["text-0"] in refused.text
        assert 'class="field-error"' in refused.text


def test_every_page_says_what_it_is_not(rita: Recruiter) -> None:
    search = rita.begin()
    token = rita.tokens(search)[0]
    for path in ("/workbench", f"{search}/requirements", search, f"{search}/shortlist", f"{search}/compare?person={token}"):
        page = rita.get(path).text
        assert "This decides nothing." in page, path
        assert "Absence of evidence is not evidence of absence" in page, path
        assert "not a measure of performance" in page, path


def test_while_names_are_hidden_no_page_and_no_file_holds_a_name_or_an_id(rita: Recruiter) -> None:
    search = rita.begin()
    tokens = rita.tokens(search)
    rita.post(f"{search}/people/{tokens[0]}", stage="considering", reason="as good as Vera Vakuum", beside=tokens[:2])
    pages = [
        search,
        f"{search}/shortlist",
        f"{search}/compare?person={tokens[0]}",
        f"{search}/compare?person={tokens[0]}&person={tokens[1]}",
    ]
    bodies = [rita.get(path) for path in pages]
    bodies.append(rita.post(f"{search}/people/{tokens[0]}", stage="agreed", reason="", beside=tokens))
    bodies.append(rita.post(f"{search}/export"))
    for body in bodies:
        said = unescape(body.text).casefold()
        assert re.search(r"person [abc]\b", said)
        assert "heraldry" in said
        for row in people():
            details = (row.get(name) for name in ("team", "location", "timezone", "title"))
            for word in {row["id"], row["name"], *row["name"].split(), *details} - {None}:
                # The recruiter's own id stands in the head of the page.
                if not str(row["id"]).startswith("rita"):
                    assert not re.search(rf"(?<!\w){re.escape(str(word).casefold())}(?!\w)", said), (word, body.request.path)
        assert "/documents/" not in said
        assert "local time" not in said
        assert set(re.findall(r'href="/people/([^"]+)"', said)) <= {"rita"}


def test_while_names_are_hidden_a_sentence_stands_where_a_document_would_open(rita: Recruiter) -> None:
    sentence = "The whole document opens once names are shown"
    search = rita.begin()
    matrix, tokens = rita.get(search).text, rita.tokens(search)
    assert matrix.count(sentence) == matrix.count('<details class="wb-lines">') > 0
    compared = f"{search}/compare?person={tokens[0]}&person={tokens[1]}"
    assert rita.get(compared).text.count(sentence) == 1
    rita.post(f"{search}/names", names="show")
    for page in (rita.get(search).text, rita.get(compared).text):
        assert sentence not in page
        assert 'href="/documents/' in page


def test_shown_names_lead_to_people_and_documents(rita: Recruiter) -> None:
    search = rita.begin()
    revealed = rita.post(f"{search}/names", names="show")
    assert (revealed.status_code, revealed.headers["Location"]) == (303, search)
    page = rita.get(search).text
    assert "Vera Vakuum" in page
    assert 'href="/documents/v' in page
    assert re.search(
        r'Pumpenhaus · Reykjavik · <span class="local">Local time <time class="clock" datetime="[^"]+" title="Atlantic/Reykjavik">', page
    )
    rita.post(f"{search}/names", names="hide")
    assert "Vera" not in rita.get(search).text


def test_a_decision_without_its_reason_is_refused_beside_the_field(rita: Recruiter) -> None:
    search = rita.begin()
    tokens = rita.tokens(search)
    refused = rita.post(f"{search}/people/{tokens[1]}", stage="contacted", reason=" ", beside=tokens[:2])
    assert refused.status_code == 400
    assert f'id="error-{tokens[1]}"' in refused.text
    recorded = rita.post(f"{search}/people/{tokens[1]}", stage="contacted", reason="knows seals", beside=tokens[:2])
    assert recorded.status_code == 303
    assert recorded.headers["Location"] == f"{search}/compare?person={tokens[0]}&person={tokens[1]}#decide-{tokens[1]}"
    assert "knows seals" in rita.get(f"{search}/shortlist").text
    assert rita.post(f"{search}/people/{tokens[1]}", stage="hired", reason="x").status_code == 400
    assert rita.post(f"{search}/people/unknown", stage="agreed", reason="x").status_code == 404


def test_comparing_nobody_or_too_many_leads_back(rita: Recruiter) -> None:
    search = rita.begin()
    for query in ("", "?person=a&person=b&person=c&person=d&person=e"):
        assert rita.get(f"{search}/compare{query}").headers["Location"] == f"{search}?choose=1"


def test_the_file_names_purpose_day_and_escapes_formulas(rita: Recruiter) -> None:
    search = (
        rita.post("/workbench", purpose="=HYPERLINK(1) for the spring", description=WANTED)
        .headers["Location"]
        .removesuffix("/requirements")
    )
    token = rita.tokens(search)[0]
    rita.post(f"{search}/people/{token}", stage="agreed", reason="+said yes")
    response = rita.post(f"{search}/export")
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(response.text.lstrip("\ufeff"))))
    head = {row[0]: row[1] for row in rows[:5]}
    assert head["Purpose"] == "'=HYPERLINK(1) for the spring"
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", head["Day"])
    assert head["Names"] == "hidden"
    assert rows[6] == ["Person", "vacuum pumps", "payroll closing", "heraldry", "Gaps", "Stage", "Reason"]
    assert ["Agreed", "'+said yes"] in [row[-2:] for row in rows[7:]]
    assert len(rows) == 10


def test_a_deleted_search_is_gone(rita: Recruiter) -> None:
    search = rita.begin()
    assert rita.post(f"{search}/delete").headers["Location"] == "/workbench"
    assert rita.get(search).status_code == 404
    assert PURPOSE not in rita.get("/workbench").text


def test_a_description_without_requirements_asks_for_them(rita: Recruiter) -> None:
    search = rita.begin("We offer a pension.")
    for path in (search, f"{search}/shortlist"):
        assert rita.get(path).headers["Location"] == f"{search}/requirements"
    assert rita.post(f"{search}/export").headers["Location"] == f"{search}/requirements"
    assert "No requirement was recognised" in rita.get(f"{search}/requirements").text


def test_a_page_beyond_the_last_person_says_so(rita: Recruiter) -> None:
    search = rita.begin()
    assert "There is nobody on this page." in rita.get(f"{search}?from=400").text
    for odd in ("0", "-3", "x", "9" * 40, "²"):
        assert rita.get(f"{search}?from={odd}").status_code == 200


def test_the_pages_speak_german(rita: Recruiter) -> None:
    search = rita.begin()
    page = rita.client.get(search, headers=HTML | {"Accept-Language": "de"}).text
    assert "Hier wird nichts entschieden." in page
    assert "Starke Belege" in page
    assert "Look and decide" not in page
