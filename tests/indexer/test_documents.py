from dataclasses import replace
from datetime import date

from indexer.documents import content_hash
from indexer.records import Credit, DocumentRecord
from models.tables import Role

RECORD = DocumentRecord(
    "d1", "wiki", "Slow queries", "Look at the locks.", "f:1", (Credit("ada", Role.AUTHOR), Credit("bob", Role.EDITOR)),
    date(2025, 3, 4), tags=("db",), visibility="org",
)  # fmt: skip


def test_a_document_without_shares_keeps_its_hash_from_version_to_version() -> None:
    assert content_hash(RECORD).hex() == "3f409578bb052b7dbca7e8026ba2fab9"


def test_a_share_is_part_of_what_is_hashed() -> None:
    told = [replace(RECORD, authors=(RECORD.authors[0], Credit("bob", Role.EDITOR, share))) for share in (None, 0.4, 0.5)]
    assert len({content_hash(record) for record in told}) == 3
