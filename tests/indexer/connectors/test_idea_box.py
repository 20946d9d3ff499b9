from pathlib import Path

from indexer.connectors.idea_box import IdeaBox
from indexer.records import DocumentRecord, PersonRecord, Refused


def test_an_address_that_is_not_utf_8_costs_its_own_rows_only(tmp_path: Path) -> None:
    path = tmp_path / "ideas.csv"
    path.write_bytes(b"title,body,author,votes\nOne,text,a\xe4@example.com,1\nTwo,text,ben@example.com,2\n")
    found = list(IdeaBox(path).items())
    assert [item.emails for item in found if isinstance(item, PersonRecord)] == [("ben@example.com",)]
    assert [item.title for item in found if isinstance(item, DocumentRecord)] == ["One", "Two"]
    assert any("not UTF-8" in item.reason for item in found if isinstance(item, Refused))
