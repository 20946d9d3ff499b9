"""Values of foreign JSON, taken as what they should be or as nothing: a field of another type never ends the reading of a source."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from indexer.connectors.faults import Damaged

NOTHING: Mapping[str, Any] = {}


def parsed(content: bytes) -> Any:
    """Return what a JSON text holds. Raises Damaged."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Damaged(f"it is not UTF-8: {error.reason} at byte {error.start}") from error
    except (ValueError, RecursionError) as error:
        raise Damaged(f"it is not JSON: {error}") from error


def text(value: object) -> str:
    """Return a text, "" for anything else."""
    return value if isinstance(value, str) else ""


def word(value: object) -> str:
    """Return a text or a whole number as text without blanks around it, "" for anything else."""
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def fields(value: object) -> Mapping[str, Any]:
    """Return an object's fields, none for anything else."""
    return value if isinstance(value, dict) else NOTHING


def rows(value: object) -> list[Mapping[str, Any]]:
    """Return the objects of a list, none for anything else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def words(value: object) -> list[str]:
    """Return the texts and numbers of a list as text, none for anything else."""
    return [found for entry in value if (found := word(entry))] if isinstance(value, list) else []


def count(value: object) -> int:
    """Return a whole number, 0 for anything else and for what is absurdly large."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1_000_000_000 else 0


def day(seconds: object) -> str | None:
    """Return the UTC date of seconds since 1970, given as number or text, None where that is no time."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC).date().isoformat()  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return None
