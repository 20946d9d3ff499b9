"""Reads a Slack export, a zip or the folder it was unpacked to: the messages of public channels, one document each.

Private channels, group conversations and direct messages are never opened. What public channels hold is readable by the organisation.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer import validation
from indexer.connectors import archives, chat
from indexer.connectors.archives import Tree
from indexer.connectors.faults import Damaged, salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge
from indexer.connectors.html_text import unescaped
from indexer.connectors.raw import day, fields, parsed, rows, text, word, words
from indexer.records import Item, Refused
from models.errors import SourceError
from models.tables import Visibility

USERS, CHANNELS = "users.json", "channels.json"
SUBTYPES = ("", "thread_broadcast", "me_message", "file_share")
_MARKUP = re.compile(r"<([^<>\n]{1,2000})>")
_LOGGED = (b'"message_deleted"', b'"message_changed"')


class Slack:
    """The connector for a Slack export."""

    kind = "slack"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield the workspace's people, then the messages. Raises SourceError where this is no Slack export."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        with archives.opened(self._path) as tree:
            if not {USERS, CHANNELS} <= set(tree.names):
                raise SourceError(f"{self._path} holds no {USERS} and {CHANNELS}.", "Name the zip that Slack exported, or its folder.")
            users = {word(user.get("id")): user for user in rows(parsed(archives.whole(tree, USERS)))}
            yield from _people(users)
            team = next((word(user.get("team_id")) for user in users.values()), "")
            bots = frozenset(key for key, user in users.items() if _bot(user))
            workspace = _Workspace(team, {key: _name(user) for key, user in users.items()}, bots)
            channels = rows(parsed(archives.whole(tree, CHANNELS)))
            days = _days(tree, channels)
            self.gauge.part(1.0, (tree.size(day) for found in days.values() for day in found))
            for channel in channels:
                name = text(channel.get("name"))
                if name in days:  # a folder is read once, however often it is listed
                    yield from _Channel(tree, workspace, word(channel.get("id")), name, self.gauge, days.pop(name)).items()


def _days(tree: Tree, channels: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the files of each channel that is public wherever it is listed."""
    shut = {text(channel.get("name")) for channel in channels if channel.get("is_private") is True}
    public = {text(channel.get("name")) for channel in channels} - shut
    days: dict[str, list[str]] = {}
    for file in tree.names:
        name, slash, _ = file.partition("/")
        if slash and file.endswith(".json") and name in public:
            days.setdefault(name, []).append(file)
    return days


def _people(users: Mapping[str, Mapping[str, Any]]) -> Iterator[Item]:
    for key, user in users.items():
        if key and not _bot(user):
            profile = fields(user.get("profile"))
            email = text(profile.get("email"))
            person = {
                "id": key,
                "name": _name(user),
                "title": text(profile.get("title")) or None,
                "emails": [email] if email else [],
                "accounts": [f"slack:{key}"],
                "active": user.get("deleted") is not True,
                "listed": False,
            }
            yield from validation.person(person, f"{USERS} {key}")


def _name(user: Mapping[str, Any]) -> str:
    profile = fields(user.get("profile"))
    given = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"), user.get("id"))
    return next((found for name in given if (found := " ".join(text(name).split())[:200])), "")


def _bot(user: Mapping[str, Any]) -> bool:
    return user.get("is_bot") is True or user.get("is_app_user") is True or user.get("id") == "USLACKBOT"


@dataclass(frozen=True, slots=True)
class _Workspace:
    team: str
    names: Mapping[str, str]
    bots: frozenset[str]


@dataclass(slots=True)
class _Channel:
    """One public channel. `changed` holds the last text of messages whose edits were exported apart, None where one was deleted."""

    tree: Tree
    workspace: _Workspace
    id: str
    name: str
    gauge: Gauge
    days: list[str]
    roots: dict[str, chat.Root] = field(default_factory=dict)
    changed: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)

    def items(self) -> Iterator[Item]:
        for name in self.days:
            self._read_log(name)
        for name in self.gauge.each(self.days, self.tree.size):
            try:
                messages = rows(parsed(archives.whole(self.tree, name)))
            except Damaged as error:
                yield Refused(name, str(error), incomplete=True)
                continue
            for number, raw in enumerate(messages):
                yield from self._message(raw, f"{name} #{number + 1}")

    def _read_log(self, name: str) -> None:
        """Note edits and deletions that the export tells as messages of their own, wherever in the channel they stand."""
        try:
            content = archives.whole(self.tree, name)
            if not any(mark in content for mark in _LOGGED):
                return
            for raw in rows(parsed(content)):
                if raw.get("subtype") == "message_deleted":
                    self.changed[word(raw.get("deleted_ts"))] = None
                elif raw.get("subtype") == "message_changed":
                    message = fields(raw.get("message"))
                    self.changed.setdefault(word(message.get("ts")), message)
                    if self.changed[word(message.get("ts"))] is not None:
                        self.changed[word(message.get("ts"))] = message
        except Damaged:
            return  # told when the messages themselves are read

    def _message(self, raw: Mapping[str, Any], place: str) -> Iterator[Item]:
        ts, own = word(raw.get("ts")), f"{self.id}-{word(raw.get('ts'))}"
        if ts in self.changed:
            last = self.changed[ts]
            if last is None:
                yield from validation.document({"id": own, "deleted": True}, place)
                return
            raw = {**raw, **last}
        author = word(raw.get("user"))
        said = self._plain(text(raw.get("text")))
        said = "\n".join(part for part in (said, *(_file(found) for found in rows(raw.get("files")))) if part)
        if text(raw.get("subtype")) not in SUBTYPES or raw.get("bot_id") or not author or author in self.workspace.bots or not said:
            return
        thread = word(raw.get("thread_ts"))
        message = chat.Message(
            own, self._key(author), said, day(ts), self.name, self._reactions(raw), tuple(map(self._key, self._mentions(raw))),
            day(fields(raw.get("edited")).get("ts")), self._link(ts),
        )  # fmt: skip
        if thread in ("", ts):
            self.roots[ts] = chat.root(message)
            begun = None
        else:
            begun = self.roots.get(thread) or chat.Root(f"{self.id}-{thread}", "", f"a thread in #{self.name}", question=False)
        yield from validation.document({**chat.fields(message, begun), "visibility": Visibility.ORG}, place)

    def _key(self, user: str) -> str:
        """Return how a credit names a user: somebody who is missing from the list goes by the account alone."""
        return user if user in self.workspace.names else f"slack:{user}"

    def _reactions(self, raw: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        return {
            text(found.get("name")).partition("::")[0]: tuple(map(self._key, words(found.get("users"))))
            for found in rows(raw.get("reactions"))
        }

    def _mentions(self, raw: Mapping[str, Any]) -> list[str]:
        found = (match[1][1:].partition("|")[0] for match in _MARKUP.finditer(text(raw.get("text"))) if match[1].startswith("@"))
        return [user for user in dict.fromkeys(found) if user and user not in self.workspace.bots]

    def _plain(self, marked: str) -> str:
        return unescaped(_MARKUP.sub(self._shown, marked)).strip()

    def _shown(self, match: re.Match[str]) -> str:
        target, _, label = match[1].partition("|")
        if target.startswith("@"):
            return "@" + (self.workspace.names.get(target[1:]) or label or target[1:])
        if target.startswith(("#", "!")):
            return ("#" if target[0] == "#" else "@") + (label or target[1:]).lstrip("#@")
        return f"{label} ({target})" if label and label not in target else target

    def _link(self, ts: str) -> str:
        return f"https://slack.com/app_redirect?team={self.workspace.team}&channel={self.id}&message_ts={ts}"


def _file(found: Mapping[str, Any]) -> str:
    name = text(found.get("title")) or text(found.get("name"))
    return f"[file: {name}]" if name and found.get("mode") != "tombstone" else ""


def recognises(path: Path) -> bool:
    """Whether a zip or a folder has Slack's two lists at its top."""
    return {USERS, CHANNELS} <= archives.names(path)


FORMAT = Format(
    "slack",
    "the zip that Slack exports, or the folder it was unpacked to",
    "the organisation. Only public channels are read: private channels, group conversations and direct messages never",
    recognises,
    Slack,
)
