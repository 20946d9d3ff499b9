"""What Obsidian and Notion write besides Markdown: links between pages, tags in the text, ids in file names, properties under the title."""

import re
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

_NOTION = re.compile(r"^(.*?)[ _-]?([0-9a-f]{32})$")
_EMBED = re.compile(r"!\[\[[^\[\]\n]{1,300}\]\]")
_LINK = re.compile(r"\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{1,300}))?\]\]")
_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]*`)", re.DOTALL)
_TAG = re.compile(r"(?<![\w&/#])#([^\W\d_][\w/-]{0,60})")
_PROPERTY = re.compile(r"([A-Z][\w ]{1,30}): (\S[^\n]{0,500})")
_MOMENTS = ("%B %d, %Y %I:%M %p", "%B %d, %Y", "%Y/%m/%d %H:%M", "%Y-%m-%d")
_DATES = {"created": "created", "created time": "created", "last edited time": "updated", "last edited": "updated"}


def flavoured(fields: dict[str, Any], path: str, *, is_vault: bool) -> dict[str, Any]:
    """Return the raw fields of a page with what its flavour says besides. `is_vault`: words such as #backup in the text are tags."""
    made = dict(fields)
    named = _NOTION.match(PurePosixPath(path).stem)
    if named:
        made |= {"id": f"notion-{named[2]}"}
        if made["title"] == PurePosixPath(path).stem.replace("-", " ").replace("_", " ").strip():
            made["title"] = named[1].strip() or made["title"]
        made |= _properties(made)
    parts = _CODE.split(made["text"])
    if is_vault:
        found = [tag for part in parts[::2] for tag in _TAG.findall(part)]
        made["tags"] = list(dict.fromkeys([*(tag.lstrip("#") for tag in made["tags"]), *found]))[:200]
    made["text"] = "".join(part if at % 2 else _LINK.sub(_shown, _EMBED.sub("", part)) for at, part in enumerate(parts)).strip()
    return made


def _shown(match: re.Match[str]) -> str:
    return (match[2] or match[1].rpartition("/")[2].replace("#", " ")).strip()


def _properties(fields: dict[str, Any]) -> dict[str, Any]:
    """Return what Notion writes as `Name: value` between the title and the text, and the text without it."""
    lines = fields["text"].split("\n")
    at = 1 if lines[0].startswith("# ") else 0
    while at < len(lines) and not lines[at].strip():
        at += 1
    found: dict[str, Any] = {"tags": list(fields["tags"])}
    begun = at
    while at < len(lines) and (match := _PROPERTY.fullmatch(lines[at].strip())):
        name, value = match[1].lower(), match[2]
        if name in ("tags", "tag", "category"):
            found["tags"] += [tag.strip() for tag in value.split(",") if tag.strip()]
        elif name in _DATES and (day := _day(value)):
            found[_DATES[name]] = fields.get(_DATES[name]) or day
        at += 1
    return found | {"text": "\n".join(lines[:begun] + lines[at:])}


def _day(value: str) -> str | None:
    for form in _MOMENTS:
        try:
            return datetime.strptime(value.strip(), form).replace(tzinfo=UTC).date().isoformat()
        except ValueError:
            continue
    return None
