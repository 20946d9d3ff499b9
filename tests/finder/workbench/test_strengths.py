import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from finder.answers import Confidence
from finder.workbench.requirements import Requirement
from finder.workbench.strengths import LEVELS, levels, order, smallest_team

SHARES = np.asarray([1.0, 0.5, 0.49, 0.2, 0.19, 0.08, 0.01])
ALL = np.ones(len(SHARES), bool)


def words(sure: Confidence) -> list[str]:
    return [LEVELS[level].value for level in levels(SHARES, ALL, sure)]


def test_shares_become_words() -> None:
    assert words(Confidence.STRONG) == ["strong", "strong", "some", "some", "little", "little", "none"]


def test_an_answer_that_is_less_sure_says_less_of_everybody() -> None:
    assert words(Confidence.SOME) == ["some", "some", "little", "little", "none", "none", "none"]


def test_where_nothing_is_about_it_nobody_has_evidence() -> None:
    assert set(words(Confidence.NONE)) == {"none"}


def test_what_only_a_profile_says_is_little() -> None:
    assert levels(SHARES[:1], ~ALL[:1], Confidence.STRONG).tolist() == [LEVELS.index(LEVELS[1])]


def test_equal_words_stand_by_lot_alone() -> None:
    held = np.asarray([[2, 2, 2, 3]])
    assert order(held, [Requirement("a")], ["c", "a", "b", "z"]).tolist() == [3, 1, 2, 0]


def test_weights_count_and_breadth_beats_depth() -> None:
    held = np.asarray([[3, 0, 2], [0, 3, 2]])
    both = [Requirement("a", 1), Requirement("b", 3)]
    assert order(held, both, ["x", "y", "z"]).tolist() == [1, 2, 0]
    assert order(held, [Requirement("a", 2), Requirement("b", 2)], ["x", "y", "z"]).tolist()[0] == 2


@given(
    st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=8), st.lists(st.booleans(), min_size=3, max_size=3)
)
def test_nobody_is_lost_and_gaps_in_musts_come_last(held: list[list[int]], musts: list[bool]) -> None:
    table = np.asarray(held).T
    found = order(table, [Requirement(str(n), must=must) for n, must in enumerate(musts)], [f"{n:03}" for n in range(len(held))])
    assert sorted(found.tolist()) == list(range(len(held)))
    gaps = [sum(1 for level, must in zip(held[place], musts, strict=True) if must and not level) for place in found]
    assert gaps == sorted(gaps)


def test_little_evidence_does_not_cover() -> None:
    team = smallest_team(np.asarray([[1, 2], [3, 0], [1, 1]]))
    assert team.rows == (0, 1)
    assert team.speakers == (1, 0, -1)
