"""What a person's page is made of: frozen values in the shape of the HTTP interface."""

from dataclasses import dataclass

from finder.answers import DocumentSummary, Profile


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """A skill with its origin, the strength of its evidence, and how many colleagues confirm it; `mine` where the asker does.

    `documents` counts those that the asker may read and that name the skill in their first lines.
    """

    name: str
    origin: str
    documents: int
    endorsements: int = 0
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Year:
    """How many documents of one year each topic has; the last number counts those of no listed topic."""

    year: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Documents by year and topic, each counted once; `unplaced` bear no date or an earlier one."""

    topics: tuple[str, ...] = ()
    years: tuple[Year, ...] = ()
    unplaced: int = 0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody who works near: documents with parts for both, threads besides in which both wrote, and whether they share a team."""

    profile: Profile
    documents: int
    threads: int
    team: bool


@dataclass(frozen=True, slots=True)
class Similar:
    """Somebody with similar knowledge, and the skills or topics that both have."""

    profile: Profile
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommonGroup:
    """A group that the asker and the person are both in."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Praise:
    """Documents that speak well of a person: how many, and the newest."""

    count: int = 0
    documents: tuple[DocumentSummary, ...] = ()


@dataclass(frozen=True, slots=True)
class Voted:
    """A document with the votes it got."""

    document: DocumentSummary
    votes: int


@dataclass(frozen=True, slots=True)
class Achievements:
    """Answers that were accepted, documents that thank the person, and what others voted for."""

    accepted: Praise = Praise()
    thanked: Praise = Praise()
    voted: tuple[Voted, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person, as far as the asker may see them. `documents` are the newest of `document_count`."""

    profile: Profile
    bio: str | None
    interests: tuple[str, ...]
    documents: tuple[DocumentSummary, ...]
    document_count: int
    skills: tuple[HeldSkill, ...] = ()
    timeline: Timeline = Timeline()
    near: tuple[Neighbour, ...] = ()
    groups: tuple[CommonGroup, ...] = ()
    achievements: Achievements = Achievements()


@dataclass(frozen=True, slots=True)
class SkillPage:
    """One skill of a person with the documents that name it, newest first."""

    profile: Profile
    skill: HeldSkill
    documents: tuple[DocumentSummary, ...]
