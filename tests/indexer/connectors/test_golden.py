from pathlib import Path

import pytest

from indexer.connectors import formats
from indexer.connectors.detect import detect
from indexer.records import DocumentRecord, GroupRecord, PersonRecord
from tests.indexer.connectors.golden import FIXTURES, golden, lines, sources
from tests.indexer.worlds import World

SOURCES = list(sources())
NAMES = [f"{name}/{path.name}" for name, path in SOURCES]


def test_every_format_has_a_fixture() -> None:
    """A git repository cannot lie within one; its tests make their own."""
    assert {folder.name for folder in FIXTURES.iterdir()} == {found.name for found in formats.built_in()} - {"git"}


@pytest.mark.parametrize(("name", "path"), SOURCES, ids=NAMES)
def test_a_source_gives_these_records_and_no_others(name: str, path: Path) -> None:
    assert lines(detect(path, name)) == golden(name, path).read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "path"), SOURCES, ids=NAMES)
def test_a_source_is_recognised_by_its_path(name: str, path: Path) -> None:
    found = formats.recognised(path)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(("name", "path"), SOURCES, ids=NAMES)
def test_people_come_first_and_every_id_once(name: str, path: Path) -> None:
    records = [item for item in detect(path, name).items() if isinstance(item, PersonRecord | GroupRecord | DocumentRecord)]
    order = [(PersonRecord, GroupRecord, DocumentRecord).index(type(item)) for item in records]
    assert order == sorted(order)
    keys = [(type(item), item.id) for item in records]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(("name", "path"), SOURCES, ids=NAMES)
def test_reading_a_source_again_changes_nothing(place: World, name: str, path: Path) -> None:
    first = place.ingest(detect(path, name), "source")
    again = place.ingest(detect(path, name), "source")
    assert first.added > 0
    assert (again.added, again.changed, again.deleted) == (0, 0, 0)
