"""What the pages about the whole organisation show: frozen values, all counted over what the asker may read."""

from dataclasses import dataclass

from finder.answers import DocumentSummary, Profile


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: its words, the name among them first, how many readable documents are about it and how many people carry it."""

    id: str
    words: tuple[str, ...]
    documents: int
    people: int

    @property
    def name(self) -> str:
        """The word that stands for the topic."""
        return self.words[0]


@dataclass(frozen=True, slots=True)
class Cell:
    """A team in a topic: the readable documents that its members had a part in making, and which share of all of theirs that is."""

    team: str
    documents: int
    share: float


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One topic across the teams, a cell for each in the order of HeatMap.teams."""

    topic: Topic
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Teams across topics; the topics that one team leads stand together."""

    teams: tuple[str, ...]
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """A topic that hangs on one person: of its `recent` documents `alone` had nobody else's hand in them. `others` come nearest."""

    topic: Topic
    person: Profile
    alone: int
    recent: int
    others: tuple[Profile, ...]


@dataclass(frozen=True, slots=True)
class Circle:
    """People who share a topic or an interest, in groups between which nobody has met anybody in writing. Larger groups first."""

    shared: str
    topic: str | None
    groups: tuple[tuple[Profile, ...], ...]
    people: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Words that several people asked with, of questions that the organisation's documents did not answer."""

    words: str
    askers: int


@dataclass(frozen=True, slots=True)
class Map:
    """Everything on the page of the whole organisation. `unanswered` is None where questions are not kept."""

    topics: tuple[Topic, ...]
    heat: HeatMap
    risks: tuple[Risk, ...]
    circles: tuple[Circle, ...]
    unanswered: tuple[Unanswered, ...] | None


@dataclass(frozen=True, slots=True)
class Guide:
    """Somebody to start with: in how many of the documents in question they had a part, how many answers they gave, what is newest."""

    profile: Profile
    documents: int
    answers: int
    latest: DocumentSummary | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A document to start with, the topic it is at the middle of, which of the topic's words it holds, and how many people worked on it."""

    document: DocumentSummary
    topic: Topic
    words: tuple[str, ...]
    hands: int


@dataclass(frozen=True, slots=True)
class Start:
    """Where a newcomer starts: with a topic, or with a team, whose topics are named by their share of its documents."""

    team: str | None
    topic: Topic | None
    documents: int
    topics: tuple[Topic, ...]
    people: tuple[Guide, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One topic: its documents by year, the teams in it, and where to start."""

    start: Start
    years: tuple[tuple[int, int], ...]
    teams: tuple[Cell, ...]
