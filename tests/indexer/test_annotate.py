from datetime import date

import numpy as np
import pytest
from scipy import sparse

from indexer.annotate import INFERRED, Annotator, Gazetteer, inferred, person_skills
from indexer.corpus import Corpus, IndexedDocument, IndexedPerson, Part
from models.analyzer import Analyzer
from models.tables import Role


def someone(number: int, *skills: tuple[str, str], listed: bool = True) -> IndexedPerson:
    return IndexedPerson(number, f"p{number}", None, None, None, None, (), listed, skills, (), b"h")


def tagged(number: int, tag: str, author: int, readers: tuple[str, ...] = ("org",)) -> IndexedDocument:
    parts = (Part(author, Role.AUTHOR),)
    return IndexedDocument(number, f"d{number}", "org", "post", "T", (tag,), "en", date(2025, 1, 1), None, 0, False, readers, parts, b"h")


def gazetteer(people: list[IndexedPerson], documents: list[IndexedDocument]) -> tuple[str, ...]:
    return Gazetteer.of(Corpus(tuple(documents), tuple(people), 0)).skills


def test_declared_skills_are_looked_for_in_their_commonest_spelling() -> None:
    people = [someone(1, ("PostgreSQL", "declared")), someone(2, ("postgresql", "declared")), someone(3, ("PostgreSQL", "declared"))]
    assert gazetteer(people, []) == ("PostgreSQL",)


def test_a_tag_is_a_skill_once_three_documents_of_two_people_bear_it() -> None:
    assert gazetteer([], [tagged(n, "vacuum", n % 2) for n in range(3)]) == ("vacuum",)
    assert gazetteer([], [tagged(n, "vacuum", n) for n in range(2)]) == ()
    assert gazetteer([], [tagged(n, "vacuum", 7) for n in range(9)]) == ()


def test_hidden_tags_and_the_skills_of_who_is_not_listed_are_not_looked_for() -> None:
    hidden = [tagged(n, "merger", n, ("group:board",)) for n in range(5)]
    assert gazetteer([someone(1, ("spying", "declared"), listed=False)], hidden) == ()


def test_skills_are_found_in_title_tags_and_first_lines_without_case() -> None:
    annotator = Annotator(Analyzer(), Gazetteer(("Query planning", "Vacuum", "c++")))
    assert annotator.skills("On query PLANNING", [], "") == [0]
    assert annotator.skills("", ["vacuum"], "") == [1]
    assert annotator.skills("", [], "We write C++ here.") == [2]
    assert annotator.skills("", [], "vacuums and planning") == []
    assert annotator.skills("", [], "x " * 300 + "vacuum") == []


def mention(documents: list[list[int]], skills: int) -> sparse.csr_matrix:
    matrix = np.zeros((len(documents), skills), np.float32)
    for row, held in enumerate(documents):
        matrix[row, held] = 1
    return sparse.csr_matrix(matrix)


def test_a_skill_is_inferred_from_three_documents_and_not_from_two() -> None:
    parts = sparse.csr_matrix(np.ones((1, 5), np.float32))
    assert inferred(mention([[0], [0], [0, 1], [1], []], 2), parts) == {0: [0]}


def test_the_distinctive_skill_comes_first() -> None:
    mine = np.zeros((1, 40), np.float32)
    mine[0, :6] = 1
    documents = [[0, 1]] * 3 + [[1]] * 3 + [[1]] * 34
    assert inferred(mention(documents, 2), sparse.csr_matrix(mine)) == {0: [0, 1]}


def test_no_more_than_eight_are_inferred() -> None:
    parts = sparse.csr_matrix(np.ones((1, 3), np.float32))
    assert len(inferred(mention([list(range(20))] * 3, 20), parts)[0]) == INFERRED


@pytest.mark.parametrize(
    ("declared", "mined", "expected"),
    [
        ([("Vacuum", "declared")], ["vacuum"], [("Vacuum", "declared")]),
        ([("Vacuum", "endorsed")], ["index"], [("Vacuum", "endorsed"), ("index", "inferred")]),
        ([("Vacuum", "rejected")], ["vacuum"], []),
        ([("Vacuum", "declared"), ("vacuum", "rejected")], [], []),
    ],
)
def test_what_people_say_overrides_what_is_inferred(
    declared: list[tuple[str, str]], mined: list[str], expected: list[tuple[str, str]]
) -> None:
    assert person_skills(declared, mined) == expected
