"""The file of weights: written for people to read, read back as it was written, refused by name where it cannot be used."""

from pathlib import Path
from types import MappingProxyType

import pytest

from finder.answers import Kind, Request
from finder.doctor import examine
from finder.service import Finder
from finder.weights import ROLE_CREDIT, Weights, describe, load, names, save
from models.access import VISITOR
from models.errors import SettingsError
from models.settings import Settings, load_settings
from models.tables import Role
from tests.world import World, document

GOLDEN = """\
# What ranking turns on, found by `finder tune` on judged questions. The finder reads it when it starts.
# Delete this file to go back to the weights that the product ships with.

meaning = 0.6
crowding = 43.8

[roles]
reviewer = 1.25
asker = 0.1
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path)


def test_without_a_file_the_shipped_weights_are_in_force(settings: Settings) -> None:
    assert load(settings) == Weights()


def test_every_weight_is_known_by_name_but_the_depth() -> None:
    assert set(names()) == {*Weights.__dataclass_fields__, *(f"roles.{role.value}" for role in Role)} - {"depth", "roles"}
    assert Weights().value("roles.reviewer") == ROLE_CREDIT[Role.REVIEWER]


def test_a_changed_weight_leaves_the_others_and_the_shipped_ones_alone() -> None:
    changed = Weights().changed("head", 3.0).changed("roles.asker", 0.4)
    assert (changed.head, changed.roles[Role.ASKER], changed.roles[Role.AUTHOR]) == (3.0, 0.4, 1.0)
    assert {name for name in names() if changed.value(name) != Weights().value(name)} == {"head", "roles.asker"}


def test_what_is_saved_is_what_differs_and_reads_well(settings: Settings) -> None:
    weights = Weights().changed("crowding", 43.8).changed("meaning", 0.6).changed("roles.asker", 0.1).changed("roles.reviewer", 1.25)
    assert save(settings, weights) == settings.weights
    assert settings.weights.read_text(encoding="utf-8") == GOLDEN
    assert [path.name for path in settings.home.iterdir()] == ["weights.toml"]


@pytest.mark.parametrize("value", [0.0, 1 / 3, 1e-12, 0.123456789])
def test_a_saved_file_is_read_back_equal(settings: Settings, value: float) -> None:
    weights = Weights()
    for name in names():
        weights = weights.changed(name, value)
    save(settings, weights)
    assert load(settings) == weights


def test_the_shipped_weights_make_an_empty_file(settings: Settings) -> None:
    save(settings, Weights())
    assert all(line.startswith("#") for line in settings.weights.read_text().splitlines() if line)
    assert load(settings) == Weights()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("colour = 1", "names 'colour', which is no weight"),
        ("depth = 100", "names 'depth', which is no weight"),
        ("[roles]\nchef = 1", "names 'roles.chef', which is no weight"),
        ("[roles.author]\nworth = 1", "gives roles.author a value that is no number from 0 to 1000"),
        ("head = -0.1", "gives head a value that is no number from 0 to 1000"),
        ("head = nan", "gives head a value that is no number from 0 to 1000"),
        ("head = inf", "gives head a value that is no number from 0 to 1000"),
        ("head = 1e300", "gives head a value that is no number from 0 to 1000"),
        (f"head = 1{'0' * 400}", "gives head a value that is no number from 0 to 1000"),
        (f"head = 0x{'f' * 9000}", "gives head a value that is no number from 0 to 1000"),
        ('head = "2"', "gives head a value that is no number from 0 to 1000"),
        ("head = true", "gives head a value that is no number from 0 to 1000"),
        ("head = 2020-01-01", "gives head a value that is no number from 0 to 1000"),
        ("meaning = 1.01", "gives meaning a value that is no number from 0 to 1"),
        ("strange = 2", "gives strange a value that is no number from 0 to 1"),
        ("roles = 1", "has something else than a table under the name roles"),
        ("[[roles]]\nauthor = 1", "has something else than a table under the name roles"),
        ("head = ", "cannot be read: "),
        ("head = 1\nhead = 2", "cannot be read: "),
        (f"head = 1{'0' * 5000}", "cannot be read: "),
        (f"head = {'[' * 100_000}", "cannot be read: "),
        (b"\xff\xfehead", "cannot be read: "),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_name_and_the_reason(settings: Settings, content: str | bytes, reason: str) -> None:
    settings.weights.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingsError) as refused:
        load(settings)
    assert refused.value.what.startswith(f"{settings.weights} {reason}")
    assert refused.value.remedy == "Correct it, or delete it to use the shipped weights."


def test_a_folder_of_that_name_is_refused(settings: Settings) -> None:
    settings.weights.mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load(settings)


def test_the_service_ranks_with_the_file_it_found_when_it_started(tmp_path: Path) -> None:
    world = World(tmp_path, documents=[document("d", "Tide tables", "Where they hang.", {"ada": "author", "bob": "reviewer"})])
    before = world.open()
    save(world.settings, Weights().changed("roles.reviewer", 4.0))
    after = Finder.open(world.settings, world.encoder)

    def found(finder: Finder) -> list[str]:
        return [person.profile.id for person in finder.search(Request("tide tables", Kind.PEOPLE), VISITOR).people]

    assert (found(before), found(after)) == (["ada", "bob"], ["bob", "ada"])
    assert found(Finder.open(world.settings, world.encoder, Weights())) == ["ada", "bob"]
    world.settings.weights.write_text("head = -1")
    with pytest.raises(SettingsError, match="weights"):
        Finder.open(world.settings, world.encoder)


def test_what_is_in_force_is_told_in_words(settings: Settings) -> None:
    assert describe(settings) == "as shipped"
    save(settings, Weights().changed("head", 1.6).changed("roles.editor", 0.0))
    assert describe(settings) == f"head 1.6, roles.editor 0 from {settings.weights}"


def test_the_doctor_names_a_file_that_cannot_be_used(settings: Settings) -> None:
    settings.weights.write_text("head = -1")
    (check,) = [check for check in examine(settings).checks if check.name == "weights"]
    assert not check.sound
    assert "weights.toml gives head" in check.found


def test_the_worth_of_parts_cannot_be_changed_in_place() -> None:
    assert isinstance(Weights().roles, MappingProxyType)
    assert isinstance(Weights().changed("roles.asker", 1.0).roles, MappingProxyType)
