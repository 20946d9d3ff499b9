"""Short forms are taken from where a text explains them, and from nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.acronyms import acronyms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We rely on profile guided optimisation (PGO) here.", [("pgo", "profile guided optimisation")]),
        ("an abstract syntax tree (AST) and a second abstract syntax tree (AST)", [("ast", "abstract syntax tree")]),
        ("variable length arrays (VLAs)", [("vla", "variable length arrays")]),
        ("The oscillator-stop flag\n  (OSF) is set", [("osf", "oscillator-stop flag")]),
        ("undefined behaviour (UB), continuous integration (CI)", [("ci", "continuous integration"), ("ub", "undefined behaviour")]),
    ],
)
def test_a_bracket_behind_the_words_it_abbreviates_is_an_explanation(text: str, found: list[tuple[str, str]]) -> None:
    assert acronyms(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "call it (once) or (NEVER)",
        "the third meeting (PGO)",
        "see issue gh-9378 (GH)",
        "print(repr(task), HANDLE) (H)",
        "(PGO) profile guided optimisation",
        "garbage collector",
        "x=1; y=2; zeta=3 (XYZ)",
    ],
)
def test_other_brackets_explain_nothing(text: str) -> None:
    assert acronyms(text) == []


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for short, long in acronyms(text):
        assert short[0] == long[0]
        assert len(long.split()) > 1
