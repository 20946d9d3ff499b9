"""What the finder answers: frozen values in the shape of the HTTP interface."""

from dataclasses import dataclass, field
from enum import StrEnum


class Confidence(StrEnum):
    """How sure an answer is, calibrated when the generation was built."""

    STRONG = "strong"
    GOOD = "good"
    SOME = "some"
    NONE = "none"


class Kind(StrEnum):
    """Which lists were asked for."""

    PEOPLE = "people"
    DOCUMENTS = "documents"
    ALL = "all"


class Sort(StrEnum):
    """How the documents of an answer are ordered. People are always in order of relevance: nobody is newer than another."""

    RELEVANCE = "relevance"
    RECENT = "recent"


@dataclass(frozen=True, slots=True)
class Filters:
    """Chosen values by facet name: values of one name are alternatives, names add up. Empty means no restriction."""

    values: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One question with everything that shapes its answer. `offset` and `generation` come from a cursor."""

    question: str
    kind: Kind = Kind.ALL
    limit: int = 10
    filters: Filters = Filters()
    offset: int = 0
    generation: str | None = None
    sort: Sort = Sort.RELEVANCE


@dataclass(frozen=True, slots=True)
class Snippet:
    """Plain text and the [start, end) code-point spans in it that met the question."""

    text: str
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that speaks for a person, with the part of the score that comes from it.

    `passage` is where in the document's text the passage begins that the snippet is of, in code points; `edited` as of an Author.
    """

    document: str
    title: str
    kind: str
    role: str
    created: str | None
    share: float
    snippet: Snippet
    passage: int = 0
    edited: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One summand of a person's score: evidence, unshown, profile or expected_by_volume."""

    part: str
    share: float
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill with its origin: declared, inferred or endorsed."""

    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What anybody who may see a person sees of them. `contact` is their address in the directory, for those who stand in it themselves.

    `timezone` is a name of the time zone database, such as Europe/Helsinki.
    """

    id: str
    name: str
    title: str | None
    team: str | None
    location: str | None
    languages: tuple[str, ...]
    skills: tuple[Skill, ...]
    contact: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """A subject of the question that a person covers: with at least half of what its best person is worth, the `share`."""

    subject: str
    share: float


@dataclass(frozen=True, slots=True)
class PersonResult:
    """A person found, with the signed parts that add up to the score. `covers` is empty where the question names one subject."""

    profile: Profile
    rank: int
    score: float
    confidence: Confidence
    label: str | None
    explanation: tuple[Part, ...]
    evidence: tuple[Evidence, ...]
    covers: tuple[Covered, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One of a team, with the subjects that they stand for in it."""

    profile: Profile
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """The fewest people who together cover the subjects of a question; `uncovered` are those that nobody covers."""

    members: tuple[Member, ...]
    uncovered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """A person's part in a document; of an editor, the share of it that was `edited`, where a source tells."""

    id: str
    name: str
    role: str
    edited: float | None = None


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What a list shows of a document."""

    id: str
    title: str
    kind: str
    source: str
    created: str | None
    language: str
    tags: tuple[str, ...]
    authors: tuple[Author, ...]
    source_url: str | None


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """A document found, with the beginning of the passage that was (see Evidence)."""

    document: DocumentSummary
    rank: int
    score: float
    snippet: Snippet
    passage: int = 0


@dataclass(frozen=True, slots=True)
class InterestedPerson:
    """Somebody who cares about the subject, by their declared interests or by documents in which they asked."""

    profile: Profile
    interests: tuple[str, ...]
    asked: tuple[DocumentSummary, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the results share a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything one question gets. `more` says whether a further page exists; `generation` is for the cursor alone.

    `team` and `interested` come with the first page of people.
    """

    request: Request
    generation: str
    confidence: Confidence
    also_searched: tuple[str, ...]
    people: tuple[PersonResult, ...]
    documents: tuple[DocumentResult, ...]
    subjects: tuple[str, ...] = ()
    team: Team | None = None
    interested: tuple[InterestedPerson, ...] = ()
    facets: dict[str, dict[str, tuple[Count, ...]]] = field(default_factory=dict)
    more: bool = False


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One document in full. `passages` are the [start, end) code points in the text that can be found by themselves."""

    document: DocumentSummary
    text: str
    updated: str | None
    passages: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Knower:
    """Somebody who knows about what a document is about, with the other documents that say so."""

    profile: Profile
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """What stands around one document: the nearest others, and who else knows about it."""

    documents: tuple[DocumentSummary, ...]
    people: tuple[Knower, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion of what was typed: a person, skill, tag or title the asker may know of."""

    text: str
    kind: str
    id: str | None = None
