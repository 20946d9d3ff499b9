"""The finder serves the newest sound generation, and what it serves stays whole while others come and go."""

import random
import shutil
from pathlib import Path

import pytest

from finder.answers import Kind, Request
from finder.service import Finder
from models.access import VISITOR
from models.encoder import EncoderIdentity
from models.errors import CursorGone, EncoderMismatch, GenerationDamaged, GenerationMissing, SchemaMismatch
from models.generation import POINTER
from tests.fake_encoder import FakeEncoder
from tests.models.test_generation import damage, damages
from tests.world import World, document

SEED = 20250304


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A home with two generations."""
    world = World(tmp_path_factory.mktemp("generations"))
    for n in range(2):
        world.documents.append(document(f"d{n}", f"Slow queries {n}", "Vacuum", [f"p{n}"]))
        world.ingest()
        world.build()
    return world


@pytest.fixture
def world(two: World, tmp_path: Path) -> World:
    shutil.copytree(two.folder, tmp_path / "copy")
    return World(tmp_path / "copy", documents=list(two.documents))


def opened(world: World) -> Finder:
    return Finder.open(world.settings, world.encoder)


def answered(finder: Finder) -> list[str]:
    finder.refresh()
    return sorted(result.document.id for result in finder.search(Request("slow queries", Kind.DOCUMENTS), VISITOR).documents)


def grow(world: World) -> None:
    world.documents.append(document(f"d{len(world.documents)}", f"Slow queries more {len(world.documents)}", "Vacuum"))
    world.ingest()
    world.build()


def test_the_newest_generation_is_served(world: World) -> None:
    assert opened(world).generation == "00000002"


def test_a_new_generation_is_served_from_the_next_request_on(world: World) -> None:
    finder = opened(world)
    grow(world)
    assert finder.generation == "00000002"
    assert len(answered(finder)) == 3
    assert finder.generation == "00000003"


def test_hundreds_of_damaged_generations_are_refused_and_the_one_before_serves(two: World, world: World) -> None:
    chance, root, tried = random.Random(SEED), world.settings.generations, 0
    sound = two.settings.generations / "00000002"
    chosen = chance.sample(damages(sound), 120)
    for what in chosen:
        shutil.rmtree(root / "00000002")
        shutil.copytree(sound, root / "00000002")
        if damage(root / "00000002", what, chance):
            tried += 1
            finder = opened(world)
            assert finder.generation == "00000001", what
            if tried % 40 == 0:
                assert answered(finder) == ["d0"]
            finder.engine.dispose()
    assert tried > 100


def test_a_damaged_newcomer_leaves_the_one_in_service(world: World) -> None:
    finder = opened(world)
    grow(world)
    path = world.settings.generations / "00000003" / "vectors.faiss"
    path.write_bytes(path.read_bytes()[:-1])
    assert answered(finder) == ["d0", "d1"]
    assert finder.generation == "00000002"
    grow(world)
    assert len(answered(finder)) == 4


def test_damage_to_files_in_service_of_a_removed_generation_changes_nothing(world: World) -> None:
    """Mapped files live as long as somebody maps them, even when their folder is gone."""
    finder = opened(world)
    before = answered(finder)
    shutil.rmtree(world.settings.generations / "00000002")
    (world.settings.generations / POINTER).write_text("00000001\n")
    world.settings.generations.joinpath(POINTER).unlink()
    assert answered(finder) == before


@pytest.mark.parametrize("content", [b"", b"nonsense", b"00000009\n", b"\xff\xff"])
def test_a_damaged_pointer_leaves_the_newest_sound_generation(world: World, content: bytes) -> None:
    running = opened(world)
    (world.settings.generations / POINTER).write_bytes(content)
    assert answered(running) == ["d0", "d1"]
    assert opened(world).generation == "00000002"


def test_where_no_generation_is_sound_the_newest_is_named(world: World) -> None:
    for name in ("00000001", "00000002"):
        (world.settings.generations / name / "names.json").unlink()
    with pytest.raises(GenerationDamaged, match="00000002"):
        opened(world)


def test_nothing_indexed_is_told_as_that(world: World) -> None:
    shutil.rmtree(world.settings.generations)
    with pytest.raises(GenerationMissing):
        opened(world)


def test_a_home_without_a_database_is_told_as_that(tmp_path: Path) -> None:
    with pytest.raises(SchemaMismatch):
        opened(World(tmp_path))


def test_another_encoder_is_refused_by_name(world: World) -> None:
    class Other(FakeEncoder):
        identity = EncoderIdentity("other", "1" * 64, "0" * 64, 64)

    with pytest.raises(EncoderMismatch, match="other"):
        Finder.open(world.settings, Other())


def test_a_cursors_generation_answers_until_it_is_gone(world: World) -> None:
    finder = opened(world)
    first = finder.search(Request("slow queries", Kind.DOCUMENTS, limit=1), VISITOR)
    grow(world)
    finder.refresh()
    again = finder.search(Request("slow queries", Kind.DOCUMENTS, limit=1, offset=1, generation=first.generation), VISITOR)
    assert again.generation == first.generation
    grow(world)
    finder.refresh()
    with pytest.raises(CursorGone):
        finder.search(Request("slow queries", Kind.DOCUMENTS, offset=1, generation=first.generation), VISITOR)
