"""The shapes of response bodies, for the published OpenAPI document and the tests that hold responses against it."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

Sure = Literal["strong", "good", "some", "none"]
Origin = Literal["declared", "inferred", "endorsed"]
Place = Annotated[int, Field(ge=0, description="Where in the document's text the passage begins, in code points.")]
Edited = Annotated[float | None, Field(ge=0, le=1, description="An editor's share of the document, where a source tells one.")]
Zone = Annotated[str | None, Field(description="The time zone they work in, by its IANA name, such as Europe/Helsinki.")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class SkillBody(BaseModel):
    """A skill and where it comes from."""

    name: str
    origin: Origin


class SnippetBody(BaseModel):
    """Plain text, and the [start, end) code points in it that met the question."""

    text: str
    highlights: list[tuple[int, int]]


class ProfileBody(BaseModel):
    """What lists show of a person."""

    id: str
    name: str
    title: str | None
    team: str | None
    location: str | None
    timezone: Zone
    languages: list[str]
    url: str
    contact: str | None
    skills: list[SkillBody]


class PartBody(BaseModel):
    """One signed part of a person's score; the parts add up to it."""

    part: Literal["evidence", "unshown", "profile", "endorsed", "expected_by_volume"]
    document: str | None
    share: float


class EvidenceBody(BaseModel):
    """A document that speaks for a person."""

    document: str
    title: str
    kind: str
    role: str
    edited: Edited
    created: Day | None
    share: float
    url: str
    passage: Place
    snippet: SnippetBody


class KnowerBody(ProfileBody):
    """Somebody who knows about what a document is about, with the other documents that say so."""

    evidence: list[EvidenceBody]


class CoveredBody(BaseModel):
    """A subject of the question that a person speaks to; the share is of what its best person is worth."""

    subject: str
    share: Annotated[float, Field(ge=0, le=1)]


class MemberBody(ProfileBody):
    """One of a team, with the subjects that they stand for."""

    subjects: list[str]


class TeamBody(BaseModel):
    """The fewest people who cover the subjects of a question, and what nobody covers."""

    members: list[MemberBody]
    uncovered: list[str]


class WonderedBody(BaseModel):
    """A document in which somebody asked."""

    document: str
    title: str
    url: str


class InterestedBody(ProfileBody):
    """Somebody who cares about the subject: by interests they declare, or by having asked."""

    interests: list[str]
    asked: list[WonderedBody]


class PersonResultBody(ProfileBody):
    """A person found. The score orders within one answer only."""

    rank: Annotated[int, Field(ge=1)]
    score: float
    confidence: Sure
    label: str | None
    explanation: list[PartBody]
    evidence: list[EvidenceBody]
    covers: list[CoveredBody]


class AuthorBody(BaseModel):
    """A person's part in a document."""

    id: str
    name: str
    role: str
    edited: Edited


class SummaryBody(BaseModel):
    """What lists show of a document."""

    id: str
    title: str
    kind: str
    source: str
    created: Day | None
    language: str
    tags: list[str]
    authors: list[AuthorBody]
    url: str
    source_url: str | None


class DocumentResultBody(SummaryBody):
    """A document found."""

    rank: Annotated[int, Field(ge=1)]
    score: float
    passage: Place
    snippet: SnippetBody


class CountBody(BaseModel):
    """How many of the results share a value."""

    value: str
    count: Annotated[int, Field(ge=0)]


class FacetsBody(BaseModel):
    """Counts by facet, each ignoring its own selection."""

    people: dict[str, list[CountBody]]
    documents: dict[str, list[CountBody]]


class AnswerBody(BaseModel):
    """People and documents for a question. A list not asked for is empty."""

    question: str
    type: Literal["people", "documents", "all"]
    sort: Literal["relevance", "recent"]
    confidence: Sure
    also_searched: list[str]
    filters: dict[str, list[str]]
    subjects: list[str]
    people: list[PersonResultBody]
    team: TeamBody | None
    interested: list[InterestedBody]
    documents: list[DocumentResultBody]
    facets: FacetsBody
    next_cursor: str | None


class DocumentBody(SummaryBody):
    """One document in full."""

    text: str
    updated: Day | None


class RelatedBody(BaseModel):
    """What stands around a document: the nearest others, and who else knows about it."""

    documents: list[SummaryBody]
    people: list[KnowerBody]


class SuggestionBody(BaseModel):
    """A completion; a person or a document has an id and an address."""

    text: str
    kind: str
    id: str | None
    url: str | None


class SuggestionsBody(BaseModel):
    """Completions of what was typed."""

    suggestions: list[SuggestionBody]


class TokenBody(BaseModel):
    """What a portal hands on to the box on its page."""

    token: str
    expires_in: int


class StatusBody(BaseModel):
    """Whether something is so."""

    status: str


class PushedBody(BaseModel):
    """A push was stored; `url` tells what becomes of it."""

    job: str
    records: Annotated[int, Field(ge=1)]
    url: str


State = Literal["queued", "stored", "unchanged", "removed", "quarantined"]


class FateBody(BaseModel):
    """What became of one pushed record; `id` once it was read."""

    position: Annotated[int, Field(ge=1)]
    id: str | None
    state: State
    reason: str | None


class JobBody(BaseModel):
    """What became of a push, record by record."""

    job: str
    source: str
    created: str
    state: Literal["queued", "done"]
    counts: dict[State, int]
    records: list[FateBody]


class RunBody(BaseModel):
    """How the last run over a source went; `finished` null where it goes on or was interrupted."""

    started: str
    finished: str | None
    added: int
    changed: int
    unchanged: int
    deleted: int
    quarantined: int
    problem: str | None


class SourceBody(BaseModel):
    """How one source is doing. `lag` is how many seconds old what is held may be; `left_out` are places and reasons."""

    name: str
    kind: str
    location: str
    documents: int
    people: int
    waiting: int
    lag: int | None
    last_run: RunBody | None
    left_out: list[tuple[str, str]]


class SourcesBody(BaseModel):
    """Every source."""

    sources: list[SourceBody]


class ProblemBody(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field()] | None = None
    remedy: Annotated[str, Field()] | None = None


BODIES: tuple[type[BaseModel], ...] = (
    AnswerBody,
    DocumentBody,
    RelatedBody,
    SuggestionsBody,
    TokenBody,
    StatusBody,
    PushedBody,
    JobBody,
    SourcesBody,
    ProblemBody,
)
