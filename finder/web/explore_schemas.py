"""The shapes of what the API tells of topics and of where to start."""

from typing import Annotated

from pydantic import BaseModel, Field

from finder.web.schemas import ProfileBody, SummaryBody


class TopicBody(BaseModel):
    """A topic, its words with the name first, over what the asker may read."""

    id: str
    name: str
    words: list[str]
    documents: Annotated[int, Field(ge=0)]
    people: Annotated[int, Field(ge=0, description="Who had a part in making two of its documents or more.")]
    url: str


class TopicsBody(BaseModel):
    """The topics, the largest first."""

    topics: list[TopicBody]


class GuideBody(ProfileBody):
    """Somebody to start with: in how many of the documents they had a part, how many answers they gave, what is newest."""

    documents: Annotated[int, Field(ge=0)]
    answers: Annotated[int, Field(ge=0)]
    latest: str | None


class ReadingBody(SummaryBody):
    """A document to start with, its topic's id, which of the topic's words it holds, and how many people worked on it."""

    topic: str
    words: list[str]
    hands: Annotated[int, Field(ge=0)]


class StartBody(BaseModel):
    """Where a newcomer starts: with a team or with a topic."""

    team: str | None
    topic: TopicBody | None
    documents: Annotated[int, Field(ge=0)]
    topics: list[TopicBody]
    people_to_ask: list[GuideBody]
    documents_to_read: list[ReadingBody]


class YearBody(BaseModel):
    """How many of a topic's documents were written in a year."""

    year: int
    documents: Annotated[int, Field(ge=0)]


class TopicTeamBody(BaseModel):
    """A team in a topic: its documents there, and which share of all of the team's documents that is."""

    team: str
    documents: Annotated[int, Field(ge=0)]
    share: Annotated[float, Field(ge=0, le=1)]


class TopicPageBody(StartBody):
    """One topic: where to start, its documents by year, and the teams in it."""

    years: list[YearBody]
    teams: list[TopicTeamBody]


BODIES: tuple[type[BaseModel], ...] = (TopicsBody, TopicPageBody, StartBody)
