import json
from pathlib import Path

from indexer.connectors.collection import Collection
from indexer.preview import Preview, preview
from models.tables import Run
from tests.indexer.test_cli import run
from tests.indexer.worlds import World, page


def told(place: World, folder: Path) -> Preview:
    engine = place.engine()
    try:
        return preview(engine, folder.name, Collection(folder))
    finally:
        engine.dispose()


def test_a_preview_says_what_the_pass_then_does(place: World) -> None:
    place.add(place.collection([page(1), page(2), page(3)]))
    folder = place.collection([page(1), page(2, text="New words."), page(4), page(5, deleted=True), "{broken"])
    found = told(place, folder)
    assert (found.added, found.changed, found.unchanged, found.refused) == (1, 1, 1, 1)
    summary = place.add(folder)
    assert (summary.added, summary.changed, summary.deleted) == (found.added, found.changed, found.deleted)


def test_what_is_no_longer_listed_would_be_deleted_and_a_refused_row_would_not(place: World) -> None:
    place.add(place.collection([page(1), page(2), page(3)]))
    found = told(place, place.collection([page(1), json.dumps({"id": "d2", "title": "t", "created": "never"})]))
    assert found.deleted == 1


def test_a_dry_run_writes_nothing_and_shows_what_was_understood(place: World) -> None:
    folder = place.collection([page(1), page(2, visibility="restricted", allow=["group:g"])])
    code, out, _ = run(place, "add", str(folder), "--dry-run")
    assert code == 0
    assert "team is taken for collection" in out
    assert "Readers: 1 org, 1 restricted" in out
    assert "Would add 2, change 0" in out
    assert place.rows(Run, "id") == []


def test_a_dry_run_before_anything_was_indexed_makes_no_database(tmp_path: Path) -> None:
    empty = World(tmp_path / "home")
    empty.home.mkdir()
    code, out, _ = run(empty, "add", str(empty.collection([page(1)])), "--dry-run")
    assert code == 0
    assert "Would add 1" in out
    assert list(empty.home.iterdir()) == []


def test_the_formats_are_listed(tmp_path: Path) -> None:
    code, out, _ = run(World(tmp_path), "formats")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()][:2] == ["collection", "slack"]
