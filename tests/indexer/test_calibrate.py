"""Confidence is fitted to the encoder and the corpus: off-topic questions of another kind than the shipped probes get less."""

from pathlib import Path

import numpy as np
import pytest

from finder.answers import Confidence, Request
from finder.service import Finder
from indexer.calibrate import ENOUGH, PRIOR, Index, Probe, features, probes
from indexer.corpus import read_corpus
from models.access import VISITOR
from models.analyzer import Analyzer
from models.generation import Generation, current
from tests.world import World, document, person

THINGS = "pump valve relay boiler turbine sensor gasket piston rotor bearing clutch gearbox manifold exhaust radiator alternator".split()
DEEDS = "replacing calibrating inspecting greasing".split()
OFF_TOPIC = ("how do I fold a fitted sheet", "who wrote the oldest sonnet", "which cheese melts best on toast", "is my cat too fat")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("calibrate"))
    made.people = [person("ada"), person("bob")]
    made.documents = [
        document(f"{deed}-{thing}", f"{deed} the {thing}", f"When {deed} a {thing}, note the pressure.", ["ada"], tags=[thing])
        for thing in THINGS for deed in DEEDS
    ]  # fmt: skip
    made.documents += [
        document(f"secret{n}", f"merger plan {n}", "Hush.", ["bob"], visibility="restricted", allow=["group:board"], tags=[f"takeover{n}"])
        for n in range(30)
    ]
    return made


@pytest.fixture(scope="module")
def finder(world: World) -> Finder:
    return world.open()


def test_questions_are_titles_and_tags_that_everybody_may_read_and_the_shipped_probes(world: World, finder: Finder) -> None:
    found = probes(read_corpus(world.engine))
    on = [probe for probe in found if probe.on_topic]
    assert {probe.text for probe in on} == {f"{deed} the {thing}" for thing in THINGS for deed in DEEDS} | set(THINGS)
    assert all(probe.document >= 0 for probe in on if " the " in probe.text)
    assert len(found) - len(on) == 100


def test_the_choice_of_questions_is_the_same_every_time(world: World, finder: Finder) -> None:
    corpus = read_corpus(world.engine)
    assert probes(corpus) == probes(corpus)


def test_a_title_is_not_answered_by_its_own_document(world: World, finder: Finder) -> None:
    """Else every question on topic would look better answered than a real one is."""
    generation = Generation.load(current(world.settings.generations))
    public = np.asarray([document.public for document in read_corpus(world.engine).documents], bool)
    index = Index(generation.vectors, generation.by_passage, generation.vocabulary, generation.passages, public)
    text = "calibrating the gasket"
    vector = world.encoder.encode([text])[0]
    own = generation.document_rows["calibrating-gasket"]
    held_out, held_in = (features(Probe(text, True, row), vector, index, Analyzer()) for row in (own, -1))
    assert held_out[0] < held_in[0]
    assert held_out[1] < held_in[1] == pytest.approx(1.0)


def test_the_fit_tells_on_topic_from_off_topic(world: World, finder: Finder) -> None:
    calibration = Generation.load(current(world.settings.generations)).manifest.calibration
    assert calibration.fitted
    assert calibration.cosine > 0
    sure = (Confidence.STRONG, Confidence.GOOD)
    assert all(
        finder.search(Request(f"who knows about {deed} a {thing}"), VISITOR).confidence in sure for thing in THINGS for deed in DEEDS
    )
    assert [finder.search(Request(question), VISITOR).confidence for question in OFF_TOPIC] == [Confidence.NONE] * len(OFF_TOPIC)


def test_one_word_from_the_organisations_tongue_is_on_topic(finder: Finder) -> None:
    assert finder.search(Request("gasket"), VISITOR).confidence in (Confidence.STRONG, Confidence.GOOD)


def test_a_small_corpus_keeps_the_prior(tmp_path: Path) -> None:
    small = World(tmp_path, documents=[document(f"d{n}", f"Title {n}") for n in range(ENOUGH - 1)])
    small.open()
    assert Generation.load(current(small.settings.generations)).manifest.calibration == PRIOR


def test_hidden_documents_do_not_calibrate(tmp_path: Path) -> None:
    hidden = World(tmp_path, documents=[document(f"d{n}", f"Title {n}", visibility="restricted", allow=["group:x"]) for n in range(40)])
    hidden.open()
    assert Generation.load(current(hidden.settings.generations)).manifest.calibration == PRIOR
