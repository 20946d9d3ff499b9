"""The interface's words: all of them have a German translation, none is kept for nothing, and what is compiled is what is written."""

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
GERMAN = ROOT / "finder/web/translations/de/LC_MESSAGES"
MARKS = {"_l": None, "lazy_gettext": None}


@pytest.fixture(scope="module")
def written() -> Catalog:
    return read_po(io.BytesIO((GERMAN / "messages.po").read_bytes()), locale="de")


@pytest.fixture(scope="module")
def used() -> set[str | tuple[str, ...]]:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(ROOT, methods, options, keywords={**DEFAULT_KEYWORDS, **MARKS})
    return {message for _, _, message, _, _ in found}


def singular(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def test_every_message_has_a_translation_in_each_of_its_forms(written: Catalog, used: set[str | tuple[str, ...]]) -> None:
    assert len(used) > 300
    told = forms(written)
    assert {singular(message) for message in used if not all(told.get(singular(message), ("",)))} == set()


def test_no_translation_is_kept_of_what_nothing_says(written: Catalog, used: set[str | tuple[str, ...]]) -> None:
    assert {singular(message.id) for message in written if message.id} - {singular(message) for message in used} == set()


def test_no_translation_is_only_a_guess(written: Catalog) -> None:
    assert [message.id for message in written if message.id and message.fuzzy] == []


def test_what_a_message_is_filled_with_is_the_same_in_german(written: Catalog) -> None:
    assert [(message.id, list(map(str, found))) for message in written if message.id and (found := list(message.check(written)))] == []


def test_what_is_compiled_is_what_is_written(written: Catalog) -> None:
    with (GERMAN / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    assert forms(compiled) == forms(written)


def forms(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    return {
        singular(message.id): tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)
        for message in catalog
        if message.id
    }
