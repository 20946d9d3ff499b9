"""What a question names: one subject, or several that have nothing to do with each other."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.answers import Answer, Kind, Request
from finder.service import Finder
from finder.subjects import LONGEST, MOST, proposed, unlike
from models.access import VISITOR
from models.analyzer import Analyzer
from tests.world import World, document

ANALYZER = Analyzer()


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("who knows firmware and payroll", ("firmware", "payroll")),
        ("Who knows both pressure sensors, invoices & kubernetes?", ("pressure sensors", "invoices", "kubernetes")),
        ("wer kennt Firmware und Lohnabrechnung", ("Firmware", "Lohnabrechnung")),
        ("postgres\n- kubernetes", ("postgres", "- kubernetes")),
        ("vacuum as well as merger plans", ("vacuum", "merger plans")),
        ("postgres and postgres", ()),
        ("who knows firmware", ()),
        ("android sandbox", ()),
        ("who knows firmware and how", ()),
        ("", ()),
        (", ".join(f"word{n}" for n in range(MOST + 1)), ()),
        ("firmware and " + "payroll " * LONGEST, ()),
    ],
)
def test_what_joins_words_proposes_parts(question: str, parts: tuple[str, ...]) -> None:
    assert proposed(question, ANALYZER) == parts


@given(st.text(max_size=60))
def test_every_part_stands_in_the_question_and_says_something(question: str) -> None:
    for part in proposed(question, ANALYZER):
        assert part in question
        assert ANALYZER.terms(part)


def test_parts_that_lie_near_each_other_are_one_subject() -> None:
    east, north = np.asarray([1.0, 0.0], np.float32), np.asarray([0.0, 1.0], np.float32)
    assert unlike(np.stack([east, north]))
    assert not unlike(np.stack([east, north, (east + north) / np.float32(2**0.5)]))
    assert not unlike(np.stack([east]))
    assert not unlike(np.zeros((0, 2), np.float32))


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("subjects"))
    world.documents = [
        *(document(f"v{n}", f"Vacuum pumps {n}", f"sealing {n}", ["vacuumist"]) for n in range(12)),
        *(document(f"p{n}", f"Payroll closing {n}", f"month {n}", ["accountant"]) for n in range(12)),
        *(document(f"vb{n}", f"Vacuum pumps {n}", f"oil {n}", ["both"]) for n in range(11)),
        *(document(f"pb{n}", f"Payroll closing {n}", f"year {n}", ["both"]) for n in range(11)),
        *(document(f"z{n}", f"Canteen menu {n}", "Soup", [f"cook{n % 3}"]) for n in range(60)),
    ]
    return world.open()


def found(finder: Finder, question: str) -> Answer:
    return finder.search(Request(question, Kind.PEOPLE), VISITOR)


def test_who_covers_both_subjects_stands_above_who_knows_one(finder: Finder) -> None:
    answer = found(finder, "who knows vacuum pumps and payroll closing")
    assert answer.subjects == ("vacuum pumps", "payroll closing")
    assert answer.people[0].profile.id == "both"
    assert {person.profile.id for person in answer.people[1:3]} == {"vacuumist", "accountant"}
    assert [covered.subject for covered in answer.people[0].covers] == ["vacuum pumps", "payroll closing"]


def test_who_knows_little_of_a_subject_does_not_cover_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.documents = [document(f"v{n}", f"Vacuum pumps {n}", f"sealing {n}", ["ada"]) for n in range(12)]
    world.documents += [document(f"p{n}", f"Payroll closing {n}", f"month {n}", ["bob"] if n else ["ada"]) for n in range(12)]
    world.documents += [document(f"z{n}", f"Canteen menu {n}", "Soup", [f"cook{n % 3}"]) for n in range(60)]
    covers = {
        person.profile.id: [held.subject for held in person.covers]
        for person in found(world.open(), "vacuum pumps and payroll closing").people
    }
    assert covers["ada"] == ["vacuum pumps"]


def test_evidence_is_shown_for_each_subject(finder: Finder) -> None:
    best = found(finder, "who knows vacuum pumps and payroll closing").people[0]
    assert {evidence.title.split()[0] for evidence in best.evidence} == {"Vacuum", "Payroll"}


def test_what_the_same_documents_are_about_is_one_subject(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.documents = [document(f"d{n}", f"Vacuum payroll {n}", f"both {n}", ["ada"]) for n in range(6)]
    world.documents += [document(f"z{n}", f"Canteen menu {n}", "Soup", ["bob"]) for n in range(60)]
    assert found(world.open(), "vacuum and payroll").subjects == ()


def test_what_nobody_wrote_about_is_no_subject(finder: Finder) -> None:
    assert found(finder, "who knows vacuum pumps and zymurgy").subjects == ()


@pytest.mark.parametrize("question", ["vacuum pumps and payroll closing", "vacuum pumps"])
def test_the_shares_add_up_to_the_score(finder: Finder, question: str) -> None:
    for person in found(finder, question).people:
        assert sum(part.share for part in person.explanation) == pytest.approx(person.score, abs=1e-6)
        shown = [part.document for part in person.explanation if part.document]
        assert len(shown) == len(set(shown)) > 0
