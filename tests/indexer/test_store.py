from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from indexer.connectors.collection import Collection
from indexer.records import Item
from indexer.store import ingest
from models.database import access_revision, reading
from models.errors import SourceError
from models.tables import Document, Membership, Passage, Person, Quarantine, Run
from tests.indexer.worlds import ADA, BOB, World, page


def test_an_unchanged_source_is_a_no_op(place: World) -> None:
    folder = place.collection([page(1), page(2)])
    assert place.add(folder).added == 4
    before = place.snapshot(), place.rows(Document, "id", "access_revision")
    again = place.add(folder)
    assert (again.added, again.changed, again.unchanged, again.deleted) == (0, 0, 4, 0)
    assert before == (place.snapshot(), place.rows(Document, "id", "access_revision"))


def test_an_edit_replaces_and_never_duplicates(place: World) -> None:
    place.add(place.collection([page(1)]))
    number = place.rows(Document, "id")
    summary = place.add(place.collection([page(1, text="New words.\n\n" + "Long. " * 300)]))
    assert (summary.changed, summary.added) == (1, 0)
    assert place.rows(Document, "id") == number
    assert place.live()["d1"].startswith("New words.")
    assert [ordinal for (ordinal,) in place.rows(Passage, "ordinal")] == [0, 1, 2]


def test_an_edit_of_words_leaves_access_alone_and_a_change_of_readers_is_stamped(place: World) -> None:
    place.add(place.collection([page(1), page(2)]))
    place.add(place.collection([page(1, text="Other."), page(2)]))
    assert {stamp for (stamp,) in place.rows(Document, "access_revision")} == {0}
    place.add(place.collection([page(1, text="Other.", visibility="private"), page(2, author="bob")]))
    engine = place.engine()
    with reading(engine) as session:
        now = access_revision(session)
    engine.dispose()
    assert now > 0
    assert {stamp for (stamp,) in place.rows(Document, "access_revision")} == {now}
    assert place.readers("d1") == {"user:ada"}
    assert place.readers("d2") == {"org", "user:bob"}


def test_visibility_decides_the_readers(place: World) -> None:
    place.add(
        place.collection(
            [
                page("org"),
                page("restricted", visibility="restricted", allow=["group:money", "user:bob", "everyone"]),
                page("odd", visibility="whatever", allow=[]),
                page("null", visibility=None),
            ]
        )
    )
    assert place.readers("dorg") == {"org", "user:ada"}
    assert place.readers("drestricted") == {"group:money", "user:bob", "user:ada"}
    assert place.readers("dodd") == place.readers("dnull") == {"user:ada"}


def test_what_is_no_longer_listed_becomes_an_empty_tombstone(place: World) -> None:
    place.add(place.collection([page(1, text="secretly gone"), page(2)]))
    assert place.add(place.collection([page(2)])).deleted == 1
    assert list(place.live()) == ["d2"]
    assert ("d1", "", "", True) in place.rows(Document, "public_id", "title", "body", "deleted")
    assert not place.readers("d1")
    assert {d for d, _, _ in place.authors()} == {"d2"}
    assert max(stamp for (stamp,) in place.rows(Document, "access_revision")) > 0


def test_a_document_that_comes_back_is_the_same_row(place: World) -> None:
    place.add(place.collection([page(1), page(2)]))
    place.add(place.collection([page(2)]))
    place.add(place.collection([page(1), page(2)]))
    assert sorted(place.live()) == ["d1", "d2"]
    assert len(place.rows(Document, "id")) == 2


def test_a_tombstone_in_the_source_deletes_at_once(place: World) -> None:
    place.add(place.collection([page(1), page(2)]))
    summary = place.add(place.collection([{"id": "d1", "deleted": True}, page(2)]))
    assert (summary.deleted, summary.quarantined) == (1, 0)
    assert list(place.live()) == ["d2"]
    assert place.add(place.collection([{"id": "d1", "deleted": True}, page(2)])).deleted == 0


def test_a_listing_that_comes_back_near_empty_deletes_nothing_without_a_word(place: World) -> None:
    place.add(place.collection([page(n) for n in range(30)]))
    shorter = place.collection([page(n) for n in range(19)] + [page("new")])
    summary = place.add(shorter)
    assert summary.held is not None
    assert "--confirm" in summary.held.remedy
    assert len(place.live()) == 31
    assert place.add(shorter, confirm=True).deleted == 11
    assert len(place.live()) == 20


def test_a_near_empty_list_of_people_is_held_too(place: World) -> None:
    crowd = [{"id": f"p{n}"} for n in range(20)]
    place.add(place.collection([page(1, author="p1")], people=crowd))
    assert place.add(place.collection([page(1, author="p1")], people=crowd[:5])).held is not None
    assert len([1 for (listed,) in place.rows(Person, "listed") if listed]) == 20


def test_few_deletions_pass_even_where_they_are_all_there_was(place: World) -> None:
    place.add(place.collection([page(n) for n in range(10)]))
    assert place.add(place.collection([])).held is None
    assert not place.live()


def test_a_row_that_turns_bad_keeps_what_was_held(place: World) -> None:
    place.add(place.collection([page(1), page(2)]))
    summary = place.add(place.collection([page(1, created="never"), page(2)]))
    assert (summary.quarantined, summary.deleted) == (1, 0)
    assert sorted(place.live()) == ["d1", "d2"]
    assert "documents.jsonl:1" in place.rows(Quarantine, "place", "reason")[0]


def test_a_duplicate_id_is_quarantined_and_the_first_counts(place: World) -> None:
    summary = place.add(place.collection([page(1), page(1, text="second")]))
    assert summary.quarantined == 1
    assert place.live() == {"d1": "Text of 1."}
    assert place.rows(Quarantine, "place") == [("documents.jsonl:2",)]


def test_the_newest_run_replaces_the_quarantine(place: World) -> None:
    place.add(place.collection(["{broken", page(1)]))
    assert len(place.rows(Quarantine, "id")) == 1
    place.add(place.collection([page(1)]))
    assert not place.rows(Quarantine, "id")
    assert [n for (n,) in place.rows(Run, "quarantined")] == [0, 1]


def test_an_author_who_does_not_exist_is_reported_and_known_only_by_documents(place: World) -> None:
    summary = place.add(place.collection([page(1, author="ghost"), page(2, author="ghost")]))
    assert summary.quarantined == 1
    assert "'ghost'" in place.rows(Quarantine, "reason")[0][0]
    assert ("ghost", False) in place.rows(Person, "public_id", "listed")
    assert sorted(place.live()) == ["d1", "d2"]


def test_an_id_that_another_source_has_is_prefixed_and_stays(place: World) -> None:
    place.add(place.collection([page(1)], name="first"))
    second = place.collection([page(1)], name="second", people=[{"id": "ada", "name": "Another"}])
    place.add(second)
    place.add(second)
    assert sorted(place.live()) == ["d1", "second:d1"]
    assert {key for (key,) in place.rows(Person, "public_id")} == {"ada", "bob", "second:ada"}
    assert place.readers("second:d1") == {"org", "user:second:ada"}


def test_groups_of_two_sources_never_mix(place: World) -> None:
    groups = [{"id": "money", "name": "Money", "members": ["ada"]}]
    place.add(place.collection([page(1)], groups=groups, name="first"))
    hidden = page(2, author="eve", visibility="restricted", allow=["group:money"])
    place.add(
        place.collection([hidden], people=[{"id": "eve"}], groups=[{"id": "money", "name": "Mine", "members": ["eve"]}], name="second")
    )
    assert place.readers("d2") == {"group:second:money", "user:eve"}
    assert len(place.rows(Membership, "person_id")) == 2


def test_a_membership_ends_with_the_listing_and_raises_the_revision(place: World) -> None:
    place.add(place.collection([page(1)], groups=[{"id": "g", "members": ["ada", "bob"]}]))
    place.add(place.collection([page(1)], groups=[{"id": "g", "members": ["bob"]}]))
    people = dict(place.rows(Person, "id", "public_id"))
    assert [people[number] for (number,) in place.rows(Membership, "person_id")] == ["bob"]
    stamps = dict(place.rows(Person, "public_id", "access_revision"))
    assert stamps["ada"] > stamps["bob"]


def test_a_leaver_who_wrote_something_stays_as_an_author_only(place: World) -> None:
    place.add(place.collection([page(1)], people=[ADA | {"title": "Chief", "bio": "All about me"}, BOB]))
    place.add(place.collection([page(1)], people=[]))
    assert [row for row in place.rows(Person, "public_id", "listed", "title", "bio") if row[0] == "ada"] == [("ada", False, None, None)]
    assert "bob" not in {key for (key,) in place.rows(Person, "public_id")}


def test_a_source_keeps_its_kind(place: World) -> None:
    folder = place.collection([page(1)])
    place.add(folder)

    class Other(Collection):
        kind = "git"

    with pytest.raises(SourceError, match="--as"):
        place.ingest(Other(folder), "team")


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ({"visibility": "restricted", "allow": ["group:a"]}, {"visibility": "org"}, {"group:a"}),
        ({"visibility": "restricted", "allow": ["group:a"]}, {"visibility": "restricted", "allow": ["group:a", "group:b"]}, {"group:a"}),
        ({"visibility": "restricted", "allow": ["group:a"]}, {"visibility": "restricted", "allow": ["group:b"]}, set()),
        ({"visibility": "private"}, {"visibility": "restricted", "allow": ["user:bob"]}, set()),
    ],
)
def test_wider_readers_wait_for_a_word_and_narrower_ones_do_not(
    place: World, before: dict[str, object], after: dict[str, object], kept: set[str]
) -> None:
    place.add(place.collection([page(1, **before), page(2)]))
    wide = place.collection([page(1, text="New words.", **after), page(2)])
    for _ in range(2):
        summary = place.add(wide)
        assert summary.held is not None
        assert "'d1'" in summary.held.what
        assert place.readers("d1") == kept | {"user:ada"}
        assert place.live()["d1"] == "New words."
        assert not list(counts(place))
    assert (summary.changed, place.rows(Run, "id", "problem")[-1][1]) == (0, f"{summary.held.what} {summary.held.remedy}")
    assert place.add(wide, confirm=True).held is None
    assert place.readers("d1") > {"user:ada"}
    assert place.add(wide).unchanged == 4


def counts(place: World) -> list[str]:
    from indexer.check import _rows

    engine = place.engine()
    found = list(_rows(engine))
    engine.dispose()
    return found


def test_a_new_document_a_new_author_and_a_narrower_circle_wait_for_nobody(place: World) -> None:
    place.add(place.collection([page(1), page(2, visibility="private")]))
    folder = place.collection([page(1, visibility="private"), page(2, "bob", visibility="private"), page(3)])
    assert place.add(folder).held is None
    assert [place.readers(f"d{n}") for n in (1, 2, 3)] == [{"user:ada"}, {"user:bob"}, {"org", "user:ada"}]


class Broken(Collection):
    """A collection whose reading ends with a failure after every row was yielded."""

    def __init__(self, folder: Path, failure: BaseException) -> None:
        super().__init__(folder)
        self.failure = failure

    def items(self) -> Iterator[Item]:
        yield from super().items()
        raise self.failure


@pytest.mark.parametrize(
    ("failure", "finished", "problem"),
    [
        (KeyboardInterrupt(), False, "Reading was interrupted; what was read until then is stored, and the same command goes on."),
        (TypeError("of Ada's own"), False, "Reading broke off by a TypeError; what was read until then is stored."),
        (SourceError("The disk is gone.", "Plug it in."), True, "The disk is gone. Plug it in."),
    ],
)
def test_a_run_that_broke_off_is_written_down_as_such(place: World, failure: BaseException, finished: bool, problem: str) -> None:
    place.add(place.collection([page("old")]))
    folder = place.collection([page(n) for n in range(500)])
    with pytest.raises(type(failure)):
        place.ingest(Broken(folder, failure), "team")
    _, (_, ended, told, added) = place.rows(Run, "id", "finished", "problem", "added")
    assert (ended is not None, told) == (finished, problem)
    assert 0 < added < 500
    assert len(place.live()) == added + 1, "what was written stays, and nothing counts as gone"
    again = place.add(folder, confirm=True)
    assert (again.added, again.unchanged, again.deleted) == (500 - added, added + 2, 1)


@pytest.mark.parametrize("statement", ["INSERT INTO document", "INSERT INTO passage", "INSERT INTO grant", "SELECT document"])
def test_an_interruption_amid_a_transaction_leaves_no_lock_behind(place: World, statement: str) -> None:
    folder = place.collection([page(n) for n in range(500)])
    engine = place.engine()
    met = 0

    def interrupt(_connection: Any, _cursor: Any, sent: str, *_: Any) -> None:
        nonlocal met
        met += sent.replace('"', "").startswith(statement)
        if met == 3:
            met += 1
            raise KeyboardInterrupt

    event.listen(engine, "after_cursor_execute", interrupt)
    with pytest.raises(KeyboardInterrupt):
        ingest(engine, "team", Collection(folder))
    engine.dispose()
    assert met == 4
    assert [problem is not None for (problem,) in place.rows(Run, "problem")] == [True]
    stored = len(place.live())
    assert stored < 500
    again = place.add(folder)
    assert (again.added, again.unchanged) == (500 - stored, stored + 2)
