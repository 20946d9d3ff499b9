"""What a part of the ranking is worth shows where an organisation depends on it."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from finder.evaluation.ablation import Loss, ablate, parts, whole
from finder.evaluation.panel import Panel
from finder.weights import Weights, names
from tests.finder.evaluation.judged import TOPICS, Judged, asked, judge
from tests.world import Row, World, document, person

# Neither is a part of the ranking: `depth` bounds the work, `evidence` is the unit of the score.
EXCEPT = {"depth", "evidence"}
OF_DOCUMENTS = [
    "vectors (words alone)",
    "words (vectors alone)",
    "words of passages",
    "words of whole documents with tags",
    "floor under strange passages",
]


def losses(world: World, questions: Judged, lists: str = "people") -> dict[str, Loss]:
    panel = asked(judge(world, questions), world.open())[lists]
    return {loss.part: loss for loss in ablate(panel, Weights())}


def pages(name: str, role: str = "author", **more: Any) -> list[Row]:
    """A page for each topic by the person that `name` makes of it, in the same words whoever wrote it: equals come in the order of ids."""
    return [
        document(f"d-{name.format(topic)}", f"The {topic}", f"How a {topic} is kept.", {name.format(topic): role}, **more)
        for topic in TOPICS[:8]
    ]


def experts() -> Judged:
    return {topic: (topic, [f"x-{topic}"], [f"d-x-{topic}"]) for topic in TOPICS[:8]}


def test_every_weight_is_taken_away_with_some_part() -> None:
    taken = {name for part in parts() for name, _ in part.weights}
    assert taken == set(names()) - EXCEPT
    assert {name.partition(".")[0] for name in taken} == {field.name for field in fields(Weights)} - EXCEPT


def test_every_part_changes_something_and_has_a_name_of_its_own() -> None:
    assert all(bool(part.weights) != bool(part.change) for part in parts())
    assert len({part.name for part in parts()}) == len(parts())


def test_where_readers_are_many_the_worth_of_parts_carries_the_ranking(tmp_path: Path) -> None:
    """Everybody asks and thanks; without the worth of parts they stand beside who wrote the page."""
    world = World(tmp_path, documents=pages("x-{}"))
    world.documents += pages("a-{}", "mentioned") + pages("b-{}", "thanked")
    found = losses(world, experts())["worth of parts (all equal, asking nothing)"]
    assert found.difference.value < -0.3
    assert found.difference.p < 0.05
    assert found.without.value == pytest.approx(1 + found.difference.value)


def test_where_the_old_hands_left_freshness_carries_the_ranking(tmp_path: Path) -> None:
    world = World(tmp_path, documents=pages("x-{}", created="2025-06-01") + pages("a-{}", created="2005-06-01"))
    found = losses(world, experts())
    assert found["freshness and votes"].difference.value < -0.3
    assert found["freshness and votes"].difference.p < 0.05
    assert found["credit shared among authors"].difference.value == 0


def test_where_pages_have_crowds_the_sharing_of_credit_carries_the_ranking(tmp_path: Path) -> None:
    world = World(tmp_path, documents=pages("x-{}"))
    world.documents += [
        document(f"crowd-{topic}", f"The {topic}", f"How a {topic} is kept.", [f"a{n}-{topic}" for n in range(6)]) for topic in TOPICS[:8]
    ]
    assert losses(world, experts())["credit shared among authors"].difference.value < -0.3


def test_where_threads_are_long_one_vote_for_each_carries_the_ranking(tmp_path: Path) -> None:
    world = World(tmp_path)
    for topic in TOPICS[:8]:
        texts = [f"How a {topic} is {word}." for word in ("kept", "sold", "made", "lost")]
        world.documents += [document(f"a{n}-{topic}", topic, text, [f"a-{topic}"], thread=topic) for n, text in enumerate(texts)]
        world.documents += [document(f"x{n}-{topic}", topic, text, [f"x-{topic}"]) for n, text in enumerate(texts[:2])]
    assert losses(world, experts())["one vote for a thread or an exact copy"].difference.value < -0.3


def test_where_nothing_is_written_people_s_own_words_carry_the_ranking(tmp_path: Path) -> None:
    world = World(tmp_path, people=[person(f"x-{topic}", bio=f"I keep the {topic}.", skills=[topic]) for topic in TOPICS[:8]])
    world.documents = [document(f"m{n}", f"Canteen menu {n}", "Soup and bread.", ["cook"]) for n in range(8)]
    found = losses(world, experts())["people's own words"]
    assert found.without.value == 0
    assert found.difference.value < -0.3


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    world = World(tmp_path_factory.mktemp("documents"), documents=pages("x-{}"))
    return asked(judge(world, experts()), world.open())["documents"]


def test_documents_list_the_parts_that_they_are_ranked_by(documents: Panel) -> None:
    assert [loss.part for loss in ablate(documents, Weights())] == OF_DOCUMENTS


def test_a_part_that_is_said_to_rank_people_alone_changes_no_list_of_documents(documents: Panel) -> None:
    before = documents.run(Weights())
    for part in parts():
        if part.people_only:
            weights = Weights()
            for name, value in part.weights:
                weights = weights.changed(name, value)
            assert documents.run(weights, part.change) == before, part.name


def test_nothing_that_was_asked_is_changed_by_taking_parts_away(documents: Panel) -> None:
    first = next(found for found in documents.asked if found is not None)
    held = first.generation.documents.weight.tobytes(), first.generation.credits.credit.tobytes(), first.generation.documents.twin.tobytes()
    list(ablate(documents, Weights()))
    assert (first.generation.documents.weight.tobytes(), first.generation.credits.credit.tobytes()) == held[:2]
    assert first.generation.documents.twin.tobytes() == held[2]


def test_the_whole_is_what_each_part_is_held_against(documents: Panel) -> None:
    for loss in ablate(documents, Weights()):
        assert loss.without.value - loss.difference.value == pytest.approx(whole(documents, Weights()).value)
        assert (loss.collection, loss.list) == ("org", "documents")
