from pathlib import Path

import numpy as np
import pytest

from finder.answers import Filters, Request
from finder.asked import Asked
from finder.retrieval import Hits, Run, retrieve
from finder.service import Finder
from finder.weights import Weights
from models.access import VISITOR, Principal
from tests.world import World, document, reader


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    world = World(tmp_path_factory.mktemp("retrieval"))
    long = "\n\n".join(f"Paragraph {n} about nothing in particular. " * 20 for n in range(3))
    world.documents = [
        document("both", "Slow queries", "Vacuum and slow queries."),
        document("deep", "Minutes", f"{long}\n\n## Appendix\n\nThe zeppelin is parked behind the slow pump. " + "Filler words. " * 60),
        document("tagged", "Untitled", "Nothing to see.", tags=["zeppelin"]),
        document("hidden", "Zeppelin zeppelin", "zeppelin", visibility="restricted", allow=["group:board"]),
        *(document(f"other{n}", f"Payroll {n}", "Salaries are paid monthly.") for n in range(5)),
    ]
    return world.open()


def asked(finder: Finder, question: str, asker: Principal = VISITOR, **values: str) -> Asked:
    filters = Filters(tuple((name, (value,)) for name, value in values.items()))
    return finder.begin(Request(question, filters=filters), asker)


def ids(finder: Finder, hits: Hits) -> list[str]:
    return [finder._generations.serving.names.documents[row] for row in hits.documents]


def run(*scores: float) -> Run:
    return Run(np.arange(len(scores)), np.asarray(scores, np.float32))


def test_scores_are_scaled_between_the_last_hit_and_the_first() -> None:
    assert run(3, 2, 1).scaled().tolist() == [1.0, 0.5, 0.0]
    assert run(2, 2).scaled().tolist() == [1.0, 1.0]
    assert run().scaled().tolist() == []


def test_what_is_far_below_the_first_hit_counts_nothing() -> None:
    assert run(1, 0.75, 0.25, -0.5).scaled(0.5).tolist() == [1.0, 0.5, 0.0, 0.0]
    assert run(1, 0.75, 0.5).scaled(0.25).tolist() == [1.0, 0.5, 0.0], "the last hit is nearer than the floor"
    assert run(-0.1, -0.2).scaled(0.5).tolist() == [1.0, 1.0], "no hit is near at all"


def test_the_document_that_meets_the_question_comes_first(finder: Finder) -> None:
    hits = asked(finder, "slow queries").hits
    assert ids(finder, hits)[0] == "both"
    assert (np.diff(hits.scores) <= 0).all()
    assert 0 <= hits.scores[-1] <= hits.scores[0] <= 1.0


def test_words_in_tags_find_a_document_that_no_passage_speaks_for(finder: Finder) -> None:
    held = asked(finder, "zeppelin")
    found = retrieve(held.generation, held.query, held.vector, held.scope, Weights(meaning=0.0))
    assert set(ids(finder, found)[:2]) == {"deep", "tagged"}
    assert found.scores[1] > 0.1 > found.scores[2]


def test_the_best_passage_speaks_for_its_document(finder: Finder) -> None:
    generation, hits = finder._generations.serving, asked(finder, "zeppelin parked behind the pump").hits
    place = ids(finder, hits).index("deep")
    passage = int(hits.passages[place])
    assert int(generation.passages.document[passage]) == generation.document_rows["deep"]
    assert passage > np.searchsorted(generation.passages.document, generation.document_rows["deep"])


def test_every_hit_names_a_passage_of_its_own_document(finder: Finder) -> None:
    hits = asked(finder, "slow zeppelin payroll").hits
    assert np.array_equal(finder._generations.serving.passages.document[hits.passages], hits.documents)
    assert len(set(hits.documents.tolist())) == len(hits.documents)


def test_hidden_documents_are_not_retrieved(finder: Finder) -> None:
    assert "hidden" not in ids(finder, asked(finder, "zeppelin").hits)
    assert ids(finder, asked(finder, "zeppelin", reader("x", "board")).hits)[0] == "hidden"


def test_an_empty_scope_gives_no_hits_and_no_confidence(finder: Finder) -> None:
    for found in (asked(finder, "slow queries", kind="memo").hits, asked(finder, "slow", Principal(frozenset())).hits):
        assert len(found.documents) == len(found.passages) == len(found.scores) == 0
        assert (found.cosine, found.coverage) == (0.0, 0.0)


def test_a_question_of_unknown_words_is_answered_by_meaning_alone(finder: Finder) -> None:
    hits = asked(finder, "qqqq wwww").hits
    assert len(hits.documents) == 8
    assert hits.coverage == 0.0


def test_coverage_is_of_the_best_passage(finder: Finder) -> None:
    assert asked(finder, "slow queries").hits.coverage == pytest.approx(1.0)
    assert 0 < asked(finder, "slow payroll").hits.coverage < 1


def test_depth_bounds_each_retriever(finder: Finder) -> None:
    held = asked(finder, "slow zeppelin payroll")
    shallow = retrieve(held.generation, held.query, held.vector, held.scope, Weights(depth=1))
    assert 1 <= len(shallow.documents) <= 3


def test_equal_documents_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    finder = World(tmp_path, documents=[document(name, "Same", "words", [f"by-{name}"]) for name in ("c", "a", "b")]).open()
    assert ids(finder, asked(finder, "same words").hits) == ["a", "b", "c"]
