import bz2
import gzip
from pathlib import Path
from time import process_time

import pytest

from indexer.connectors.mediawiki import MediaWiki
from indexer.connectors.wikitext import plain
from tests.indexer.connectors.golden import FIXTURES, lines

DUMP = FIXTURES / "mediawiki" / "wiki.xml"


@pytest.mark.parametrize(("name", "pack"), [("wiki.xml.gz", gzip.compress), ("wiki.xml.bz2", bz2.compress)])
def test_a_packed_dump_gives_the_same(tmp_path: Path, name: str, pack: "type[object]") -> None:
    (tmp_path / name).write_bytes(pack(DUMP.read_bytes()))  # type: ignore[call-arg, arg-type]
    assert lines(MediaWiki(tmp_path / name)) == lines(MediaWiki(DUMP))


def test_marks_are_taken_off_and_headings_kept() -> None:
    found = plain("== Head ==\nA '''bold''' [[Page|word]] and {{template|x}}.\n[[Category:One]][[Kategorie:Zwei|sort]]")
    assert found.text == "## Head\n\nA bold word and ."
    assert found.categories == ("One", "Zwei")


@pytest.mark.parametrize("piece", ["{{", "[[", "<b>", "'''", "{|\n|-\n", "[http://x ", "<ref>", "{{{", "=\n=", "[[File:"])
def test_hostile_markup_takes_no_more_than_seconds(piece: str) -> None:
    begun = process_time()
    plain(piece * 30_000)
    plain(piece * 2_000)
    assert process_time() - begun < 10
