"""Questions to which the organisation's documents hold no answer: their words counted by how many people asked with them."""

from collections.abc import Iterator
from datetime import date

import structlog
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError

from finder.atlas import Unanswered
from finder.framing import FRAME
from finder.profiles import Shelf
from models.analyzer import WORD, Analyzer
from models.database import writing
from models.errors import DatabaseUnavailable, StorageFull
from models.questions import LEAST_ASKERS, expired, pseudonym
from models.tables import Person
from models.told import AskedQuestion

LONGEST = 2  # words of a phrase: of longer ones hardly two people use the same
MOST = 24  # phrases of one question
SHOWN = 20


class Questions:
    """Keeps and counts them. `secret` is the installation's."""

    def __init__(self, engine: Engine, secret: bytes, analyzer: Analyzer) -> None:
        self._engine = engine
        self._secret = secret
        self._analyzer = analyzer

    def keep(self, question: str, asker: str, today: date) -> None:
        """Note that somebody asked with these words in vain. Where that is impossible just now the log says so: no answer waits for it."""
        rows = [AskedQuestion(words=words, asker=pseudonym(self._secret, asker, words), day=today) for words in self._phrases(question)]
        try:
            with writing(self._engine) as session:
                for row in rows:
                    session.merge(row)
        except (DatabaseUnavailable, StorageFull, IntegrityError) as error:
            # The last one where the same person asked the same of another worker at the same moment. Its text may hold the words.
            structlog.get_logger().warning("question not kept", reason=type(error).__name__)

    def _phrases(self, question: str) -> list[str]:
        found = self._analyzer.phrases(question, LONGEST)
        return [phrase for phrase in found if phrase.replace(" ", "").isalpha() and FRAME.isdisjoint(phrase.split())][:MOST]


def read(shelf: Shelf, today: date) -> tuple[Unanswered, ...]:
    """Return the words that LEAST_ASKERS people or more asked with, most people first; no part of a name of somebody known to the asker."""
    askers = func.count()
    query = select(AskedQuestion.words, askers).where(AskedQuestion.day > expired(today))
    counted = shelf.session.execute(query.group_by(AskedQuestion.words).having(askers >= LEAST_ASKERS)).all()
    names = {word for name in _names(shelf) for word in WORD.findall(name.lower())} if counted else set()
    found = {words: number for words, number in counted if names.isdisjoint(words.split())}
    whole = [words for words, number in found.items() if not _told(words, number, found)]
    return tuple(Unanswered(words, found[words]) for words in sorted(whole, key=lambda words: (-found[words], words))[:SHOWN])


def _names(shelf: Shelf) -> Iterator[str]:
    """Yield the names in the directory, and of those others whom the asker may know of: a word left out would tell of the rest."""
    known = {int(number) for number in shelf.generation.people.id[shelf.view.people]}
    for number, name, listed in shelf.session.execute(select(Person.id, Person.name, Person.listed)):
        if listed or number in known:
            yield name


def _told(words: str, number: int, found: dict[str, int]) -> bool:
    """Whether a longer phrase, asked with by as many, says it already."""
    return any(words != other and words in other.split(" ") and number <= count for other, count in found.items())
