"""What people say of what is told of them holds from the next request on, for everybody, through imports and builds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from finder.answers import Filters, Kind, Request
from finder.corrections import MOST, Said, Saying
from finder.service import Finder
from models.access import VISITOR, Principal
from models.database import writing
from models.errors import Forbidden, InvalidQuery, NotFound
from models.told import Correction
from tests.world import World, document, person, reader

ADA, BOB, OTHER = reader("ada"), reader("bob"), reader("cy", "board")
MUTE = Said(Saying.MUTE, "Vacuum")
HIDE = Said(Saying.HIDE, "d0")
PAUSE = Said(Saying.PAUSE)


def organisation(folder: Path) -> World:
    made = World(folder)
    made.people = [
        person("ada", skills=["Index"], interests=["Vacuum", "bees"], bio="Keeps queries fast."),
        person("bob", skills=["Vacuum"]),
        person("cy"),
    ]
    made.documents = [document(f"d{n}", f"Vacuum {n}", f"Slow queries number {n}", ["ada"], created="2025-01-01") for n in range(3)]
    made.documents += [document("board", "Merger", "Salary", ["bob"], visibility="restricted", allow=["group:board"])]
    return made


@pytest.fixture
def world(tmp_path: Path) -> World:
    return organisation(tmp_path)


@pytest.fixture
def finder(world: World) -> Iterator[Finder]:
    opened = world.open()
    yield opened
    opened.engine.dispose()


def again(world: World, finder: Finder) -> None:
    """Import every source anew, changed, and index."""
    world.people = [{**row, "title": "New"} for row in world.people]
    world.documents = [{**row, "text": row["text"] + " again"} for row in world.documents]
    world.ingest()
    world.build()
    finder.refresh()


def skills(finder: Finder, public_id: str, asker: Principal = OTHER) -> dict[str, str]:
    return {skill.name: skill.origin for skill in finder.person(public_id, asker).profile.skills}


def found(finder: Finder, asker: Principal = OTHER, **filters: str) -> dict[str, list[str]]:
    """The people found for a question, each with the documents that speak for them."""
    chosen = Filters(tuple((name, (value,)) for name, value in filters.items()))
    answer = finder.search(Request("slow queries", Kind.PEOPLE, filters=chosen), asker)
    return {result.profile.id: [evidence.document for evidence in result.evidence] for result in answer.people}


def test_a_muted_topic_is_gone_for_everybody_at_the_next_request(finder: Finder) -> None:
    assert skills(finder, "ada")["Vacuum"] == "inferred"
    assert "ada" in found(finder, skill="Vacuum")
    finder.correct(MUTE, ADA)
    for asker in (ADA, OTHER, VISITOR):
        page = finder.person("ada", asker)
        assert {skill.name for skill in page.skills} == {skill.name for skill in page.profile.skills} == {"Index"}
        assert page.interests == ("bees",)
        assert "Vacuum" not in page.timeline.topics
        assert all("Vacuum" not in other.shared for other in finder.similar("ada", asker))
    assert "ada" not in found(finder, skill="Vacuum")
    answer = finder.search(Request("slow queries", Kind.PEOPLE), OTHER)
    assert {count.value: count.count for count in answer.facets["people"]["skill"]} == {"Index": 1, "Vacuum": 1}  # bob's
    with pytest.raises(NotFound):
        finder.skill("ada", "Vacuum", OTHER)
    assert [held.text for held in finder.suggest("vac", OTHER) if held.kind == "skill"] == ["Vacuum"]  # of bob


def test_a_topic_is_muted_in_any_spelling(finder: Finder) -> None:
    finder.correct(Said(Saying.MUTE, "vACUUM"), ADA)
    assert set(skills(finder, "ada")) == {"Index"}


def test_a_muted_skill_of_ones_own_words_is_left_out_of_the_ranking_until_the_next_index(world: World, finder: Finder) -> None:
    def profile() -> list[float]:
        answer = finder.search(Request("keeps queries fast index", Kind.PEOPLE), OTHER)
        (ada,) = [result for result in answer.people if result.profile.id == "ada"]
        return [part.share for part in ada.explanation if part.part == "profile"]

    assert profile()
    finder.correct(Said(Saying.MUTE, "Index"), ADA)
    assert not profile()
    again(world, finder)
    assert profile()


def test_a_hidden_document_stays_and_speaks_no_longer_for_its_person(finder: Finder) -> None:
    assert "d0" in found(finder)["ada"]
    volume = finder.person("ada", OTHER).document_count
    finder.correct(HIDE, ADA)
    assert "d0" not in found(finder)["ada"]
    page = finder.person("ada", OTHER)
    assert page.document_count == volume - 1
    assert "d0" not in {held.id for held in page.documents}
    assert finder.document("d0", OTHER).document.authors[0].id == "ada"
    assert "d0" in {held.document.id for held in finder.search(Request("slow queries"), OTHER).documents}
    by_ada = finder.search(Request("slow queries", filters=Filters((("author", ("ada",)),))), OTHER)
    assert {held.document.id for held in by_ada.documents} == {"d1", "d2"}


def test_what_was_inferred_with_a_hidden_document_is_suppressed_at_once(finder: Finder) -> None:
    finder.correct(HIDE, ADA)
    assert set(skills(finder, "ada")) == {"Index"}


def test_who_pauses_is_found_by_nobody_until_they_resume(finder: Finder) -> None:
    finder.correct(PAUSE, ADA)
    assert "ada" not in found(finder)
    for asker in (ADA, OTHER):
        with pytest.raises(NotFound):
            finder.person("ada", asker)
    assert finder.document("d0", OTHER).document.authors == ()
    assert finder.own(ADA).paused
    finder.correct(PAUSE, ADA, undo=True)
    assert "ada" in found(finder)


@pytest.mark.parametrize("said", [MUTE, HIDE, PAUSE])
def test_no_import_and_no_index_undoes_a_correction(world: World, finder: Finder, said: Said) -> None:
    finder.correct(said, ADA)
    before = finder.own(ADA)
    again(world, finder)
    after = finder.own(ADA)
    assert (after.paused, {t.name for t in after.topics if t.muted}) == (before.paused, {t.name for t in before.topics if t.muted})
    assert [held.id for held in after.documents if held.hidden] == [held.id for held in before.documents if held.hidden]
    if said is PAUSE:
        assert "ada" not in found(finder)
    elif said is MUTE:
        assert set(skills(finder, "ada")) == {"Index"}
    else:
        assert "d0" not in found(finder)["ada"]
        assert set(skills(finder, "ada")) == {"Index"}  # two documents are too few to infer from


@pytest.mark.parametrize("said", [MUTE, HIDE, PAUSE])
def test_what_is_undone_is_as_it_was_with_the_next_index(world: World, finder: Finder, said: Said) -> None:
    before = finder.person("ada", OTHER)
    finder.correct(said, ADA)
    world.build()
    finder.refresh()
    finder.correct(said, ADA, undo=True)
    world.build()
    finder.refresh()
    assert finder.person("ada", OTHER) == before


def test_a_correction_is_undone_at_once_where_no_index_was_made_between(finder: Finder) -> None:
    before = finder.person("ada", OTHER)
    for said in (MUTE, HIDE, PAUSE):
        finder.correct(said, ADA)
        finder.correct(said, ADA, undo=True)
    assert finder.person("ada", OTHER) == before


def test_a_note_reaches_the_administrators_and_leaves_out_what_it_is_about(finder: Finder) -> None:
    finder.correct(Said(Saying.NOTE, "skills/Vacuum", "I never cleaned anything."), ADA)
    finder.correct(Said(Saying.NOTE, "documents/d0", "Bob wrote it."), ADA)
    finder.correct(Said(Saying.NOTE, "profile/team", "I moved."), ADA)
    assert [(note.person, note.about, note.text) for note in finder.notes()] == [
        ("ada", "profile/team", "I moved."),
        ("ada", "documents/d0", "Bob wrote it."),
        ("ada", "skills/Vacuum", "I never cleaned anything."),
    ]
    assert "Vacuum" not in skills(finder, "ada")
    assert "d0" not in found(finder)["ada"]
    finder.correct(Said(Saying.NOTE, "profile/team"), ADA, undo=True)
    assert "profile/team" not in {note.about for note in finder.notes()}


def test_one_corrects_only_what_is_told_of_oneself(finder: Finder) -> None:
    for hidden, missing in (("board", "nothing"), ("d0", "nothing")):
        told = []
        for name in (hidden, missing):
            with pytest.raises(NotFound) as caught:
                finder.correct(Said(Saying.HIDE, name), OTHER)
            told.append((caught.value.what, caught.value.remedy))
        assert told[0] == told[1]
    finder.correct(MUTE, BOB)
    assert skills(finder, "ada")["Vacuum"] == "inferred"


@pytest.mark.parametrize("asker", [VISITOR, reader("nobody"), Principal(frozenset({"org", "user:ada"}))])
def test_who_is_not_signed_in_corrects_nothing(finder: Finder, asker: Principal) -> None:
    for attempt in (
        lambda: finder.correct(MUTE, asker),
        lambda: finder.correct(PAUSE, asker, undo=True),
        lambda: finder.own(asker),
        lambda: finder.endorse("ada", "Index", asker),
        lambda: finder.withdraw("ada", "Index", asker),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_saying_it_twice_is_saying_it_once(finder: Finder) -> None:
    finder.correct(MUTE, ADA)
    finder.correct(MUTE, ADA)
    finder.correct(MUTE, ADA, undo=True)
    assert "Vacuum" in skills(finder, "ada")


def test_no_more_corrections_are_kept_than_agreed(finder: Finder) -> None:
    finder.correct(MUTE, ADA)
    with writing(finder.engine) as session:
        kept = session.query(Correction).one()
        session.add_all(
            Correction(person_id=kept.person_id, kind="mute", value=f"t{n}", text="", created=kept.created, access_revision=1)
            for n in range(MOST - 1)
        )
    with pytest.raises(InvalidQuery, match="corrections in force"):
        finder.correct(Said(Saying.MUTE, "one more"), ADA)


def test_a_colleagues_word_is_shown_at_once_and_can_be_taken_back(world: World, finder: Finder) -> None:
    finder.endorse("ada", "vacuum", BOB)
    finder.endorse("ada", "Vacuum", BOB)
    finder.endorse("ada", "Vacuum", OTHER)
    (held,) = [skill for skill in finder.person("ada", BOB).skills if skill.name == "Vacuum"]
    assert (held.origin, held.endorsements, held.mine) == ("endorsed", 2, True)
    assert not finder.skill("ada", "Vacuum", VISITOR).skill.mine
    assert [endorser.id for topic in finder.own(ADA).topics if topic.name == "Vacuum" for endorser in topic.endorsers] == ["bob", "cy"]
    world.build()
    finder.refresh()
    assert skills(finder, "ada")["Vacuum"] == "endorsed"  # in lists too
    for asker in (BOB, OTHER):
        finder.withdraw("ada", "Vacuum", asker)
    (held,) = [skill for skill in finder.person("ada", BOB).skills if skill.name == "Vacuum"]
    assert (held.origin, held.endorsements, held.mine) == ("inferred", 0, False)


def test_an_endorsement_changes_no_ranking(world: World, finder: Finder) -> None:
    def scores() -> list[tuple[str, float]]:
        return [(result.profile.id, result.score) for result in finder.search(Request("vacuum index", Kind.PEOPLE), OTHER).people]

    before = scores()
    finder.endorse("ada", "Vacuum", BOB)
    world.build()
    finder.refresh()
    assert scores() == before


def test_nobody_endorses_themselves_or_what_they_cannot_see(finder: Finder) -> None:
    with pytest.raises(Forbidden):
        finder.endorse("ada", "Index", ADA)
    finder.correct(MUTE, ADA)
    for public_id, skill in (("ada", "Vacuum"), ("ada", "made up"), ("nobody", "Vacuum")):
        with pytest.raises(NotFound):
            finder.endorse(public_id, skill, BOB)


def test_the_word_of_who_pauses_does_not_count(finder: Finder) -> None:
    finder.endorse("ada", "Vacuum", BOB)
    finder.correct(PAUSE, BOB)
    assert {skill.endorsements for skill in finder.person("ada", OTHER).skills} == {0}
