"""The shapes of response bodies about one person: their page, and what is held of whoever asks."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from finder.web.schemas import Day, Edited, Origin, ProfileBody, SummaryBody

Count = Annotated[int, Field(ge=0)]


class HeldSkillBody(BaseModel):
    """A skill, how many documents that the asker may read name it, and how many colleagues confirm it."""

    name: str
    origin: Origin
    documents: Count
    endorsements: Count
    endorsed_by_me: bool


class YearBody(BaseModel):
    """Documents of one year by topic; the last number counts those of no listed topic."""

    year: int
    counts: list[Count]


class TimelineBody(BaseModel):
    """Documents by year and topic. `unplaced` bear no date or an earlier one."""

    topics: list[str]
    years: list[YearBody]
    unplaced: Count


class NeighbourBody(BaseModel):
    """Somebody who works near: documents in common, threads besides, and whether they share a team."""

    person: ProfileBody
    documents: Count
    threads: Count
    same_team: bool


class GroupBody(BaseModel):
    """A group."""

    id: str
    name: str


class PraiseBody(BaseModel):
    """Documents that speak well of a person: how many, and the newest."""

    count: Count
    documents: list[SummaryBody]


class VotedBody(BaseModel):
    """A document with its votes."""

    document: SummaryBody
    votes: Count


class AchievementsBody(BaseModel):
    """Answers accepted, documents that thank the person, and what others voted for."""

    accepted: PraiseBody
    thanked: PraiseBody
    voted: list[VotedBody]


class PersonBody(ProfileBody):
    """One person, with what they had a part in that the asker may read."""

    skills: list[HeldSkillBody]  # type: ignore[assignment]  # those of lists, with their evidence
    bio: str | None
    interests: list[str]
    documents: list[SummaryBody]
    document_count: Count
    timeline: TimelineBody
    near: list[NeighbourBody]
    groups_in_common: list[GroupBody]
    achievements: AchievementsBody


class SkillEvidenceBody(BaseModel):
    """A skill of a person with the documents that name it, newest first."""

    person: ProfileBody
    skill: HeldSkillBody
    documents: list[SummaryBody]


class SimilarBody(ProfileBody):
    """Somebody with similar knowledge, and what both know."""

    shared: list[str]


class PeopleBody(BaseModel):
    """Some people."""

    people: list[SimilarBody]


class FactBody(BaseModel):
    """A field of the profile or a group, and the source that says so."""

    field: str
    value: str
    source: str


class TopicBody(BaseModel):
    """A skill or interest: where it comes from, what names it, who confirms it, whether it is muted."""

    name: str
    interest: bool
    origins: list[Literal["declared", "inferred", "endorsed"]]
    documents: Count
    endorsers: list[GroupBody]
    muted: bool


class OwnDocumentBody(BaseModel):
    """A document that names the person; a hidden one gives them no credit."""

    id: str
    title: str
    kind: str
    created: Day | None
    source: str
    roles: list[str]
    edited: Edited
    visibility: str
    topics: list[str]
    hidden: bool
    url: str


class OwnNoteBody(BaseModel):
    """A note to the administrators."""

    about: str
    text: str
    created: str


class ConfirmedBody(BaseModel):
    """A skill of a colleague that the person confirms."""

    id: str
    name: str
    skill: str


class DecisionBody(BaseModel):
    """What a recruiter decided about a person, and why."""

    at: str
    stage: Literal["considering", "contacted", "agreed", "declined", "not-chosen"]
    reason: str


class MentionBody(BaseModel):
    """A recruiter's search that showed the person: its purpose, until when it is kept, and decisions, the newest first."""

    purpose: str
    created: str
    until: str
    decisions: list[DecisionBody]


class OwnBody(BaseModel):
    """Everything held of the person who asks."""

    id: str
    name: str
    url: str
    paused: bool
    indexed: bool
    facts: list[FactBody]
    accounts: list[str]
    groups: list[FactBody]
    topics: list[TopicBody]
    documents: list[OwnDocumentBody]
    document_count: Count
    notes: list[OwnNoteBody]
    confirmed: list[ConfirmedBody]
    feedback: Count
    given: Count
    audited: Count
    sign_ins: Count
    shown_in: list[MentionBody]


class NoteBody(OwnNoteBody):
    """A note with who wrote it."""

    person: str


class NotesBody(BaseModel):
    """What people wrote to the administrators."""

    notes: list[NoteBody]


BODIES: tuple[type[BaseModel], ...] = (PersonBody, SkillEvidenceBody, PeopleBody, OwnBody, NotesBody)
