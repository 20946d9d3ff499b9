import json
import shutil
import zipfile
from pathlib import Path

import pytest

from indexer.connectors.detect import detect
from indexer.connectors.slack import Slack
from indexer.records import DocumentRecord, Refused
from models.errors import SourceError
from tests.indexer.connectors.golden import FIXTURES, lines
from tests.indexer.worlds import World

EXPORT = FIXTURES / "slack" / "export"


def test_the_zip_and_the_folder_it_was_unpacked_to_give_the_same(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(EXPORT.rglob("*.json")):
            archive.write(path, path.relative_to(EXPORT).as_posix())
    assert detect(tmp_path / "export.zip").kind == "slack"
    assert lines(Slack(tmp_path / "export.zip")) == lines(Slack(EXPORT))


def test_private_channels_and_direct_messages_are_never_read() -> None:
    found = lines(Slack(EXPORT))
    assert "reorganisation" not in found
    assert "private word" not in found


def test_a_damaged_day_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "general").mkdir()
    (tmp_path / "users.json").write_text("[]")
    (tmp_path / "channels.json").write_text('[{"id": "C1", "name": "general"}]')
    (tmp_path / "general" / "2025-01-01.json").write_text('[{"user": "U1", "te')
    (tmp_path / "general" / "2025-01-02.json").write_text(json.dumps([{"user": "U1", "text": "Here", "ts": "1735800000.1"}]))
    refused, message = Slack(tmp_path).items()
    assert isinstance(refused, Refused)
    assert refused.incomplete
    assert isinstance(message, DocumentRecord)


def test_a_folder_without_the_lists_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"users\.json"):
        list(Slack(tmp_path).items())


def test_a_message_that_is_deleted_later_leaves_the_database(place: World, tmp_path: Path) -> None:
    (tmp_path / "general").mkdir()
    (tmp_path / "users.json").write_text("[]")
    (tmp_path / "channels.json").write_text('[{"id": "C1", "name": "general"}]')
    day = tmp_path / "general" / "2025-01-01.json"
    message = {"user": "U1", "text": "Here", "ts": "1735700000.1"}
    day.write_text(json.dumps([message]))
    place.ingest(Slack(tmp_path), "chat")
    assert list(place.live().values()) == ["Here"]
    day.write_text(json.dumps([message, {"subtype": "message_deleted", "deleted_ts": "1735700000.1"}]))
    assert place.ingest(Slack(tmp_path), "chat").deleted == 1
    assert place.live() == {}


def test_a_channel_that_is_listed_many_times_is_read_once_and_not_at_all_where_it_is_private_once(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "slack" / "export", tmp_path / "export")
    listed = tmp_path / "export" / "channels.json"
    channels = json.loads(listed.read_text())
    once = lines(Slack(tmp_path / "export"))
    listed.write_text(json.dumps(channels * 500))
    assert lines(Slack(tmp_path / "export")) == once
    listed.write_text(json.dumps([*channels, *({**channel, "is_private": True} for channel in channels)]))
    assert not any(isinstance(item, DocumentRecord) for item in Slack(tmp_path / "export").items())
