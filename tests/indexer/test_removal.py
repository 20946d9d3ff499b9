import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, insert, select

from indexer.check import findings
from indexer.connectors.collection import Collection
from indexer.ledger import Ledger
from indexer.removal import compact, erase, forget
from models.audit import Act, Verdict, record, verify
from models.database import reading, writing
from models.errors import DatabaseUnavailable, NotFound
from models.provisioning import own_key
from models.questions import pseudonym
from models.tables import Document, Erasure, Group, Identity, Membership, Person, PersonSkill, Run
from models.told import (
    ApiKey,
    AskedQuestion,
    AuditRow,
    Correction,
    Decision,
    Endorsement,
    Fate,
    Feedback,
    Inbox,
    Job,
    Pseudonym,
    ScimResource,
    SignInRow,
    WorkbenchCandidate,
    WorkbenchDecision,
    WorkbenchRequirement,
    WorkbenchSearch,
)
from tests.indexer.worlds import ADA, BOB, SECRET, World, page

CANARY = "zyxwvutsr"
EVE: dict[str, Any] = {
    "id": f"eve-{CANARY}", "name": f"Eve {CANARY}", "emails": [f"{CANARY}@example.com"], "accounts": [f"github:{CANARY}"],
    "bio": f"bio {CANARY}",
    "skills": [f"skill {CANARY}"], "groups": ["g"],
}  # fmt: skip


def act(place: World, what: Callable[[Engine], object]) -> object:
    engine = place.engine()
    try:
        return what(engine)
    finally:
        engine.dispose()


def eves(place: World) -> Path:
    own, eve = page(CANARY, author=str(EVE["id"]), text=f"{CANARY} wrote this. " * 200, title=f"All by {CANARY}"), EVE["id"]
    shared = page("both", authors=[{"id": eve}, {"id": "ada"}], allow=[f"user:{eve}"], visibility="restricted")
    return place.collection(
        [own, shared, page("review", authors=[{"id": eve, "role": "reviewer"}, {"id": "ada"}]), page(1)],
        people=[ADA | {"manager": eve}, BOB, EVE],
    )


def test_erasing_removes_what_one_wrote_alone_and_the_credit_elsewhere(place: World) -> None:
    place.add(eves(place))
    receipt = act(place, lambda engine: erase(engine, str(EVE["id"]), SECRET))
    assert (receipt.accounts, receipt.documents_removed, receipt.credits_removed) == (3, 1, 2)  # type: ignore[attr-defined]
    assert sorted(place.live()) == ["d1", "dboth", "dreview"]
    assert {person for _, person, _ in place.authors()} == {"ada"}
    assert place.readers("dboth") == {"user:ada"}
    assert min(stamp for key, stamp in place.rows(Document, "public_id", "access_revision") if key != "d1") > 0


def test_nothing_of_the_erased_is_left_in_any_file(place: World) -> None:
    place.add(eves(place))
    eve = EVE["id"]
    now = datetime.now(UTC)

    def trace(engine: Engine) -> None:
        with writing(engine) as session:
            session.execute(
                insert(Feedback).values(created=now, principal=f"user:{eve}", question=CANARY, subject="d1", verdict="good", comment=CANARY)
            )
            session.execute(insert(AuditRow).values(at=now, actor=f"user:{eve}", action="x", subject=eve, request_id=""))
            session.execute(
                insert(ApiKey).values(
                    id="k", name="k", secret_hash="", scopes=[], grants=[f"user:{eve}", "org"], created=now, expires=None, revoked=None
                )
            )
            numbers = dict(session.execute(select(Person.public_id, Person.id)).all())
            for who, kind, value in (
                (eve, "note", "profile/bio"), (eve, "mute", CANARY), ("ada", "hide", f"d{CANARY}"), ("ada", "note", f"documents/d{CANARY}"),
            ):  # fmt: skip
                text = CANARY if who == eve else ""
                session.add(Correction(person_id=numbers[who], kind=kind, value=value, text=text, created=now, access_revision=1))
            session.add(Correction(person_id=numbers["ada"], kind="hide", value="d1", text="", created=now, access_revision=1))
            session.add(Endorsement(person_id=numbers[eve], name=CANARY, endorser_id=numbers["ada"], created=now))
            session.add(Endorsement(person_id=numbers["ada"], name="kept", endorser_id=numbers[eve], created=now))
            session.add(Endorsement(person_id=numbers["ada"], name="kept", endorser_id=numbers["bob"], created=now))

    act(place, trace)
    place.add(place.collection([page(1), {"id": "d9", "title": "t", "created": CANARY}], people=[ADA | {"manager": eve}, BOB, EVE]))
    files = list(place.home.iterdir())
    assert any(CANARY.encode() in file.read_bytes() for file in files)
    with closing(sqlite3.connect(place.home / "finder.db")) as finder:
        # A finder keeps a connection open, so that the log is not simply removed with the last one.
        finder.execute("select count(*) from document").fetchall()
        act(place, lambda engine: erase(engine, f"github:{CANARY}", SECRET))
        assert_clean(place)
    assert_clean(place)
    assert place.rows(Correction, "kind", "value") == [("hide", "d1")]
    assert len(place.rows(Endorsement, "name")) == 1


def test_a_log_that_a_reader_holds_open_is_not_passed_over(place: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.removal.ATTEMPTS", 1)
    place.add(eves(place))
    with closing(sqlite3.connect(place.home / "finder.db", isolation_level=None)) as slow:
        slow.execute("begin")
        slow.execute("select count(*) from document").fetchall()
        with pytest.raises(DatabaseUnavailable, match="log"):
            act(place, lambda engine: erase(engine, str(EVE["id"]), SECRET))
    act(place, compact)
    assert_clean(place)


def assert_clean(place: World) -> None:
    for file in place.home.iterdir():
        assert CANARY.encode() not in file.read_bytes(), file.name


def test_the_erased_never_come_back_under_any_of_their_accounts(place: World) -> None:
    folder = eves(place)
    place.add(folder)
    act(place, lambda engine: erase(engine, str(EVE["id"]), SECRET))
    summary = place.add(folder)
    assert summary.added == 0
    assert sorted(place.live()) == ["d1", "dboth", "dreview"]
    other = [page("x", author=f"github:{CANARY}"), page("y", authors=[{"id": f"email:{CANARY}@example.com"}, {"id": "bob"}])]
    place.add(place.collection(other, people=[BOB, {"id": "new", "emails": [f"{CANARY.upper()}@example.com"]}], name="other"))
    assert sorted(place.live()) == ["d1", "dboth", "dreview", "dy"]
    assert {person for _, person, _ in place.authors()} <= {"ada", "bob", "other:bob"}
    assert not any(CANARY in str(row) for row in place.rows(Person, "public_id", "name") + place.rows(Identity, "key"))


def test_the_ledger_holds_no_account_in_the_clear_and_depends_on_the_secret(place: World) -> None:
    place.add(eves(place))
    act(place, lambda engine: erase(engine, str(EVE["id"]), SECRET))
    held = {key for (key,) in place.rows(Erasure, "key_hash")}
    assert Ledger(SECRET).hash(f"github:{CANARY}") in held
    assert Ledger(b"another").hash(f"github:{CANARY}") not in held


def test_erasing_is_finished_by_running_it_again(place: World, monkeypatch: pytest.MonkeyPatch) -> None:
    place.add(eves(place))

    def power_cut(engine: Engine, number: int) -> tuple[int, int]:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("indexer.removal._remove_work", power_cut)
        with pytest.raises(KeyboardInterrupt):
            act(place, lambda engine: erase(engine, str(EVE["id"]), SECRET))
    state = {row[0]: row[1:] for row in place.rows(Person, "public_id", "listed", "active", "opted_out", "bio")}
    assert state[EVE["id"]] == (False, False, True, None)
    act(place, lambda engine: erase(engine, str(EVE["id"]), SECRET))
    assert f"d{CANARY}" not in place.live()
    assert not any(CANARY in str(row) for row in place.rows(Person, "public_id", "name"))


def test_the_workbench_forgets_the_erased_and_its_chain_still_holds(place: World) -> None:
    place.add(eves(place))
    eve, now = str(EVE["id"]), datetime.now(UTC)

    def judge(engine: Engine) -> None:
        with writing(engine) as session:
            number = session.query(Person.id).filter(Person.public_id == eve).scalar()
            for owner in ("ada", eve):
                why = f"Who replaces Eve {CANARY.upper()}?"
                session.add(WorkbenchSearch(id=owner, owner=owner, purpose=why, description=f"like Eve {CANARY}", created=now, blind=True))
            session.flush()
            session.add(WorkbenchRequirement(search_id="ada", position=0, text=f"as eve {CANARY}", weight=2, must=False))
            session.add(WorkbenchCandidate(search_id="ada", person_id=number, number=0))
            for person, said in (
                (number, "good"),
                (session.query(Person.id).filter(Person.public_id == "bob").scalar(), f"asked {CANARY}@example.com"),
            ):
                session.add(WorkbenchDecision(search_id="ada", person_id=person, at=now, stage="agreed", reason=said))
            record(session, Act("ada", "viewed", f"Who replaces Eve {CANARY}?", (eve, "bob")))

    act(place, judge)
    act(place, lambda engine: erase(engine, eve, SECRET))
    assert_clean(place)
    assert place.rows(WorkbenchSearch, "id", "purpose", "description") == [("ada", "(withdrawn)", "(withdrawn)")]
    assert place.rows(WorkbenchRequirement, "text") == [("(withdrawn)",)]
    assert place.rows(WorkbenchCandidate, "number") == []
    assert place.rows(WorkbenchDecision, "reason") == [("(withdrawn)",)]
    assert sorted(place.rows(Pseudonym, "public_id")) == [("ada",), ("bob",)]

    def check(engine: Engine) -> Verdict:
        with reading(engine) as session:
            return verify(session)

    found = act(place, check)
    assert isinstance(found, Verdict)
    assert (found.rows, found.withdrawn, found.broken) == (1, 1, None)


# What holds nobody: counters, sources, texts by place, and the ledger, which holds hashes alone.
IMPERSONAL = {"alembic_version", "state", "source", "run", "passage", "erasure", "group", "job"}


def speak_of(engine: Engine, eve: str) -> None:
    """Leave somebody's name in every table in which the product can leave it, as the product writes it."""
    now = datetime.now(UTC)
    with writing(engine) as session:
        numbers = dict(session.execute(select(Person.public_id, Person.id)).all())
        full = f"Eve {CANARY}"
        for who, subject, comment in (
            (f"user:{eve}", "people/bob", ""),
            ("user:bob", f"people/{eve}", ""),
            ("user:bob", "people/ada", full),
        ):
            session.add(Feedback(created=now, principal=who, question="q", subject=subject, verdict="helpful", comment=comment))
        session.add(
            Feedback(created=now, principal="user:bob", question="q", subject=f"documents/d{CANARY}", verdict="helpful", comment="")
        )
        session.add(AuditRow(at=now, actor="key:k", action="impersonated", subject=f"user:{eve}", request_id=""))
        session.add(ApiKey(id="k", name="k", secret_hash="", scopes=[], grants=[f"user:{eve}"], created=now, expires=None, revoked=None))
        session.add(SignInRow(token_hash="h", person_id=numbers[eve], groups=[], created=now, expires=now))
        session.add(
            Correction(person_id=numbers["bob"], kind="note", value="profile/bio", text=f"Ask {full}", created=now, access_revision=1)
        )
        session.add(Endorsement(person_id=numbers["ada"], name="kept", endorser_id=numbers[eve], created=now))
        session.add(AskedQuestion(words=f"{CANARY} holidays", asker=pseudonym(SECRET, "bob", f"{CANARY} holidays"), day=now.date()))
        session.add(AskedQuestion(words="tides", asker=pseudonym(SECRET, eve, "tides"), day=now.date()))
        session.add(WorkbenchSearch(id="s", owner="ada", purpose=f"In place of {full}", description="", created=now, blind=True))
        session.flush()
        session.add(WorkbenchRequirement(search_id="s", position=0, text=f"as {full}", weight=2, must=False))
        session.add(WorkbenchCandidate(search_id="s", person_id=numbers[eve], number=0))
        session.add(WorkbenchDecision(search_id="s", person_id=numbers[eve], at=now, stage="agreed", reason="good"))
        record(session, Act("ada", "viewed", f"In place of {full}", (eve,)))
        session.add(Job(id="j", actor="key:k", source="wiki", digest=b"", created=now))
        session.flush()
        session.add(Inbox(job_id="j", position=0, content=b"", fate=Fate.QUARANTINED, record=eve, reason=f"{eve} is named twice"))
        session.add(Identity(key=own_key("r"), person_id=numbers[eve]))
        session.add(
            ScimResource(
                id="r",
                kind="User",
                user_name=CANARY,
                keys=[f"email:{CANARY}@example.com"],
                active=True,
                content=full,
                created=now,
                modified=now,
            )
        )
        session.add(Decision(at=now, actor="os:root", action="merge", person=eve, subject="github:x", keys=[], before=full))


def naming(engine: Engine) -> set[str]:
    """Return the tables, as the database itself lists them, in which a row holds the canary or points at the person of that name."""
    found, schema = set(), MetaData()
    schema.reflect(engine)
    with reading(engine) as session:
        number = session.scalar(select(Person.id).where(Person.name.contains(CANARY)))
        for table in schema.sorted_tables:
            pointing = [column.name for column in table.columns if any(key.column.table.name == "person" for key in column.foreign_keys)]
            for row in session.execute(select(table)).mappings():
                if CANARY in repr(dict(row)).lower() or (number and any(row[name] == number for name in pointing)):
                    found.add(table.name)
    return found


def test_no_table_names_the_erased(place: World) -> None:
    """A table that is new has to be thought of: it names the person here before, or it is one of the impersonal ones."""
    place.add(eves(place))
    place.add(place.collection([{"id": "d9", "title": "t", "created": CANARY}], people=[ADA], name="other"))
    eve = str(EVE["id"])
    act(place, lambda engine: speak_of(engine, eve))
    tables = set(SignInRow.metadata.tables) | {"alembic_version"}
    assert act(place, naming) == tables - IMPERSONAL
    act(place, lambda engine: erase(engine, eve, SECRET))
    assert act(place, naming) == set()
    assert [subject for _, subject in place.rows(Feedback, "principal", "subject")] == ["people/ada"]
    assert place.rows(AskedQuestion, "words") == place.rows(SignInRow, "person_id") == []
    assert_clean(place)


def test_the_erased_are_known_by_no_id_that_they_had_before_they_were_joined(place: World) -> None:
    place.add(place.collection([page(1, author=CANARY)], people=[ADA]))

    def trace(engine: Engine) -> None:
        with writing(engine) as session:
            record(session, Act("ada", "viewed", "why", (CANARY,)))
            session.add(AuditRow(at=datetime.now(UTC), actor=f"user:{CANARY}", action="x", subject="", request_id=""))

    act(place, trace)
    joined = {"id": "eve", "name": "Eve", "accounts": [f"source:team:{CANARY}"]}
    place.add(place.collection([], people=[joined], name="hr"))
    assert sorted(place.rows(Person, "public_id")) == [("ada",), ("eve",)]
    act(place, lambda engine: erase(engine, "eve", SECRET))
    assert_clean(place)
    assert place.rows(Pseudonym, "public_id") == [("ada",)]


def test_who_is_not_there_cannot_be_erased(place: World) -> None:
    with pytest.raises(NotFound):
        act(place, lambda engine: erase(engine, "nobody", SECRET))


def test_no_number_of_a_removed_person_is_given_to_another(place: World) -> None:
    place.add(eves(place))
    number = dict(place.rows(Person, "public_id", "id"))[EVE["id"]]
    act(place, lambda engine: erase(engine, str(EVE["id"]), SECRET))
    place.add(place.collection([], people=[{"id": "next"}], name="later"))
    assert dict(place.rows(Person, "public_id", "id"))["next"] != number


def test_forgetting_a_source_leaves_the_others(place: World) -> None:
    place.add(place.collection([page(1)], groups=[{"id": "g", "members": ["ada"]}], name="first"))
    place.add(place.collection([page(2, author="email:ada@example.com"), page(3, author="kim")], people=[], name="second"))
    assert act(place, lambda engine: forget(engine, "second")) == 2
    assert list(place.live()) == ["d1"]
    assert {key for (key,) in place.rows(Person, "public_id") if not key.startswith("retired")} == {"ada", "bob"}
    assert len(place.rows(Membership, "person_id")) == len(place.rows(Group, "id")) == 1
    assert len(place.rows(Run, "id")) == 1
    assert findings(place.settings) == []


def test_forgetting_the_source_of_people_keeps_them_as_authors_elsewhere(place: World) -> None:
    place.add(place.collection([], people=[ADA | {"title": "Chief", "skills": ["SQL"]}, BOB], name="hr"))
    place.add(place.collection([page(1, author="email:ada@example.com")], people=[], name="wiki"))
    act(place, lambda engine: forget(engine, "hr"))
    assert place.authors() == {("d1", "ada", "author")}
    assert ("ada", False, None) in place.rows(Person, "public_id", "listed", "title")
    assert not place.rows(PersonSkill, "name")


def test_a_forgotten_source_can_be_added_again(place: World) -> None:
    folder = place.collection([page(1)])
    place.add(folder)
    act(place, lambda engine: forget(engine, "team"))
    assert not place.live()
    place.add(folder)
    assert list(place.live()) == ["d1"]
    engine = place.engine()
    with reading(engine) as session:
        assert session.query(Person).filter(Person.listed).count() == 2
    engine.dispose()


def test_forgetting_what_is_not_there_names_the_sources(place: World) -> None:
    place.ingest(Collection(place.collection([page(1)])), "team")
    with pytest.raises(NotFound, match="team"):
        act(place, lambda engine: forget(engine, "tema"))
