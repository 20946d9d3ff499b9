"""From one generation to the next: unchanged work is carried over, and the result is what a fresh build would have made."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.build import Tools, build
from indexer.progress import Silent
from models.encoder import DEFAULT_NAME, EncoderIdentity
from models.generation import MANIFEST, SEAL, Generation, current, published
from tests.fake_encoder import FakeEncoder
from tests.world import World, document, person


def small(folder: Path) -> World:
    made = World(folder)
    made.people = [person("ada", skills=["vacuum"], bio="Keeps queries fast."), person("bob", team="Pay"), person("cy")]
    made.documents = [
        *(
            document(f"d{n}", f"Slow queries {n}", f"Vacuum and index {n}", ["ada", "bob"], tags=["index"], created="2025-01-01")
            for n in range(4)
        ),
        document("secret", "Merger", "Salary", ["bob"], visibility="restricted", allow=["group:board"]),
    ]
    return made


def newest(world: World) -> Generation:
    return Generation.load(current(world.settings.generations))


def content(world: World) -> dict[str, bytes]:
    """Every file of the newest generation but those that bear its name and its database's row numbers."""
    apart = {MANIFEST, SEAL, "documents-id.npy", "people-id.npy", "profiles-key.npy", "profiles-vector.npy"}
    return {path.name: path.read_bytes() for path in current(world.settings.generations).iterdir() if path.name not in apart}


def step(world: World) -> tuple[int, bool]:
    """Ingest and build; how many texts were embedded for passages and profiles, and whether anything was published."""
    world.ingest()
    summary = world.build()
    return summary.embedded, summary.published


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = small(tmp_path / "world")
    step(made)
    return made


def test_a_build_says_what_it_did(tmp_path: Path) -> None:
    made = small(tmp_path)
    made.ingest()
    summary = made.build()
    assert (summary.name, summary.documents, summary.people, summary.passages, summary.published) == ("00000001", 5, 3, 5, True)
    assert summary.embedded == 6  # five passages and what ada says of herself


def test_an_unchanged_database_is_not_built_again(world: World) -> None:
    before = content(world)
    assert step(world) == (0, False)
    assert newest(world).name == "00000001"
    assert content(world) == before


def test_a_build_without_changes_embeds_nothing_at_all(world: World) -> None:
    encoded = world.encoder.encoded
    step(world)
    assert world.encoder.encoded == encoded


def test_a_new_document_is_the_only_one_embedded(world: World) -> None:
    world.documents.append(document("new", "Certificates", "Renewing them.", ["cy"]))
    assert step(world) == (1, True)
    assert newest(world).name == "00000002"


CHANGES = {
    "a document added": lambda world: world.documents.insert(2, document("aaa", "Certificates", "zebra apple", ["cy"])),
    "a document removed": lambda world: world.documents.pop(1),
    "a document edited": lambda world: world.documents.__setitem__(0, document("d0", "Firmware", "battery", ["cy"], tags=["relay"])),
    "a document hidden": lambda world: world.documents.__setitem__(
        0, dict(world.documents[0]) | {"visibility": "restricted", "allow": ["group:x"]}
    ),
    "a document opened": lambda world: world.documents.__setitem__(4, dict(world.documents[4]) | {"visibility": "org", "allow": []}),
    "an author replaced": lambda world: world.documents.__setitem__(
        0, dict(world.documents[0]) | {"authors": [{"id": "cy", "role": "editor"}]}
    ),
    "an editor's share told": lambda world: world.documents.__setitem__(
        0, dict(world.documents[0]) | {"authors": [{"id": "cy", "role": "editor", "share": 0.25}]}
    ),
    "a person added": lambda world: world.people.append(person("dee", skills=["Index"], bio="Renews certificates.")),
    "a person changed": lambda world: world.people.__setitem__(0, person("ada", skills=["payroll"])),
    "a person gone": lambda world: world.people.pop(2),
    "a copy of a document": lambda world: world.documents.append(dict(world.documents[1]) | {"id": "copy"}),
    "everything gone": lambda world: (world.documents.clear(), world.people.clear()),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_build_after_a_change_gives_what_a_fresh_build_gives(world: World, tmp_path: Path, change: str) -> None:
    CHANGES[change](world)
    assert step(world)[1]
    fresh = World(tmp_path / "fresh", world.people, [], world.documents)
    step(fresh)
    assert content(world) == content(fresh)
    assert step(world) == (0, False)


def test_documents_of_equal_content_are_carried_over(world: World) -> None:
    """More rows than keys: every copy keeps its own passages through the builds that follow."""
    for n in range(3):
        world.documents.append(document(f"copy{n}", "Onboarding", "Laptop and badge", ["cy"]))
    assert step(world) == (1, True)
    world.documents.append(document("zz", "Certificates"))
    assert step(world) == (1, True)
    generation = newest(world)
    rows = [generation.document_rows[f"copy{n}"] for n in range(3)]
    assert [int((generation.passages.document == row).sum()) for row in rows] == [1, 1, 1]
    assert len({generation.documents.twin[row] for row in rows}) == 1


def test_short_forms_that_documents_explain_are_carried_over(world: World) -> None:
    world.documents.append(document("pgo", "Builds", "With profile guided optimisation (PGO)."))
    step(world)
    world.documents.append(document("zz", "Certificates"))
    assert step(world) == (1, True)
    generation = newest(world)
    assert generation.names.acronym == ("pgo\tprofile guided optimisation",)
    row = generation.document_rows["pgo"]
    assert np.diff(generation.acronyms.starts).nonzero()[0].tolist() == [row]


def test_opening_a_document_embeds_it_anew(world: World) -> None:
    """Its vector was computed among texts of other readers; the organisation's are computed among their own."""
    world.documents[4] = dict(world.documents[4]) | {"visibility": "org", "allow": []}
    assert step(world) == (1, True)


def test_another_encoder_embeds_everything(world: World) -> None:
    class Other(FakeEncoder):
        identity = EncoderIdentity("other", "1" * 64, "0" * 64, 64)

    summary = build(Tools(world.settings, world.engine, Other(), Silent()))
    assert (summary.embedded, summary.published) == (6, True)
    assert newest(world).manifest.encoder.name == "other"


def test_another_half_life_is_another_generation(world: World) -> None:
    settings = world.settings.model_copy(update={"half_life_days": 10.0})
    summary = build(Tools(settings, world.engine, world.encoder, Silent()))
    assert (summary.embedded, summary.published) == (0, True)


def test_shares_told_for_the_first_time_embed_nothing(world: World) -> None:
    """What the first run after an upgrade does to the pages of a wiki."""
    edited = [{"id": "ada", "role": "editor", "share": 0.5}, {"id": "bob", "role": "author"}]
    world.documents[:4] = [dict(row) | {"authors": edited} for row in world.documents[:4]]
    assert step(world) == (0, True)
    assert newest(world).credits.share.tolist() == [0.5, 0.0] * 4 + [0.0]


def reformatted(world: World) -> Path:
    """Make the newest generation one that a version with another format wrote."""
    folder = current(world.settings.generations)
    manifest = json.loads((folder / MANIFEST).read_text()) | {"format": 0}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    (folder / SEAL).write_text(hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest())
    return folder


def test_another_format_costs_no_new_embedding(world: World) -> None:
    before = content(world)
    reformatted(world)
    assert step(world) == (0, True)
    assert content(world) == before


def test_of_another_format_only_sound_vectors_are_taken(world: World) -> None:
    before = content(world)
    vectors = reformatted(world) / "vectors.faiss"
    vectors.write_bytes(vectors.read_bytes()[:-1] + b"\0")
    assert step(world) == (6, True)
    assert content(world) == before


def test_an_interest_is_embedded_once_and_carried_over(world: World) -> None:
    world.people += [person("dee", interests=["gliding", "bread"]), person("eve", interests=["bread"])]
    assert step(world) == (2, True)
    generation = newest(world)
    assert generation.names.interest == ("bread", "gliding")
    assert generation.interests.starts.tolist() == [0, 0, 0, 0, 2, 3]
    assert generation.interests.interest.tolist() == [0, 1, 0]
    assert generation.interests.vector @ world.encoder.encode(["bread"])[0] == pytest.approx([1.0, 0.0], abs=0.4)
    world.documents.append(document("new", "Certificates", "Renewing them.", ["cy"]))
    assert step(world) == (1, True)


def test_a_damaged_generation_is_built_anew(world: World) -> None:
    before = content(world)
    (current(world.settings.generations) / "vectors.faiss").write_bytes(b"")
    assert step(world) == (6, True)
    assert content(world) == before


def test_an_erasure_leaves_no_earlier_generation(world: World) -> None:
    world.documents.pop()
    world.ingest()
    build(Tools(world.settings, world.engine, world.encoder, Silent()), keep=1)
    assert [path.name for path in published(world.settings.generations)] == ["00000002"]


def test_shards_are_gone_once_published(world: World) -> None:
    assert not (world.settings.home / "embedding").exists()


def test_an_empty_database_is_published_too(tmp_path: Path) -> None:
    empty = World(tmp_path)
    assert step(empty) == (0, True)
    assert len(newest(empty).vectors) == 0


def test_centroids_come_from_own_words_and_public_documents(world: World) -> None:
    generation = newest(world)
    owners = [
        (generation.names.people[row], bool(mined))
        for row, mined in zip(generation.centroids.person, generation.centroids.mined, strict=True)
    ]
    assert owners == [("ada", False), ("ada", True), ("bob", True)]
    assert np.linalg.norm(generation.centroids.vector, axis=1) == pytest.approx(1.0, abs=1e-3)


def test_a_corpus_in_another_language_is_warned_about_on_the_default_encoder(tmp_path: Path) -> None:
    class Default(FakeEncoder):
        identity = replace(FakeEncoder.identity, name=DEFAULT_NAME)

    text = "Das ist ein deutscher Satz, der lang genug ist, um ihn zu erkennen. "
    german = World(tmp_path / "a", [], [], [document(f"d{n}", f"Satz {n}", text) for n in range(3)], Default())
    step(german)
    assert "FINDER_ENCODER" in newest(german).manifest.warnings[0]
    other = World(tmp_path / "b", [], [], german.documents)
    step(other)
    assert newest(other).manifest.warnings == ()
