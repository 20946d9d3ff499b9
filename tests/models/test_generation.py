"""Generations as folders: what is published is what was built, damage is refused by name."""

import json
import random
import shutil
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from models.arrays import entries
from models.encoder import EncoderIdentity
from models.errors import EncoderMismatch, GenerationDamaged, GenerationMissing
from models.generation import MANIFEST, POINTER, SEAL, Generation, current, prepare, publish, published, verify
from tests.world import World, document, person

SEEDED = 20250304


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("generation"))
    made.people = [person("ada", team="Data", skills=["vacuum"], languages=["en"]), person("bob", location="Oslo")]
    made.documents = [document(f"d{n}", f"Slow queries {n}", "Vacuum sleeps. " * n, ["ada", "bob"], tags=["index"]) for n in range(6)]
    made.ingest()
    made.build()
    made.documents = [*made.documents, document("more", "Merger", "Salary", ["bob"])]
    made.ingest()
    made.build()
    return made


@pytest.fixture
def copy(world: World, tmp_path: Path) -> Path:
    """The folder of the newest generation, to be damaged."""
    shutil.copytree(world.settings.generations, tmp_path / "generations")
    return current(tmp_path / "generations")


def test_a_generation_comes_back_as_it_was_saved(world: World, tmp_path: Path) -> None:
    newest = current(world.settings.generations)
    generation = Generation.load(newest)
    again = tmp_path / generation.name
    again.mkdir()
    shutil.copy(newest / "vectors.faiss", again)
    generation.save(again)
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {path.name: path.read_bytes() for path in newest.iterdir()}


def test_rows_are_in_the_order_of_public_ids(world: World) -> None:
    generation = Generation.load(current(world.settings.generations))
    assert list(generation.names.documents) == sorted(generation.names.documents)
    assert list(generation.names.people) == sorted(generation.names.people)
    assert (np.diff(generation.passages.document) >= 0).all()


def test_every_file_of_a_generation_is_under_a_checksum(copy: Path) -> None:
    held = set(verify(copy).files)
    assert {path.name for path in copy.iterdir()} == held | {MANIFEST, SEAL}


def damages(folder: Path) -> list[str]:
    """Every way to damage each file of a folder, in seeded order."""
    names = sorted(path.name for path in folder.iterdir())
    return [f"{way} {name}" for name in names for way in ("truncate", "flip", "flip", "flip", "empty", "remove", "lengthen", "swap")]


def damage(folder: Path, what: str, chance: random.Random) -> bool:
    """Damage a file; False where that leaves it as it was."""
    way, name = what.split()
    path = folder / name
    held = path.read_bytes()
    if way == "remove":
        path.unlink()
        return True
    if way == "swap":
        other = chance.choice(sorted(found for found in folder.iterdir() if found != path))
        path.write_bytes(other.read_bytes())
        other.write_bytes(held)
        return held != path.read_bytes()
    place = chance.randrange(len(held))
    flipped = held[:place] + bytes([held[place] ^ (1 << chance.randrange(8))]) + held[place + 1 :]
    path.write_bytes({"truncate": held[:place], "flip": flipped, "empty": b"", "lengthen": held + b"\0"}[way])
    return True


def test_hundreds_of_damaged_generations_are_all_refused(world: World, tmp_path: Path) -> None:
    """Whatever byte of whatever file: before anything of it is parsed."""
    chance = random.Random(SEEDED)
    sound, tried = current(world.settings.generations), 0
    for what in damages(sound):
        folder = tmp_path / sound.name
        shutil.copytree(sound, folder)
        if damage(folder, what, chance):
            tried += 1
            with pytest.raises(GenerationDamaged, match=sound.name):
                Generation.load(folder)
        shutil.rmtree(folder)
    assert tried > 300


def test_files_of_another_generation_are_refused(world: World, copy: Path) -> None:
    """Each is whole and was once published; together they are no generation."""
    older = published(world.settings.generations)[1]
    for path in sorted(older.iterdir()):
        held = (copy / path.name).read_bytes()
        if held != path.read_bytes():
            shutil.copy(path, copy / path.name)
            with pytest.raises(GenerationDamaged):
                Generation.load(copy)
            (copy / path.name).write_bytes(held)
    Generation.load(copy)


def test_a_whole_generation_under_the_name_of_another_is_refused(copy: Path) -> None:
    copy.rename(copy.with_name("00000099"))
    with pytest.raises(GenerationDamaged, match="00000099"):
        Generation.load(copy.with_name("00000099"))


def resealed(folder: Path, **changes: object) -> None:
    """Change what a manifest says and seal it again, as a tool of another version would."""
    import hashlib

    held = json.loads((folder / MANIFEST).read_bytes()) | changes
    content = json.dumps(held).encode()
    (folder / MANIFEST).write_bytes(content)
    (folder / SEAL).write_text(hashlib.sha256(content).hexdigest())


def test_another_format_is_refused_by_name(copy: Path) -> None:
    resealed(copy, format=99)
    with pytest.raises(GenerationDamaged, match="format 99"):
        Generation.load(copy)


@pytest.mark.parametrize("changes", [{"calibration": {}}, {"files": 7}, {"encoder": None}, {"unheard": 1}])
def test_a_manifest_that_does_not_fit_is_refused(copy: Path, changes: dict[str, object]) -> None:
    resealed(copy, **changes)
    with pytest.raises(GenerationDamaged, match="manifest"):
        Generation.load(copy)


def test_a_file_outside_the_folder_is_never_read(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"")
    resealed(copy, files={"../../outside": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"})
    with pytest.raises(GenerationDamaged):
        Generation.load(copy)


def test_another_encoder_or_analyzer_is_refused_by_name(world: World) -> None:
    generation = Generation.load(current(world.settings.generations))
    generation.require(world.encoder.identity)
    for field in fields(EncoderIdentity):
        other = replace(world.encoder.identity, **{field.name: 1 if field.name == "dimension" else "other"})
        with pytest.raises(EncoderMismatch):
            generation.require(other)
    with pytest.raises(EncoderMismatch, match="analyzer"):
        replace(generation, manifest=replace(generation.manifest, analyzer="0")).require(world.encoder.identity)


@pytest.mark.parametrize("content", [b"", b"00000001/../x", b"../../etc", b"\xff\xfe", b"1", b"000000001"])
def test_a_pointer_that_names_no_generation_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / POINTER).write_bytes(content)
    with pytest.raises(GenerationDamaged):
        current(tmp_path)


def test_without_a_pointer_nothing_was_indexed(tmp_path: Path) -> None:
    with pytest.raises(GenerationMissing):
        current(tmp_path)
    assert published(tmp_path / "absent") == []


def test_preparing_clears_what_failed_builds_left_and_never_reuses_a_name(tmp_path: Path) -> None:
    (tmp_path / ".building-00000007").mkdir(parents=True)
    (tmp_path / ".building-00000007" / "half").write_bytes(b"x")
    (tmp_path / "00000007").mkdir()
    name, aside = prepare(tmp_path)
    assert name == "00000008"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == [aside.name]
    assert list(aside.iterdir()) == []


def test_publishing_refuses_a_folder_that_is_not_whole(copy: Path) -> None:
    root = copy.parent
    name, aside = prepare(root)
    with pytest.raises(GenerationDamaged):
        publish(root, aside, name)
    assert current(root) == copy


def test_the_newest_two_are_kept(world: World, tmp_path: Path) -> None:
    grown = World(tmp_path, world.people, [], list(world.documents))
    for n in range(4):
        grown.documents.append(document(f"x{n}", "More"))
        grown.ingest()
        grown.build()
    assert [path.name for path in published(grown.settings.generations)] == ["00000004", "00000003"]
    assert current(grown.settings.generations).name == "00000004"


def test_entries_are_those_of_the_rows_one_after_another() -> None:
    starts = np.asarray([0, 2, 2, 5], np.int64)
    entry, place = entries(starts, np.asarray([2, 0, 1, 2]))
    assert entry.tolist() == [2, 3, 4, 0, 1, 2, 3, 4]
    assert place.tolist() == [0, 0, 0, 1, 1, 3, 3, 3]
