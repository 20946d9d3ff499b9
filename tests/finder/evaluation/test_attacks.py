"""A made-up expert is planted, counted where they show, and held off by the correction for volume."""

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from finder.evaluation.attacks import ATTACKS, CLAIMS, COPIES, FAKE, SHARE, TOP, common_words, outcome, plant, stuffing
from finder.evaluation.collection import Collection, read_collection
from finder.evaluation.panel import Panel
from finder.weights import Weights
from tests.finder.evaluation.judged import TOPICS, asked, judge
from tests.finder.evaluation.places import HARBOUR
from tests.world import World, document, person

SUBJECTS = TOPICS[:6]
EXPERTS = 10  # on each subject, so that they fill the first ten
DOCUMENTS = 600


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def indexed(collection: Collection, source: Path, home: Path) -> Panel:
    """Index what stands in `source` and ask the questions of a collection there."""
    found = {name: lines(source / f"{name}.jsonl") for name in ("people", "groups", "documents") if (source / f"{name}.jsonl").exists()}
    return asked(collection, World(home, **found).open())["people"]


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """Each page by two of its subject's ten experts: each has a part in a fifth of those, as the fake person will, but in no others."""
    chance, world = random.Random(20250304), World(tmp_path_factory.mktemp("attacks"))
    words = [f"term{n}" for n in range(400)]
    for number in range(DOCUMENTS):
        subject = SUBJECTS[number % len(SUBJECTS)]
        body = " ".join([subject] * chance.randint(1, 4) + chance.sample(words, 30))
        by = [f"{subject}-{n}" for n in chance.sample(range(EXPERTS), 2)]
        world.documents.append(document(f"d{number:03}", f"{subject} {chance.choice(words)}", body, by, created="2025-01-31"))
    world.people = [person(f"{subject}-{n}") for subject in SUBJECTS for n in range(EXPERTS)]
    return judge(world, {subject: (subject, [f"{subject}-{n}" for n in range(EXPERTS)], []) for subject in SUBJECTS})


@pytest.fixture(scope="module")
def clean(organisation: Collection, tmp_path_factory: pytest.TempPathFactory) -> Panel:
    return indexed(organisation, organisation.folder, tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="module")
def under(organisation: Collection, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Panel]:
    """The same questions asked where an attack was planted."""

    def ask(attack: str) -> Panel:
        folder = tmp_path_factory.mktemp(attack)
        return indexed(organisation, plant(organisation, attack, folder), folder)

    return ask


@pytest.fixture(scope="module")
def volume(under: Callable[[str], Panel]) -> Panel:
    return under("volume")


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_planted_collection_holds_all_of_the_original_and_the_fake_person(attack: str, tmp_path: Path) -> None:
    whole = read_collection(HARBOUR)
    planted = read_questionless(plant(whole, attack, tmp_path), whole)
    assert planted.name == whole.name
    assert set(planted.people) - set(whole.people) == {FAKE}
    assert {paper.id for paper in whole.papers} <= {paper.id for paper in planted.papers}
    held = {paper.id: paper for paper in planted.papers}
    for paper in whole.papers:
        kept = held[paper.id]
        assert (kept.title, kept.text, kept.day) == (paper.title, paper.text, paper.day)
        assert tuple(name for name in kept.authors if name != FAKE) == paper.authors
    originals = {row["id"]: row for row in lines(HARBOUR / "people.jsonl")}
    assert {row["id"]: row for row in lines(tmp_path / "harbour" / "people.jsonl") if row["id"] != FAKE} == originals


def read_questionless(folder: Path, whole: Collection) -> Collection:
    """Read a planted folder, which holds no questions of its own."""
    assert sorted(path.name for path in folder.iterdir()) == ["documents.jsonl", "people.jsonl"]
    (folder / "queries.jsonl").write_text((whole.folder / "queries.jsonl").read_text())
    return read_collection(folder)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_planted_collection_is_the_same_in_every_run(attack: str, tmp_path: Path) -> None:
    whole = read_collection(HARBOUR)
    first, second = plant(whole, attack, tmp_path / "first"), plant(whole, attack, tmp_path / "second")
    (second / "leftover.jsonl").write_text("{}")
    second = plant(whole, attack, tmp_path / "second")
    assert {path.name: path.read_bytes() for path in first.iterdir()} == {path.name: path.read_bytes() for path in second.iterdir()}


def test_groups_and_gzipped_files_are_carried_over(tmp_path: Path) -> None:
    world = World(tmp_path, documents=[document("d", "Crane cables", "", ["ada"], visibility="restricted", allow=["group:board"])])
    world.groups = [{"id": "board", "name": "Board", "members": ["ada"]}]
    whole = judge(world, {"q": ("cables", ["ada"], [])})
    packed = whole.folder / "documents.jsonl"
    with gzip.open(whole.folder / "documents.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(packed.read_text())
    packed.unlink()
    planted = plant(read_collection(whole.folder), "copies", tmp_path / "planted")
    assert lines(planted / "groups.jsonl") == world.groups
    assert lines(planted / "documents.jsonl")[0] == world.documents[0]


def test_volume_puts_the_fake_person_on_about_a_fifth(organisation: Collection, tmp_path: Path) -> None:
    planted = lines(plant(organisation, "volume", tmp_path) / "documents.jsonl")
    hit = [row for row in planted if {"id": FAKE, "role": "author"} in row["authors"]]
    assert len(planted) == DOCUMENTS
    assert len(hit) / DOCUMENTS == pytest.approx(SHARE, abs=0.04)
    assert all(len(row["authors"]) == 3 for row in hit)


def test_stuffing_differs_by_a_number_or_also_by_its_title_and_is_as_fresh_as_can_be(organisation: Collection) -> None:
    words = common_words(organisation)
    copies, spam = (list(stuffing(words, organisation.newest, titled=titled)) for titled in (False, True))
    for posts in (copies, spam):
        assert len({post["id"] for post in posts}) == len({post["text"] for post in posts}) == COPIES
        assert {post["created"] for post in posts} == {"2025-01-31"}
        assert all(post["authors"] == [{"id": FAKE, "role": "author"}] for post in posts)
    assert len({post["title"] for post in copies}) == 1
    assert len({post["title"] for post in spam}) > COPIES / 2
    assert "created" not in next(stuffing(words, "", titled=False))


@pytest.mark.parametrize("words", [[], ["crane"], ["crane", "cable"]])
def test_a_collection_of_few_words_can_be_attacked_too(words: list[str]) -> None:
    for titled in (False, True):
        assert len(list(stuffing(words, "", titled=titled))) == COPIES


def test_the_fake_person_claims_the_words_of_most_titles(organisation: Collection, tmp_path: Path) -> None:
    fake = lines(plant(organisation, "spam", tmp_path) / "people.jsonl")[-1]
    assert set(fake["skills"][: len(SUBJECTS)]) == set(SUBJECTS)
    assert len(fake["skills"]) == CLAIMS
    assert all(subject in fake["bio"] for subject in SUBJECTS)


def test_common_words_leave_out_stop_words_and_short_ones() -> None:
    titles = ("The crane and the tide", "Crane of it", "A tide, a fog")
    papers = tuple(replace(paper, title=title) for paper, title in zip(read_collection(HARBOUR).papers, titles, strict=False))
    assert common_words(replace(read_collection(HARBOUR), papers=papers)) == ["crane", "tide", "fog"]


def test_the_fake_person_counts_only_among_the_first_ten(clean: Panel, volume: Panel) -> None:
    places = [list(items).index(FAKE) for items in volume.run(Weights()).values() if FAKE in items]
    found = outcome("volume", clean, volume, Weights())
    assert found.reached == sum(place < TOP for place in places) < len(places)
    assert (found.collection, found.attack, found.asked) == ("org", "volume", len(SUBJECTS))


def test_the_cost_of_an_attack_is_what_everybody_else_loses_by_it(clean: Panel) -> None:
    found = outcome("volume", clean, replace(clean, asked=(None, *clean.asked[1:])), Weights())
    assert found.clean == pytest.approx(clean.values(Weights()).mean())
    assert found.difference.value == pytest.approx(-clean.values(Weights())[0] / len(SUBJECTS))


def test_the_correction_for_volume_is_what_holds_the_volume_attack_off(clean: Panel, volume: Panel) -> None:
    """Drawn with other seeds, one subject of the six is reached at most with the correction, and five or six without it."""
    assert outcome("volume", clean, volume, Weights()).reached == 0
    plain = outcome("volume", clean, volume, replace(Weights(), chance=0.0, crowding=0.0))
    assert plain.reached > len(SUBJECTS) / 2
    assert plain.difference.value < 0


@pytest.mark.parametrize("attack", ["copies", "spam"])
def test_stuffing_reaches_nobody(clean: Panel, under: Callable[[str], Panel], attack: str) -> None:
    assert outcome(attack, clean, under(attack), Weights()).reached == 0
