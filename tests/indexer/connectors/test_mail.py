from pathlib import Path

import pytest

from indexer.connectors.mail import Mail
from indexer.connectors.mail_messages import unquoted
from indexer.connectors.unstated import stated
from indexer.records import DocumentRecord, Refused
from tests.indexer.connectors.golden import FIXTURES
from tests.indexer.worlds import World

LIST = FIXTURES / "mail" / "list.mbox"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Mine\n> theirs\nmine again", "Mine\nmine again"),
        ("Yes.\n\nOn Mon, Ada wrote:\n> a\n>> b\n> c", "Yes."),
        ("Ja.\n\nAm 3.3.2025 um 10:00 schrieb Ada Example\n<ada@example.com>:\n> a", "Ja."),
        ("Text\n-- \nAda\nPhone", "Text"),
        ("Text\n-----Original Message-----\nFrom: Ada\nOld", "Text"),
        ("On Monday we meet:\nat noon", "On Monday we meet:\nat noon"),
    ],
)
def test_quotations_and_signatures_are_left_out(written: str, kept: str) -> None:
    assert unquoted(written) == kept


def test_a_message_too_large_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    big = b"From a\nFrom: a@example.com\n\n" + b"x\n" * 13_000_000
    (tmp_path / "big.mbox").write_bytes(big + b"\nFrom b\nFrom: b@example.com\nSubject: small\n\ntext\n")
    found = list(Mail(tmp_path / "big.mbox").items())
    assert [item.reason for item in found if isinstance(item, Refused)] == ["the message is larger than 25 MB"]
    assert [item.title for item in found if isinstance(item, DocumentRecord)] == ["small"]


def test_mail_is_its_authors_alone_unless_whoever_adds_it_says_otherwise(place: World) -> None:
    place.ingest(Mail(LIST), "mail")
    assert place.readers("1@example.com") == {"user:ada-0663b1c6"}
    place.ingest(stated(Mail(LIST), "org"), "mail", confirm=True)
    assert place.readers("1@example.com") == {"user:ada-0663b1c6", "org"}
