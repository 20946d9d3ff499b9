import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from indexer.connectors import formats
from indexer.connectors.confluence_html import ConfluenceHtml
from indexer.connectors.confluence_page import Page, page
from indexer.connectors.unstated import stated
from indexer.records import DocumentRecord, Noted, PersonRecord, Refused
from models.errors import SourceError
from models.tables import Document
from tests.indexer.connectors.golden import FIXTURES, lines
from tests.indexer.worlds import World

SPACE = FIXTURES / "confluence-html" / "firmware"
INDEX = (
    '<html><h1 id="title-text">Space Details:</h1><div id="main-content"><table class="confluenceTable"></table></div>'
    '<a href="%s">page</a></html>'
)


def html(main: str = "words", metadata: str = "", title: str = "Firmware : Pins", around: str = "") -> str:
    return (
        f'<html><body><ol id="breadcrumbs"><li><a href="index.html">Firmware</a></li></ol><span id="title-text">{title}</span>'
        f'<div class="page-metadata">{metadata}</div><div id="main-content" class="wiki-content group">{main}</div>{around}</body></html>'
    )


def read(content: str) -> Page:
    found = page(content)
    assert found is not None
    return found


def export(folder: Path, listed: str = "Pins_1.html", **pages: str) -> Path:
    folder.mkdir()
    (folder / "index.html").write_text(INDEX % listed)
    for name, content in pages.items():
        (folder / f"{name}.html").write_text(content)
    return folder


def documents(path: Path) -> list[DocumentRecord]:
    return [item for item in ConfluenceHtml(path).items() if isinstance(item, DocumentRecord)]


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ("Created by <span class='author'> Ada</span> on Mar 03, 2025", ("Ada", "", "2025-03-03", None)),
        ("Created by <span class='author'> Ada</span>, last modified on Mar 03, 2025", ("Ada", "", None, "2025-03-03")),
        (
            "Created by <span class='author'> Ada</span>, last modified by <span class='editor'> Ben</span> on 3 Mar, 2025",
            ("Ada", "Ben", None, "2025-03-03"),
        ),
        ("Angelegt von <span class='author'> Ada</span> am 3. März 2025", ("Ada", "", "2025-03-03", None)),
        ("Angelegt von <span class='author'> Ada</span>, zuletzt geändert am Mär 03, 2025", ("Ada", "", None, "2025-03-03")),
        ("Created by <span class='author'> Room 4, Mar 01, 2001</span> on Mar 03, 2025", ("Room 4, Mar 01, 2001", "", "2025-03-03", None)),
        ("Last modified on Mar 03, 2025", ("", "", None, "2025-03-03")),
        ("Created by <span class='author'> Anonymous</span> on Mar 03, 2025", ("", "", "2025-03-03", None)),
        ("Created by <span class='author'> Former user (Deleted)</span>", ("", "", None, None)),
        ("Created by <span class='author'> Ada (Deactivated)</span>", ("Ada", "", None, None)),
        ("", ("", "", None, None)),
    ],
)
def test_who_wrote_and_when_is_read_whatever_the_words_between(metadata: str, expected: tuple[str | None, ...]) -> None:
    found = read(html(metadata=metadata))
    days = [day.isoformat() if day else None for day in (found.created, found.updated)]
    assert (found.author, found.editor, *days, found.unread) == (*expected, "")


def test_a_date_that_cannot_be_understood_is_left_out_and_remarked_on(tmp_path: Path) -> None:
    metadata = "Créé par <span class='author'>Ada</span> le févr. 03, 2025"
    items = list(ConfluenceHtml(export(tmp_path / "space", Pins_1=html(metadata=metadata))).items())
    (note,) = (item for item in items if isinstance(item, Noted))
    (document,) = (item for item in items if isinstance(item, DocumentRecord))
    assert "févr. 03, 2025" in note.reason
    assert (document.created, document.updated) == (None, None)


@pytest.mark.parametrize(
    ("shown", "title"),
    [("Firmware : Pins", "Pins"), ("Firmware : Pins : left", "Pins : left"), ("Pins: left", "Pins: left"), ("Firm : Pins", "Firm : Pins")],
)
def test_the_name_of_the_space_is_no_part_of_a_title(shown: str, title: str) -> None:
    assert read(html(title=shown)).title == title


@pytest.mark.parametrize(
    ("main", "text"),
    [
        ('<div class="toc-macro"><a href="#a">A</a></div><h2>A</h2>', "## A"),
        ('<div class="expand-control">Click here</div><div class="expand-content">kept</div>', "kept"),
        ('<span class="aui-icon" /><div class="confluence-information-macro-body"><p>kept</p></div>', "kept"),
        ('see <span class="jira-issue" data-jira-key="A-1"><a href="https://x.example.com">A-1</a> <i>loading</i></span>', "see A-1"),
        ("<ul><li><p>one</p></li><li><p>two</p></li></ul>", "- one\n- two"),
        ("<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>", "| a | b"),
        ('<div class="code"><pre class="syntaxhighlighter-pre">a\n  &lt;b&gt;</pre></div>', "```\na\n  <b>\n```"),
        ('ask <a class="user-mention" data-account-id="1" href="https://x.example.com/people/1">@Ada</a>', "ask @Ada"),
        ('<p onclick="alert(1)">a<script>alert(2)</script></p><img src=x onerror="alert(3)">', "a"),
    ],
)
def test_the_text_is_what_its_author_wrote(main: str, text: str) -> None:
    assert read(html(main)).text == text


def test_comments_and_attachments_are_no_part_of_the_text_and_labels_beside_it_are_tags() -> None:
    around = '<div class="greybox">a.png</div><h2 id="comments">Comments:</h2>Nice<ul class="label-list"><li><a>runbook</a></li></ul>'
    found = read(html('<ul class="label-list"><li><a>of another page</a></li></ul>', around=around))
    assert (found.text, found.labels) == ("- of another page", ("runbook",))


def test_a_mention_goes_by_the_account_and_never_by_the_name(tmp_path: Path) -> None:
    mention = '<a class="user-mention" data-account-id="557058:aa11">Ada</a><a class="user-mention" data-username="ben">Ben</a>'
    metadata = "Created by <span class='author'>@557058:aa11</span>, changed by <span class='editor'>Ada</span>"
    items = list(ConfluenceHtml(export(tmp_path / "space", Pins_1=html(mention, metadata))).items())
    accounts = {item.id: item.accounts for item in items if isinstance(item, PersonRecord)}
    assert accounts == {
        "confluence-557058:aa11": (),
        "confluence-Ada": (),
        "confluence-@557058:aa11": ("atlassian:557058:aa11",),
        "confluence-@ben": (),
    }
    (document,) = (item for item in items if isinstance(item, DocumentRecord))
    assert [(credit.person, credit.role) for credit in document.authors] == [
        ("confluence-557058:aa11", "author"),
        ("confluence-Ada", "editor"),
        ("confluence-@557058:aa11", "mentioned"),
        ("confluence-@ben", "mentioned"),
    ]


def test_pages_have_no_readers_unless_whoever_adds_them_says_so() -> None:
    assert {(item.visibility, item.allow) for item in documents(SPACE)} == {(None, ())}
    opened = [item for item in stated(ConfluenceHtml(SPACE), "org").items() if isinstance(item, DocumentRecord)]
    assert {item.visibility for item in opened} == {"org"}


def test_of_two_files_of_a_page_the_one_is_read_that_the_index_links_to(tmp_path: Path) -> None:
    path = export(tmp_path / "space", "W%C3%B6rter_1.html", Pins_1=html("old"), Wörter_1=html("new"))
    assert [(item.id, item.text) for item in documents(path)] == [("confluence-1", "new")]
    (refused,) = (item for item in ConfluenceHtml(path).items() if isinstance(item, Refused))
    assert (refused.place, refused.id) == ("Pins_1.html", None)


def test_the_index_is_a_page_only_where_it_has_a_text_of_its_own(tmp_path: Path) -> None:
    path = export(tmp_path / "space", Pins_1=html())
    assert [item.id for item in documents(path)] == ["confluence-1"]
    (path / "index.html").write_text(html("Welcome"))
    assert [(item.id, item.text) for item in documents(path)] == [("confluence-index", "Welcome"), ("confluence-1", "words")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (html().removesuffix("</html>").encode(), "cut off"),
        (html("ä").encode("latin-1"), "not UTF-8"),
        (b"<html><h1>502 Bad Gateway</h1></html>", "no page"),
        (html("<div>" * 5000).encode(), "nested deeper"),
    ],
)
def test_a_page_that_cannot_be_read_keeps_what_is_held_of_it_and_costs_no_other(tmp_path: Path, content: bytes, reason: str) -> None:
    path = export(tmp_path / "space", Pins_1=html())
    (path / "Broken_2.html").write_bytes(content)
    (refused,) = (item for item in ConfluenceHtml(path).items() if isinstance(item, Refused))
    assert reason in refused.reason
    assert (refused.place, refused.id, refused.incomplete) == ("Broken_2.html", "confluence-2", False)
    assert [item.id for item in documents(path)] == ["confluence-1"]


def test_a_renamed_and_moved_page_stays_the_same_and_a_removed_one_is_deleted(place: World, tmp_path: Path) -> None:
    path = export(tmp_path / "space", Pins_1=html("pins"), Wires_2=html("wires"))
    place.ingest(ConfluenceHtml(path), "space")
    (path / "Wires_2.html").unlink()
    (path / "Pins_1.html").rename(path / "Pins-of-a-Heron_1.html")
    moved = html("pins").replace("</ol>", '<li><a href="Archive_9.html">Archive</a></li></ol>')
    (path / "Pins-of-a-Heron_1.html").write_text(moved)
    again = place.ingest(ConfluenceHtml(path), "space")
    assert (again.added, again.deleted) == (0, 1)
    assert place.rows(Document, "source_key", "deleted") == [("confluence-1", False), ("confluence-2", True)]


@pytest.mark.parametrize("around", ["", "FW/"])
def test_the_zip_gives_the_same_with_and_without_the_entry_for_its_root(tmp_path: Path, around: str) -> None:
    with zipfile.ZipFile(tmp_path / "space.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("/"), b"")
        for found in sorted(SPACE.rglob("*")):
            if found.is_file():
                archive.write(found, around + found.relative_to(SPACE).as_posix())
    assert formats.recognised(tmp_path / "space.zip") is formats.named("confluence-html")
    assert lines(ConfluenceHtml(tmp_path / "space.zip")) == lines(ConfluenceHtml(SPACE))


def without_pages(folder: Path) -> None:
    for found in folder.glob("*_*.html"):
        found.unlink()
    (folder / "131080.html").unlink()


def of_another_maker(folder: Path) -> None:
    (folder / "index.html").write_text('<html><div id="main-content">We moved here from Confluence.</div></html>')


@pytest.mark.parametrize("change", [without_pages, of_another_maker, lambda folder: (folder / "index.html").unlink()])
def test_other_folders_of_html_are_not_taken_for_an_export(tmp_path: Path, change: Callable[[Path], None]) -> None:
    shutil.copytree(SPACE, tmp_path / "site")
    assert formats.recognised(tmp_path / "site") is formats.named("confluence-html")
    change(tmp_path / "site")
    assert formats.recognised(tmp_path / "site") is None


def test_a_folder_without_pages_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no index\.html with pages beside it"):
        list(ConfluenceHtml(tmp_path).items())


@pytest.mark.parametrize(
    "piece",
    [
        "<li><p>", '<span data-jira-key="A-1">', '<a class="user-mention" data-username="a">', '<div class="toc-macro">x</div>', "<td><p>x",
        '<div class="page-metadata">1', '<ul class="label-list"><a>x</a></ul>',
    ],
)  # fmt: skip
def test_a_hostile_page_takes_no_more_than_two_seconds(tmp_path: Path, piece: str) -> None:
    path = export(tmp_path / "space", Pins_1=html(piece * 20_000, piece * 1000))
    begun = process_time()
    list(ConfluenceHtml(path).items())
    assert process_time() - begun < 10
