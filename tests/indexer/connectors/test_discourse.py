import shutil
from pathlib import Path

from indexer.connectors.discourse import Discourse
from indexer.records import DocumentRecord, Noted
from tests.indexer.connectors.golden import FIXTURES, lines

FORUM = FIXTURES / "discourse" / "forum"


def test_messages_are_never_read() -> None:
    assert "Secret" not in lines(Discourse(FORUM))


def test_without_the_categories_every_topic_is_private_and_that_is_said(tmp_path: Path) -> None:
    shutil.copy(FORUM / "topic-101.json", tmp_path)
    found = list(Discourse(tmp_path).items())
    assert any("categories.json" in item.reason for item in found if isinstance(item, Noted))
    assert {item.visibility for item in found if isinstance(item, DocumentRecord)} == {None}
