import bz2
import gzip
from pathlib import Path
from time import process_time

import pytest

from indexer.connectors.mediawiki import MediaWiki
from indexer.connectors.wikitext import plain
from indexer.records import DocumentRecord
from tests.indexer.connectors.golden import FIXTURES, lines

DUMP = FIXTURES / "mediawiki" / "wiki.xml"
MORE = ("<a ", "<a b='>", "{{a|", "[[a|", "<pre>", ";:", "&#9")


@pytest.mark.parametrize(("name", "pack"), [("wiki.xml.gz", gzip.compress), ("wiki.xml.bz2", bz2.compress)])
def test_a_packed_dump_gives_the_same(tmp_path: Path, name: str, pack: "type[object]") -> None:
    (tmp_path / name).write_bytes(pack(DUMP.read_bytes()))  # type: ignore[call-arg, arg-type]
    assert lines(MediaWiki(tmp_path / name)) == lines(MediaWiki(DUMP))


def test_shares_are_of_what_was_written_and_told_only_where_all_revisions_are_there(tmp_path: Path) -> None:
    def editors(*revisions: tuple[str, str], begun: bool = True) -> list[tuple[str, str, float | None]]:
        texts = "".join(
            f"<revision>{'' if begun and not at else '<parentid>7</parentid>'}<timestamp>2024-02-03T10:00:00Z</timestamp>"
            f"<contributor><username>{who}</username></contributor><text>{text}</text></revision>"
            for at, (who, text) in enumerate(revisions)
        )
        dump = tmp_path / "dump.xml"
        dump.write_text(f"<mediawiki><page><title>Locks</title><ns>0</ns><id>1</id>{texts}</page></mediawiki>", encoding="utf-8")
        (page,) = (item for item in MediaWiki(dump).items() if isinstance(item, DocumentRecord))
        return [(credit.person.removeprefix("mediawiki-"), credit.role.value, credit.share) for credit in page.authors]

    history = (("Ada", "x" * 19), ("Ben", "x" * 78), ("Cy", "x" * 97))
    assert editors(*history) == [("Ben", "editor", 0.6), ("Ada", "author", None), ("Cy", "editor", 0.2)]
    assert editors(*history, begun=False) == [("Ben", "editor", None), ("Ada", "editor", None), ("Cy", "editor", None)]
    assert editors(history[-1], begun=False) == [("Cy", "editor", None)], "of the current revision alone nobody knows who wrote what"


def test_marks_are_taken_off_and_headings_kept() -> None:
    found = plain("== Head ==\nA '''bold''' [[Page|word]] and {{template|x}}.\n[[Category:One]][[Kategorie:Zwei|sort]]")
    assert found.text == "## Head\n\nA bold word and ."
    assert found.categories == ("One", "Zwei")


@pytest.mark.parametrize("piece", ["{{", "[[", "<b>", "'''", "{|\n|-\n", "[http://x ", "<ref>", "{{{", "=\n=", "[[File:", *MORE])
def test_hostile_markup_takes_no_more_than_seconds(piece: str) -> None:
    begun = process_time()
    plain(piece * 30_000)
    plain(piece * 2_000)
    plain(piece * 100 + "[[a]] word " * 9_000)
    assert process_time() - begun < 10


@pytest.mark.parametrize("line", ["= " * 150_000, "=a" * 150_000, "=a" + " " * 3_000_000, "=" * 3_000_000])
def test_a_line_that_begins_as_a_heading_and_is_none_neither_ends_the_process_nor_takes_long(line: str) -> None:
    begun = process_time()
    assert plain(f"Text.\n{line}\nMore.").text.endswith("More.")
    assert process_time() - begun < 10


def test_a_page_of_many_notes_links_and_tables_is_no_hostile_one() -> None:
    row = "A '''bold''' [[Page|word]]<ref name=\"a\">note</ref>, {{template|{{x}}}}.<br>\n{| class=\"wide\"\n| cell\n|}\n"
    text = plain(row * 300).text
    assert text.count("A bold word, .") == 300
    assert "{{" not in text


def test_a_base_that_is_no_address_costs_links_and_nothing_else(tmp_path: Path) -> None:
    dump = tmp_path / "wiki.xml"
    dump.write_text(DUMP.read_text().replace("<base>https://", "<base>http://["))
    assert dump.read_text() != DUMP.read_text()
    assert len(list(MediaWiki(dump).items())) == len(list(MediaWiki(DUMP).items()))
