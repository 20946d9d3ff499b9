import bz2
import gzip
import io
import json
import os
import random
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.connectors.collection import Collection
from indexer.connectors.detect import detect
from indexer.connectors.gauge import Gauge, size_of
from indexer.connectors.git import Git
from indexer.connectors.mail import Mail
from indexer.connectors.mattermost import Mattermost
from indexer.connectors.unstated import stated
from indexer.progress import Silent, followed
from indexer.records import Connector, DocumentRecord, Item
from tests.exports import MAKERS
from tests.indexer.connectors.golden import sources
from tests.indexer.worlds import page

UNMEASURED = ("feed", "ldif", "people", "scim-users", "sql")  # small by their nature, or in a database that does not say
SOURCES = [(name, path) for name, path in sources() if name not in UNMEASURED]
FOLDERS = [(name, path) for name, path in SOURCES if path.is_dir() and name not in ("collection", "mail")]


class Told(Silent):
    """Keeps the shares it hears of."""

    def __init__(self) -> None:
        self.shares: list[float] = []

    def reach(self, share: float) -> None:
        self.shares.append(share)


def heard(connector: Connector) -> tuple[list[float], list[tuple[Item, int]]]:
    """Return the shares told while a source is read, and each item with how many of them were told before it."""
    told = Told()
    items = [(item, len(told.shares)) for item in followed(connector, "source", told)]
    return told.shares, items


def gauged(tell: Callable[[float], object] = lambda _: None) -> Gauge:
    gauge = Gauge()
    gauge.restart(tell)
    return gauge


def test_a_share_is_unknown_until_something_was_measured() -> None:
    gauge = gauged()
    assert gauge.share is None
    gauge.count(7)
    assert gauge.share is None
    gauge.part(1.0, [40, 60])
    assert gauge.share == 0
    gauge.count(25)
    assert gauge.share == 0.25


def test_parts_follow_on_each_other_and_the_share_never_falls_nor_exceeds_the_whole() -> None:
    told: list[float] = []
    gauge = gauged(told.append)
    gauge.part(0.2, [10]).count(5)
    gauge.part(0.6, [10]).count(99)
    gauge.part(0.4, [10]).count(10)
    gauge.part(1.0, [4]).count(1)
    gauge.finish()
    assert told == sorted(told)
    assert told == pytest.approx([0.1, 0.6, 0.7, 1.0])


def test_what_has_no_size_is_no_failure() -> None:
    told: list[float] = []
    gauge = gauged(told.append)
    gauge.part(0.5, []).count(3)
    assert told == []
    gauge.part(1.0, [0]).count(3)
    gauge.finish()
    assert told == [0.5, 1.0]


def test_a_listener_does_not_hear_of_every_byte() -> None:
    told: list[float] = []
    gauge = gauged(told.append).part(1.0, [1_000_000])
    for _ in range(1_000_000):
        gauge.count(1)
    assert 9_000 < len(told) <= 10_000
    assert told[-1] == 1.0


def test_a_thing_counts_when_it_has_been_dealt_with() -> None:
    gauge = gauged().part(1.0, [30])
    seen = [(name, gauge.share) for name in gauge.each(["a" * 10, "b" * 20], len)]
    assert [share for _, share in seen] == pytest.approx([0, 1 / 3])
    assert gauge.share == 1


def test_a_stream_is_counted_as_it_is_read_and_closed_with_it() -> None:
    inner = io.BytesIO(b"line\n" * 100_000)
    gauge = gauged().part(1.0, [500_000])
    with gauge.through(inner) as file:
        assert file.readline() == b"line\n"
        assert gauge.share is not None
        assert 0 < gauge.share < 0.2
        assert len(file.read()) == 499_995
    assert gauge.share == 1
    assert inner.closed


def test_what_is_no_file_has_no_size(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"four")
    assert [size_of(tmp_path / name) for name in ("pipe", "file", "nothing", ".")] == [0, 4, 0, 0]


@pytest.mark.parametrize(("name", "path"), SOURCES, ids=[f"{name}/{path.name}" for name, path in SOURCES])
def test_a_reading_tells_how_far_it_is_and_ends_with_the_whole(name: str, path: Path) -> None:
    shares, items = heard(detect(path, name))
    assert shares == sorted(shares)
    assert shares[0] > 0
    assert shares[-1] == 1
    assert items[-1][1] > 0 or len(items) == 1, "nothing was told before the last record"


@pytest.mark.parametrize(("name", "path"), SOURCES, ids=[f"{name}/{path.name}" for name, path in SOURCES])
def test_what_was_read_to_its_end_is_the_whole(name: str, path: Path) -> None:
    connector: Any = detect(path, name)
    assert list(connector.items())
    assert connector.gauge.share == 1


@pytest.mark.parametrize("ending", ["zip", "tar", "gztar"])
@pytest.mark.parametrize(("name", "path"), FOLDERS, ids=[name for name, _ in FOLDERS])
def test_an_archive_tells_how_far_it_is(tmp_path: Path, name: str, path: Path, ending: str) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), ending, path))
    shares, items = heard(detect(packed, name))
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert items[-1][1] > 0 or len(items) == 1, "nothing was told before the last record"


def test_a_repository_tells_how_far_it_is(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
        subprocess.run(["git", "-C", str(tmp_path), *who, *arguments], check=True, capture_output=True)

    git("init")
    for number in range(8):
        git("commit", "--allow-empty", "-m", f"Change {number}")
    shares, items = heard(Git(tmp_path))
    assert shares == sorted(shares)
    assert shares[-1] == 1
    halfway = [share for share in shares[: items[5][1]] if share < 0.9]
    assert len(halfway) > 8, "both looks at the log count"


def large(name: str, folder: Path) -> Path:
    """Make a source that is read in many blocks."""
    folder.mkdir()
    if name in MAKERS:
        return MAKERS[name](folder, 2_000_000)
    path = folder / name
    if name == "collection":
        path.mkdir()
        (path / "documents.jsonl").write_text("".join(json.dumps(page(number, text="Words. " * 200)) + "\n" for number in range(1500)))
        return path
    chance = random.Random(1)
    with path.open("w") as file:
        for number in range(1500):
            words = " ".join(chance.randbytes(8).hex() for _ in range(100))
            file.write(f"From ada\nFrom: ada@example.com\nMessage-ID: <{number}@example.com>\nSubject: S\n\n{words}\n\n")
    return path


def documents(items: list[tuple[Item, int]], shares: list[float]) -> list[float]:
    """Return the share that was told last before each document."""
    return [shares[before - 1] if before else 0.0 for item, before in items if isinstance(item, DocumentRecord)]


@pytest.mark.parametrize("name", [*MAKERS, "collection", "mail"])
def test_the_share_keeps_step_with_the_records(tmp_path: Path, name: str) -> None:
    shares, items = heard(detect(large(name, tmp_path / "large"), name))
    at = documents(items, shares)
    first, middle, last = at[0], at[len(at) // 2], at[-1]
    assert first <= 0.35
    assert abs((middle - first) / (last - first) - 0.5) < 0.15
    assert last > 0.9


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress)])
def test_of_a_packed_file_the_packed_bytes_count(tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]) -> None:
    plain = large("mail", tmp_path / "large")
    packed = tmp_path / f"list.mbox.{ending}"
    packed.write_bytes(pack(plain.read_bytes()))
    assert packed.stat().st_size < 0.6 * plain.stat().st_size
    shares, items = heard(detect(packed, "mail"))
    at = documents(items, shares)
    assert shares == sorted(shares)
    assert 0.5 < at[len(at) // 2] < 0.8
    assert at[-1] > 0.9


def test_a_first_look_tells_of_itself_before_there_is_a_record(tmp_path: Path) -> None:
    _, items = heard(detect(large("mediawiki", tmp_path / "large"), "mediawiki"))
    assert items[0][1] > 10


def test_a_second_reading_begins_anew(tmp_path: Path) -> None:
    connector = Collection(large("collection", tmp_path / "large"))
    assert heard(connector)[0] == heard(connector)[0]


def test_who_may_read_being_stated_hides_no_gauge(tmp_path: Path) -> None:
    shares, _ = heard(stated(Mail(large("mail", tmp_path / "large")), "org"))
    assert len(shares) > 10


def test_an_empty_source_says_that_it_is_done(tmp_path: Path) -> None:
    (tmp_path / "documents.jsonl").touch()
    assert heard(Collection(tmp_path)) == ([1.0], [])


def test_a_pipe_is_read_to_its_end_without_a_share(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    rows = [{"type": "version", "version": 1}, {"type": "user", "user": {"username": "ada"}}]
    writer = threading.Thread(target=pipe.write_text, args=("".join(json.dumps(row) + "\n" for row in rows),))
    writer.start()
    shares, items = heard(Mattermost(pipe))
    writer.join()
    assert (shares, len(items)) == ([1.0], 1)


class Foreign:
    """A connector of another package, which knows nothing of gauges."""

    kind = "foreign"
    location = "nowhere"

    def items(self) -> Iterator[Any]:
        yield DocumentRecord("a", "post", "A", "Text", "a")


def test_a_connector_without_a_gauge_is_read_as_ever() -> None:
    shares, items = heard(Foreign())
    assert (shares, len(items)) == ([1.0], 1)
