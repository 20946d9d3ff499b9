"""Reads activities in ActivityStreams 2.0, such as the outbox of a social server: notes and articles as posts, `Delete` as a deletion.

What is addressed to the public is readable by the organisation, what is addressed to followers its author's; what is addressed to single
people is never read. A collection may be the newest part only: what it no longer lists is kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from indexer import validation
from indexer.connectors import packed
from indexer.connectors.faults import salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge
from indexer.connectors.html_text import to_text
from indexer.connectors.issues import packed_whole
from indexer.connectors.raw import NOTHING, fields, parsed, rows, text
from indexer.records import Item
from models.tables import Role, Visibility

PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
WRITINGS = {"Note": "post", "Article": "post", "Page": "wiki", "Question": "question", "Document": "wiki"}
PROGRAMS = ("Service", "Application")


class Activity:
    """The connector for one file of activities."""

    kind = "activity"
    complete = False

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield those who wrote, then what they wrote. Raises SourceError where the file cannot be read."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        stream = _Stream()
        for activity in _activities(parsed(packed_whole(self._path))):
            stream.take(activity)
        for actor, name in stream.actors.items():
            person = {"id": _own(actor), "name": name[:200] or _own(actor), "accounts": [f"activity:{actor}"], "listed": False}
            yield from validation.person(person, f"actor {actor[:100]}")
        notes = self.gauge.part(1.0, [len(stream.notes)]).each(stream.notes.items())
        for number, (own, note) in enumerate(notes, start=1):
            yield from _post(own, note, stream, f"{self._path.name} #{number}")


def _activities(held: object) -> list[Mapping[str, Any]]:
    collection = fields(held)
    listed = rows(held) or rows(collection.get("orderedItems")) or rows(collection.get("items"))
    return listed or rows(fields(collection.get("first")).get("orderedItems")) or rows([held])


@dataclass(slots=True)
class _Stream:
    """The last word on each writing, by its id: an outbox lists the newest first, and a deletion is final."""

    notes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    likes: dict[str, set[str]] = field(default_factory=dict)
    actors: dict[str, str] = field(default_factory=dict)

    def take(self, activity: Mapping[str, Any]) -> None:
        kind, told = text(activity.get("type")), activity.get("object")
        note = fields(told)
        own = text(note.get("id")) or text(told)
        if kind == "Like":
            self.likes.setdefault(own, set()).add(_id(activity.get("actor")))
        elif kind == "Delete" or note.get("type") == "Tombstone":
            self.notes[own] = {"type": "Tombstone"}
        elif kind in ("Create", "Update") and text(note.get("type")) in WRITINGS:
            self._write(own, {**note, "_actor": activity.get("actor")})
        elif kind in WRITINGS:
            self._write(text(activity.get("id")), activity)

    def _write(self, own: str, note: Mapping[str, Any]) -> None:
        held = self.notes.get(own, NOTHING)
        if not own or held.get("type") == "Tombstone" or text(held.get("updated")) > text(note.get("updated")):
            return
        self.notes[own] = note
        actor, described = _author(note), fields(note.get("_actor")) or fields(note.get("attributedTo"))
        if actor and described.get("type") not in PROGRAMS:
            self.actors[actor] = text(described.get("name")) or self.actors.get(actor, "")


def _id(value: object) -> str:
    return text(value) or text(fields(value).get("id"))


def _author(note: Mapping[str, Any]) -> str:
    return _id(note.get("attributedTo")) or _id(note.get("_actor"))


def _own(actor: str) -> str:
    try:
        parts = urlsplit(actor)
    except ValueError:
        return f"actor-{actor}"
    last = parts.path.rstrip("/").rpartition("/")[2]
    return f"{parts.netloc}-{last.lstrip('@')}".lower() if parts.netloc and last else f"actor-{actor}"


def _post(own: str, note: Mapping[str, Any], stream: _Stream, place: str) -> Iterator[Item]:
    if note.get("type") == "Tombstone":
        yield from validation.document({"id": own, "deleted": True}, place)
        return
    addressed = [_id(one) for name in ("to", "cc") for one in _listed(note.get(name))]
    actor = _author(note)
    if actor not in stream.actors or not (set(addressed) & set(PUBLIC) or any(one.endswith("/followers") for one in addressed)):
        return
    tags = rows(note.get("tag"))
    mentioned = [text(tag.get("href")) for tag in tags if tag.get("type") == "Mention"]
    said, thread = to_text(text(note.get("content"))), _id(note.get("inReplyTo"))
    title = text(note.get("name")) or to_text(text(note.get("summary"))) or said.partition("\n")[0][:100]
    languages = [name for name in fields(note.get("contentMap")) if isinstance(name, str)]
    urls = [found for one in _listed(note.get("url")) if (found := text(one) or text(fields(one).get("href")))]
    fields_of = {
        "id": own,
        "kind": WRITINGS[text(note.get("type"))],
        "title": title,
        "text": said,
        "authors": [{"id": _own(actor)}]
        + [{"id": _own(one), "role": Role.MENTIONED} for one in dict.fromkeys(mentioned) if one in stream.actors and one != actor],
        "created": text(note.get("published")) or None,
        "updated": text(note.get("updated")) or None,
        "tags": [text(tag.get("name")).lstrip("#") for tag in tags if tag.get("type") == "Hashtag"],
        "url": urls[0] if urls else None,
        "language": languages[0] if len(languages) == 1 else None,
        "thread": (thread or own)[:400],
        "votes": len(stream.likes.get(own, ())),
        "visibility": Visibility.ORG if set(addressed) & set(PUBLIC) else Visibility.PRIVATE,
    }
    yield from validation.document(fields_of, place)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def recognises(path: Path) -> bool:
    """Whether a JSON file begins as activities do."""
    return packed.unpacked_suffix(path) in (".json", ".jsonld") and b"www.w3.org/ns/activitystreams" in packed.head(path)


FORMAT = Format(
    "activity",
    "activities in ActivityStreams 2.0, such as the `outbox.json` of a Mastodon archive",
    "the organisation for what is addressed to the public, the author for what is addressed to followers. What is addressed to single "
    "people is never read",
    recognises,
    Activity,
)
