"""What is held of the person who asks: frozen values of the page that shows it to them."""

from dataclasses import dataclass
from datetime import datetime

from finder.answers import Author
from finder.workbench.mentions import Mention

PAGE = 50  # documents


@dataclass(frozen=True, slots=True)
class OwnFact:
    """One field of the profile, or one group, with the source that says so."""

    field: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class OwnTopic:
    """A skill or an interest: where it comes from, how many readable documents name it, who confirms it, whether it is muted."""

    name: str
    interest: bool
    origins: tuple[str, ...]
    documents: int
    endorsers: tuple[Author, ...]
    muted: bool


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """A document that names the person: their parts in it, who may read it, the topics it names, whether its vote is hidden.

    `edited` as of an Author.
    """

    id: str
    title: str
    kind: str
    created: str | None
    source: str
    roles: tuple[str, ...]
    visibility: str
    topics: tuple[str, ...]
    hidden: bool
    edited: float | None


@dataclass(frozen=True, slots=True)
class OwnNote:
    """A note to the administrators."""

    about: str
    text: str
    created: datetime


@dataclass(frozen=True, slots=True)
class OwnConfirmation:
    """A skill of a colleague that the person confirms."""

    id: str
    name: str
    skill: str


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Everything held of a person. `indexed` says whether the index in service knows them.

    `feedback` counts what was said of them and is 0 for fewer than TOLD, `given` what they said, `audited` the audit rows that name them,
    `sign_ins` the browsers in which they are signed in. `shown_in` are the recruiters' searches that showed them.
    """

    id: str
    name: str
    paused: bool
    indexed: bool
    facts: tuple[OwnFact, ...]
    accounts: tuple[str, ...]
    groups: tuple[OwnFact, ...]
    topics: tuple[OwnTopic, ...]
    documents: tuple[OwnDocument, ...]
    document_count: int
    notes: tuple[OwnNote, ...]
    confirmed: tuple[OwnConfirmation, ...]
    feedback: int
    given: int
    audited: int
    sign_ins: int
    shown_in: tuple[Mention, ...]
