"""The script of the box as a file: small, and without the ways in which text becomes code."""

import gzip
import re
from pathlib import Path

import finder.web

API = (Path(__file__).parents[3] / "docs/api.md").read_text(encoding="utf-8")
SCRIPT = (Path(finder.web.__file__).parent / "static/embed.js").read_text(encoding="utf-8")


def test_it_takes_less_than_fifteen_kilobytes_compressed() -> None:
    assert 2_000 < len(gzip.compress(SCRIPT.encode(), 6)) < 15_000


def test_nothing_in_it_makes_code_or_markup_of_text_or_keeps_anything() -> None:
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "srcdoc",
        "localStorage",
        "sessionStorage",
        ".cookie",
    ):
        assert way not in SCRIPT
    assert re.findall(r'credentials: "([a-z-]+)"', SCRIPT) == ["same-origin", "omit"]  # the portal's own token, then the service
    assert "https://" not in SCRIPT
    assert "http://" not in SCRIPT


def test_both_languages_say_the_same_things() -> None:
    english, german = SCRIPT.split("    en: {")[1].split("    de: {")
    words = [re.findall(r"(\w+): [\"`({]", part.split("const STYLE")[0]) for part in (english, german)]
    assert len(words[0]) > 20
    assert words[0] == words[1]


def test_every_custom_property_is_documented_and_every_documented_one_is_used() -> None:
    documented = re.findall(r"`(--expertise-[a-z-]+)`", API)
    assert documented
    assert sorted(documented) == sorted(set(re.findall(r"var\((--expertise-[a-z-]+)", SCRIPT)))
