"""What chats have in common: a message with its thread becomes a question, an answer or a post, with who took which part in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.tables import Role

LONGEST_TITLE = 100  # characters
_THANKS = re.compile(r"\b(?:thanks|thank you|thx|kudos|danke|merci|gracias)\b", re.IGNORECASE)
CONFIRMING = frozenset({"white_check_mark", "heavy_check_mark", "ballot_box_with_check"})
OBJECTING = frozenset({"-1", "thumbsdown", "x"})


@dataclass(frozen=True, slots=True)
class Root:
    """The message that a thread began with."""

    id: str
    author: str
    title: str
    question: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One message, its markup turned to plain text. `reactions` are the ids of those who reacted, by the reaction's name."""

    id: str
    author: str
    text: str
    created: str | None
    channel: str
    reactions: Mapping[str, tuple[str, ...]]
    mentions: tuple[str, ...] = ()
    edited: str | None = None
    url: str | None = None


def root(message: Message) -> Root:
    """Return what replies need to know of the message they reply to."""
    return Root(message.id, message.author, title(message.text), "?" in message.text)


def title(text: str) -> str:
    """Return the first line of a text, cut between words."""
    line = " ".join(next((line for line in text.splitlines() if line.strip()), "").lstrip("#> ").split())
    return line if len(line) <= LONGEST_TITLE else line[:LONGEST_TITLE].rsplit(" ", 1)[0] + " ..."


def fields(message: Message, begun: Root | None) -> dict[str, Any]:
    """Return the raw fields of a message; `begun` is the root of the thread that it replies to. Readers are the caller's to add.

    A root that asks is a question. Who replies to it answers, with success where the asker put a check mark to the reply; an asker
    who replies goes on asking, and whoever an asker thanks by name is thanked.
    """
    asked = root(message).question if begun is None else begun.question
    own = begun is None or begun.author == message.author
    accepted = begun is not None and asked and not own and _confirmed(message, begun.author)
    role = (Role.ASKER if own else Role.ACCEPTED if accepted else Role.ANSWERER) if asked else Role.AUTHOR
    named = Role.THANKED if begun is not None and own and _THANKS.search(message.text) else Role.MENTIONED
    others = [person for person in message.mentions if person != message.author]
    return {
        "id": message.id,
        "kind": "post" if not asked or (own and begun is not None) else "question" if begun is None else "answer",
        "title": title(message.text) if begun is None else f"Re: {begun.title}",
        "text": message.text,
        "authors": [{"id": message.author, "role": role}, *({"id": person, "role": named} for person in others)],
        "created": message.created,
        "updated": message.edited,
        "tags": [message.channel],
        "url": message.url,
        "thread": message.id if begun is None else begun.id,
        "votes": len({who for name, people in message.reactions.items() if name not in OBJECTING for who in people} - {message.author}),
        "accepted": accepted,
    }


def _confirmed(message: Message, asker: str) -> bool:
    return any(asker in people for name, people in message.reactions.items() if name in CONFIRMING)
