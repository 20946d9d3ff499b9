"""Reading a judged collection."""

import gzip
import shutil
from pathlib import Path

import pytest

from finder.evaluation.collection import read_collection
from models.errors import SourceError
from tests.finder.evaluation.places import HARBOUR


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "harbour"
    shutil.copytree(HARBOUR, copy)
    return copy


def test_people_and_papers_come_in_the_order_of_their_ids() -> None:
    collection = read_collection(HARBOUR)
    assert collection.name == "harbour"
    assert collection.people == ("ada", "bo", "cy", "di", "eve")
    assert [paper.id for paper in collection.papers] == [f"d{n:02}" for n in range(1, 13)]


def test_an_author_with_two_roles_is_one_author() -> None:
    papers = {paper.id: paper for paper in read_collection(HARBOUR).papers}
    assert papers["d05"].authors == ("bo",)
    assert papers["d02"].authors == ("ada", "di")


def test_an_author_missing_from_the_people_file_is_a_person(folder: Path) -> None:
    (folder / "people.jsonl").unlink()
    assert read_collection(folder).people == ("ada", "bo", "cy", "di", "eve")


def test_a_question_without_a_row_is_its_own_topic() -> None:
    rows = {question.id: question.row for question in read_collection(HARBOUR).questions}
    assert rows["crane-word"] == rows["crane-question"] == "crane"
    assert rows["fog"] == "fog"


def test_both_forms_of_judgements_are_read() -> None:
    collection = read_collection(HARBOUR)
    assert collection.people_grades["crane-word"] == {"ada": 2, "di": 1}
    assert collection.document_grades["fog"] == {"d04": 2, "d05": 1}


def test_a_question_with_nothing_relevant_is_not_judged() -> None:
    collection = read_collection(HARBOUR)
    assert [question.id for question in collection.judged(collection.document_grades)] == ["crane-word", "fog"]


def test_gzipped_files_read_the_same(folder: Path) -> None:
    for name in ("people.jsonl", "documents.jsonl", "queries.jsonl", "qrels_people.tsv", "qrels_docs.tsv"):
        plain = folder / name
        (folder / f"{name}.gz").write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
    packed, plain_one = read_collection(folder), read_collection(HARBOUR)
    assert (packed.papers, packed.questions, packed.people_grades) == (plain_one.papers, plain_one.questions, plain_one.people_grades)


def test_deleted_and_empty_documents_are_left_out(folder: Path) -> None:
    with (folder / "documents.jsonl").open("a") as file:
        file.write('{"id": "d13", "title": "Gone", "text": "x", "authors": [], "deleted": true}\n{"id": "d14", "title": " ", "text": ""}\n')
    assert len(read_collection(folder).papers) == 12


@pytest.mark.parametrize(
    ("name", "line", "place"),
    [
        ("documents.jsonl", "{not json", "documents.jsonl:13"),
        ("documents.jsonl", "[]", "documents.jsonl:13"),
        ("documents.jsonl", '{"title": "no id"}', "documents.jsonl:13"),
        ("qrels_people.tsv", "fog\tbo", "qrels_people.tsv:7"),
        ("qrels_people.tsv", "fog\tbo\thigh", "qrels_people.tsv:7"),
        ("qrels_people.tsv", "nowhere\tbo\t1", "qrels_people.tsv:7"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(folder: Path, name: str, line: str, place: str) -> None:
    with (folder / name).open("a") as file:
        file.write(line + "\n")
    with pytest.raises(SourceError) as caught:
        read_collection(folder)
    assert place in caught.value.what


def test_a_folder_without_questions_is_refused(folder: Path) -> None:
    (folder / "queries.jsonl").unlink()
    with pytest.raises(SourceError, match="no questions"):
        read_collection(folder)


def test_a_damaged_archive_is_named(folder: Path) -> None:
    (folder / "documents.jsonl").unlink()
    (folder / "documents.jsonl.gz").write_bytes(gzip.compress(b'{"id": "d1", "title": "t"}\n')[:-6])
    with pytest.raises(SourceError, match=r"documents\.jsonl\.gz cannot be read"):
        read_collection(folder)
