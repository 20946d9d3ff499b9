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


ODD = "From: Ada <ada@example.com>\nMessage-ID: <1@example.com>\nSubject: odd\n"


@pytest.mark.parametrize(
    "odd",
    [
        "Content-Type: message/rfc822\n\n" * 2000,
        "".join(f'Content-Type: multipart/mixed; boundary="b{at}"\n\n--b{at}\n' for at in range(2000)),
        "Content-Type: text/plain; name*" + "9" * 5000 + "*=a\n\ntext",
        "Content-Type: text/plain; charset=a\x00\n\n\udcff",
    ],
    ids=["letters in letters", "parts in parts", "a parameter without end", "a character set with NUL"],
)
def test_a_message_that_cannot_be_taken_apart_is_refused_and_the_next_is_read(tmp_path: Path, odd: str) -> None:
    box = f"From a\n{ODD}{odd}\n\nFrom b\nFrom: b@example.com\nSubject: small\n\ntext\n"
    (tmp_path / "a.mbox").write_bytes(box.encode("utf-8", "surrogateescape"))
    found = list(Mail(tmp_path / "a.mbox").items())
    assert [item.id for item in found if isinstance(item, Refused)] == ["1@example.com"]
    assert [item.title for item in found if isinstance(item, DocumentRecord)] == ["small"]


def test_a_file_whose_name_is_not_utf_8_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a\udcff.eml").write_text(ODD + "\ntext")
    (refused,) = Mail(tmp_path).items()
    assert isinstance(refused, Refused)
    assert "not UTF-8" in refused.reason
