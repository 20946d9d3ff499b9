"""Every score is told as parts that add up to it."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from finder.answers import Filters, Kind, PersonResult, Request
from finder.explain import SHOWN
from models.access import VISITOR
from tests.finder.test_non_interference import ASKERS, QUESTIONS, directory, rows
from tests.world import Row, World, document, person, reader


def check(result: PersonResult) -> None:
    assert abs(sum(part.share for part in result.explanation) - result.score) < 1e-6
    named = [part for part in result.explanation if part.part == "evidence"]
    assert [(part.document, part.share) for part in named] == [(held.document, held.share) for held in result.evidence]
    assert len(named) <= SHOWN
    assert all(part.document is None for part in result.explanation if part.part != "evidence")
    assert {part.part for part in result.explanation} <= {"evidence", "unshown", "profile", "endorsed", "expected_by_volume"}
    assert all(part.share < 0 for part in result.explanation if part.part == "expected_by_volume")
    assert all(part.share > 0 for part in result.explanation if part.part in ("evidence", "profile"))


@settings(max_examples=10, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(shown=rows("open", 12, hidden=False), hidden=rows("secret", 4, hidden=True))
def test_the_parts_add_up_to_the_score_for_everybody(shown: list[Row], hidden: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        finder = World(Path(folder), directory(), [], shown + hidden).open()
        for question in QUESTIONS:
            for asker in (*ASKERS.values(), reader("ada", "board")):
                for result in finder.search(Request(question, Kind.PEOPLE, limit=50), asker).people:
                    check(result)
        finder.engine.dispose()


def test_what_is_not_shown_is_told_as_one_part(tmp_path: Path) -> None:
    world = World(tmp_path, documents=[document(f"d{n}", f"Slow queries {n}", "Vacuum", ["ada"]) for n in range(6)])
    found = world.open().search(Request("slow queries"), VISITOR).people[0]
    assert [part.part for part in found.explanation] == ["evidence"] * 3 + ["unshown", "expected_by_volume"]
    shares = [part.share for part in found.explanation[:3]]
    assert shares == sorted(shares, reverse=True)
    check(found)


def test_evidence_is_told_with_the_persons_part_in_it(tmp_path: Path) -> None:
    world = World(
        tmp_path, [person("ada")], [], [document("d", "Slow queries", "Vacuum sleeps", {"ada": "reviewer"}, created="2025-03-04")]
    )
    held = world.open().search(Request("vacuum"), VISITOR).people[0].evidence[0]
    assert (held.document, held.title, held.role, held.created, held.kind) == ("d", "Slow queries", "reviewer", "2025-03-04", "post")
    assert [held.snippet.text[start:end] for start, end in held.snippet.highlights] == ["Vacuum"]


def test_filtered_answers_add_up_too(tmp_path: Path) -> None:
    world = World(tmp_path, directory(), [], [document(f"d{n}", "Slow queries", f"text {n}", ["ada", "bob"]) for n in range(5)])
    found = world.open().search(Request("slow queries", filters=Filters((("team", ("Data",)),))), VISITOR).people
    assert [result.profile.id for result in found] == ["ada"]
    check(found[0])
