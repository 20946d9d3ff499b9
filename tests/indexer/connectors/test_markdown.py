from datetime import date
from pathlib import Path

import pytest

from indexer.connectors.markdown import Markdown
from indexer.records import Credit, DocumentRecord, Item, Refused
from models.tables import Role


def read(folder: Path, text: str | bytes, name: str = "page.md") -> list[Item]:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(Markdown(folder).items())


def only(found: list[Item]) -> DocumentRecord:
    (record,) = found
    assert isinstance(record, DocumentRecord)
    return record


def test_front_matter_gives_title_authors_dates_and_tags(tmp_path: Path) -> None:
    front = "title: Slow queries\nauthors: [ada, 'Bob <BOB@example.com>', 'github:eve']\neditors: kim\ndate: 2025-03-04\ntags: [db, speed]"
    text = f"---\n{front}\n---\nText."
    page = only(read(tmp_path, text, "guide/page.md"))
    assert (page.id, page.title, page.text, page.kind, page.created) == ("guide/page.md", "Slow queries", "Text.", "wiki", date(2025, 3, 4))
    assert page.tags == ("db", "speed")
    assert page.authors == (
        Credit("ada", Role.AUTHOR), Credit("email:bob@example.com", Role.AUTHOR), Credit("github:eve", Role.AUTHOR),
        Credit("kim", Role.EDITOR),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "title"),
    [("Intro.\n\n# First heading #\n\nText", "First heading"), ("Text only.", "my page"), ("---\ntitle: 2025\n---\n", "2025")],
)
def test_the_title_comes_from_front_matter_else_first_heading_else_file_name(tmp_path: Path, text: str, title: str) -> None:
    assert only(read(tmp_path, text, "my-page.md")).title == title


@pytest.mark.parametrize(
    ("front", "visibility"),
    [
        ("", "org"),
        ("visibility: restricted\nallow: ['group:a']", "restricted"),
        ("visibility: private", "private"),
        ("draft: true", "private"),
        ("published: false\nvisibility: org", "private"),
    ],
)
def test_a_page_is_the_organisations_unless_its_front_matter_says_otherwise(tmp_path: Path, front: str, visibility: str) -> None:
    assert only(read(tmp_path, f"---\n{front}\n---\nText.")).visibility == visibility


@pytest.mark.parametrize("value", ["", "[org]", "{a: 1}", "secret", "null"])
def test_a_visibility_that_cannot_be_read_never_means_everybody(tmp_path: Path, value: str) -> None:
    found = read(tmp_path, f"---\nvisibility: {value}\n---\nText.")
    assert all(item.visibility != "org" for item in found if isinstance(item, DocumentRecord))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xff\xfea\x00", "not UTF-8"),
        ("---\ntitle: [unclosed\n---\nText.", "front matter"),
        ("---\n!!python/object/apply:os.system ['true']\n---\nText.", "front matter"),
        ("---\n- a\n- list\n---\nText.", "front matter"),
        ("---\nvisibility private\n---\nText.", "front matter"),
        ("---\nvisibility: private\n\nNever closed.", "front matter"),
        ("---\ntags: " + "[" * 100_000 + "\n---\nText.", "longer than 100,000"),
        ("---\ntags: " + "[" * 90_000 + "\n---\nText.", "nested"),
        ("---\ntitle: 0x" + "f" * 5000 + "\n---\nText.", "absurd"),
        ("---\ntags: [1, 0x" + "f" * 5000 + "]\n---\nText.", "absurd"),
        ("a\x00b", "NUL"),
        ("---\ndate: sometime\n---\nText.", "not a date"),
        (b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_a_page_that_cannot_be_used_is_refused_by_name_and_the_rest_is_read(tmp_path: Path, text: str | bytes, said: str) -> None:
    read(tmp_path, "Fine.", "fine.md")
    page, bad = sorted(read(tmp_path, text, "zz.md"), key=lambda item: item.place)
    assert isinstance(page, DocumentRecord)
    assert isinstance(bad, Refused)
    assert (bad.place, bad.id) == ("zz.md", "zz.md")
    assert said in bad.reason


def test_front_matter_that_merges_itself_many_times_costs_nothing(tmp_path: Path) -> None:
    lines = ["a0: &a0 {k: v}", *(f"a{at}: &a{at} {{<<: [{', '.join([f'*a{at - 1}'] * 9)}]}}" for at in range(1, 9))]
    (refused,) = read(tmp_path, "---\n" + "\n".join(lines) + "\n---\nText.")
    assert isinstance(refused, Refused)
    assert "refers to another part" in refused.reason


def test_a_page_whose_name_is_not_utf_8_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "b\udcff.md").write_text("Text.")
    found = read(tmp_path, "Seen.", "seen.md")
    assert [item.reason for item in found if isinstance(item, Refused)] == ["the file's name is not UTF-8; rename the file"]
    assert [item.id for item in found if isinstance(item, DocumentRecord)] == ["seen.md"]
    "".join(item.place for item in found).encode()


def test_hidden_folders_and_links_are_left_alone(tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("secret")
    folder = tmp_path / "docs"
    (folder / ".hidden").mkdir(parents=True)
    (folder / ".hidden" / "x.md").write_text("x")
    (folder / "link.md").symlink_to(outside)
    assert [item.place for item in read(folder, "Seen.", "seen.md")] == ["seen.md"]
