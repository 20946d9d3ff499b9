from finder.service import Finder
from finder.workbench.desk import Desk
from finder.workbench.mentions import Mention
from finder.workbench.store import Stage
from tests.finder.workbench.staff import PURPOSE, started, visit
from tests.world import reader


def mentions(finder: Finder, who: str) -> tuple[Mention, ...]:
    return finder.own(reader(who)).shown_in


def test_a_person_can_see_why_they_were_shown_and_what_was_decided(desk: Desk, finder: Finder) -> None:
    number = started(desk, blind=False)
    assert mentions(finder, "vera-vac") == ()
    (vera,) = [
        column.who for column in desk.matrix(visit(), number, 0).columns if column.who.profile and column.who.profile.id == "vera-vac"
    ]
    desk.decide(visit(), number, vera.token, (Stage.NOT_CHOSEN, "has no time"))
    (mention,) = mentions(finder, "vera-vac")
    assert (mention.purpose, (mention.until - mention.created).days) == (PURPOSE, 180)
    assert [(decision.stage, decision.reason) for decision in mention.decisions] == [(Stage.NOT_CHOSEN, "has no time")]
    assert "rita" not in repr(mention).lower()
    (other,) = mentions(finder, "bea")
    assert other.decisions == ()


def test_a_deleted_search_mentions_nobody(desk: Desk, finder: Finder) -> None:
    number = started(desk)
    desk.matrix(visit(), number, 0)
    desk.remove(visit(), number)
    assert mentions(finder, "bea") == ()
