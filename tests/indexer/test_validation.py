from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.records import DocumentRecord, Noted, PersonRecord, Refused
from indexer.validation import LARGEST_TEXT, document, group, person
from models.tables import Role


def reason(**fields: Any) -> str:
    (refused,) = document({"id": "d", "title": "t", "text": "x"} | fields, "f:1")
    assert isinstance(refused, Refused)
    assert refused.place == "f:1"
    return refused.reason


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "", "text": " \n"}, "neither a title nor a text"),
        ({"text": "a\x00b"}, "text holds a NUL"),
        ({"text": "\ud800"}, "surrogate"),
        ({"title": "\udcff"}, "surrogate"),
        ({"tags": ["\ud83d"]}, "surrogate"),
        ({"created": "2025-13-01"}, "created '2025-13-01' is not a date"),
        ({"created": 20250101}, "not a date"),
        ({"updated": "soon"}, "updated 'soon'"),
        ({"id": ""}, "id is missing"),
        ({"id": None}, "id is missing"),
        ({"id": "x" * 201}, "longer than 200"),
        ({"id": "a\nb"}, "control character"),
        ({"title": 7}, "title is not text"),
        ({"authors": "ada"}, "authors is not a list"),
        ({"authors": [{"role": "author"}]}, "author's id is missing"),
        ({"votes": "many"}, "votes"),
        ({"votes": 2**40}, "votes"),
        ({"accepted": "yes"}, "accepted"),
        ({"tags": {"a": 1}}, "tags is not a list"),
        ({"text": "x" * (LARGEST_TEXT + 1)}, "larger than 5 MB"),
        ({"text": "€" * (LARGEST_TEXT // 3 + 1)}, "larger than 5 MB"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_reason(fields: dict[str, Any], said: str) -> None:
    assert said in reason(**fields)


def test_a_refused_row_still_says_its_id_where_it_can() -> None:
    (refused,) = document({"id": "d", "title": "t", "created": "never"}, "f:1")
    assert isinstance(refused, Refused)
    assert refused.id == "d"


def test_a_row_that_is_no_object_is_refused() -> None:
    assert isinstance(next(document([], "f:1")), Refused)  # type: ignore[arg-type]


def test_an_unknown_role_counts_as_mentioned_with_a_remark() -> None:
    note, record = document({"id": "d", "title": "t", "authors": [{"id": "a", "role": "wizard"}]}, "f:1")
    assert isinstance(note, Noted)
    assert isinstance(record, DocumentRecord)
    assert record.authors[0].role is Role.MENTIONED


@pytest.mark.parametrize("share", [1, 1.0, 0.05])
def test_a_share_is_taken_beside_its_role(share: float) -> None:
    (record,) = document({"id": "d", "title": "t", "authors": [{"id": "a", "role": "editor", "share": share}]}, "f:1")
    assert isinstance(record, DocumentRecord)
    assert record.authors[0].share == share


@pytest.mark.parametrize("share", [0, -0.1, 1.1, 40, float("nan"), True, "0.4", [0.4]])
def test_what_is_no_share_is_left_out_with_a_remark(share: Any) -> None:
    note, record = document({"id": "d", "title": "t", "authors": [{"id": "a", "role": "editor", "share": share}]}, "f:1")
    assert isinstance(note, Noted)
    assert "share" in note.reason
    assert isinstance(record, DocumentRecord)
    assert (record.authors[0].role, record.authors[0].share) == (Role.EDITOR, None)


def test_a_script_is_no_url() -> None:
    note, record = document({"id": "d", "title": "t", "url": "javascript:alert(1)"}, "f:1")
    assert isinstance(note, Noted)
    assert isinstance(record, DocumentRecord)
    assert record.url is None


def test_a_time_of_day_is_left_out_of_dates() -> None:
    (record,) = document({"id": "d", "title": "t", "created": "2025-03-04T23:00:00Z"}, "f:1")
    assert isinstance(record, DocumentRecord)
    assert str(record.created) == "2025-03-04"


def test_a_title_alone_is_enough_and_white_space_in_it_is_folded() -> None:
    (record,) = document({"id": " d ", "title": " a\n b "}, "f:1")
    assert isinstance(record, DocumentRecord)
    assert (record.id, record.title, record.text) == ("d", "a b", "")


def test_declared_keys_are_lower_cased_and_what_is_no_key_is_left_out() -> None:
    *notes, record = person({"id": "a", "emails": ["Ada@Example.COM", "nobody"], "accounts": ["GitHub:Ada", "ada"]}, "f:1")
    assert isinstance(record, PersonRecord)
    assert (record.name, record.emails, record.accounts) == ("a", ("ada@example.com",), ("github:ada",))
    assert len(notes) == 2


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
)
NAMES = st.sampled_from(
    [
        "id",
        "name",
        "title",
        "text",
        "authors",
        "created",
        "updated",
        "tags",
        "url",
        "language",
        "visibility",
        "allow",
        "votes",
        "accepted",
        "deleted",
        "emails",
        "timezone",
        "groups",
        "members",
    ]
)


@given(st.dictionaries(NAMES, VALUES))
def test_no_row_whatever_it_holds_raises(values: dict[str, Any]) -> None:
    for check in (document, person, group):
        items = list(check(values, "f:1"))
        assert items
        assert not isinstance(items[-1], Noted)


@pytest.mark.parametrize(
    ("said", "kept"),
    [("Europe/Helsinki", "Europe/Helsinki"), ("europe/helsinki", "Europe/Helsinki"), (" UTC ", "UTC"), ("", None), (None, None)],
)
def test_a_time_zone_is_taken_by_its_name(said: str | None, kept: str | None) -> None:
    (record,) = person({"id": "ada", "timezone": said}, "f:1")
    assert isinstance(record, PersonRecord)
    assert record.timezone == kept


@pytest.mark.parametrize(
    "said",
    [
        "Helsinki",
        "Europe",
        "CEST?",
        "W. Europe Standard Time",
        "+02:00",
        "localtime",
        "Factory",
        "../Europe/Helsinki",
        "\udcff",
        2,
        ["UTC"],
    ],
)
def test_what_is_no_time_zone_is_left_out_with_a_remark_and_the_person_is_used(said: Any) -> None:
    note, record = person({"id": "ada", "timezone": said, "location": "Helsinki"}, "f:1")
    assert isinstance(note, Noted)
    assert note.place == "f:1"
    assert "time zone" in note.reason
    note.reason.encode()
    assert isinstance(record, PersonRecord)
    assert (record.location, record.timezone) == ("Helsinki", None)


def test_a_place_that_names_what_the_row_says_can_be_stored() -> None:
    (refused,) = person({"id": "a\ud800"}, "user a\ud800\x00b")
    assert refused.place == "user a?b"
    (refused,) = person("no row", "user \ud800")  # type: ignore[arg-type]
    assert refused.place == "user ?"


def test_numbers_without_end_are_refused_by_name() -> None:
    (refused,) = person({"id": 10**5000}, "p:1")
    assert isinstance(refused, Refused)
    assert "longer than" in refused.reason
    assert "is not a date" in reason(created=10**5000)
