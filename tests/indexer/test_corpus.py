"""What a build reads of what people said of themselves."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from indexer.annotate import Gazetteer, person_skills
from indexer.coding import ROLES, credit_table, speaking
from indexer.corpus import Corpus, read_corpus
from indexer.sayings import own_words
from models.database import writing
from models.tables import Person, Role
from models.told import Correction, Endorsement
from tests.indexer.worlds import ADA, BOB, World, page, world


@pytest.fixture
def place(tmp_path: Path) -> World:
    made = world(tmp_path)
    made.add(made.collection([page(1), page(2)], people=[ADA | {"skills": ["SQL", "Knots"]}, BOB | {"skills": ["Rust"]}]))
    return made


def read(place: World, *corrections: tuple[str, str], undone: datetime | None = None) -> Corpus:
    """Read the corpus after Ada corrected something and Bob confirmed what she knows of Rust."""
    numbers, now = {key: number for number, key in place.rows(Person, "id", "public_id")}, datetime.now(UTC)
    engine = place.engine()
    with writing(engine) as session:
        for kind, value in corrections:
            said = {"kind": kind, "value": value, "text": "", "created": now, "undone": undone, "access_revision": 1}
            session.add(Correction(person_id=numbers["ada"], **said))
        session.merge(Endorsement(person_id=numbers["ada"], name="Rust", endorser_id=numbers["bob"], created=now))
    corpus = read_corpus(engine)
    engine.dispose()
    return corpus


def test_a_muted_skill_is_neither_declared_nor_inferred_nor_looked_for(place: World) -> None:
    corpus = read(place, ("mute", "sql"))
    ada = corpus.people[0]
    assert person_skills(ada.skills, ["SQL", "Index"]) == [("Knots", "declared"), ("Rust", "endorsed"), ("Index", "inferred")]
    assert own_words(ada) == "Knots"
    assert Gazetteer.of(corpus).skills == ("Knots", "Rust")


def test_a_colleagues_word_is_a_skill_and_none_of_ones_own_words(place: World) -> None:
    ada = read(place).people[0]
    assert ("Rust", "endorsed") in ada.skills
    assert own_words(ada) == "Knots, SQL"


def test_a_hidden_document_tells_no_more_than_a_mention(place: World) -> None:
    corpus = read(place, ("hide", "d1"))
    assert [document.parts[0].hidden for document in corpus.documents] == [True, False]
    credits = credit_table(corpus)
    assert [ROLES[role] for role in credits.role] == [Role.AUTHOR] * 2
    assert [ROLES[role] for role in speaking(credits, corpus).role] == [Role.MENTIONED, Role.AUTHOR]


def test_every_correction_and_endorsement_asks_for_a_new_index(place: World) -> None:
    digests = [read(place).digest()]
    digests.append(read(place, ("hide", "d1")).digest())
    digests.append(read(place, ("mute", "SQL")).digest())
    assert len(set(digests)) == 3


def test_what_was_undone_is_read_as_if_it_had_not_been_said(place: World) -> None:
    before = read(place).digest()
    assert read(place, ("mute", "SQL"), ("hide", "d1"), undone=datetime.now(UTC)).digest() == before
