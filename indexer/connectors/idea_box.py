"""Reads an idea box, a CSV or a JSON list of ideas with title, text, author, votes and status.

An idea without a `visibility` is its author's, unless whoever adds the box says otherwise. Drafts are not read.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from indexer import validation
from indexer.connectors import packed
from indexer.connectors.addresses import public_id
from indexer.connectors.faults import salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge, size_of
from indexer.connectors.issues import packed_whole
from indexer.connectors.raw import parsed, rows, word, words
from indexer.connectors.tables import cells, heading, headings
from indexer.fields import LONGEST_LINE
from indexer.records import Item, Refused

# A heading in lower case, and the field it stands for.
HEADINGS = {
    name: field
    for field, names in {
        "id": "id,number,nummer",
        "title": "title,titel,idea,idee",
        "text": "body,text,description,beschreibung,details",
        "author": "author,autor,autorin,submitter,einreicher,submitted by,e-mail,email",
        "votes": "votes,stimmen,likes,points,punkte",
        "status": "status,state,stand",
        "created": "created,created at,date,datum,submitted,eingereicht",
        "tags": "tags,category,categories,kategorie,thema,campaign",
        "url": "url,link",
        "visibility": "visibility,sichtbarkeit",
        "allow": "allow,groups",
        "language": "language,sprache",
    }.items()
    for name in names.split(",")
}
NEEDED = frozenset({"title", "votes"})
LOOK = 0.1  # of the work is looking for names
UNFINISHED, GONE = ("draft", "entwurf"), ("deleted", "withdrawn", "gelöscht", "zurückgezogen")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")


class IdeaBox:
    """The connector for one file of ideas."""

    kind = "ideas"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield those who had ideas, then the ideas. Raises SourceError where the file cannot be read."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        authors = dict.fromkeys(fields["author"] for _, fields in self._ideas(None, LOOK) if fields.get("author"))
        for author in authors:
            key, email = _person(author)
            name = " ".join(_EMAIL.sub("", author[:LONGEST_LINE]).strip(" <>()\"'").split()) or author.partition("@")[0]
            person = {"id": key, "name": name[:200], "emails": email, "listed": False}
            yield from validation.person(person, f"author {key[:60]}")
        refused: list[Item] = []
        for place, fields in self._ideas(refused, 1.0):
            yield from _idea(fields, place)
        yield from refused

    def _ideas(self, refused: list[Item] | None, end: float) -> Iterator[tuple[str, dict[str, Any]]]:
        if packed.unpacked_suffix(self._path) == ".json":
            listed = rows(parsed(packed_whole(self._path)))
            for number, row in enumerate(self.gauge.part(end, [len(listed)]).each(listed), start=1):
                yield f"{self._path.name} #{number}", _fields(row)
            return
        for found in cells(self._path, self.gauge.part(end, [size_of(self._path)])):
            if isinstance(found, tuple):
                yield found[0], _fields({name: " ".join(values) for name, values in found[1].items()})
            elif refused is not None and isinstance(found, Refused):
                refused.append(found)


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in row.items():
        field = HEADINGS.get(heading(name))
        if field and field not in told and value not in (None, ""):
            told[field] = words(value) if isinstance(value, list) else word(value)
    for name in ("author", "status"):
        told[name] = told[name] if isinstance(told.get(name), str) else ""
    return told


def _person(author: str) -> tuple[str, list[str]]:
    """Return own id and addresses. Somebody of whom only a name is told is that name within this source and nowhere else."""
    found = _EMAIL.search(author[:LONGEST_LINE])
    return (public_id(found.group().lower()), [found.group()]) if found else (f"idea-{author}", [])


def _idea(fields: dict[str, Any], place: str) -> Iterator[Item]:
    status = fields["status"].lower()
    if status in UNFINISHED:
        return
    author, votes = fields["author"], str(fields.get("votes", ""))
    own = fields.get("id") or hashlib.blake2b(f"{fields.get('title')}\n{author}".encode("utf-8", "replace"), digest_size=8).hexdigest()
    tags = fields.get("tags", [])
    known: dict[str, Any] = {name: fields[name] for name in ("title", "text", "created", "url", "visibility", "language") if name in fields}
    known |= {
        "id": f"idea-{own}",
        "kind": "idea",
        "authors": [{"id": _person(author)[0]}] if author else [],
        "votes": int(votes) if re.fullmatch(r"-?\d{1,8}", votes, re.ASCII) else 0,
        "tags": [*(tags if isinstance(tags, list) else re.split(r"[;,|]", tags)), *([fields["status"]] if status else [])],
        "deleted": status in GONE,
    }
    if "allow" in fields:
        known["allow"] = fields["allow"] if isinstance(fields["allow"], list) else re.split(r"[;,|\s]+", fields["allow"])
    yield from validation.document(known, place)


def recognises(path: Path) -> bool:
    """Whether a CSV or a JSON list has ideas with votes."""
    if not path.is_file():
        return False
    if path.suffix.lower() in (".csv", ".tsv"):
        return {HEADINGS.get(name) for name in headings(path)} >= NEEDED
    head = packed.head(path, 20_000)
    return packed.unpacked_suffix(path) == ".json" and head.lstrip()[:1] == b"[" and b'"votes"' in head and b'"title"' in head


FORMAT = Format(
    "ideas",
    "an idea box: a CSV with headings (English or German) or a JSON list, with title, body, author, votes, status",
    "its author alone; `visibility` and `allow` say otherwise",
    recognises,
    IdeaBox,
)
