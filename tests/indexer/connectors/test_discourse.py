import shutil
from pathlib import Path

from indexer.connectors.discourse import Discourse
from indexer.connectors.unstated import stated
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


def test_a_category_restricted_to_nobody_in_particular_stays_shut_whatever_the_default() -> None:
    found = {item.id: item.visibility for item in stated(Discourse(FORUM), "org").items() if isinstance(item, DocumentRecord)}
    assert (found["discourse-1001"], found["discourse-1010"], found["discourse-1030"]) == ("org", "restricted", "private")
