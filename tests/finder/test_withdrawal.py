"""Who pauses, what they hide and what they mute is gone from every answer that there is, for everybody, at the next request."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from finder.answers import Filters, Request
from finder.corrections import Said, Saying
from finder.service import Finder
from finder.web.app import create_app
from finder.workbench.desk import Desk, Visit
from finder.workbench.store import Stage
from models.access import VISITOR
from models.errors import NotFound
from tests.landscape import landscape
from tests.world import Row, World, document, person, reader

WHO = "quorra"  # no word of anything else
QUORRA, CY = reader(WHO), reader("cy")
VISIT = Visit(CY, "a-request")
SKILL = "Harbour pilotage"
HTML = {"Accept": "text/html"}


def renamed(rows: list[Row]) -> list[Row]:
    """The landscape's first person under the name that is looked for."""
    changed: list[Row] = json.loads(json.dumps(rows).replace('"ada"', f'"{WHO}"').replace('"Ada"', f'"{WHO.title()}"'))
    return changed


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = landscape(tmp_path)
    made.people = [{**row, "skills": [SKILL]} if row["id"] == WHO else row for row in renamed(made.people)]
    made.people += [person("fay", interests=["chess"], skills=[SKILL], team="Sea")]
    made.documents = [
        *renamed(made.documents),
        document("alone", "Sextant repair", "How a sextant is repaired by hand.", [WHO], created="2027-03-01", votes=9),
        document("near", "Sextant cleaning", "How a sextant is cleaned by hand.", ["bob"]),
        document("asked", "Sextant mirrors?", "Where are mirrors for a sextant sold?", {WHO: "asker", "bob": "answerer"}),
        *(document(f"z{n}", f"Canteen menu {n}", "Soup", ["eve"], language="en") for n in range(30)),
    ]
    return made


@pytest.fixture
def finder(world: World) -> Iterator[Finder]:
    opened = world.open()
    opened.endorse("fay", SKILL, QUORRA)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def clients(world: World, finder: Finder) -> dict[str, FlaskClient]:
    """What two colleagues see."""
    more = {"recruiter_group": "recruiters", "requests_per_minute": 1_000_000}
    return {
        who: create_app(world.settings.model_copy(update={**more, "demo_principal": who}), finder).test_client() for who in ("cy", "fay")
    }


def places(finder: Finder) -> dict[str, list[str]]:
    """Every page and answer on which a person might be named, by its kind."""
    topics = [topic.id for topic in finder.topics(VISITOR)]
    questions = ("tide+gauge", "where+are+mirrors+for+a+sextant+sold", "sextant+and+sourdough+bread", "who+likes+chess")
    documents, people = ("tides0", "tides3", "alone", "asked", "near"), (WHO, "bob", "fay")
    return {
        "results": [f"/?q={question}" for question in questions],
        "search": [f"/api/v1/search?q={question}" for question in (*questions, "tide&skill=Harbour+pilotage", "tide&team=Sea")],
        "completions": [f"/api/v1/{kind}?q={WHO[:4]}" for kind in ("suggest", "completions")],
        "person": [f"/people/{who}{form}" for who in people for form in ("", f"?skill={SKILL}")],
        "card": [f"/people/{WHO}.vcf"],
        "people": [f"/api/v1/people/{who}{form}" for who in people for form in ("", f"/skills?name={SKILL}")],
        "similar": ["/api/v1/people/fay/similar"],
        "document": [f"/documents/{name}" for name in documents],
        "documents": [f"/api/v1/documents/{name}" for name in documents],
        "related": [f"/api/v1/documents/{name}/related" for name in ("near", "tides3")],
        "explore": ["/explore"],
        "topic": [f"{root}/topics/{topic}" for root in ("/explore", "/api/v1") for topic in topics],
        "start": ["/start?team=Sea", "/api/v1/start?team=Sea", *(f"/api/v1/start?topic={topic}" for topic in topics)],
        "own": ["/me"],
        "mine": ["/api/v1/me"],
    }


def named_in(finder: Finder, clients: dict[str, FlaskClient]) -> dict[str, list[str]]:
    """By kind, the addresses whose answer names the person to one of the colleagues."""
    found: dict[str, list[str]] = {}
    for kind, paths in places(finder).items():
        for path in paths:
            answers = [client.get(path, headers={} if "/api/" in path else HTML) for client in clients.values()]
            assert {answer.status_code for answer in answers} <= {200, 404}, path
            if any(answer.status_code == 200 and WHO in answer.text.lower().replace(path.lower(), "") for answer in answers):
                found.setdefault(kind, []).append(path)
    return found


def test_who_pauses_is_named_nowhere_and_who_resumes_everywhere_again(finder: Finder, clients: dict[str, FlaskClient]) -> None:
    before = named_in(finder, clients)
    assert set(before) == set(places(finder))
    finder.correct(Said(Saying.PAUSE), QUORRA)
    assert named_in(finder, clients) == {}
    pages = [clients["cy"].get(f"/people/{who}", headers=HTML) for who in (WHO, "nobody")]
    assert [page.status_code for page in pages] == [404, 404]
    finder.correct(Said(Saying.PAUSE), QUORRA, undo=True)
    assert named_in(finder, clients) == before


@pytest.mark.parametrize("blind", [True, False])
def test_who_pauses_is_in_no_matrix_shortlist_or_file_of_the_workbench(finder: Finder, blind: bool) -> None:
    desk = Desk(finder, b"the secret of a test", 180)
    number = desk.start(VISIT, "Staff the harbour in spring", "- tide gauge\n- sextant repair")
    desk.hide(VISIT, number, blind=False)
    tokens = {column.who.profile.id: column.who.token for column in desk.everybody(VISIT, number).columns if column.who.profile}
    for who in (WHO, "bob"):
        desk.decide(VISIT, number, tokens[who], (Stage.CONSIDERING, "knows tides"))
    desk.hide(VISIT, number, blind=blind)
    sheets: tuple[Callable[[], object], ...] = (
        lambda: desk.matrix(VISIT, number, 0), lambda: desk.everybody(VISIT, number), lambda: desk.shortlist(VISIT, number),
    )  # fmt: skip
    assert all(tokens[WHO] in repr(sheet()) for sheet in sheets)
    finder.correct(Said(Saying.PAUSE), QUORRA)
    assert not any(word in repr(sheet()).lower() for sheet in sheets for word in (tokens[WHO], WHO))
    assert all(tokens["bob"] in repr(sheet()) for sheet in sheets)
    with pytest.raises(NotFound):
        desk.compare(VISIT, number, [tokens[WHO], "nobody"])


def spoken(finder: Finder) -> set[str]:
    """The kinds of answers in which the document that they wrote alone speaks for them."""
    desk = Desk(finder, b"the secret of a test", 180)
    number = desk.start(VISIT, "Repair what is used at sea", "- sextant repair")
    desk.hide(VISIT, number, blind=False)
    page, start = finder.person(WHO, VISITOR), finder.start(VISITOR, team="Sea")
    found = finder.search(Request("how is a sextant repaired by hand"), VISITOR)
    speaks = {
        "evidence": [person.evidence for person in found.people if person.profile.id == WHO],
        "filter": finder.search(Request("sextant", filters=Filters((("author", (WHO,)),))), VISITOR).documents,
        "page": (page.documents, page.achievements),
        "related": finder.related("near", VISITOR).people,
        "start": [guide.latest for guide in start.people if guide.profile.id == WHO],
        "workbench": [
            column.cells for column in desk.everybody(VISIT, number).columns if column.who.profile and column.who.profile.id == WHO
        ],
    }
    return {kind for kind, shown in speaks.items() if "'alone'" in repr(shown)}


def test_a_hidden_document_speaks_for_nobody(finder: Finder) -> None:
    assert spoken(finder) == {"evidence", "filter", "page", "related", "start", "workbench"}
    finder.correct(Said(Saying.HIDE, "alone"), QUORRA)
    assert spoken(finder) == set()
    assert "'alone'" in repr(finder.search(Request("sextant repair"), VISITOR).documents)


def test_a_question_that_is_hidden_shows_nobody_as_interested(finder: Finder) -> None:
    question = Request("where are mirrors for a sextant sold")
    assert f"'{WHO}'" in repr(finder.search(question, VISITOR).interested)
    finder.correct(Said(Saying.HIDE, "asked"), QUORRA)
    assert f"'{WHO}'" not in repr(finder.search(question, VISITOR).interested)


def test_a_muted_interest_shows_nobody_as_interested_and_introduces_nobody(finder: Finder) -> None:
    def circle() -> str:
        return repr([circle for circle in finder.explore(VISITOR).circles if circle.shared == "chess"])

    assert f"'{WHO}'" in circle()
    assert f"'{WHO}'" in repr(finder.search(Request("chess"), VISITOR).interested)
    finder.correct(Said(Saying.MUTE, "Chess"), QUORRA)
    assert f"'{WHO}'" not in circle()
    assert f"'{WHO}'" not in repr(finder.search(Request("chess"), VISITOR).interested)


def test_who_mutes_the_name_of_a_topic_is_told_under_it_nowhere(finder: Finder) -> None:
    tides = next(topic for topic in finder.topics(VISITOR) if "tide" in topic.name)

    def told() -> set[str]:
        risks = [risk.person.id for risk in finder.explore(VISITOR).risks if risk.topic.id == tides.id]
        guides = [guide.profile.id for guide in finder.start(VISITOR, topic=tides.id).people]
        return {*risks, *guides}

    assert told() == {WHO, "bob"}
    finder.correct(Said(Saying.MUTE, tides.name.upper()), QUORRA)
    assert told() == {"bob"}
    assert f"'{WHO}'" in repr(finder.search(Request("tide gauge"), VISITOR).people)
