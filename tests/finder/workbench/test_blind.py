import time

import pytest

from finder.workbench.blind import HIDDEN, Mask

EVERYBODY = ["ada", "Ada Lindqvist", "amina-h", "Amina Haddad", "u1234", "Xu Li"]
MASK = Mask.of(EVERYBODY, ["Benoît Mercier", "Mark Field"])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ask Ada Lindqvist about it.", f"Ask {HIDDEN} about it."),
        ("ADA LINDQVIST's note", f"{HIDDEN}'s note"),
        ("ada wrote, u1234 reviewed", f"{HIDDEN} wrote, {HIDDEN} reviewed"),
        ("see amina-h or amina_h", f"see {HIDDEN} or {HIDDEN}"),
        ("Benoit and Mercier", f"{HIDDEN} and {HIDDEN}"),
        ("Benoîts Notiz", f"{HIDDEN} Notiz"),
        ("Mark the field with a mark", f"{HIDDEN} the field with a mark"),
        ("mail ada.l@example.com or @adal", f"mail {HIDDEN} or {HIDDEN}"),
        ("the adapter of an armada", "the adapter of an armada"),
    ],
)
def test_whoever_is_named_is_masked_and_nothing_else(text: str, masked: str) -> None:
    assert MASK(text) == masked


def test_pronouns_and_forms_of_address_tell_nothing() -> None:
    assert MASK("She fixed it; thank her, Mrs Lindqvist. He gave his word. A cache miss.") == (
        f"They fixed it; thank their, {HIDDEN} Lindqvist. They gave their word. A cache miss."
    )


def test_in_german_both_pronouns_go_alike() -> None:
    assert (
        MASK("Er half, sie prüfte. Frau Lindqvist dankte ihm.", "de")
        == f"{HIDDEN} half, {HIDDEN} prüfte. {HIDDEN} Lindqvist dankte {HIDDEN}."
    )
    assert MASK("Der hat ihre Pumpe", "en") == "Der hat ihre Pumpe"


@pytest.mark.parametrize("text", ["@" * 20_000, "a@" * 10_000, "x" * 20_000, "@." * 10_000, "ada lindqvist " * 2_000])
def test_no_text_takes_long(text: str) -> None:
    begun = time.perf_counter()
    MASK(text)
    assert time.perf_counter() - begun < 20


def test_a_text_without_people_stays_as_it_is() -> None:
    assert Mask.of([], [])("Pumps, seals; and  gaps.\n") == "Pumps, seals; and  gaps.\n"
