"""What experiments found, as the tables that the documentation holds."""

from finder.evaluation import findings, report
from finder.evaluation.ablation import Loss
from finder.evaluation.attacks import Outcome
from finder.evaluation.collection import Question
from finder.evaluation.measures import Difference, Mean
from finder.evaluation.panel import Panel
from finder.evaluation.tuning import Tried, Tuning
from finder.weights import Weights

WORSE = Difference(-0.0312, -0.05, -0.01, 0.0004)
BETTER = Difference(0.02, -0.001, 0.04, 0.061)


def markdown(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def test_an_ablation_begins_with_the_whole_and_counts_questions_and_topics() -> None:
    questions = tuple(Question(f"q{n}", "text", f"row {n // 2}") for n in range(4))
    panel = Panel("harbour", "people", questions, (None,) * 4, {})
    table = findings.ablation(panel, Mean(0.461, 0.4, 0.5), [Loss("harbour", "people", "freshness", Mean(0.43, 0.4, 0.47), WORSE)])
    assert markdown(report.section(table)) == [
        "### harbour, people (4 questions, 2 topics)",
        "| without | nDCG@10 | change | p |",
        "| --- | --- | --- | --- |",
        "| nothing | .461 [.400, .500] |  |  |",
        "| freshness | .430 [.400, .470] | -.031 [-.050, -.010] | <.001 |",
    ]


def test_tuning_ends_with_all_lists_together() -> None:
    tried = (Tried("harbour", "people", 0.461, 0.481, BETTER),)
    table = findings.tuning(Tuning(Weights(), Weights(), tried, BETTER))
    assert markdown(report.section(table))[1:] == [
        "| collection | list | now | tuned | change | p |",
        "| --- | --- | --- | --- | --- | --- |",
        "| harbour | people | .461 | .481 | +.020 [-.001, +.040] | .061 |",
        "| all | each list alike |  |  | +.020 [-.001, +.040] | .061 |",
    ]


def test_weights_stand_beside_what_they_were() -> None:
    table = findings.weights({"head": (2.0, 1.6), "roles.reviewer": (0.5, 1.0)})
    assert markdown(report.section(table))[3:] == ["| head | 2 | 1.6 |", "| roles.reviewer | 0.5 | 1 |"]


def test_an_attack_is_told_by_how_often_it_succeeds_and_what_it_changes() -> None:
    table = findings.attacks([Outcome("harbour", "volume", 3, 447, 0.461, WORSE)])
    assert markdown(report.section(table))[1:] == [
        "| collection | attack | fake among the first 10 | nDCG@10 without it | change | p |",
        "| --- | --- | --- | --- | --- | --- |",
        "| harbour | volume | 3 of 447 (0.7%) | .461 | -.031 [-.050, -.010] | <.001 |",
    ]
