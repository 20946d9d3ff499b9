"""Lets go of what is kept of questions: after its time, where it is no longer wanted, and where an asker is erased."""

from datetime import date

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from models.database import writing
from models.questions import expired, pseudonym
from models.tables import AskedQuestion


def forget_questions(engine: Engine, today: date, *, wanted: bool) -> None:
    """Remove what has been kept for its time, or all of it where questions are not to be kept."""
    with writing(engine) as session:
        old = delete(AskedQuestion)
        session.execute(old.where(AskedQuestion.day <= expired(today)) if wanted else old)


def forget_asker(session: Session, asker: str, secret: bytes) -> None:
    """Remove, within the caller's transaction, every row that stands for one asker."""
    for words in session.scalars(select(AskedQuestion.words).distinct()).all():
        mine = AskedQuestion.asker == pseudonym(secret, asker, words)
        session.execute(delete(AskedQuestion).where(AskedQuestion.words == words, mine))
