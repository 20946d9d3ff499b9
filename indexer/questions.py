"""Lets go of what is kept of questions: after its time, where it is no longer wanted, and where an asker is erased."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from models.analyzer import WORD
from models.database import writing
from models.questions import expired, pseudonym
from models.told import AskedQuestion


def forget_questions(engine: Engine, today: date, *, wanted: bool) -> None:
    """Remove what has been kept for its time, or all of it where questions are not to be kept."""
    with writing(engine) as session:
        old = delete(AskedQuestion)
        session.execute(old.where(AskedQuestion.day <= expired(today)) if wanted else old)


def forget_asker(session: Session, asker: Iterable[str], name: str, secret: bytes) -> None:
    """Remove, within the caller's transaction, every row that stands for one asker, by any of their ids, or holds part of their name."""
    ids, parts = tuple(asker), frozenset(WORD.findall(name.lower()))
    for words in session.scalars(select(AskedQuestion.words).distinct()).all():
        gone = delete(AskedQuestion).where(AskedQuestion.words == words)
        named = not parts.isdisjoint(words.split())
        session.execute(gone if named else gone.where(AskedQuestion.asker.in_([pseudonym(secret, each, words) for each in ids])))
