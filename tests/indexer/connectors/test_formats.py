import re
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from indexer.connectors import formats
from indexer.connectors.detect import detect
from indexer.connectors.formats import Format
from indexer.connectors.markdown import Markdown
from models.errors import SourceError

ODT = Format("minutes", "a folder of minutes", "nobody", lambda path: path.suffix == ".minutes", Markdown)


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("minutes", f"{__name__}:ODT", formats.ENTRY_POINTS)
    monkeypatch.setattr(formats, "entry_points", lambda group: [entry] if group == formats.ENTRY_POINTS else [])
    formats.added.cache_clear()


@pytest.fixture(autouse=True)
def forget_plugins() -> None:
    formats.added.cache_clear()


def test_an_unrecognised_path_is_refused_with_the_formats_there_are(tmp_path: Path) -> None:
    (tmp_path / "notes.xyz").write_text("?")
    with pytest.raises(SourceError, match=r"no source that is recognised.*collection, .*slack, .*people"):
        detect(tmp_path / "notes.xyz")


def test_a_format_can_be_forced_by_name(tmp_path: Path) -> None:
    (tmp_path / "documents.jsonl").write_text("")
    assert detect(tmp_path).kind == "collection"
    assert detect(tmp_path, "markdown").kind == "markdown"
    with pytest.raises(SourceError, match=r"no format 'excel'.*collection"):
        detect(tmp_path, "excel")


def test_every_format_has_a_name_of_its_own_and_says_what_it_is() -> None:
    names = [found.name for found in formats.built_in()]
    assert len(set(names)) == len(names)
    assert all(found.what and found.readers and "\n" not in found.what for found in formats.built_in())


@pytest.mark.usefixtures("plugin")
def test_an_installed_package_can_bring_a_format(tmp_path: Path) -> None:
    source = tmp_path / "board.minutes"
    source.mkdir()
    assert formats.recognised(source) is ODT
    assert "minutes" in formats.listing()


def test_a_package_whose_connector_cannot_be_loaded_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("broken", "no_such_module:FORMAT", formats.ENTRY_POINTS)
    monkeypatch.setattr(formats, "entry_points", lambda group: [entry])
    with pytest.raises(SourceError, match="'broken'"):
        formats.recognised(tmp_path)
    (tmp_path / "documents.jsonl").write_text("")
    assert formats.recognised(tmp_path) is not None


def test_the_connector_in_the_documentation_works_as_it_stands(tmp_path: Path) -> None:
    """And it is short."""
    page = (Path(__file__).parents[3] / "docs" / "connectors.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(code.splitlines()) <= 35
    names: dict[str, Any] = {}
    exec(compile(code, "connectors.md", "exec"), names)
    (tmp_path / "board.minutes").write_text("ada@example.com ben@example.com\nWe agreed.", encoding="utf-8")
    assert names["FORMAT"].recognises(tmp_path)
    (found,) = names["FORMAT"].open(tmp_path).items()
    assert (found.id, found.text, [credit.person for credit in found.authors]) == (
        "board",
        "We agreed.",
        ["email:ada@example.com", "email:ben@example.com"],
    )
