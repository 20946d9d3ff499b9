"""A study made by hand: two lists, three systems, and failures whose titles and names are as hostile as a person can type."""

from pathlib import Path

import numpy as np

from finder.evaluation.collection import Collection, Paper, Question
from finder.evaluation.failures import Failure, Failures, Place, Reason
from finder.evaluation.halves import Half
from finder.evaluation.measures import MEASURES
from finder.evaluation.saved import Change, versus
from finder.evaluation.study import Searched, Study
from finder.evaluation.trial import Abstention, Board, Outcome

HOSTILE = '<script>alert("x")</script><img src=https://evil.example/x onerror=alert(1)> ${7*7} {{ 7*7 }} $\\frac{1}{0}$'
TEXTS = ("Who greases the cables?", "Who knows the <b>tariff</b> codes & their duties?", "bringing ships through fog")
IDS = ("q1", "q2", "q3")


def board(**values: tuple[float, ...]) -> Board:
    runs = {system: dict.fromkeys(IDS, ("ada", "bo")) for system in values}
    found = {system.replace("_", "-"): dict.fromkeys(MEASURES, np.asarray(given)) for system, given in values.items()}
    return Board(IDS, IDS, found, runs)


def failures() -> tuple[Failures, ...]:
    above = Place(
        1,
        "eve",
        f"Eve {HOSTILE}",
        0.91,
        (Reason("evidence", 0.7, f"Crane rota {HOSTILE}", "author"), Reason("unshown", 0.3), Reason("expected_by_volume", -0.09)),
    )
    right = Place(4, "ada", "Ada Lind", 0.42, (Reason("evidence", 0.3, "Gantry crane cables", "author"), Reason("profile", 0.12)))
    lost = Failure(TEXTS[1], 0.0, ("cy", "di"), None, above)
    late = Failure(TEXTS[0], 0.43, ("ada",), right, above)
    refused = Failure("?", 0.0, ("ada",), None, None, refused="The question holds no word.")
    document = Failure(TEXTS[2], 0.63, ("d4",), Place(2, "d4", "Radar in fog", 0.5), Place(1, "d9", HOSTILE, 0.8))
    return Failures("harbour", "people", (lost, late, refused)), Failures("harbour", "documents", (document,))


def study() -> Study:
    people = board(finder=(0.43, 0.0, 1.0), bm25_votes=(0.5, 0.63, 0.2), random=(0.1, 0.0, 0.0))
    documents = board(finder=(1.0, 1.0, 0.63), bm25=(0.9, 0.8, 0.63))
    questions = tuple(Question(key, text, key) for key, text in zip(IDS, TEXTS, strict=True))
    right = {key: {"ada": 1} for key in IDS}
    collection = Collection("harbour", Path(), ("ada", "bo"), (Paper("d4", "Radar in fog", "", ()),), questions, right, right)
    outcome = Outcome("harbour", Half.ALL, people, documents, (Abstention("everyday", 90, 100),))
    return Study(collection, Searched(1211, 23_362, "2025-12-31"), outcome, failures())


def changes() -> list[Change]:
    return versus([study().outcome], "bm25-votes")
