"""Outcomes as JSON, Markdown and tables."""

import io
import json

import numpy as np
from rich.console import Console

from finder.evaluation.halves import Half
from finder.evaluation.measures import MEASURES, Difference
from finder.evaluation.report import json_line, markdown, show
from finder.evaluation.saved import Change
from finder.evaluation.trial import Abstention, Board, Outcome
from tests.finder.evaluation.studies import HOSTILE, failures

NAMES = tuple(f"q{n}" for n in range(12))


def outcome() -> Outcome:
    values = {"finder": dict.fromkeys(MEASURES, np.full(12, 0.75)), "random": dict.fromkeys(MEASURES, np.full(12, 0.25))}
    return Outcome("harbour", Half.TEST, Board(NAMES, NAMES, values), None, (Abstention("everyday", 90, 100),))


CHANGE = Change("harbour", "people", "nDCG@10", 12, Difference(-0.0123, -0.02, 0.01, 0.4))


def test_json_holds_exactly_the_agreed_keys() -> None:
    measures = {"nDCG@10", "MRR", "P@5", "Recall@20"}
    line = json_line(outcome())
    found = json.loads(line)
    assert "\n" not in line
    assert found == {
        "collection": "harbour",
        "half": "test",
        "people": {"finder": dict.fromkeys(measures, 0.75), "random": dict.fromkeys(measures, 0.25)},
        "documents": {},
    }


def test_markdown_shows_means_intervals_the_lead_and_its_p_value() -> None:
    text = markdown([outcome()], [CHANGE])
    assert "### harbour, people (test half: 12 questions, 12 topics)" in text
    assert "| **finder** | **.750 [.750, .750]** |" in text
    random = next(line for line in text.splitlines() if line.startswith("| random"))
    assert "| +.500 [+.500, +.500] | <.001 |" in random
    assert "Abstains (confidence none) from 90 of 100 everyday questions (90%)." in text
    assert "| harbour | people | 12 | nDCG@10 | -.012 [-.020, +.010] | .400 |" in text


def test_the_table_prints_brackets_as_they_are() -> None:
    out = io.StringIO()
    show(Console(file=out, width=200), [outcome()], [CHANGE])
    assert "[.750, .750]" in out.getvalue()
    assert "90 of 100 everyday" in out.getvalue()
    assert "-.012" in out.getvalue()


def test_markdown_explains_the_worst_questions_and_escapes_what_people_wrote() -> None:
    text = markdown([], [], failures())
    assert "### Worst questions: harbour, people" in text
    assert "- .430 **Who greases the cables?** Ada Lind (ada) is the best-placed right answer, at rank 4, under Eve " in text
    assert "  - 4. Ada Lind (ada), .420: +.300 Gantry crane cables, as author; +.120 profile" in text
    assert "None of the right answers (cy, di) is among the first 50; Eve " in text
    assert "<script>" not in text.replace(r"\<script\>", "")
    assert "Who knows the \\<b\\>tariff\\</b\\> codes" in text


def test_the_terminal_shows_both_results_with_their_shares_as_they_are() -> None:
    out = io.StringIO()
    show(Console(file=out, width=400), [], [], failures())
    lines = out.getvalue().splitlines()
    assert any(line.startswith(".430 Who greases the cables?") for line in lines)
    assert any("+.700" in line and HOSTILE in line and line.rstrip().endswith("as author") for line in lines)
    assert any("-.090" in line and "expected by volume alone" in line for line in lines)
    assert any("refused: The question holds no word." in line for line in lines)


def test_a_tag_with_a_bar_breaks_no_table() -> None:
    found = outcome()
    assert found.people is not None
    odd = Board(NAMES, NAMES, {"a|b": found.people.values["random"]})
    text = markdown([Outcome("harbour", Half.TEST, odd, None, ())], [])
    assert r"| a\|b |" in text
