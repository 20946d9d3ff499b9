"""What a recruiter does at the desk, and what is left of it in the audit chain."""

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import text

from finder.service import Finder
from finder.workbench.desk import Desk
from finder.workbench.requirements import Requirement
from finder.workbench.store import Stage
from finder.workbench.strengths import Strength
from models import audit
from models.database import reading, writing
from models.errors import DatabaseUnavailable, InvalidQuery, NotFound
from tests.finder.workbench.staff import OTTO, PURPOSE, SECRET, chain, documents, started, visit, world
from tests.world import document, reader


def strengths(desk: Desk, number: str) -> dict[str, list[str]]:
    return {
        column.who.profile.id: [cell.strength.value for cell in column.cells]
        for column in desk.matrix(visit(), number, 0).columns
        if column.who.profile
    }


@pytest.mark.parametrize("purpose", ["", "   ", "staffing", "x" * 501])
def test_nobody_is_looked_for_without_a_stated_purpose(desk: Desk, finder: Finder, purpose: str) -> None:
    with pytest.raises(InvalidQuery, match="purpose"):
        desk.start(visit(), purpose, "vacuum pumps")
    assert desk.searches(visit()) == ()
    assert chain(finder) == []


def test_every_cell_says_how_strong_the_evidence_is_and_shows_it(desk: Desk) -> None:
    sheet = desk.matrix(visit(), started(desk, blind=False), 0)
    by_name = {column.who.profile.id: column for column in sheet.columns if column.who.profile}
    vera = by_name["vera-vac"]
    assert [cell.strength for cell in vera.cells] == [Strength.STRONG, Strength.NONE, Strength.NONE]
    assert vera.cells[0].evidence[0].title.startswith("Vacuum pumps")
    assert "sealing" in vera.cells[0].evidence[0].snippet.text
    assert [gap.text for gap in vera.gaps] == ["payroll closing", "heraldry"]
    assert by_name["paul.pay"].cells[1].evidence[0].created == "2025-03-04"
    assert sheet.answered == (True, True, False)


def test_who_covers_more_comes_first_and_nobody_is_left_out(desk: Desk) -> None:
    found = strengths(desk, started(desk, blind=False))
    assert next(iter(found)) == "bea"
    assert set(found) == {"bea", "vera-vac", "paul.pay"}


def test_a_must_puts_people_without_it_last_and_hides_nobody(desk: Desk) -> None:
    number = started(desk, blind=False)
    desk.rewrite(visit(), number, [Requirement("vacuum pumps", 3), Requirement("payroll closing", 1, must=True)])
    assert list(strengths(desk, number))[-1] == "vera-vac"
    desk.rewrite(visit(), number, [Requirement("vacuum pumps", 1, must=True), Requirement("payroll closing", 3)])
    assert list(strengths(desk, number))[-1] == "paul.pay"


def test_nobody_judges_themselves(desk: Desk) -> None:
    assert "rita" not in strengths(desk, started(desk, blind=False))


def test_people_who_are_only_known_as_authors_are_no_candidates(desk: Desk) -> None:
    number = started(desk, "canteen menu", blind=False)
    assert strengths(desk, number) == {}


def test_the_smallest_team_names_who_stands_for_what_and_what_nobody_does(desk: Desk) -> None:
    sheet = desk.matrix(visit(), started(desk, blind=False), 0)
    assert [(member.who.profile.id, len(member.requirements)) for member in sheet.team if member.who.profile] == [("bea", 2)]
    assert [requirement.text for requirement in sheet.uncovered] == ["heraldry"]


def test_letters_stay_with_people_when_requirements_change(desk: Desk) -> None:
    number = started(desk)
    before = {column.who.token: column.who.letter for column in desk.matrix(visit(), number, 0).columns}
    desk.rewrite(visit(), number, [Requirement("payroll closing")])
    after = {column.who.token: column.who.letter for column in desk.matrix(visit(), number, 0).columns}
    assert after
    assert after.items() <= before.items()


def test_while_names_are_hidden_nothing_names_anybody(desk: Desk) -> None:
    number = started(desk)
    token = desk.matrix(visit(), number, 0).columns[0].who.token
    desk.decide(visit(), number, token, (Stage.CONSIDERING, "Better than Vera, he said"))
    for sheet in (
        desk.matrix(visit(), number, 0),
        desk.compare(visit(), number, [token]),
        desk.shortlist(visit(), number),
        desk.everybody(visit(), number),
    ):
        said = repr(sheet).lower()
        for name in (
            "vera",
            "vakuum",
            "paul",
            "lohnmann",
            "béatrice",
            "beides",
            "bea'",
            "pumpenhaus",
            "reykjavik",
            "pumpmaster",
            " she ",
            " his ",
        ):
            assert name not in said, name
        assert "vacuum pumps" in said


def test_tokens_differ_from_search_to_search(desk: Desk) -> None:
    one, other = (desk.matrix(visit(), started(desk), 0) for _ in range(2))
    assert {column.who.token for column in one.columns}.isdisjoint(column.who.token for column in other.columns)


def test_a_stage_needs_its_reason_and_a_note_leaves_the_stage(desk: Desk) -> None:
    number = started(desk)
    token = desk.matrix(visit(), number, 0).columns[0].who.token
    with pytest.raises(InvalidQuery, match="reason"):
        desk.decide(visit(), number, token, (Stage.CONTACTED, "  "))
    desk.decide(visit(), number, token, (Stage.CONSIDERING, "knows both"))
    desk.decide(visit(), number, token, (Stage.NOT_CHOSEN, "is on leave"))
    (column,) = desk.shortlist(visit(), number).columns
    assert [(decision.stage, decision.reason) for decision in column.decisions] == [
        (Stage.NOT_CHOSEN, "is on leave"),
        (Stage.CONSIDERING, "knows both"),
    ]


def test_who_was_not_shown_in_a_search_cannot_be_decided_on(desk: Desk) -> None:
    number, other = started(desk), started(desk)
    token = desk.matrix(visit(), other, 0).columns[0].who.token
    for wrong in (token, "bea", ""):
        with pytest.raises(NotFound):
            desk.decide(visit(), number, wrong, (Stage.AGREED, "because"))


def test_another_recruiters_search_does_not_exist(desk: Desk) -> None:
    number = started(desk)
    for act in (desk.search, desk.remove, desk.shortlist, desk.everybody):
        with pytest.raises(NotFound):
            act(visit(OTTO), number)
    assert desk.searches(visit(OTTO)) == ()


def test_one_to_four_people_are_compared(desk: Desk) -> None:
    number = started(desk)
    tokens = [column.who.token for column in desk.matrix(visit(), number, 0).columns]
    assert {column.who.token for column in desk.compare(visit(), number, tokens[:2]).columns} == set(tokens[:2])
    for wrong in ([], ["a", "b", "c", "d", "e"]):
        with pytest.raises(InvalidQuery):
            desk.compare(visit(), number, wrong)


@pytest.mark.parametrize("wrong", ["...", "a native speaker of German", "young and hungry"])
def test_a_requirement_has_to_say_what_somebody_should_know(desk: Desk, wrong: str) -> None:
    number = started(desk)
    with pytest.raises(InvalidQuery):
        desk.rewrite(visit(), number, [Requirement(wrong)])
    with pytest.raises(InvalidQuery):
        desk.rewrite(visit(), number, [])
    with pytest.raises(InvalidQuery):
        desk.rewrite(visit(), number, [Requirement(f"pump {n}") for n in range(13)])
    assert len(desk.search(visit(), number).requirements) == 3


def test_every_act_is_in_the_chain_with_purpose_people_and_request(desk: Desk, finder: Finder) -> None:
    number = started(desk)
    token = desk.matrix(visit(), number, 0).columns[0].who.token
    desk.compare(visit(), number, [token])
    desk.hide(visit(), number, blind=False)
    desk.decide(visit(), number, token, (Stage.AGREED, "said yes"))
    desk.shortlist(visit(), number)
    desk.everybody(visit(), number)
    desk.rewrite(visit(), number, [Requirement("payroll")])
    desk.remove(visit(), number)
    rows = chain(finder)
    assert [row.action for row in rows] == [
        "started", "viewed", "compared", "revealed", "decided", "viewed-shortlist", "exported", "edited", "deleted",
    ]  # fmt: skip
    assert {(row.purpose, row.request_id, row.generation) for row in rows} == {(PURPOSE, "a-request", finder.generation)}
    with reading(finder.engine) as session:
        named = audit.names(session)
        assert audit.verify(session).broken is None
    assert {named[row.actor] for row in rows} == {"rita"}
    assert {named[mark] for mark in json.loads(rows[1].detail)["people"]} == {"bea", "vera-vac", "paul.pay"}
    assert [named[mark] for mark in json.loads(rows[4].detail)["people"]] == ["bea"]
    assert not any(name in row.detail + row.actor for row in rows for name in ("rita", "bea", "vera"))


def test_where_the_audit_row_cannot_be_written_nothing_is_shown_or_done(desk: Desk, finder: Finder) -> None:
    number = started(desk)
    token = desk.matrix(visit(), number, 0).columns[0].who.token
    with writing(finder.engine) as session:
        session.execute(text("alter table audit_chain rename to gone"))
    for act in (
        lambda: desk.matrix(visit(), number, 0),
        lambda: desk.compare(visit(), number, [token]),
        lambda: desk.everybody(visit(), number),
        lambda: desk.hide(visit(), number, blind=False),
        lambda: desk.decide(visit(), number, token, (Stage.AGREED, "yes")),
        lambda: desk.remove(visit(), number),
    ):
        with pytest.raises(DatabaseUnavailable):
            act()
    with writing(finder.engine) as session:
        session.execute(text("alter table gone rename to audit_chain"))
    assert desk.search(visit(), number).blind
    assert desk.shortlist(visit(), number).columns == ()


def test_a_search_past_its_days_is_gone(desk: Desk, finder: Finder) -> None:
    number = started(desk)
    with writing(finder.engine) as session:
        session.execute(text("update workbench_search set created = '2020-01-01 00:00:00.000000'"))
    with pytest.raises(NotFound):
        desk.search(visit(), number)
    assert desk.searches(visit()) == ()
    with reading(finder.engine) as session:
        assert session.scalar(text("select count(*) from workbench_search")) == 0


CONCEALED = ({"visibility": "private"}, {"visibility": "restricted", "allow": ["group:board"]}, {"visibility": "odd"})


def test_what_the_recruiter_may_not_read_changes_no_byte_of_the_matrix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A person known only from what is hidden must not be masked out of what is open either.
    shown = [*documents(), document("open", "Vacuum pumps", "Vacuum pumps ghostname", ["vera-vac"])]
    words = "vacuum pumps payroll closing heraldry ghostname"
    hidden = [document(f"h{n}", "Vacuum pumps", words, ["paul.pay", "ghostname"], **concealed) for n, concealed in enumerate(CONCEALED)]
    said = []
    for name, held in (("without", shown), ("with", shown + hidden)):
        ids = iter(range(100))
        monkeypatch.setattr("secrets.token_hex", lambda length, ids=ids: f"{next(ids):0{2 * length}}")  # the lots hang on a search's id
        made = world(tmp_path / name)
        made.documents = held
        finder = made.open()
        said.append(_everything(Desk(finder, SECRET, 180)))
        finder.engine.dispose()
    assert said[0] == said[1]
    assert "ghostname" in said[0]
    assert "vb" in said[0]


def _everything(desk: Desk) -> str:
    hidden, open_ = started(desk), started(desk, blind=False)
    sheets = [view for number in (hidden, open_) for view in (desk.matrix(visit(), number, 0), desk.everybody(visit(), number))]
    return re.sub(r"datetime\.datetime\([^)]*\)", "TIME", repr(sheets))


def test_a_recruiter_of_a_group_that_may_read_more_sees_more(tmp_path: Path) -> None:
    made = world(tmp_path)
    made.documents = [
        *documents(),
        *(document(f"h{n}", "Heraldry", f"heraldry {n}", ["paul.pay"], visibility="restricted", allow=["group:board"]) for n in range(9)),
    ]
    finder = made.open()
    desk = Desk(finder, SECRET, 180)
    number = started(desk, "heraldry", blind=False)
    assert desk.matrix(visit(), number, 0).columns == ()
    theirs = visit(reader("rita", "recruiters", "board"))
    assert [column.who.profile.id for column in desk.matrix(theirs, number, 0).columns if column.who.profile] == ["paul.pay"]
