"""The HTTP API: each view reads the request, asks the finder and writes the answer."""

from datetime import UTC, datetime

from apiflask import APIBlueprint
from flask import Response, g, request

from finder import portrayal, serial
from finder.answers import Request
from finder.keys import Scope
from finder.service import Finder
from finder.web import asking, mine
from finder.web.bodies import json, posted
from finder.web.cursors import Cursors
from finder.web.gate import needs, reads_only
from models.database import writing
from models.tables import Feedback


def create_api(finder: Finder, cursors: Cursors) -> APIBlueprint:
    """Return the API of one finder. It expects `flask.g.asker` and `flask.g.principal` to be set before each request."""
    api = APIBlueprint("api", __name__, url_prefix="/api/v1")

    @api.get("/search")
    def search() -> Response:
        """Find people and documents for a question."""
        return _search(finder, cursors, *asking.from_address(request.args))

    @api.post("/search")
    @reads_only
    def search_posted() -> Response:
        """Find people and documents for a long question."""
        return _search(finder, cursors, *asking.from_body(posted()))

    @api.get("/people/<path:public_id>")
    @needs(Scope.PEOPLE)
    def person(public_id: str) -> Response:
        """Show a person."""
        return json(portrayal.person_page(finder.person(public_id, g.principal), request.script_root))

    @api.get("/people/<path:public_id>/similar")
    @needs(Scope.PEOPLE)
    def similar(public_id: str) -> Response:
        """List people with similar knowledge."""
        return json(portrayal.similar(finder.similar(public_id, g.principal), request.script_root))

    @api.get("/people/<path:public_id>/skills")
    @needs(Scope.PEOPLE)
    def skill(public_id: str) -> Response:
        """Show what bears out a skill of a person."""
        return json(portrayal.skill_page(finder.skill(public_id, asking.named(request.args), g.principal), request.script_root))

    @api.get("/documents/<path:public_id>")
    def document(public_id: str) -> Response:
        """Show a document."""
        return json(serial.document_page(finder.document(public_id, g.principal), request.script_root))

    @api.get("/suggest")
    def suggest() -> Response:
        """Complete what is being typed."""
        return json(serial.suggestions(finder.suggest(asking.typed(request.args), g.principal), request.script_root))

    @api.post("/feedback")
    def feedback() -> Response:
        """Say whether a result helped."""
        _record(finder, asking.feedback(posted()))
        return json({"status": "recorded"}, 201)

    mine.serve(api, finder)
    return api


def _search(finder: Finder, cursors: Cursors, asked: Request, cursor: str | None) -> Response:
    if cursor is not None:
        asked = cursors.follow(cursor, asked, g.principal)
    answer = finder.search(asked, g.principal)
    return json(serial.answer(answer, cursors.following(answer, g.principal), request.script_root))


def _record(finder: Finder, said: asking.FeedbackInput) -> None:
    """Store what an asker says of a result that the asker may see. Raises NotFound for any other."""
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
