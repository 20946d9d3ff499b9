"""Topics in a published generation: found, named, and only by what everybody may read."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from models.generation import Generation, current
from tests.landscape import SUBJECTS, landscape
from tests.world import World, document


def generation(world: World) -> Generation:
    world.ingest()
    world.build()
    return Generation.load(current(world.settings.generations))


def words_of(made: Generation) -> dict[str, tuple[str, ...]]:
    held = made.topics
    return {
        name: tuple(made.names.topic_word[code] for code in held.word[held.word_starts[topic] : held.word_starts[topic + 1]])
        for topic, name in enumerate(made.names.topic)
    }


def test_a_build_finds_what_an_organisation_writes_about(tmp_path: Path) -> None:
    made = generation(landscape(tmp_path))
    for subject, words in SUBJECTS.items():
        (topic,) = {int(made.topics.of[row]) for name, row in made.document_rows.items() if name.startswith(subject)}
        own = words_of(made)[made.names.topic[topic]]
        assert set(" ".join(own).split()) <= {*words.split(), "part"}
        assert len(own) >= 2
    assert set(made.names.topic) == {made.names.topic[code] for code in np.unique(made.topics.of)}


def test_ids_are_made_of_names_and_differ(tmp_path: Path) -> None:
    made = generation(landscape(tmp_path))
    assert [name.replace("-", " ") for name in made.names.topic] == [words[0] for words in words_of(made).values()]
    assert len(set(made.names.topic)) == len(made.names.topic) == len(SUBJECTS)


def test_an_incremental_build_finds_what_a_build_from_nothing_finds(tmp_path: Path) -> None:
    grown, fresh = landscape(tmp_path / "a"), landscape(tmp_path / "b")
    more = [document(f"bread9{n}", "bread crust", "About the oven and flour.", ["cy"]) for n in range(3)]
    generation(grown)
    grown.documents = [*grown.documents, *more]
    fresh.documents = [*fresh.documents, *more]
    one, other = generation(grown), generation(fresh)
    assert one.name != other.name
    assert one.names.topic == other.names.topic
    assert one.names.topic_word == other.names.topic_word
    assert one.topics.of.tobytes() == other.topics.of.tobytes()


def test_hidden_documents_give_no_word_and_shape_no_topic(tmp_path: Path) -> None:
    without, holding = landscape(tmp_path / "a"), landscape(tmp_path / "b")
    hidden = [
        document(
            f"secret{n}",
            "merger gauge",
            "The merger tide salary.",
            ["ada" if n % 2 else "ghost"],
            visibility="restricted",
            allow=["group:board"],
        )
        for n in range(12)
    ]
    holding.documents = [*holding.documents, *hidden]
    one, other = generation(without), generation(holding)
    assert replace(one.names, documents=(), titles=(), people=(), readers=(), terms=()) == replace(
        other.names, documents=(), titles=(), people=(), readers=(), terms=()
    )
    rows = [other.document_rows[name] for name in one.names.documents]
    assert one.topics.of.tobytes() == other.topics.of[rows].tobytes()
    assert one.topics.centrality.tobytes() == other.topics.centrality[rows].tobytes()


def test_the_name_of_somebody_whom_only_some_may_know_is_a_word_like_any_other(tmp_path: Path) -> None:
    """Else its absence would tell that there is somebody of that name."""
    without, holding = landscape(tmp_path / "a"), landscape(tmp_path / "b")
    holding.documents = [*holding.documents, document("secret", "Salary", "", ["gauge"], visibility="private")]
    assert generation(without).names.topic_word == generation(holding).names.topic_word


def test_an_organisation_of_a_few_documents_has_no_topics_yet(tmp_path: Path) -> None:
    world = landscape(tmp_path)
    world.documents = world.documents[:4]
    made = generation(world)
    assert made.names.topic == ()
    assert made.topics.of.tolist() == [-1] * 4
