from pathlib import Path

import pytest

from indexer.connectors.stack_exchange import StackExchange
from indexer.records import DocumentRecord, Refused
from models.errors import SourceError


def test_a_dump_that_is_cut_off_gives_what_it_holds_and_counts_as_incomplete(tmp_path: Path) -> None:
    (tmp_path / "Posts.xml").write_text('<posts><row Id="1" PostTypeId="1" Title="One" Body="x"/><row Id="2" Post')
    question, refused = StackExchange(tmp_path).items()
    assert isinstance(question, DocumentRecord)
    assert isinstance(refused, Refused)
    assert refused.incomplete


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Posts.xml").write_text('<!DOCTYPE p [<!ENTITY a "b">]><posts><row Id="1" PostTypeId="1" Title="&a;"/></posts>')
    (refused,) = StackExchange(tmp_path).items()
    assert isinstance(refused, Refused)
    assert "document type" in refused.reason


def test_a_folder_without_posts_is_no_dump(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"Posts\.xml"):
        list(StackExchange(tmp_path).items())
