"""The baselines on a collection small enough to rank by hand, and their published figures on the real ones."""

from pathlib import Path

import numpy as np
import pytest

from finder.evaluation import baselines
from finder.evaluation.collection import Collection, Paper, Question, read_collection
from finder.evaluation.measures import measure
from tests.fake_encoder import FakeEncoder
from tests.finder.evaluation.places import HARBOUR

SHARED = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(scope="module")
def harbour() -> Collection:
    return read_collection(HARBOUR)


def test_documents_of_equal_score_stand_in_the_order_of_their_ids(harbour: Collection) -> None:
    assert baselines.top(np.asarray([1, 3, 2, 3, 2, 2], np.float32), 4).tolist() == [1, 3, 2, 4]
    assert baselines.top(np.asarray([1, 2], np.float32), 4).tolist() == [1, 0]


def test_bm25_finds_the_documents_that_hold_the_words(harbour: Collection) -> None:
    runs = baselines.lexical(harbour, harbour.questions)
    assert runs["bm25"]["crane-word"][:2] == ["d02", "d01"]  # both hold both words; d02 is the shorter
    assert runs["bm25"]["crane-word"][2:] == ["d03"]  # what holds none of the words is no hit


def test_each_document_gives_the_reciprocal_of_its_rank_to_each_author(harbour: Collection) -> None:
    # crane-word: d02 (ada, di) 1, d01 (ada) 1/2, d03 (eve) 1/3.
    assert baselines.lexical(harbour, harbour.questions)["bm25-votes"]["crane-word"] == ["ada", "di", "eve"]
    papers = [Paper("a", "", "", ("x",)), Paper("b", "", "", ("y", "z")), Paper("c", "", "", ("z",))]
    # x 1, y 1/2, z 1/2 + 1/3.
    assert baselines.vote((paper, 1 / rank) for rank, paper in enumerate(papers, 1)) == ["x", "z", "y"]


def test_a_question_of_stop_words_finds_nothing(harbour: Collection) -> None:
    runs = baselines.lexical(harbour, [Question("none", "the of and", "none")])
    assert (runs["bm25"]["none"], runs["bm25-votes"]["none"]) == ([], [])


def test_dense_takes_the_best_passage_of_a_document_and_sums_all_of_a_person() -> None:
    papers = tuple(Paper(name, "", text, authors) for name, text, authors in [("p", "a", ("x",)), ("q", "b", ("y",)), ("r", "c", ("y",))])
    collection = Collection("hand", Path(), ("x", "y"), papers, (question := Question("q", "", "q"),), {}, {})
    cut = baselines.Passages(("a", "b", "c"), np.asarray([0, 1, 2]))
    vectors = np.asarray([[0.8, 0.6], [0.6, 0.8], [0.5, 0.866]], np.float32), np.asarray([[1.0, 0.0]], np.float32)
    runs = baselines.dense(collection, cut, vectors, [question])
    assert runs["dense"]["q"] == ["p", "q", "r"]
    assert runs["dense-combsum"]["q"] == ["y", "x"]  # .6 + .5 beats .8


def test_dense_ranks_a_document_once_by_its_best_of_several_passages(harbour: Collection) -> None:
    papers = (Paper("p", "", "", ()), Paper("q", "", "", ()))
    collection = Collection("hand", Path(), (), papers, (question := Question("q", "", "q"),), {}, {})
    cut = baselines.Passages(("1", "2", "3"), np.asarray([0, 1, 1]))
    vectors = np.asarray([[0.5], [0.1], [0.9]], np.float32), np.ones((1, 1), np.float32)
    assert baselines.dense(collection, cut, vectors, [question])["dense"]["q"] == ["q", "p"]


def test_fusion_adds_reciprocal_ranks_from_sixty_on() -> None:
    # b: 1/62 + 1/61, a: 1/61, c: 1/62.
    assert baselines.fused({"q": ["a", "b"]}, {"q": ["b", "c"]}) == {"q": ["b", "a", "c"]}


def test_most_prolific_counts_documents_and_ignores_the_question(harbour: Collection) -> None:
    runs = baselines.most_prolific(harbour, harbour.questions)
    assert runs["fog"] == runs["tariff"] == ["cy", "eve", "bo", "ada", "di"]  # 4, 4, 3, 2, 1


def test_random_is_the_same_in_every_run_and_another_for_every_question(harbour: Collection) -> None:
    runs = baselines.at_random(harbour, harbour.questions)
    assert runs == baselines.at_random(harbour, harbour.questions)
    assert all(sorted(run) == list(harbour.people) for run in runs.values())
    assert len({tuple(run) for run in runs.values()}) > 1


def test_passages_hold_whole_paragraphs_up_to_nine_hundred_characters() -> None:
    assert baselines.split("one\n\ntwo\n \nthree") == ["one\n\ntwo\n\nthree"]
    long = "x" * 600
    assert baselines.split(f"{long}\n\n{long}\n\nend") == [long, f"{long}\n\nend"]
    assert baselines.split(" \n\n ") == []


def test_a_long_paragraph_is_cut_at_white_space_and_loses_no_word() -> None:
    text = " ".join(f"word{n}" for n in range(1000))
    pieces = baselines.split(text)
    assert max(map(len, pieces)) <= 900
    assert " ".join(pieces).split() == text.split()
    assert [len(piece) for piece in baselines.split("y" * 2000)] == [900, 900, 200]


def test_every_passage_carries_the_title_and_an_empty_document_is_its_title() -> None:
    cut = baselines.passages([Paper("a", "Title", "", ()), Paper("b", "Other", "x" * 1000, ())])
    assert cut.texts == ("Title", "Other\n" + "x" * 900, "Other\n" + "x" * 100)
    assert cut.paper.tolist() == [0, 1, 1]


def test_passages_that_share_words_with_the_question_lead(harbour: Collection) -> None:
    cut = baselines.passages(harbour.papers)
    encoder = FakeEncoder()
    vectors = encoder.encode(cut.texts), encoder.encode([question.text for question in harbour.questions])
    runs = baselines.dense(harbour, cut, vectors, harbour.questions)
    assert set(runs["dense"]["crane-word"][:2]) == {"d01", "d02"}
    assert runs["dense-combsum"].keys() == {question.id for question in harbour.questions}


@pytest.mark.skipif(not (SHARED / "cranfield").is_dir(), reason="the shared collections are not here")
def test_bm25_reaches_its_published_figures_on_cranfield() -> None:
    collection = read_collection(SHARED / "cranfield")
    judged = collection.judged(collection.document_grades)
    values = measure(baselines.lexical(collection, judged)["bm25"], collection.document_grades, [question.id for question in judged])
    assert values["nDCG@10"].mean() == pytest.approx(0.352, abs=0.0006)
    assert values["MRR"].mean() == pytest.approx(0.496, abs=0.0006)
    assert values["Recall@20"].mean() == pytest.approx(0.475, abs=0.0006)
