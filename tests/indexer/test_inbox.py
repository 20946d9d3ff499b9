"""What was pushed is merged into its source in the order it came; what no record mentions stays."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from finder.inbox import Push, accept, progress
from indexer import inbox
from indexer.inbox import take, waiting
from indexer.removal import erase, forget
from indexer.store import Policy
from models.database import writing
from models.tables import Authorship, Document, Membership, Person, Quarantine, Run
from models.told import Inbox, Job
from tests.indexer.worlds import SECRET, World, page

Outcome = list[tuple[str | None, str, str | None]]


def push(place: World, *rows: dict[str, Any] | bytes, source: str = "wiki") -> Outcome:
    """Push, take in, and return what became of each record."""
    job = send(place, *rows, source=source)
    engine = place.engine()
    take(engine, Policy(SECRET))
    told = progress(engine, job, None)
    engine.dispose()
    return [(record.id, record.fate, record.reason) for record in told.records]


def send(place: World, *rows: dict[str, Any] | bytes, source: str = "wiki") -> str:
    engine = place.engine()
    number = accept(engine, "key:test", Push(source, tuple(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)))
    engine.dispose()
    return number


def members(place: World) -> set[str]:
    people = dict(place.rows(Person, "id", "public_id"))
    return {people[number] for (number,) in place.rows(Membership, "person_id")}


def test_a_pushed_share_is_kept_and_a_wrong_one_told(place: World) -> None:
    authors = [{"id": "ada", "role": "editor", "share": 0.4}, {"id": "bob", "role": "editor", "share": 40}]
    ((_, fate, reason),) = push(place, page(1, authors=authors))
    assert (fate, "share" in (reason or "")) == ("stored", True)
    people = dict(place.rows(Person, "id", "public_id"))
    assert {people[number]: share for number, share in place.rows(Authorship, "person_id", "share")} == {"ada": 0.4, "bob": None}


def test_a_record_replaces_itself_and_leaves_the_others(place: World) -> None:
    assert push(place, page(1), page(2)) == [("d1", "stored", None), ("d2", "stored", None)]
    assert push(place, page(1, text="Other words.")) == [("d1", "stored", None)]
    assert push(place, page(2)) == [("d2", "unchanged", None)]
    assert place.live() == {"d1": "Other words.", "d2": "Text of 2."}


def test_within_one_push_the_last_word_counts(place: World) -> None:
    assert [
        fate for _, fate, _ in push(place, page(1), page(1, text="Second."), {"id": "d1", "deleted": True}, page(1, text="Third."))
    ] == [
        "stored",
        "stored",
        "removed",
        "stored",
    ]
    assert place.live() == {"d1": "Third."}
    assert len(place.rows(Document, "id")) == 1


def test_a_tombstone_removes_and_may_be_repeated(place: World) -> None:
    push(place, page(1), page(2))
    assert push(place, {"id": "d1", "deleted": True}) == [("d1", "removed", None)]
    assert push(place, {"id": "d1", "deleted": True}) == [("d1", "unchanged", None)]
    assert list(place.live()) == ["d2"]


def test_people_and_groups_are_merged_too(place: World) -> None:
    ada = {"type": "person", "id": "ada", "name": "Ada", "emails": ["ada@example.com"], "groups": ["crew"]}
    bob = {"type": "person", "id": "bob", "name": "Bob"}
    push(place, ada, bob, {"type": "group", "id": "board", "members": ["bob"]})
    push(place, page(1, visibility="restricted", allow=["group:board"]))
    assert place.readers("d1") == {"group:board", "user:ada"}
    assert members(place) == {"ada", "bob"}
    push(place, {"type": "group", "id": "board", "members": []}, {"type": "person", "id": "ada", "name": "Ada L."})
    assert members(place) == {"ada"}, "what a record does not mention stays, what it empties goes"
    assert ("ada", "Ada L.") in place.rows(Person, "public_id", "name")
    push(place, {"type": "person", "id": "bob", "deleted": True}, {"type": "group", "id": "crew", "deleted": True})
    assert ("bob", True) not in place.rows(Person, "public_id", "listed")
    assert not members(place)


def test_a_group_named_after_another_source_s_is_another_group(place: World) -> None:
    place.add(place.collection([page(1)], groups=[{"id": "money", "members": ["ada"]}]))
    push(place, {"type": "person", "id": "eve"}, {"type": "group", "id": "money", "members": ["eve"]})
    push(place, page(7, author="eve", visibility="restricted", allow=["group:money"]))
    assert place.readers("d7") == {"group:wiki:money", "user:eve"}


def test_what_cannot_be_used_is_told_with_its_reason_and_listed_until_it_is_sent_right(place: World) -> None:
    found = push(place, {"id": "d1"}, b"{broken", b"[]", {"type": "song", "id": "x"}, page(2, url="javascript:1"), page(3, created="never"))
    assert [(own, fate) for own, fate, _ in found] == [
        ("d1", "quarantined"), (None, "quarantined"), (None, "quarantined"), (None, "quarantined"), ("d2", "stored"), ("d3", "quarantined"),
    ]  # fmt: skip
    assert found[4][2] == "the url is no web address and was left out"
    reasons = [reason for (reason,) in place.rows(Quarantine, "reason")]
    assert len(reasons) == 5
    assert any("'song'" in reason for reason in reasons)
    push(place, page(1), page(3))
    assert len(place.rows(Quarantine, "reason")) == 3


def test_a_run_counts_what_was_taken(place: World) -> None:
    push(place, page(1), page(2), {"id": "x"})
    push(place, page(1), {"id": "d2", "deleted": True})
    assert place.rows(Run, "id", "changed", "unchanged", "deleted", "quarantined") == [(1, 2, 0, 0, 1), (2, 0, 1, 1, 0)]


def test_batches_keep_the_order_and_everything_is_taken(place: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "BATCH", 3)
    monkeypatch.setattr(inbox, "BATCH_BYTES", 250)
    push(place, *(page(number % 4, text=f"Version {number}.") for number in range(20)))
    assert place.live() == {f"d{number % 4}": f"Version {number}." for number in range(16, 20)}
    engine = place.engine()
    assert not waiting(engine)
    engine.dispose()


def test_a_name_that_became_another_kind_of_source_in_between_refuses_what_waits(place: World) -> None:
    job = send(place, page(9), source="team")
    place.add(place.collection([page(1)]))
    engine = place.engine()
    take(engine, Policy(SECRET))
    (told,) = progress(engine, job, None).records
    engine.dispose()
    assert told.fate == "quarantined"
    assert "is a collection, not a push" in str(told.reason)
    assert list(place.live()) == ["d1"]


def test_who_was_erased_is_not_pushed_back_and_leaves_no_trace(place: World) -> None:
    ada = {"type": "person", "id": "ada", "name": "Ada", "emails": ["ada@example.com"]}
    push(place, ada, page(1), {"type": "person", "id": "ada", "name": "Ada", "title": 5})
    engine = place.engine()
    erase(engine, "ada", SECRET)
    engine.dispose()
    assert "ada" not in {record for (record,) in place.rows(Inbox, "record")}
    found = push(place, ada, page(2))
    assert [fate for _, fate, _ in found] == ["quarantined", "quarantined"]
    assert not place.live()


def test_a_forgotten_source_takes_its_pushes_along(place: World) -> None:
    push(place, page(1))
    send(place, page(2))
    engine = place.engine()
    assert forget(engine, "wiki") == 1
    engine.dispose()
    assert not place.rows(Inbox, "id")
    assert push(place, page(1)) == [("d1", "stored", None)]


def test_a_job_is_kept_for_thirty_days_and_as_long_as_something_waits(place: World) -> None:
    push(place, page(1))
    waits = send(place, page(2))
    engine = place.engine()
    with writing(engine) as session:
        session.execute(update(Job).values(created=datetime.now(UTC) - timedelta(days=31)))
    take(engine, Policy(SECRET))
    engine.dispose()
    assert place.rows(Job, "id") == [(waits,)]
    assert sorted(place.live()) == ["d1", "d2"]
