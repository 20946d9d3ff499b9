from dataclasses import replace
from datetime import date
from math import sqrt

import pytest

from indexer.coding import Codes, Coding, HalfLives, community, credit_table, document_table, freshness, people_table, ragged
from indexer.corpus import STRENGTH, Corpus, IndexedDocument, IndexedPerson, Part
from models.arrays import Documents
from models.tables import Role

ROLES = tuple(Role)
DOCUMENT = IndexedDocument(
    1, "d1", "org", "post", "Title", ("b", "a", "b"), "en", date(2025, 1, 1), None, 0, accepted=False,
    readers=("org",), parts=(), content_hash=b"h"
)  # fmt: skip
PERSON = IndexedPerson(1, "ada", None, "Data", None, None, ("en", "no", "en"), listed=True, skills=(), interests=(), content_hash=b"h")


def corpus(documents: list[IndexedDocument], people: list[IndexedPerson] | None = None) -> Corpus:
    return Corpus(tuple(documents), tuple(people or [PERSON]), 0)


def table(*documents: IndexedDocument, half_life: float = 730.0) -> Documents:
    held = corpus(list(documents))
    return document_table(held, Coding.of(held), list(range(len(documents))), HalfLives(half_life))


def test_codes_are_in_sorted_order_and_nothing_has_none() -> None:
    codes = Codes.from_values(["b", None, "a", "b", ""])
    assert codes.names == ("a", "b")
    assert codes.of == {"a": 0, "b": 1}


def test_rows_of_different_length() -> None:
    starts, values = ragged([[1, 2], [], [3]])
    assert (starts.tolist(), values.tolist()) == ([0, 2, 2, 3], [1, 2, 3])
    starts, values = ragged([])
    assert (starts.tolist(), values.tolist()) == ([0], [])


def test_freshness_halves_towards_two_fifths() -> None:
    newest = date(2025, 1, 1)
    assert freshness(newest, newest, 730) == 1.0
    assert freshness(date(2023, 1, 2), newest, 730) == pytest.approx(0.7)
    assert freshness(date(1970, 1, 1), newest, 730) == pytest.approx(0.4, abs=1e-4)
    assert freshness(date(2030, 1, 1), newest, 730) == 1.0
    assert freshness(None, newest, 730) == freshness(None, None, 730) == pytest.approx(0.7)


def test_the_communitys_word_is_bounded_and_never_counts_against() -> None:
    assert community(0, accepted=False) == community(-9, accepted=False) == 1.0
    assert community(1, accepted=False) == pytest.approx(1.15)
    assert community(1, accepted=True) == pytest.approx(1.4)
    assert community(10**9, accepted=True) == 1.6


def test_a_source_may_age_at_a_pace_of_its_own() -> None:
    held = corpus([replace(DOCUMENT, public_id=name, source=name, created=date(2023, 1, 2)) for name in ("chat", "wiki")])
    held = replace(held, documents=(*held.documents, replace(DOCUMENT, public_id="zz", created=date(2025, 1, 1))))
    found = document_table(held, Coding.of(held), [0, 1, 2], HalfLives(730.0, (("chat", 73.0),)))
    assert found.weight.tolist() == pytest.approx([0.4 + 0.6 / 1024, 0.7, 1.0])


def test_age_is_measured_from_the_newest_public_document() -> None:
    hidden = replace(DOCUMENT, public_id="d2", created=date(2029, 1, 1), readers=("group:board",))
    assert table(DOCUMENT, hidden).weight[0] == table(DOCUMENT).weight[0] == 1.0


def test_a_tag_counts_once_a_document() -> None:
    found = table(DOCUMENT)
    assert found.tag.tolist() == [1, 0]
    assert found.tag_starts.tolist() == [0, 2]


def test_a_thread_is_one_unit_within_its_source() -> None:
    threads = [replace(DOCUMENT, public_id=f"d{n}", source=source, thread=thread) for n, (source, thread) in enumerate(
        [("a", "t"), ("a", "t"), ("b", "t"), ("a", None), ("a", None)]
    )]  # fmt: skip
    unit = table(*threads).unit.tolist()
    assert unit[0] == unit[1]
    assert len(set(unit)) == 4


def test_a_person_is_coded_with_team_languages_and_skills() -> None:
    held = corpus([], [PERSON, replace(PERSON, id=2, public_id="bob", team=None, languages=())])
    people, names = people_table(held, Coding.of(held), [[("vacuum", "declared"), ("index", "inferred")], []])
    assert people.team.tolist() == [0, -1]
    assert people.language_starts.tolist() == [0, 2, 2]
    assert people.skill_starts.tolist() == [0, 2, 2]
    assert [names.names[code] for code in people.skill] == ["vacuum", "index"]


def test_co_authors_share_a_credit_by_the_root_of_their_number() -> None:
    people = [replace(PERSON, id=n, public_id=f"p{n}") for n in range(1, 6)]
    parts = (*(Part(n, Role.AUTHOR) for n in range(1, 5)), Part(5, Role.REVIEWER))
    credits = credit_table(corpus([replace(DOCUMENT, parts=parts)], people))
    assert credits.credit.tolist() == pytest.approx([1 / sqrt(4)] * 4 + [1.0])
    assert [ROLES[role] for role in credits.role] == [Role.AUTHOR] * 4 + [Role.REVIEWER]


def test_an_editors_credit_is_the_root_of_their_share_and_the_others_share_theirs_as_ever() -> None:
    people = [replace(PERSON, id=n, public_id=f"p{n}") for n in range(1, 5)]
    parts = (Part(1, Role.EDITOR, share=0.64), Part(2, Role.EDITOR, share=0.25), Part(3, Role.AUTHOR, share=0.01), Part(4, Role.EDITOR))
    credits = credit_table(corpus([replace(DOCUMENT, parts=parts)], people))
    assert credits.credit.tolist() == pytest.approx([0.8, 0.5, 1.0, 1 / sqrt(3)])
    assert credits.share.tolist() == pytest.approx([0.64, 0.25, 0.01, 0.0])


def test_editors_who_wrote_the_same_have_what_as_many_co_authors_have() -> None:
    people = [replace(PERSON, id=n, public_id=f"p{n}") for n in range(1, 5)]
    found = [
        credit_table(corpus([replace(DOCUMENT, parts=tuple(Part(n, role, share=share) for n in range(1, 5)))], people)).credit.tolist()
        for role, share in ((Role.EDITOR, 0.25), (Role.AUTHOR, None))
    ]
    assert found[0] == found[1] == [0.5] * 4


def test_who_left_gets_no_credit_and_takes_none_from_the_others() -> None:
    parts = (Part(1, Role.AUTHOR), Part(99, Role.AUTHOR))
    credits = credit_table(corpus([replace(DOCUMENT, parts=parts), replace(DOCUMENT, public_id="d2")]))
    assert credits.starts.tolist() == [0, 1, 1]
    assert credits.credit.tolist() == pytest.approx([1 / sqrt(2)])


def test_every_role_has_its_place_among_the_parts_a_person_may_have() -> None:
    assert set(STRENGTH) == set(Role)
