from datetime import UTC, datetime

from indexer.connectors.people_csv import PeopleCsv
from models.access import member
from models.database import reading, writing
from models.tables import Identity, Person, Quarantine
from models.told import Correction, Endorsement, Feedback, WorkbenchCandidate, WorkbenchDecision, WorkbenchSearch
from tests.indexer.worlds import ADA, BOB, World, page


def people_csv(place: World, text: str) -> PeopleCsv:
    file = place.home.parent / "hr.csv"
    file.write_text(text, encoding="utf-8")
    return PeopleCsv(file)


def names(place: World) -> list[str]:
    return sorted(key for (key,) in place.rows(Person, "public_id") if not key.startswith("retired-"))


def test_a_declared_address_joins_two_sources(place: World) -> None:
    place.add(place.collection([page(1)]))
    place.ingest(people_csv(place, "id,name,email\na17,Ada E.,ADA@example.com\n"), "hr")
    assert names(place) == ["ada", "bob"]


def test_a_name_alone_never_joins(place: World) -> None:
    place.add(place.collection([page(1)]))
    place.ingest(people_csv(place, "id,name\na17,Ada Example\n"), "hr")
    assert names(place) == ["a17", "ada", "bob"]


def test_an_equal_id_of_another_source_never_joins(place: World) -> None:
    place.add(place.collection([page(1)]))
    place.ingest(people_csv(place, "id,name\nada,Ada Somebody\n"), "hr")
    assert names(place) == ["ada", "bob", "hr:ada"]


def test_two_records_of_one_source_stay_two_people_whatever_keys_they_share(place: World) -> None:
    shared = ["office@example.com"]
    place.add(place.collection([page(1)], people=[{"id": "x", "emails": shared}, {"id": "y", "emails": shared}]))
    place.add(place.collection([page(1)], people=[{"id": "x", "emails": shared}, {"id": "y", "emails": shared}]))
    assert {"x", "y"} <= set(names(place))
    assert any("email key" in reason for (reason,) in place.rows(Quarantine, "reason"))
    people = dict(place.rows(Person, "id", "public_id"))
    assert people[dict(place.rows(Identity, "key", "person_id"))["email:office@example.com"]] == "x"


def test_an_author_by_account_becomes_the_person_who_declares_it_later(place: World) -> None:
    place.add(place.collection([page(1, author="github:ada"), page(2, author="email:ada@example.com", visibility="private")], people=[]))
    assert len(names(place)) == 2
    place.ingest(people_csv(place, "id,name,email,accounts\nada,Ada,ada@example.com,github:ada\n"), "hr")
    assert names(place) == ["ada"]
    assert place.authors() == {("d1", "ada", "author"), ("d2", "ada", "author")}
    assert place.readers("d2") == {"user:ada"}
    engine = place.engine()
    with reading(engine) as session:
        assert member(session, "ada").user == "ada"
    engine.dispose()


def test_credits_reach_a_person_known_before_by_any_declared_key(place: World) -> None:
    place.ingest(people_csv(place, "id,name,email\na17,Ada,ada@example.com\n"), "hr")
    place.add(place.collection([page(1, author="email:Ada@example.com"), page(2, author="user:a17")], people=[]))
    assert {person for _, person, _ in place.authors()} == {"a17"}


def test_who_opted_out_stays_out_when_rows_join(place: World) -> None:
    place.ingest(people_csv(place, "id,name,email\na17,Ada,ada@example.com\n"), "hr")
    place.add(place.collection([page(1, author="github:ada")], people=[BOB]))
    engine = place.engine()
    with engine.begin() as connection:
        connection.exec_driver_sql("update person set opted_out = 1 where public_id = 'github:ada'")
    engine.dispose()
    place.ingest(people_csv(place, "id,name,email,accounts\na17,Ada,ada@example.com,github:ada\n"), "hr")
    assert names(place) == ["a17", "bob"]
    assert ("a17", True, True) in place.rows(Person, "public_id", "listed", "opted_out")


def test_what_people_said_passes_on_when_rows_join(place: World) -> None:
    place.ingest(people_csv(place, "id,name,email\na17,Ada,ada@example.com\n"), "hr")
    place.add(place.collection([page(1, author="github:ada")], people=[BOB]))
    engine = place.engine()
    numbers = {key: number for number, key in place.rows(Person, "id", "public_id")}
    now = datetime.now(UTC)
    with writing(engine) as session:
        session.add(Correction(person_id=numbers["github:ada"], kind="hide", value="d1", text="", created=now, access_revision=1))
        for of, by in (("github:ada", "bob"), ("a17", "bob"), ("bob", "github:ada"), ("a17", "github:ada")):
            session.add(Endorsement(person_id=numbers[of], name="SQL", endorser_id=numbers[by], created=now))
    engine.dispose()
    place.ingest(people_csv(place, "id,name,email,accounts\na17,Ada,ada@example.com,github:ada\n"), "hr")
    assert place.rows(Correction, "person_id", "value") == [(numbers["a17"], "d1")]
    ends = {tuple(row) for row in place.rows(Endorsement, "person_id", "endorser_id")}
    assert ends == {(numbers["a17"], numbers["bob"]), (numbers["bob"], numbers["a17"])}


def test_what_recruiters_decided_and_what_feedback_said_passes_on_when_rows_join(place: World) -> None:
    place.ingest(people_csv(place, "id,name,email\na17,Ada,ada@example.com\n"), "hr")
    place.add(place.collection([], people=[{"id": "old", "name": "Ada", "accounts": ["github:ada"]}, BOB]))
    engine, now = place.engine(), datetime.now(UTC)
    numbers = {key: number for number, key in place.rows(Person, "id", "public_id")}
    with writing(engine) as session:
        for search, owner in (("both", "bob"), ("one", "old")):
            session.add(WorkbenchSearch(id=search, owner=owner, purpose="", description="", created=now, blind=True))
        session.flush()
        for search, who, number in (("both", "a17", 0), ("both", "old", 1), ("one", "old", 4)):
            session.add(WorkbenchCandidate(search_id=search, person_id=numbers[who], number=number))
            session.add(WorkbenchDecision(search_id=search, person_id=numbers[who], at=now, stage="agreed", reason=f"{search} {who}"))
        for principal, subject in (("user:old", "people/bob"), ("user:bob", "people/old")):
            session.add(Feedback(created=now, principal=principal, question="", subject=subject, verdict="helpful", comment=""))
    engine.dispose()
    place.ingest(people_csv(place, "id,name,email,accounts\na17,Ada,ada@example.com,github:ada\n"), "hr")
    assert names(place) == ["a17", "bob"]
    assert place.rows(WorkbenchSearch, "id", "owner") == [("both", "bob"), ("one", "a17")]
    assert place.rows(WorkbenchCandidate, "search_id", "person_id", "number") == [("both", numbers["a17"], 0), ("one", numbers["a17"], 4)]
    assert [reason for (reason,) in place.rows(WorkbenchDecision, "reason")] == ["both a17", "both old", "one old"]
    assert {number for (number,) in place.rows(WorkbenchDecision, "person_id")} == {numbers["a17"]}
    assert place.rows(Feedback, "principal", "subject") == [("user:a17", "people/bob"), ("user:bob", "people/a17")]


def test_who_is_no_longer_listed_keeps_what_they_said(place: World) -> None:
    place.add(place.collection([], people=[ADA, BOB]))
    engine = place.engine()
    numbers = {key: number for number, key in place.rows(Person, "id", "public_id")}
    with writing(engine) as session:
        for who, undone in (("ada", None), ("bob", datetime.now(UTC))):
            said = {"kind": "mute", "value": "SQL", "text": "", "created": datetime.now(UTC), "undone": undone, "access_revision": 1}
            session.add(Correction(person_id=numbers[who], **said))
    engine.dispose()
    place.add(place.collection([], people=[]), confirm=True)
    place.add(place.collection([], people=[ADA, BOB]))
    assert [value for _, value in place.rows(Correction, "person_id", "value")] == ["SQL"]
    assert place.rows(Correction, "person_id")[0][0] == {key: number for number, key in place.rows(Person, "id", "public_id")}["ada"]


def test_the_listing_source_decides_the_details(place: World) -> None:
    place.add(place.collection([page(1)], people=[ADA | {"title": "Chief"}]))
    place.ingest(people_csv(place, "id,name,email,title\na17,Other,ada@example.com,Clerk\n"), "hr")
    assert ("ada", "Ada Example", "Chief") in place.rows(Person, "public_id", "name", "title")
