"""The whole way on a real PostgreSQL: its own server in a folder of the test's, on a socket, gone afterwards."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from finder import inbox, provisioning
from finder.answers import Request
from finder.corrections import Said, Saying
from finder.inbox import Push
from finder.provisioning import Facts
from finder.service import Finder
from indexer import provisioned
from indexer.build import Tools, build
from indexer.connectors.collection import Collection
from indexer.decisions import merge, split
from indexer.inbox import take
from indexer.progress import Silent
from indexer.removal import erase
from indexer.store import Policy, ingest
from models.access import VISITOR
from models.database import check_schema, connect, reading, upgrade
from models.errors import DatabaseUnavailable, NameTaken, NotFound
from models.health import sources
from models.settings import Settings, load_settings
from tests.postgresql import NEEDED, Server
from tests.world import World, document, person, reader

pytestmark = NEEDED


@pytest.fixture
def settings(postgresql: Server, tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home", database_url=postgresql.database(tmp_path.name))


def test_a_source_becomes_answers_and_its_changes_follow(settings: Settings, tmp_path: Path) -> None:
    world = World(
        tmp_path,
        [person("ada", team="Data", skills=["PostgreSQL"]), person("bob")],
        [{"id": "board", "name": "Board", "members": ["bob"]}],
        [
            document("slow", "Slow queries", "Find the oldest open transaction before you buy a bigger server.", ["ada"], tags=["sql"]),
            document(
                "plan", "The merger plan", "We buy the pump maker in spring.", ["bob"], visibility="restricted", allow=["group:board"]
            ),
        ],
    )
    finder = indexed(world, settings)
    answer = finder.search(Request("slow queries"), VISITOR)
    assert [result.profile.id for result in answer.people][:1] == ["ada"]
    assert answer.documents[0].snippet.text.startswith("Find the oldest")
    assert "plan" not in {result.document.id for result in finder.search(Request("merger plan pump"), VISITOR).documents}
    assert finder.search(Request("merger plan pump"), finder.principal("bob")).documents[0].document.id == "plan"
    assert [suggestion.text for suggestion in finder.suggest("slow", reader("ada"))] == ["Slow queries"]
    assert finder.person("ada", VISITOR).document_count == 1

    world.documents = [document("slow", "Slow queries", "Look at the locks first.", ["bob"])]
    finder.engine.dispose()
    finder = indexed(world, settings)
    assert finder.search(Request("locks first"), VISITOR).documents[0].snippet.text == "Look at the locks first."
    assert finder.search(Request("merger plan pump"), finder.principal("bob")).documents[0].document.id == "slow"
    finder.engine.dispose()


def test_what_people_correct_holds_and_goes_with_them(settings: Settings, tmp_path: Path) -> None:
    world = World(
        tmp_path,
        [person("ada", skills=["PostgreSQL"], interests=["bees"]), person("bob", skills=["Vacuum"])],
        [{"id": "choir", "name": "Choir", "members": ["ada", "bob"]}],
        [document("slow", "Vacuum", "PostgreSQL sleeps.", {"ada": "accepted", "bob": "editor"}, votes=3, created="2025-01-01")],
    )
    finder = indexed(world, settings)
    ada, bob = finder.principal("ada"), finder.principal("bob")
    finder.endorse("ada", "PostgreSQL", bob)
    page = finder.person("ada", bob)
    assert ([skill.endorsements for skill in page.skills], [group.name for group in page.groups]) == ([1], ["Choir"])
    assert [voted.votes for voted in page.achievements.voted] == [3]
    for said in (Said(Saying.NOTE, "skills/PostgreSQL", "Long ago."), Said(Saying.HIDE, "slow")):
        finder.correct(said, ada)
    assert (finder.person("ada", bob).skills, finder.person("ada", bob).document_count) == ((), 0)
    own = finder.own(ada)
    assert [(topic.name, topic.muted) for topic in own.topics] == [("PostgreSQL", True), ("bees", False)]
    assert [(document.id, document.hidden) for document in own.documents] == [("slow", True)]
    finder.correct(Said(Saying.HIDE, "slow"), ada, undo=True)
    assert finder.person("ada", bob).document_count == 1
    erase(finder.engine, "ada", b"a secret of the tests")
    assert finder.notes() == ()
    finder.engine.dispose()


def indexed(world: World, settings: Settings) -> Finder:
    upgrade(settings)
    engine = connect(settings)
    check_schema(engine)
    ingest(engine, "org", Collection(world.write()), Policy(confirmed=True))
    build(Tools(settings, engine, world.encoder, Silent()))
    engine.dispose()
    return Finder.open(settings, world.encoder)


def test_what_is_sent_is_taken_in_and_what_is_decided_can_be_taken_back(settings: Settings, tmp_path: Path) -> None:
    world = World(
        tmp_path, [person("ada", emails=["ada@example.com"]), person("bob")], [], [document("a", "Slow queries", "Locks.", ["ada"])]
    )
    finder = indexed(world, settings)
    engine, pushed = (
        finder.engine,
        Push("wiki", (b'{"id": "w1", "title": "Pump makers", "authors": ["bob"], "visibility": "org"}', b"{"), "k"),
    )
    job = inbox.accept(engine, "key:a", pushed)
    assert inbox.accept(engine, "key:a", pushed) == job
    user = Facts('{"userName": "ada", "emails": [{"value": "ada@example.com"}]}', "ada", keys=("email:ada@example.com",))
    made = provisioning.create(engine, "User", user)
    with pytest.raises(NameTaken):
        provisioning.create(engine, "User", user)
    said = json.dumps({"displayName": "Crew", "members": [{"value": made.id}]})
    group = Facts(said, display_name="Crew", members=frozenset({made.id}))
    crew = provisioning.create(engine, "Group", group)
    assert provisioned.take(engine, Policy()) is not None
    take(engine, Policy())
    assert [record.fate for record in inbox.progress(engine, job, "key:a").records] == ["stored", "quarantined"]
    build(Tools(settings, engine, world.encoder, Silent()))
    finder.refresh()
    assert [found.document.id for found in finder.search(Request("pump makers"), VISITOR).documents][:1] == ["w1"]

    merge(engine, "ada", "wiki:bob", "test")
    split(engine, "ada", "wiki:bob", "test")
    assert "group:Crew" in finder.principal("ada").grants
    provisioning.change(engine, "Group", crew.id, lambda _: frozenset({made.id}), lambda _: Facts('{"displayName": "Crew"}'))
    assert "group:Crew" not in finder.principal("ada").grants
    provisioning.change(engine, "User", made.id, lambda _: frozenset(), lambda _: replace(user, active=False))
    with pytest.raises(NotFound):
        finder.principal("ada")
    with reading(engine) as session:
        assert {source.name for source in sources(session)} == {"org", "scim", "wiki"}
    engine.dispose()


def test_a_server_out_of_reach_is_named(tmp_path: Path) -> None:
    gone = load_settings(home=tmp_path, database_url=f"postgresql+psycopg://finder@/nothing?host={tmp_path}")
    with pytest.raises(DatabaseUnavailable):
        check_schema(connect(gone))


def test_the_audit_chain_holds_where_two_write_at_once(settings: Settings) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from models.audit import Act, record, verify
    from models.database import reading, writing

    upgrade(settings)
    engine = connect(settings)

    def act(number: int) -> None:
        with writing(engine) as session:
            record(session, Act(f"rita-{number}", "viewed", "Staff the pumps", (f"vera-{number}",), {"search": "s"}, "1", "r"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(40)))
    with reading(engine) as session:
        found = verify(session)
    engine.dispose()
    assert (found.rows, found.broken) == (40, None)


def test_the_workbench_sign_ins_and_kept_questions_work_and_go_with_the_erased(settings: Settings, tmp_path: Path) -> None:
    from finder import sign_ins
    from finder.workbench.desk import Desk
    from finder.workbench.store import Stage
    from indexer.questions import forget_questions
    from models.audit import verify
    from models.database import reading, writing
    from models.retention import expire
    from models.told import AskedQuestion, Pseudonym, SignInRow, WorkbenchCandidate, WorkbenchDecision
    from tests.finder.workbench.staff import started, visit
    from tests.finder.workbench.staff import world as staffed

    secret, today = b"a secret of the tests", datetime.now(UTC).date()
    world = staffed(tmp_path)
    world.people = [{**row, "emails": [f"{row['id']}@example.com"]} for row in world.people]
    finder = indexed(world, settings.model_copy(update={"keep_questions": True, "secret_key": SecretStr(secret.decode())}))
    desk = Desk(finder, secret, 180)
    number = started(desk, blind=False)
    who = next(
        column.who for column in desk.matrix(visit(), number, 0).columns if column.who.profile and column.who.profile.id == "vera-vac"
    )
    desk.decide(visit(), number, who.token, (Stage.AGREED, "Two subjects."))
    assert [mention.decisions[0].reason for mention in finder.own(finder.principal("vera-vac")).shown_in] == ["Two subjects."]
    finder.search(Request("parental leave"), finder.principal("vera-vac"))
    held = sign_ins.begin(finder.engine, "email:Vera-Vac@example.com", ["recruiters"], 1)
    found = sign_ins.find(finder.engine, held)
    assert found is not None
    assert found.user == "vera-vac"

    with reading(finder.engine) as session:
        assert session.query(AskedQuestion).count() > 0
    erase(finder.engine, "vera-vac", secret)
    assert sign_ins.find(finder.engine, held) is None
    with writing(finder.engine) as session:
        assert expire(session, 180) == 0
    forget_questions(finder.engine, today, wanted=True)
    with reading(finder.engine) as session:
        assert [session.query(table).count() for table in (AskedQuestion, SignInRow, WorkbenchDecision)] == [0, 0, 0]
        assert session.query(WorkbenchCandidate).count() > 0
        assert session.get(Pseudonym, "vera-vac") is None
        assert verify(session).broken is None
    finder.engine.dispose()
