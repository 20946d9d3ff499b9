from collections.abc import Callable

import pytest

from indexer.check import findings
from models import exported
from models.database import connect
from models.encoder import EncoderIdentity
from models.errors import SchemaMismatch
from models.settings import load_settings
from tests.indexer.worlds import World, page


def damaged(place: World, *statements: str) -> list[str]:
    engine = place.engine()
    with engine.connect() as connection:
        connection.exec_driver_sql("commit")
        connection.exec_driver_sql("pragma foreign_keys=off")
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
    return findings(place.settings)


def test_a_sound_database_without_an_index_has_no_findings(place: World) -> None:
    place.add(place.collection([page(1), page(2, visibility="private")]))
    assert findings(place.settings) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update passage set end = 9999", "1 passages reach outside"),
        ("delete from passage", "1 documents have no passage"),
        ("delete from \"grant\" where principal = 'org'", "lack its grant"),
        ("update document set visibility = 'private'", "carry its grant"),
        ("update document set deleted = 1", "still hold text or readers"),
        ("update person set listed = 0, bio = 'x'", "still hold details"),
        ("update authorship set person_id = 999", "points to a row of person"),
    ],
)
def test_each_broken_promise_between_rows_is_found(place: World, statement: str, said: str) -> None:
    place.add(place.collection([page(1)], people=[{"id": "ada", "name": "Ada"}]))
    assert any(said in finding for finding in damaged(place, statement))


def test_a_pointer_to_nothing_is_found(place: World) -> None:
    place.settings.generations.mkdir()
    (place.settings.generations / "current").write_text("00000007\n")
    assert findings(place.settings) == ["The pointer names an index that is not there."]


def test_an_exported_encoder_that_was_changed_is_found(place: World) -> None:
    identity = EncoderIdentity("example", "0" * 64, "0" * 64, 8)
    folder = exported.place(place.home, identity)
    folder.mkdir(parents=True)
    for name in (exported.MODEL, exported.TOKENIZER):
        (folder / name).write_bytes(b"sound")
    exported.seal(folder, identity)
    assert findings(place.settings) == []
    (folder / exported.MODEL).write_bytes(b"changed")
    (found,) = findings(place.settings)
    assert "question.onnx" in found


def test_a_database_without_a_schema_is_named(place: World) -> None:
    settings = load_settings(home=place.home / "empty")
    connect(settings).dispose()
    look: Callable[[], object] = lambda: findings(settings)  # noqa: E731
    with pytest.raises(SchemaMismatch):
        look()
