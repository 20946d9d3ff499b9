"""Reads a judged collection: its people, documents, questions and relevance judgements. Where an evaluation starts."""

import gzip
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finder.evaluation.trec import decode
from models.errors import SourceError

Grades = Mapping[str, Mapping[str, int]]
CONTENT = ("people.jsonl", "groups.jsonl", "documents.jsonl")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Question:
    """A judged question. `row` is the topic that its phrasings share, `principal` who asks (`user:ada`), None a visitor."""

    id: str
    text: str
    row: str
    principal: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as the baselines see it: no role, no permission. `day` is for the report alone."""

    id: str
    title: str
    text: str
    authors: tuple[str, ...]
    day: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """A judged collection in memory; `papers` and `people` are in the order of their ids, so that ties break by id."""

    name: str
    folder: Path
    people: tuple[str, ...]
    papers: tuple[Paper, ...]
    questions: tuple[Question, ...]
    people_grades: Grades
    document_grades: Grades

    @property
    def whole(self) -> bool:
        """Whether the collection has documents of its own; judgements alone are of an installation's own index."""
        return bool(files(self.folder, ("documents.jsonl",)))

    @property
    def newest(self) -> str:
        """The day of the newest document, empty where none has one."""
        return max((paper.day for paper in self.papers), default="")

    def judged(self, grades: Grades) -> tuple[Question, ...]:
        """Return the questions for which `grades` names something relevant."""
        return tuple(question for question in self.questions if any(grade > 0 for grade in grades.get(question.id, {}).values()))


def read_collection(folder: Path) -> Collection:
    """Read a collection folder, each file plain or gzipped.

    Raises SourceError naming the file and line that cannot be used.
    """
    papers = tuple(sorted(_papers(folder), key=lambda paper: paper.id))
    questions = tuple(read_questions(folder))
    people = {_string(row, "id", place) for place, row in _rows(folder, "people.jsonl")} | {
        name for paper in papers for name in paper.authors
    }
    known = {question.id for question in questions}
    return Collection(
        name=folder.resolve().name,
        folder=folder,
        people=tuple(sorted(people)),
        papers=papers,
        questions=questions,
        people_grades=_grades(folder, "qrels_people.tsv", known),
        document_grades=_grades(folder, "qrels_docs.tsv", known),
    )


def read_questions(folder: Path) -> list[Question]:
    """Read the questions of a collection folder alone.

    Raises SourceError where there are none.
    """
    questions = [
        Question(_string(row, "id", place), _string(row, "text", place), str(row.get("row") or row["id"]), row.get("principal"))
        for place, row in _rows(folder, "queries.jsonl")
    ]
    if not questions:
        raise SourceError(
            f"{folder} holds no questions.", "A judged collection has a queries.jsonl and a qrels_people.tsv or qrels_docs.tsv."
        )
    return questions


def files(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """Return those of the collection's named files that exist, plain before gzipped."""
    return [found for name in names if (found := _find(folder, name)) is not None]


def _papers(folder: Path) -> Iterator[Paper]:
    for place, row in _rows(folder, "documents.jsonl"):
        title, text = str(row.get("title") or ""), str(row.get("text") or "")
        if row.get("deleted") or not (title.strip() or text.strip()):
            continue
        day = DAY.match(str(row.get("created") or ""))
        authors = tuple(dict.fromkeys(_string(author, "id", place) for author in row.get("authors") or ()))
        yield Paper(_string(row, "id", place), title, text, authors, day[0] if day else "")


def _rows(folder: Path, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, line in _lines(folder, name):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise SourceError(f"{place} is not JSON: {error.msg}.", "Each line holds one JSON object.") from error
        if not isinstance(row, dict):
            raise SourceError(f"{place} is not a JSON object.", "Each line holds one JSON object.")
        yield place, row


def _lines(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    path = _find(folder, name)
    if path is None:
        return
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as raw, io.TextIOWrapper(raw, encoding="utf-8") as text:
            for number, line in enumerate(text, start=1):
                if line.strip():
                    yield f"{path}:{number}", line
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read: {error}.", "Fetch the collection again.") from error


def _find(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def _string(row: Mapping[str, Any], key: str, place: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise SourceError(f"{place} has no {key!r}.", "Give each row a text there.")
    return value


def _grades(folder: Path, name: str, questions: set[str]) -> dict[str, dict[str, int]]:
    """Read judgements: `question item grade`, or TREC's four columns with an unused second one and ids percent-encoded."""
    grades: dict[str, dict[str, int]] = {}
    for place, line in _lines(folder, name):
        parts = [part.strip() for part in line.rstrip("\r\n").split("\t")] if "\t" in line else line.split()
        if len(parts) == 4:
            parts = [decode(parts[0]), decode(parts[2]), parts[3]]
        try:
            question, item, grade = parts
            value = int(grade)
        except ValueError as error:
            raise SourceError(
                f"{place} is no judgement.", "A line is: question, item, whole grade; TREC's four columns are read too."
            ) from error
        if question not in questions:
            raise SourceError(f"{place} judges the unknown question {question!r}.", "Name questions by their id in queries.jsonl.")
        grades.setdefault(question, {})[item] = value
    return grades
