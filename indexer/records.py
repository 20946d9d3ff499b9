"""What a connector yields: one item as the source gave it, checked and bounded, or the reason it was refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from models.tables import Role


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Somebody, as a people source describes them. `accounts` and `emails` are the declared keys of identity.

    `timezone` is a name of the time zone database, such as Europe/Helsinki.
    """

    id: str
    name: str
    place: str
    title: str | None = None
    team: str | None = None
    location: str | None = None
    bio: str | None = None
    manager: str | None = None
    skills: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    active: bool = True
    listed: bool = True
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A set of people."""

    id: str
    name: str
    place: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """Who did what for a document; `person` is an id of the same source or a declared account key.

    `share` is how much of the work on it was theirs, above 0 and at most 1; None where the source does not tell.
    """

    person: str
    role: Role
    share: float | None = None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document as its source gives it. `visibility` None or unknown means private."""

    id: str
    kind: str
    title: str
    text: str
    place: str
    authors: tuple[Credit, ...] = ()
    created: date | None = None
    updated: date | None = None
    tags: tuple[str, ...] = ()
    url: str | None = None
    language: str | None = None
    visibility: str | None = None
    allow: tuple[str, ...] = ()
    thread: str | None = None
    votes: int = 0
    accepted: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used: where it stands and why.

    `id` where the row still said it: what is held under that id stays. `incomplete`: the rest of the listing could not be read, so
    nothing may be taken for deleted.
    """

    place: str
    reason: str
    id: str | None = None
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """Something a person should know about a row that was used."""

    place: str
    reason: str


Item = PersonRecord | GroupRecord | DocumentRecord | Refused | Noted


class Connector(Protocol):
    """Reads one source. Order: people, groups, documents; the whole source each time.

    One that never lists everything, such as a feed, has `complete = False` besides: then nothing is taken for deleted. One that
    can say how much of its source it has read has a `gauge` (indexer/connectors/gauge.py) that counts while it reads.
    """

    kind: str
    location: str

    def items(self) -> Iterator[Item]:
        """Yield every item of the source. Raises SourceError where the source as a whole cannot be read."""
        ...
