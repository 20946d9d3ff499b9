"""The sources of the fixtures and the records that each must give. `python -m tests.indexer.connectors.golden` writes the records anew."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from indexer.connectors.detect import detect
from indexer.records import Connector

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures"


def sources() -> Iterator[tuple[str, Path]]:
    """Yield (format, path) of every fixture: whatever stands in a folder named for its format, but for the databases of others."""
    for folder in sorted(FIXTURES.iterdir()):
        yield from ((folder.name, path) for path in sorted(folder.iterdir()) if path.suffix != ".db")


def golden(name: str, path: Path) -> Path:
    return HERE / "golden" / f"{name}-{path.name}.jsonl"


def lines(connector: Connector) -> str:
    """Return what a connector yields, a JSON object a line, without fields that are empty."""
    rows = ({"record": type(item).__name__, **asdict(item, dict_factory=_filled)} for item in connector.items())
    return "".join(json.dumps(row, default=str, ensure_ascii=False) + "\n" for row in rows)


def _filled(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: value for key, value in fields if value not in (None, (), "")}


if __name__ == "__main__":
    for kind, source in sources():
        golden(kind, source).write_text(lines(detect(source, kind)), encoding="utf-8")
