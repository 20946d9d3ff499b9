"""The front matter of a page: YAML's plain values, within bounds that nobody who writes a page meets."""

import re
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

LARGEST = 100_000  # characters
DEEPEST = 20
LARGEST_NUMBER = 2**64
_OPENED = re.compile(r"\s*---[ \t]*\n\w+[ \t]*:")


def split(text: str) -> tuple[dict[str, Any], str]:
    """Return front matter and body of a page. Only YAML's plain values are built, never objects.

    Raises ValueError where there is front matter that says nothing readable: it might have narrowed who may read the page.
    """
    handler = YAMLHandler()
    if not handler.detect(text):
        return {}, text
    try:
        front, body = handler.split(text)
    except ValueError:
        if _OPENED.match(text):
            raise
        return {}, text  # a page that begins with a rule
    try:
        _check(front)
        meta = handler.load(front)
    except (yaml.YAMLError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())[:200]) from error
    if meta is not None and not isinstance(meta, dict):
        raise ValueError("it is no list of names and values")
    if _has_absurd_number(meta):
        raise ValueError("it holds a number of absurd length")
    return meta or {}, body


def _check(front: str) -> None:
    """Refuse what is small and stands for much: the library takes any depth, to the end of the process, and repeats what is referred to.

    Raises ValueError, YAMLError.
    """
    if len(front) > LARGEST:
        raise ValueError(f"it is longer than {LARGEST:,} characters")
    depth = 0
    for event in yaml.parse(front, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("it refers to another part of itself")  # noqa: TRY004 said of a page, not of a program
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError(f"it is nested more than {DEEPEST} deep")


def _has_absurd_number(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_absurd_number, value.values()))
    if isinstance(value, list):
        return any(map(_has_absurd_number, value))
    return isinstance(value, int) and abs(value) >= LARGEST_NUMBER
