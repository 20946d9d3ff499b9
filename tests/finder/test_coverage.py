"""Several rankings joined into one, and the fewest people who cover all of them."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from finder.answers import Filters, Kind, Request
from finder.coverage import COVERS, team
from models.access import VISITOR
from tests.world import World, document

WORTH = st.sampled_from([0.0, 0.2, 0.6, 0.8, 1.0])
shares = st.integers(1, 4).flatmap(lambda subjects: st.lists(st.lists(WORTH, min_size=subjects, max_size=subjects), min_size=1, max_size=7))


def fewest(covers: NDArray[np.bool_]) -> int:
    """How many people the smallest team has, by trying every one."""
    wanted = covers.any(axis=1)
    people = range(covers.shape[1])
    teams = ((n, list(chosen)) for n in range(len(people) + 1) for chosen in combinations(people, n))
    return next(n for n, chosen in teams if (covers[:, chosen].any(axis=1) == wanted).all())


@given(shares)
def test_a_team_covers_all_that_can_be_covered_with_the_fewest(held: list[list[float]]) -> None:
    by_subject = np.asarray(held).T
    found = team(np.arange(len(held)) * 10, by_subject)
    covers = by_subject >= COVERS
    assert len(found.rows) == fewest(covers)
    for subject, speaker in enumerate(found.speakers):
        assert (speaker == -1) == (not covers[subject].any())
        if speaker >= 0:
            assert speaker in found.rows
            assert covers[subject, speaker // 10]


def test_of_equally_few_those_are_chosen_who_cover_it_best() -> None:
    assert team(np.arange(3), np.asarray([[0.6, 1.0, 0.0], [0.0, 0.0, 1.0]])).rows == (1, 2)


def test_one_who_covers_everything_is_a_team() -> None:
    found = team(np.arange(3), np.asarray([[1.0, 0.0, 0.7], [0.0, 1.0, 0.7]]))
    assert (found.rows, found.speakers) == ((2,), (2, 2))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("coverage"))
    made.documents = [
        *(document(f"v{n}", f"Vacuum pumps {n}", f"sealing {n}", ["vacuumist"]) for n in range(12)),
        *(document(f"p{n}", f"Payroll closing {n}", f"month {n}", ["accountant"]) for n in range(12)),
        *(document(f"z{n}", f"Canteen menu {n}", "Soup", [f"cook{n % 3}"]) for n in range(60)),
    ]
    return made


def test_an_answer_about_several_subjects_names_a_team(world: World) -> None:
    found = world.open().search(Request("vacuum pumps and payroll closing"), VISITOR)
    assert found.team is not None
    assert {member.profile.id: member.subjects for member in found.team.members} == {
        "vacuumist": ("vacuum pumps",),
        "accountant": ("payroll closing",),
    }
    assert found.team.uncovered == ()


def test_an_answer_about_one_subject_and_a_later_page_name_none(world: World) -> None:
    finder = world.open()
    assert finder.search(Request("vacuum pumps"), VISITOR).team is None
    assert finder.search(Request("vacuum pumps and payroll closing", Kind.PEOPLE, limit=1, offset=1), VISITOR).team is None


def test_a_filter_narrows_every_subject(tmp_path: Path) -> None:
    made = World(tmp_path)
    made.documents = [
        *(document(f"v{n}", f"Vacuum pumps {n}", f"sealing {n}", ["vacuumist"], tags=["old"] if n else []) for n in range(12)),
        *(document(f"p{n}", f"Payroll closing {n}", f"month {n}", ["accountant"], tags=["old"]) for n in range(12)),
        *(document(f"z{n}", f"Canteen menu {n}", "Soup", [f"cook{n % 3}"], tags=["old"]) for n in range(60)),
    ]
    found = made.open().search(Request("vacuum pumps and payroll closing", filters=Filters((("tag", ("old",)),))), VISITOR)
    assert {evidence.document for person in found.people for evidence in person.evidence}.isdisjoint({"v0"})
