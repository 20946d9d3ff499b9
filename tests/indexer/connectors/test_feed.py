from pathlib import Path

import pytest

from indexer.connectors.feed import Feed
from indexer.records import Refused
from models.errors import SourceError
from tests.indexer.worlds import World

ITEM = "<item><title>One</title><guid>{0}</guid></item>"
BOMB = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><rss version="2.0"><channel><item><title>&a;</title></item></channel></rss>'


def feed(folder: Path, *ids: str) -> Feed:
    items = "".join(ITEM.format(own) for own in ids)
    (folder / "feed.xml").write_text(f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>')
    return Feed(folder / "feed.xml")


def test_what_a_feed_no_longer_lists_is_kept(place: World, tmp_path: Path) -> None:
    place.ingest(feed(tmp_path, "a", "b"), "feed")
    place.ingest(feed(tmp_path, "c"), "feed")
    assert sorted(place.live()) == ["a", "b", "c"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_is_refused_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "feed.xml").write_bytes(BOMB.encode(encoding))
    (refused,) = Feed(tmp_path / "feed.xml").items()
    assert isinstance(refused, Refused)
    assert "document type" in refused.reason


def test_an_encoding_in_which_a_bomb_could_hide_is_refused(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(b'<?xml version="1.0" encoding="utf-7"?><rss/>')
    (refused,) = Feed(tmp_path / "feed.xml").items()
    assert isinstance(refused, Refused)
    assert "utf-7" in refused.reason


def test_a_page_is_no_feed(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text("<html><p>Hello</p></html>")
    with pytest.raises(SourceError, match="no feed"):
        list(Feed(tmp_path / "feed.xml").items())


@pytest.mark.parametrize("title", ["&#xD800;", "<b/>", ""])
def test_an_odd_title_does_not_end_the_reading(tmp_path: Path, title: str) -> None:
    item = f"<item><title>{title}</title><description>text</description></item>"
    (tmp_path / "feed.xml").write_text(f'<rss version="2.0"><channel>{item}</channel></rss>')
    assert list(Feed(tmp_path / "feed.xml").items())
