import bz2
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from indexer.connectors.idea_box import IdeaBox
from indexer.records import DocumentRecord, PersonRecord, Refused


def test_an_address_that_is_not_utf_8_costs_its_own_rows_only(tmp_path: Path) -> None:
    path = tmp_path / "ideas.csv"
    path.write_bytes(b"title,body,author,votes\nOne,text,a\xe4@example.com,1\nTwo,text,ben@example.com,2\n")
    found = list(IdeaBox(path).items())
    assert [item.emails for item in found if isinstance(item, PersonRecord)] == [("ben@example.com",)]
    assert [item.title for item in found if isinstance(item, DocumentRecord)] == ["One", "Two"]
    assert any("not UTF-8" in item.reason for item in found if isinstance(item, Refused))


def test_an_author_of_absurd_length_takes_no_time(tmp_path: Path) -> None:
    path = tmp_path / "ideas.json"
    path.write_text(json.dumps([{"title": "One", "body": "text", "author": "-" * 1_000_000 + ">", "votes": 1}]))
    begun = process_time()
    assert all(isinstance(item, Refused) for item in IdeaBox(path).items())
    assert process_time() - begun < 5


@pytest.mark.parametrize(("name", "pack"), [("ideas.csv.gz", gzip.compress), ("ideas.csv.bz2", bz2.compress)])
def test_a_packed_table_is_read_as_it_is(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / name).write_bytes(pack(b"title,body,author,votes\nOne,text,ben@example.com,1\n"))
    assert [item.title for item in IdeaBox(tmp_path / name).items() if isinstance(item, DocumentRecord)] == ["One"]
