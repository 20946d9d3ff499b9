"""Reads archives of mail, mbox files and folders of `.eml`: each message a document under its thread, without what it quotes.

Mail says nothing of who may read it beyond those it was sent to: a message is its author's alone, unless whoever adds the archive says
that it is the organisation's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

from indexer import validation
from indexer.connectors import chat, packed
from indexer.connectors.addresses import public_id
from indexer.connectors.bounds import RENAME, is_text, shown
from indexer.connectors.faults import Damaged, salvaged
from indexer.connectors.formats import Format
from indexer.connectors.gauge import Gauge, size_of
from indexer.connectors.mail_messages import Letter, body, is_program, letter, parsed
from indexer.connectors.mbox import LARGEST_MESSAGE, messages
from indexer.records import Item, PersonRecord, Refused

LOOK = 0.25  # of the work is looking for names


class Mail:
    """The connector for an mbox file, packed or not, or for `.eml` files."""

    kind = "mail"

    def __init__(self, path: Path) -> None:
        self.location = str(path.resolve())
        self._path = path
        self.gauge = Gauge()

    def items(self) -> Iterator[Item]:
        """Yield those who wrote, then the messages. Raises SourceError where the path cannot be read."""
        yield from salvaged(self._items(), self._path)

    def _items(self) -> Iterator[Item]:
        names: dict[str, str] = {}
        self.gauge.part(LOOK, (size_of(file) for _, file in _files(self._path)))
        for _, message in self._messages(headers=True):
            if isinstance(message, Message) and not is_program(message):
                told = letter(message, "")
                if told.author and (told.author not in names or not names[told.author]):
                    names[told.author] = told.name
        for email, name in names.items():
            yield PersonRecord(public_id(email), name or email.partition("@")[0], "mail", emails=(email,), listed=False)
        threads = _Threads()
        self.gauge.part(1.0, (size_of(file) for _, file in _files(self._path)))
        for place, message in self._messages(headers=False):
            if isinstance(message, Refused):
                yield message
            elif not is_program(message):
                try:
                    said = body(message)
                except Damaged as error:
                    yield Refused(place, str(error), letter(message, "").id)
                else:
                    yield from threads.item(letter(message, said), place)

    def _messages(self, *, headers: bool) -> Iterator[tuple[str, Message | Refused]]:
        for name, file in _files(self._path):
            if not is_text(name):
                yield shown(name), Refused(shown(name), RENAME)
                continue
            with packed.opened(file, self.gauge) as stream:
                for number, content in enumerate(messages(stream, single=packed.unpacked_suffix(file) == ".eml"), start=1):
                    place = name if packed.unpacked_suffix(file) == ".eml" else f"{name} message {number}"
                    if content is None:
                        yield place, Refused(place, f"the message is larger than {LARGEST_MESSAGE // 1_000_000} MB")
                    else:
                        try:
                            yield place, parsed(content, headers=headers)
                        except Damaged as error:
                            yield place, Refused(place, str(error), letter(parsed(content, headers=True), "").id)


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_file():
        yield path.name, path
        return
    for found in sorted(path.rglob("*")):
        if found.is_file() and not found.is_symlink() and found.suffix.lower() in (".eml", ".mbox"):
            yield found.relative_to(path).as_posix(), found


@dataclass(slots=True)
class _Threads:
    """Which thread each message belongs to, and what replies need to know of its first."""

    roots: dict[int, chat.Root] = field(default_factory=dict)

    def item(self, told: Letter, place: str) -> Iterator[Item]:
        if hash(told.id) in self.roots and told.id:
            return  # the same message once more, as archives of lists hold
        begun = next((self.roots[hash(parent)] for parent in told.parents if hash(parent) in self.roots), None)
        author = public_id(told.author) if told.author else ""
        message = chat.Message(told.id, author, f"{told.subject}\n\n{told.text}", told.date, told.list_name, {}, url=told.url)
        first = begun or chat.Root(told.id, author, told.subject, "?" in message.text)
        if told.parents and begun is None:
            first = chat.Root(told.parents[0], "", told.subject, question=False)
        self.roots[hash(told.id)] = first
        fields: dict[str, Any] = chat.fields(message, first if told.parents else None)
        fields |= {"title": told.subject or first.title, "text": told.text, "tags": [told.list_name] if told.list_name else []}
        fields["authors"] = [credit for credit in fields["authors"] if credit["id"]]
        yield from validation.document(fields, place)


def recognises(path: Path) -> bool:
    """Whether a file is named or begins as mail, or a folder holds nothing but mail at its top."""
    if path.is_file():
        return packed.unpacked_suffix(path) in (".mbox", ".eml") or (
            packed.unpacked_suffix(path) in (".txt", "") and packed.head(path, 5) == b"From "
        )
    return path.is_dir() and any(found.suffix.lower() in (".eml", ".mbox") for found in path.iterdir())


FORMAT = Format(
    "mail",
    "an mbox file (`.mbox`, packed or not) such as the archive of a mailing list, or a folder of `.eml` and `.mbox` files",
    "its author alone",
    recognises,
    Mail,
)
