import pytest

from finder.web.workbench import forms
from finder.workbench.requirements import Requirement
from finder.workbench.store import Stage
from models.errors import InvalidQuery


def test_rows_with_a_text_become_requirements() -> None:
    form = {
        "text-0": " vacuum\x00 pumps\n",
        "weight-0": "1",
        "text-1": "",
        "text-3": "seals",
        "must-3": "1",
        "text-4": "gone",
        "remove-4": "1",
    }
    assert forms.requirements(form) == (Requirement("vacuum pumps", 1), Requirement("seals", 2, must=True))


@pytest.mark.parametrize("form", [{"text-0": "a", "weight-0": "0"}, {"text-0": "a", "weight-0": "x"}, {"text-0": "a" * 161}])
def test_what_no_form_offers_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(InvalidQuery):
        forms.requirements(form)


def test_a_stage_is_one_of_those_offered() -> None:
    assert forms.stage({"stage": "not-chosen"}) is Stage.NOT_CHOSEN
    for wrong in ({}, {"stage": "hired"}):
        with pytest.raises(InvalidQuery):
            forms.stage(wrong)


@pytest.mark.parametrize(("asked", "place"), [("7", 6), ("1", 0), ("0", 0), ("", 0), ("-1", 0), ("x", 0), ("12345678", 0), ("\u00b2", 0)])
def test_a_page_begins_at_a_number_or_at_the_start(asked: str, place: int) -> None:
    assert forms.place({"from": asked}) == place


def test_prose_keeps_its_lines_and_nothing_unprintable() -> None:
    assert forms.prose({"reason": " one\r\ntwo\x07\u202e "}, "reason") == "one\ntwo"
