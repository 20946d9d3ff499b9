"""The tables of the documentation against the code they describe: nothing missing, nothing invented."""

import json
import re
from pathlib import Path

import pytest

from finder.keys import Scope
from finder.web import problems
from finder.web.schemas import AnswerBody, ProblemBody, SuggestionsBody
from indexer.connectors.formats import built_in
from models.errors import FinderError
from models.settings import Settings
from tests.world import World, document, person

ROOT = Path(__file__).resolve().parent.parent
ARCHITECTURE, OPERATIONS, API, README, CONNECTORS = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in ("docs/architecture.md", "docs/operations.md", "docs/api.md", "README.md", "docs/connectors.md")
)


def section(text: str, heading: str) -> str:
    """Return a section with what stands under it."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^(?!\1#)#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found.group(2)


def rows(text: str) -> list[list[str]]:
    """Return the cells of a section's tables, without headings and rules."""
    found = []
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        found += [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()[2:]]
    return found


def named(cells: list[list[str]]) -> list[str]:
    return [name for row in cells for name in re.findall(r"`([^`]+)`", row[0])]


def test_every_setting_has_one_row_with_its_default_and_its_reason() -> None:
    table = rows(section(OPERATIONS, "Settings"))
    assert named(table) == [f"FINDER_{name.upper()}" for name in Settings.model_fields]
    for row, (name, field) in zip(table, Settings.model_fields.items(), strict=True):
        assert len(row[2]) > 40, name
        default = field.default
        if isinstance(default, bool | int | float) or (isinstance(default, str) and default):
            shown = str(default).lower() if isinstance(default, bool) else f"{default:g}" if isinstance(default, float) else str(default)
            assert row[1].strip("`") == shown, name
        elif isinstance(default, tuple) and default:
            assert row[1].strip("`") == ",".join(default), name


def test_the_readme_shows_settings_that_exist() -> None:
    shown = named(rows(section(README, "Settings")))
    assert shown
    assert set(shown) <= {f"FINDER_{name.upper()}" for name in Settings.model_fields}


def test_every_named_error_has_a_row_that_says_what_to_do() -> None:
    def below(error: type[FinderError]) -> set[str]:
        return {error.__name__}.union(*(below(child) for child in error.__subclasses__()))

    table = rows(section(OPERATIONS, "Every error, and what to do"))
    names = named([row[:1] for row in table])
    assert sorted(names) == sorted(name for name in below(FinderError) if not name.startswith("_"))
    assert all(len(cell) > 8 for row in table for cell in row[1:])


def test_every_problem_the_api_answers_with_is_listed_under_its_status() -> None:
    listed = {(int(row[0]), row[1].strip("`")) for row in rows(section(API, "Errors"))}
    assert {(status, slug) for _, status, slug, _ in problems.STATUS} <= listed


def test_every_scope_is_explained() -> None:
    assert named(rows(section(API, "Who asks: keys and scopes"))) == [str(scope) for scope in (
        Scope.SEARCH, Scope.PEOPLE, Scope.ADMIN, Scope.IMPERSONATE, Scope.INGEST)]  # fmt: skip
    assert len(Scope) == 5


def test_the_examples_of_bodies_have_the_real_shape() -> None:
    blocks = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", API, re.MULTILINE | re.DOTALL)]
    for body in blocks:
        model = AnswerBody if "question" in body else SuggestionsBody if "suggestions" in body else ProblemBody
        assert model.model_validate(body, strict=False).model_dump(mode="json", exclude_unset=True) == body
        assert set(body) == set(model.model_fields)
    assert {len(body) for body in blocks} == {
        len(AnswerBody.model_fields),
        len(SuggestionsBody.model_fields),
        len(ProblemBody.model_fields),
    }


def test_the_shares_of_the_example_add_up_to_its_score() -> None:
    (answer,) = [
        json.loads(block) for block in re.findall(r"^```json\n(\{\n.*?)^```$", API, re.MULTILINE | re.DOTALL) if '"people": [' in block
    ]
    for found in answer["people"]:
        assert sum(part["share"] for part in found["explanation"]) == pytest.approx(found["score"], abs=1e-6)


def test_every_endpoint_has_an_example(tmp_path: Path) -> None:
    from finder.web.app import create_app

    world = World(tmp_path, people=[person("ada")], documents=[document("a", "Tide tables", "Where they hang.", ["ada"])])
    spec = create_app(world.settings, world.open()).spec
    assert isinstance(spec, dict)
    curls = re.findall(r"^curl .*$", API, re.MULTILINE)
    for path, methods in spec["paths"].items():
        address = re.compile(r":8000" + re.sub(r"\\\{\w+\\\}", r"[^/\\s\"]+", re.escape(path)) + r"(?=[?\"\s]|$)")
        for method in methods:
            posts = [line for line in curls if address.search(line) and ("--data" in line) == (method == "post")]
            assert posts, (method, path)


def test_every_filter_is_explained() -> None:
    from finder.filters import NAMES

    assert sorted(named(rows(section(API, "Filters")))) == sorted(NAMES)


def test_every_module_has_one_row_and_every_row_a_module() -> None:
    listed = [name for name in named(rows(section(ARCHITECTURE, "Modules"))) if name.endswith(".py")]
    modules = [
        path.relative_to(ROOT).as_posix()
        for package in ("models", "indexer", "finder")
        for path in (ROOT / package).rglob("*.py")
        if not path.name.startswith("__") and "migrations" not in path.parts
    ]
    assert sorted(listed) == sorted(modules)


def test_every_format_stands_with_its_readers_in_the_table_of_sources_and_in_a_section_of_its_own() -> None:
    assert rows(section(OPERATIONS, "Sources")) == [[found.name, found.what, found.readers] for found in built_in()]
    for found in built_in():
        assert len(section(CONNECTORS, found.name)) > 100, found.name


def test_the_figures_that_are_exported_are_listed() -> None:
    from finder.web.metrics import GAUGES, Metrics

    class Nothing:
        def describe(self) -> dict[str, object]:
            return dict.fromkeys(GAUGES, 0)

    metrics = Metrics(Nothing())
    metrics.observe("api.search", "GET", 200, 0.1)
    exported = {line.split()[2] for line in metrics.render().decode().splitlines() if line.startswith("# TYPE")}
    assert {name for name in exported if not name.endswith("_created")} == set(named(rows(section(OPERATIONS, "Logs, metrics, health"))))


def test_the_sizing_table_follows_its_own_formulas() -> None:
    disk, memory, slow, fast = 3 * 1720 + 1200, 1720, 20, 64
    sizes = rows(section(OPERATIONS, "Sizing"))
    for passages, stated in zip((10_000, 100_000, 1_000_000, 2_000_000), sizes, strict=True):
        assert stated[0] == f"{passages:,}"
        figures = (passages * disk, 530e6 + passages * memory, passages / slow, passages / fast)
        units = {"MB": 1e6, "GB": 1e9, "min": 60.0, "h": 3600.0}
        for exact, cell in zip(figures, stated[1:], strict=True):
            shown = sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+) (\w+)", cell))
            assert shown == pytest.approx(exact, rel=0.16), (passages, cell)
