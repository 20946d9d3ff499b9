"""Everything held of whoever asks."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from finder.corrections import Said, Saying
from finder.held import OwnFact, OwnPage
from finder.own import TOLD
from finder.service import Finder
from models.database import writing
from models.told import AuditRow, Feedback
from tests.world import World, document, person, reader

ADA = reader("ada", "choir")


@pytest.fixture
def finder(tmp_path: Path) -> Finder:
    world = World(tmp_path)
    world.people = [
        person(
            "ada",
            team="Data",
            timezone="Europe/Oslo",
            languages=["en", "no"],
            emails=["ada@example.com"],
            skills=["Index"],
            interests=["bees"],
        ),
        person("bob", skills=["Vacuum"]),
    ]
    world.groups = [{"id": "choir", "name": "Choir", "members": ["ada"]}]
    world.documents = [
        *(document(f"v{n}", f"Vacuum {n}", "Dust", ["ada"], created=f"2024-01-0{n + 1}") for n in range(3)),
        document("diary", "Diary", "Mine", ["ada"], visibility="private"),
        document("said", "Said of her", "x", {"bob": "author", "ada": "mentioned"}, created="2025-01-01"),
        document("board", "Merger", "x", {"bob": "author", "ada": "reviewer"}, visibility="restricted", allow=["group:board"]),
    ]
    return world.open()


def test_every_fact_names_its_source(finder: Finder) -> None:
    page = finder.own(ADA)
    assert page.facts == (
        OwnFact("name", "Ada", "org"),
        OwnFact("team", "Data", "org"),
        OwnFact("timezone", "Europe/Oslo", "org"),
        OwnFact("languages", "en, no", "org"),
        OwnFact("emails", "ada@example.com", "org"),
    )
    assert "email:ada@example.com" in page.accounts
    assert page.groups == (OwnFact("choir", "Choir", "org"),)


def test_every_topic_names_where_it_comes_from(finder: Finder) -> None:
    topics = {topic.name: topic for topic in finder.own(ADA).topics}
    assert {name: (topic.origins, topic.documents, topic.interest) for name, topic in topics.items()} == {
        "Vacuum": (("inferred",), 3, False),
        "Index": (("declared",), 0, False),
        "bees": (("declared",), 0, True),
    }


def test_a_topic_muted_for_later_is_listed_too(finder: Finder) -> None:
    finder.correct(Said(Saying.MUTE, "Gossip"), ADA)
    (gossip,) = [topic for topic in finder.own(ADA).topics if topic.name == "Gossip"]
    assert (gossip.muted, gossip.origins) == (True, ())


def test_documents_are_told_with_roles_readers_and_topics_newest_first(finder: Finder) -> None:
    held = [(document.id, document.roles, document.visibility, document.topics) for document in finder.own(ADA).documents]
    assert held == [
        ("said", ("mentioned",), "org", ()),
        ("v2", ("author",), "org", ("Vacuum",)),
        ("v1", ("author",), "org", ("Vacuum",)),
        ("v0", ("author",), "org", ("Vacuum",)),
        ("diary", ("author",), "private", ()),
    ]


def test_a_document_that_one_may_not_read_is_not_told_of(finder: Finder) -> None:
    assert "board" not in {document.id for document in finder.own(ADA).documents}
    assert finder.own(reader("ada", "board")).document_count == finder.own(ADA).document_count + 1


def test_documents_are_told_a_page_at_a_time(finder: Finder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finder.own.PAGE", 2)
    assert [[document.id for document in finder.own(ADA, first).documents] for first in (0, 2, 4)] == [
        ["said", "v2"],
        ["v1", "v0"],
        ["diary"],
    ]


def test_who_pauses_still_sees_what_is_held(finder: Finder) -> None:
    before = finder.own(ADA)
    finder.correct(Said(Saying.PAUSE), ADA)
    after = finder.own(ADA)
    assert after.paused
    assert (after.facts, after.topics, after.documents) == (before.facts, before.topics, before.documents)


def test_little_feedback_is_not_counted_as_it_would_show_who_gave_it(finder: Finder) -> None:
    def given() -> OwnPage:
        with writing(finder.engine) as session:
            session.add(
                Feedback(created=datetime.now(UTC), principal="user:bob", question="", subject="people/ada", verdict="wrong", comment="")
            )
        return finder.own(ADA)

    assert [given().feedback for _ in range(TOLD)] == [0] * (TOLD - 1) + [TOLD]
    assert (finder.own(reader("bob")).given, finder.own(ADA).given) == (TOLD, 0)


def test_what_the_audit_log_and_colleagues_hold_is_counted_and_named(finder: Finder) -> None:
    with writing(finder.engine) as session:
        session.add(AuditRow(at=datetime.now(UTC), actor="key:1", action="impersonated", subject="user:ada", request_id=""))
    finder.endorse("bob", "Vacuum", ADA)
    page = finder.own(ADA)
    assert page.audited == 1
    assert [(held.id, held.skill) for held in page.confirmed] == [("bob", "Vacuum")]
