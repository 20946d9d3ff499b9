"""What people said of results, as a judged collection: feedback turned into questions and judgements, without those who gave it."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from finder.evaluation.trec import qrels_lines
from finder.service import Finder
from models import durable
from models.access import VISITOR
from models.database import reading
from models.errors import NotFound, SourceError
from models.told import Feedback

HELPED = "helpful"  # every other verdict says that the result was not the right one
KINDS = {"people": "qrels_people.tsv", "documents": "qrels_docs.tsv"}
Grades = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Voice:
    """What one person said of one result, `subject` being `people/ID` or `documents/ID`."""

    who: str
    question: str
    subject: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Judgements:
    """Questions by id, grades by kind, question and item (1 helped, 0 did not), and how many results had no majority."""

    questions: Mapping[str, str]
    grades: Mapping[str, Grades]
    split: int

    @property
    def judged(self) -> int:
        """How many results were judged."""
        return sum(len(items) for grades in self.grades.values() for items in grades.values())


def voices(finder: Finder) -> list[Voice]:
    """Return all feedback on results, the oldest first."""
    with reading(finder.engine) as session:
        rows = session.execute(
            select(Feedback.principal, Feedback.question, Feedback.subject, Feedback.verdict).order_by(Feedback.created, Feedback.id)
        )
        return [Voice(*row) for row in rows]


def judge(said: Iterable[Voice], known: Callable[[str], bool]) -> Judgements:
    """Count the voices on each result of each question, the last word of each person once.

    Questions that differ in case and white space alone are one. Left out are feedback that names no question, results that are
    not `known` to everybody, and results with as many voices for as against.
    """
    last: dict[tuple[str, str, str], bool] = {}
    texts: dict[str, str] = {}
    for voice in said:
        if key := question_id(voice.question):
            texts.setdefault(key, " ".join(voice.question.split()))
            last[key, voice.subject, voice.who] = voice.verdict == HELPED
    votes: dict[tuple[str, str], Counter[bool]] = {}
    for (key, subject, _), helped in last.items():
        votes.setdefault((key, subject), Counter())[helped] += 1
    grades: dict[str, Grades] = {kind: {} for kind in KINDS}
    split = 0
    for (key, subject), counted in votes.items():
        kind, _, item = subject.partition("/")
        if kind not in KINDS or not known(subject):
            continue
        if counted[True] == counted[False]:
            split += 1
        else:
            grades[kind].setdefault(key, {})[item] = int(counted[True] > counted[False])
    judged = {key for found in grades.values() for key in found}
    return Judgements({key: text for key, text in texts.items() if key in judged}, grades, split)


def question_id(text: str) -> str:
    """Return the id of a question, the same for the same words, empty where there are none."""
    words = " ".join(text.casefold().split())
    return f"q-{hashlib.sha256(words.encode()).hexdigest()[:12]}" if words else ""


def public(finder: Finder) -> Callable[[str], bool]:
    """Return whether a subject is one that everybody in the organisation may see: only such are exported."""

    def known(subject: str) -> bool:
        kind, _, public_id = subject.partition("/")
        try:
            (finder.person if kind == "people" else finder.document)(public_id, VISITOR)
        except NotFound:
            return False
        return True

    return known


def export(folder: Path, judgements: Judgements) -> None:
    """Write a judged collection without documents: `finder evaluate` measures it on the installation's own index.

    Raises SourceError where the folder holds anything, so that no collection is written over.
    """
    if folder.exists() and any(folder.iterdir()):
        raise SourceError(f"{folder} is not empty.", "Name a new folder: nothing is written over.")
    folder.mkdir(parents=True, exist_ok=True)
    rows = ({"id": key, "text": text} for key, text in judgements.questions.items())
    _write(folder / "queries.jsonl", (json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    for kind, name in KINDS.items():
        _write(folder / name, qrels_lines(judgements.grades[kind]))


def _write(path: Path, lines: Iterable[str]) -> None:
    durable.replace(path, "".join(lines).encode())
