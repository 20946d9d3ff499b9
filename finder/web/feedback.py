"""What an asker says of a result, stored with who said it: the API and the page write the same row."""

from datetime import UTC, datetime

from flask import g

from finder.keys import Scope
from finder.service import Finder
from finder.web.asking import FeedbackInput
from models.database import writing
from models.told import Feedback


def record(finder: Finder, said: FeedbackInput) -> None:
    """Store what the asker says of a result that they may see. Raises NotFound for any other, Forbidden without the scope."""
    kind, _, public_id = said.subject.partition("/")
    if kind == "people":
        g.asker.need(Scope.PEOPLE)
        finder.person(public_id, g.principal)
    else:
        finder.document(public_id, g.principal)
    with writing(finder.engine) as session:
        session.add(
            Feedback(
                created=datetime.now(UTC),
                principal=f"user:{g.principal.user}" if g.principal.user else g.asker.name,
                question=said.question,
                subject=said.subject,
                verdict=said.verdict,
                comment=said.comment,
            )
        )
