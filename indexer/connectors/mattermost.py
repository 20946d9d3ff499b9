"""Reads a Mattermost bulk export, JSON lines or the zip around them: the posts of public channels, one document each with its replies.

A public channel of an open team is readable by the organisation, one of a team by invitation by the members of that team. Private
channels and direct messages are passed over unread.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from indexer import validation
from indexer.connectors import archives, chat, packed
from indexer.connectors.faults import Damaged, salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge, size_of
from indexer.connectors.lines import LONGEST_LINE, lines_of
from indexer.connectors.raw import day, fields, parsed, rows, text, word
from indexer.records import Item, Refused
from models.errors import SourceError
from models.tables import Visibility

_MENTION = re.compile(r"(?<![\w@.])@([a-z0-9][a-z0-9._-]{0,63})")
_START = re.compile(rb'\s*\{\s*"type"\s*:\s*"version"')


class Mattermost:
    """The connector for a bulk export."""

    kind = "mattermost"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield people, the teams that are by invitation as groups, then posts. Raises SourceError where this is no export."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        server, told = _Server(), False
        with _opened(self._path, self.gauge) as file:
            for number, line in enumerate(lines_of(file), start=1):
                place = f"line {number}"
                if line.too_long:
                    yield Refused(place, f"the line is longer than {LONGEST_LINE // 1_000_000} MB")
                    continue
                try:
                    row = fields(parsed(line.content)) if line.content.strip() else {}
                except Damaged as error:
                    yield Refused(place, str(error), incomplete=True)
                    continue
                kind = text(row.get("type"))
                if kind == "post" and not told:
                    yield from server.groups()
                    told = True
                if kind == "user" and told:
                    yield Refused(place, "a user stands after the posts and was left out")
                    continue
                yield from server.read(kind, fields(row.get(kind)), place)


@contextmanager
def _opened(path: Path, gauge: Gauge) -> Iterator[BinaryIO]:
    if not archives.is_archive(path):
        with packed.opened(path, gauge.part(1.0, [size_of(path)])) as file:
            yield file
        return
    with archives.opened(path) as tree:
        name = next((name for name in tree.names if name.endswith(".jsonl") and "/" not in name), None)
        if name is None:
            raise SourceError(f"{path} holds no .jsonl file.", "Name the bulk export, or the zip that Mattermost made.")
        with gauge.part(1.0, [tree.size(name)]).through(tree.open(name)) as file:
            yield file


@dataclass(slots=True)
class _Server:
    """What was read so far of teams, channels and users. `channels` gives the team and the title of each public channel."""

    open_teams: dict[str, bool] = field(default_factory=dict)
    channels: dict[tuple[str, str], str] = field(default_factory=dict)
    users: set[str] = field(default_factory=set)
    bots: set[str] = field(default_factory=set)
    members: dict[str, list[str]] = field(default_factory=dict)

    def read(self, kind: str, row: Mapping[str, Any], place: str) -> Iterator[Item]:
        if kind == "team":
            self.open_teams[text(row.get("name"))] = row.get("type") == "O"
        elif kind == "channel" and row.get("type") == "O":
            self.channels[text(row.get("team")), text(row.get("name"))] = text(row.get("display_name")) or text(row.get("name"))
        elif kind == "bot":
            self.bots.add(text(row.get("username")))
        elif kind == "user":
            yield from self._person(row, place)
        elif kind == "post":
            yield from self._thread(row, place)

    def _person(self, row: Mapping[str, Any], place: str) -> Iterator[Item]:
        name = text(row.get("username"))
        self.users.add(name)
        for team in rows(row.get("teams")):
            self.members.setdefault(text(team.get("name")), []).append(_own(name))
        full = " ".join(part for part in (text(row.get("first_name")), text(row.get("last_name"))) if part)
        person = {
            "id": _own(name) if name else None,
            "name": (full or text(row.get("nickname")) or name)[:200],
            "title": text(row.get("position")) or None,
            "emails": [found] if (found := text(row.get("email"))) else [],
            "active": not row.get("delete_at"),
            "listed": False,
        }
        yield from validation.person(person, place)

    def groups(self) -> Iterator[Item]:
        for team, is_open in self.open_teams.items():
            if not is_open:
                yield from validation.group({"id": _team(team), "members": self.members.get(team, [])}, f"team {team[:60]}")

    def _thread(self, row: Mapping[str, Any], place: str) -> Iterator[Item]:
        team, channel = text(row.get("team")), text(row.get("channel"))
        title = self.channels.get((team, channel))
        if title is None or row.get("delete_at"):
            return
        everybody = self.open_teams.get(team, False)
        readers: dict[str, Any] = (
            {"visibility": Visibility.ORG} if everybody else {"visibility": Visibility.RESTRICTED, "allow": [f"group:{_team(team)}"]}
        )
        first = self._message(row, f"{team}-{channel}", title)
        begun = chat.root(first)
        if self._counts(row):
            yield from validation.document({**chat.fields(first, None), **readers}, place)
        for number, raw in enumerate(rows(row.get("replies")), start=1):
            if self._counts(raw):
                reply = self._message(raw, f"{team}-{channel}", title)
                yield from validation.document({**chat.fields(reply, begun), **readers}, f"{place} reply {number}")

    def _counts(self, row: Mapping[str, Any]) -> bool:
        """Whether a post is something that a person said and that still stands."""
        props = fields(row.get("props"))
        from_program = any(str(props.get(mark)).lower() == "true" for mark in ("from_bot", "from_webhook", "from_plugin"))
        said = bool(text(row.get("message")).strip()) and not text(row.get("type")).startswith("system_")
        return said and not from_program and not row.get("delete_at") and text(row.get("user")) not in {"", *self.bots}

    def _message(self, row: Mapping[str, Any], channel: str, title: str) -> chat.Message:
        author, said, created = text(row.get("user")), text(row.get("message")), row.get("create_at")
        reactions: dict[str, list[str]] = {}
        for found in rows(row.get("reactions")):
            reactions.setdefault(text(found.get("emoji_name")), []).append(_own(text(found.get("user"))))
        mentions = [name for name in dict.fromkeys(_MENTION.findall(said)) if name in self.users]
        # A bulk export has no ids: a channel, a moment and an author are as good.
        return chat.Message(
            f"{channel}-{word(created)}-{author}"[:200], _own(author), said, _day(created), title,
            {name: tuple(people) for name, people in reactions.items()},
            tuple(map(_own, mentions)), _day(row.get("edit_at")),
        )  # fmt: skip


def _own(username: str) -> str:
    return f"mattermost-{username}"


def _team(name: str) -> str:
    return f"mattermost-{name}"


def _day(milliseconds: object) -> str | None:
    return day(milliseconds / 1000) if isinstance(milliseconds, int) and 0 < milliseconds < 10**14 else None


def recognises(path: Path) -> bool:
    """Whether a file begins as a bulk export does, or a zip holds one beside its data."""
    if path.is_dir():
        return False
    if path.name.lower().endswith(".zip"):
        inner = next((name for name in sorted(archives.names(path)) if name.endswith(".jsonl") and "/" not in name), None)
        return inner is not None and _START.match(archives.head(path, inner)) is not None
    return packed.unpacked_suffix(path) in (".jsonl", ".json") and _START.match(packed.head(path)) is not None


FORMAT = Format(
    "mattermost",
    "a bulk export (`.jsonl`, or the zip around it) made with `mmctl export` or `mattermost export bulk`",
    "the organisation for public channels of open teams, the members of the team for those of a team by invitation. Private channels and "
    "direct messages are never read",
    recognises,
    Mattermost,
)
