"""TREC's files: what is written reads back the same, and a line that cannot be used is named."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.evaluation.collection import read_collection
from finder.evaluation.trec import decode, encode, qrels_lines, read_run, run_lines
from models.errors import SourceError

RUN = {"crane word": ["ada lind", "50%", "a%20b", "bo\u00a0marsh"], "fog": ["bo"]}


def written(folder: Path, *lines: str) -> Path:
    path = folder / "other.run"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_a_run_has_six_columns_and_a_score_that_falls_with_the_rank() -> None:
    lines = list(run_lines({"fog": ["bo", "ada lind"]}, "finder"))
    assert lines == ["fog Q0 bo 1 2 finder\n", "fog Q0 ada%20lind 2 1 finder\n"]


def test_a_run_reads_back_in_the_same_order_whatever_white_space_its_ids_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.run"
    path.write_text("".join(run_lines(RUN, "my engine")), encoding="utf-8")
    assert all(len(line.split()) == 6 for line in path.read_text(encoding="utf-8").splitlines())
    assert read_run(path) == ("my engine", RUN)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_id_is_one_column_and_comes_back(name: str) -> None:
    assert encode(name).split() == [encode(name)]
    assert decode(encode(name)) == name


def test_a_run_ranks_by_score_whatever_the_rank_column_says_and_ties_as_trec_eval_does(tmp_path: Path) -> None:
    path = written(tmp_path, "q Q0 low 1 0.5 x", "q Q0 a 2 1e3 x", "", "q Q0 b 3 1000 x")
    assert read_run(path) == ("x", {"q": ["b", "a", "low"]})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("q Q0 ada 1 2", "no line of a TREC run"),
        ("q Q0 ada lind 1 2 x", "no line of a TREC run"),
        ("q Q0 ada 1 high x", "no line of a TREC run"),
        ("q Q0 ada 1 nan x", "has the score nan"),
        ("q Q0 bo 1 2 x", "a second time"),
        ("q Q0 ada 1 2 y", "of the run 'y'"),
    ],
)
def test_a_malformed_line_is_refused_with_file_and_line(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        read_run(written(tmp_path, "q Q0 bo 1 2 x", line))
    assert f"{tmp_path / 'other.run'}:2" in caught.value.what


def test_an_empty_file_or_one_that_is_no_text_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no ranking"):
        read_run(written(tmp_path))
    (tmp_path / "binary.run").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match="cannot be read"):
        read_run(tmp_path / "binary.run")


def test_written_judgements_are_read_by_a_collection(tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_text('{"id": "a b", "text": "cranes"}\n')
    (tmp_path / "qrels_people.tsv").write_text("".join(qrels_lines({"a b": {"ada lind": 2, "50%25": 0}})))
    assert read_collection(tmp_path).people_grades == {"a b": {"ada lind": 2, "50%25": 0}}
