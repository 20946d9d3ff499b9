import gzip
import json
from pathlib import Path

import pytest

from indexer.connectors import lines
from indexer.connectors.collection import Collection
from indexer.records import DocumentRecord, GroupRecord, Item, PersonRecord, Refused
from models.errors import SourceError
from tests.indexer.worlds import World, page


def items(folder: Path) -> list[Item]:
    return list(Collection(folder).items())


def refused(folder: Path) -> list[tuple[str, str]]:
    return [(item.place, item.reason) for item in items(folder) if isinstance(item, Refused)]


def write(folder: Path, content: bytes, name: str = "documents.jsonl") -> Path:
    (folder / name).write_bytes(content)
    return folder


def good(number: int) -> bytes:
    return json.dumps(page(number)).encode() + b"\n"


def test_people_come_before_groups_and_groups_before_documents(place: World) -> None:
    folder = place.collection([page(1)], groups=[{"id": "g", "members": ["ada"]}])
    assert [type(item) for item in items(folder)] == [PersonRecord, PersonRecord, GroupRecord, DocumentRecord]


def test_a_gzipped_table_reads_the_same(tmp_path: Path) -> None:
    write(tmp_path, gzip.compress(good(1)), "documents.jsonl.gz")
    assert [item.id for item in items(tmp_path) if isinstance(item, DocumentRecord)] == ["d1"]


def test_a_document_without_a_visibility_is_the_organisations_and_null_is_private(tmp_path: Path) -> None:
    write(tmp_path, good(1) + json.dumps(page(2, visibility=None)).encode())
    assert [item.visibility for item in items(tmp_path) if isinstance(item, DocumentRecord)] == ["org", None]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"id": "d1", "title"', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"id": ' + b"1" * 6000 + b"}", "not JSON"),
        ("{'id': 'ä'}".encode("latin-1"), "not UTF-8"),
        (json.dumps(page(1)).encode("utf-16"), "not UTF-8"),
        (b'{"id": "d", "title": "a\\u0000b"}', "NUL"),
        (b'{"id": "d", "title": "\\ud800"}', "surrogate"),
        (b"[1, 2]", "not an object"),
        (b'{"id": "d", "text": ""}', "neither a title nor a text"),
        (b'{"id": "d", "title": "t", "created": "31.12.2024"}', "not a date"),
    ],
)
def test_a_bad_line_is_refused_with_its_place_and_the_rest_is_read(tmp_path: Path, line: bytes, said: str) -> None:
    folder = write(tmp_path, good(1) + line + b"\n" + good(3))
    ((where, reason),) = refused(folder)
    assert where == "documents.jsonl:2"
    assert said in reason
    assert [item.id for item in items(folder) if isinstance(item, DocumentRecord)] == ["d1", "d3"]


def test_fifty_megabytes_of_text_are_refused_and_the_next_line_is_read(tmp_path: Path) -> None:
    folder = write(tmp_path, b'{"id": "big", "text": "' + b"x" * 50_000_000 + b'"}\n' + good(2))
    ((where, reason),) = refused(folder)
    assert (where, reason) == ("documents.jsonl:1", "the line is longer than 32 MB")
    assert [item.id for item in items(folder) if isinstance(item, DocumentRecord)] == ["d2"]


def test_a_truncated_archive_gives_what_it_holds_and_counts_as_incomplete(tmp_path: Path, place: World) -> None:
    packed = gzip.compress(b"".join(good(n) for n in range(500)), compresslevel=1)
    folder = write(tmp_path, packed[: len(packed) // 2], "documents.jsonl.gz")
    found = items(folder)
    assert isinstance(found[-1], Refused)
    assert found[-1].incomplete
    assert "damaged or cut off" in found[-1].reason
    assert len(found) > 10


def test_an_incomplete_listing_deletes_nothing(tmp_path: Path, place: World) -> None:
    packed = gzip.compress(b"".join(good(n) for n in range(8)), compresslevel=1)
    folder = tmp_path / "packed"
    folder.mkdir()
    place.add(write(folder, packed, "documents.jsonl.gz"))
    summary = place.add(write(folder, packed[:-40], "documents.jsonl.gz"))
    assert (summary.deleted, summary.quarantined) == (0, 1)
    assert len(place.live()) == 8


def test_a_gzip_bomb_is_left_alone_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "RATIO_COUNTS_FROM", 1_000_000)
    folder = write(tmp_path, gzip.compress(good(1) + b"\n" * 9_000_000), "documents.jsonl.gz")
    assert isinstance(items(folder)[-1], Refused)
    assert "unpacks to far more" in refused(folder)[0][1]
    one_line = write(tmp_path, gzip.compress(good(1) + b" " * 40_000_000), "documents.jsonl.gz")
    assert "unpacks to far more" in refused(one_line)[0][1]


def test_garbage_instead_of_an_archive_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, b"not gzip at all", "documents.jsonl.gz")
    assert "damaged" in refused(folder)[0][1]


def test_a_folder_without_documents_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"documents\.jsonl"):
        items(tmp_path)
