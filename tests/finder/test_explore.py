"""The map of an organisation, over what each asker may read."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from finder.atlas import Map
from finder.service import Finder
from models.access import VISITOR, Principal
from models.database import bump_access, writing
from models.errors import NotFound
from models.tables import Document, Grant, Person
from tests.landscape import EACH, SUBJECTS, landscape
from tests.world import World, document, person, reader

GUEST = Principal(frozenset({"user:eve"}), "eve")


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    return landscape(tmp_path_factory.mktemp("explore")).open()


def of(found: Map, subject: str) -> str:
    """The id of the topic that a subject became."""
    return next(topic.id for topic in found.topics if SUBJECTS[subject].split()[0] in topic.name)


def test_topics_count_documents_and_those_who_wrote_two_of_them(finder: Finder) -> None:
    found = finder.explore(VISITOR)
    counted = {topic.id: (topic.documents, topic.people) for topic in found.topics}
    assert counted == {of(found, "tides"): (EACH, 1), of(found, "bread"): (EACH, 2), of(found, "bells"): (EACH, 2)}
    assert {topic.id for topic in finder.topics(VISITOR)} == set(counted)


def test_the_heat_map_shows_which_share_of_a_teams_documents_is_about_what(finder: Finder) -> None:
    found = finder.explore(VISITOR)
    assert found.heat.teams == ("Kitchen", "Sea", "Town")
    cells = {row.topic.id: [(cell.documents, cell.share) for cell in row.cells] for row in found.heat.rows}
    assert cells[of(found, "bread")] == [(EACH, 1.0), (0, 0.0), (0, 0.0)]
    assert cells[of(found, "tides")] == [(0, 0.0), (EACH, EACH / 9), (0, 0.0)]
    assert cells[of(found, "bells")] == [(0, 0.0), (3, 3 / 9), (3, 1.0)]


def test_a_document_of_two_people_of_a_team_counts_once_for_the_team(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    world.documents = [*world.documents, document("both", "sourdough bread", "oven flour crust", ["cy", "dee"])]
    found = world.open().explore(VISITOR)
    kitchen = {row.topic.id: row.cells[0].documents for row in found.heat.rows}
    assert kitchen[of(found, "bread")] == EACH + 1


def test_a_topic_hangs_on_who_alone_wrote_most_of_its_recent_documents(finder: Finder) -> None:
    found = finder.explore(VISITOR)
    risks = {risk.topic.id: risk for risk in found.risks}
    risk = risks[of(found, "tides")]
    assert (risk.person.id, risk.alone, risk.recent) == ("ada", 5, EACH)
    assert [other.id for other in risk.others] == ["bob"]


def test_what_two_people_wrote_together_does_not_hang_on_either(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    world.documents = [{**row, "authors": [{"id": "ada"}, {"id": "bob"}]} for row in world.documents]
    assert world.open().explore(VISITOR).risks == ()


def test_what_was_written_long_ago_is_no_risk_of_today(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    old = [row if not row["id"].startswith("tides") else {**row, "created": "2019-01-01"} for row in world.documents]
    world.documents = old
    found = world.open().explore(VISITOR)
    assert of(found, "tides") not in {risk.topic.id for risk in found.risks}


def test_people_who_share_something_and_have_nothing_in_common_could_meet(finder: Finder) -> None:
    (circle,) = finder.explore(VISITOR).circles
    assert (circle.shared, circle.topic, circle.people) == ("chess", None, 3)
    assert [[one.id for one in group] for group in circle.groups] == [["ada", "bob"], ["cy"]]


def test_one_document_in_common_is_an_introduction(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    world.documents = [*world.documents, document("met", "Fair", "They met.", {"bob": "mentioned", "cy": "thanked"})]
    assert world.open().explore(VISITOR).circles == ()


def test_a_document_only_some_may_read_introduces_nobody_to_others(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    world.documents = [
        *world.documents,
        document("met", "Fair", "They met.", ["bob", "cy"], visibility="restricted", allow=["group:board"]),
    ]
    finder = world.open()
    assert len(finder.explore(VISITOR).circles) == 1
    assert finder.explore(reader("eve", "board")).circles == ()


def test_what_only_some_may_read_is_counted_for_them(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    world.documents = [
        *world.documents,
        {**world.documents[0], "id": "diary", "visibility": "restricted", "allow": ["group:board"]},
    ]
    finder = world.open()
    sizes = [
        {topic.id: topic.documents for topic in finder.explore(asker).topics}[of(finder.explore(VISITOR), "tides")]
        for asker in (VISITOR, reader("eve", "board"))
    ]
    assert sizes == [EACH, EACH + 1]


def test_who_does_not_hold_org_gets_no_map(finder: Finder) -> None:
    found = finder.explore(GUEST)
    assert (found.topics, found.heat.rows, found.risks, found.circles, found.unanswered) == ((), (), (), (), None)
    assert (finder.topics(GUEST), finder.teams(GUEST)) == ((), ())


def test_a_hidden_and_a_missing_topic_are_told_alike(finder: Finder) -> None:
    name = finder.topics(VISITOR)[0].id
    told = []
    for asker, topic in ((GUEST, name), (VISITOR, "nothing"), (GUEST, "nothing")):
        with pytest.raises(NotFound) as caught:
            finder.topic(topic, asker)
        told.append((caught.value.what, caught.value.remedy))
    assert len(set(told)) == 1


def test_a_topic_tells_years_and_teams(finder: Finder) -> None:
    page = finder.topic(of(finder.explore(VISITOR), "bells"), VISITOR)
    assert page.years == ((2025, 3), (2026, 3))
    assert [(cell.team, cell.documents) for cell in page.teams] == [("Sea", 3), ("Town", 3)]


def withdraw(world: World, *public_ids: str) -> None:
    with writing(world.engine) as session:
        for number in session.scalars(select(Document.id).where(Document.public_id.in_(public_ids))).all():
            for grant in session.scalars(select(Grant).where(Grant.document_id == number)):
                session.delete(grant)
            session.flush()
            session.execute(update(Document).where(Document.id == number).values(access_revision=bump_access(session)))


def test_words_that_no_document_holds_any_more_are_gone_at_once(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    world.documents = [
        {**row, "text": f"{row['text']} Quicksilver."} if row["id"] in ("bread0", "bread1") else row for row in world.documents
    ]
    finder = world.open()
    bread = of(finder.explore(VISITOR), "bread")
    assert "quicksilver" in " ".join(finder.topic(bread, VISITOR).start.topic.words).lower()  # type: ignore[union-attr]
    withdraw(world, "bread0")
    assert "quicksilver" in " ".join(finder.topic(bread, VISITOR).start.topic.words).lower()  # type: ignore[union-attr]
    withdraw(world, "bread1")
    assert "quicksilver" not in repr(finder.explore(VISITOR)).lower()
    withdraw(world, *(f"bread{number}" for number in range(EACH)))
    assert bread not in {topic.id for topic in finder.topics(VISITOR)}


def test_who_opts_out_is_gone_from_the_map_at_once(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    finder = world.open()
    assert "'ada'" in repr(finder.explore(VISITOR))
    with writing(world.engine) as session:
        session.execute(update(Person).where(Person.public_id == "ada").values(opted_out=True, access_revision=bump_access(session)))
    assert "'ada'" not in repr(finder.explore(VISITOR))


def test_an_organisation_without_documents_has_an_empty_map(tmp_path: Path) -> None:
    found = World(tmp_path, [person("ada", team="Sea")]).open().explore(VISITOR)
    assert found.topics == found.risks == found.circles == found.heat.rows == ()
