import json
import zipfile
from pathlib import Path
from time import process_time

from indexer.connectors import formats
from indexer.connectors.mattermost import Mattermost
from tests.indexer.connectors.golden import FIXTURES, lines
from tests.indexer.worlds import World

EXPORT = FIXTURES / "mattermost" / "bulk.jsonl"


def test_the_zip_and_the_lines_give_the_same(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.write(EXPORT, "import.jsonl")
        archive.writestr("data/picture.png", b"")
    found = formats.recognised(tmp_path / "export.zip")
    assert found is not None
    assert found.name == "mattermost"
    assert lines(Mattermost(tmp_path / "export.zip")) == lines(Mattermost(EXPORT))


def test_a_zip_with_other_lines_is_not_taken_for_an_export(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "team.zip", "w") as archive:
        archive.writestr("documents.jsonl", '{"id": "a", "title": "t"}')
    assert formats.recognised(tmp_path / "team.zip") is None


def test_private_channels_direct_messages_and_deleted_posts_are_never_read() -> None:
    found = lines(Mattermost(EXPORT))
    assert not [word for word in ("secret sum", "Between us", "Gone again") if word in found]


def test_a_team_by_invitation_is_read_by_its_members_only(place: World) -> None:
    place.ingest(Mattermost(EXPORT), "chat")
    assert place.readers("board-plans-1741010000004-ada") == {"group:mattermost-board", "user:mattermost-ada"}


def test_a_post_with_reactions_without_end_takes_no_time(tmp_path: Path) -> None:
    made = []
    for line in EXPORT.read_text().splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if row["type"] == "post":
            row["post"]["reactions"] = [{"emoji_name": "x", "user": "ada"}] * 60_000
        made.append(json.dumps(row))
    (tmp_path / "bulk.jsonl").write_text("\n".join(made[:12]))
    begun = process_time()
    assert list(Mattermost(tmp_path / "bulk.jsonl").items())
    assert process_time() - begun < 10
