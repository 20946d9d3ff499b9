"""The HTTP API: each view reads the request, asks the finder and writes the answer."""

from apiflask import APIBlueprint
from flask import Response, g, request

from finder import portrayal, serial
from finder.answers import Request
from finder.keys import Scope
from finder.service import Finder
from finder.web import asking, mine, portals
from finder.web.auth import Identity
from finder.web.bodies import json, posted
from finder.web.cursors import Cursors
from finder.web.feedback import record
from finder.web.gate import for_the_box, needs, reads_only


def create_api(finder: Finder, cursors: Cursors, identity: Identity) -> APIBlueprint:
    """Return the API of one finder. It expects `flask.g.asker` and `flask.g.principal` to be set before each request."""
    api = APIBlueprint("api", __name__, url_prefix="/api/v1")

    @api.get("/search")
    @for_the_box
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

    @api.get("/documents/<path:public_id>/related")
    def related(public_id: str) -> Response:
        """List what stands around a document."""
        return json(serial.related(finder.related(public_id, g.principal), request.script_root))

    @api.get("/suggest")
    @for_the_box
    def suggest() -> Response:
        """Complete what is being typed."""
        return json(serial.suggestions(finder.suggest(asking.typed(request.args), g.principal), request.script_root))

    @api.post("/feedback")
    def feedback() -> Response:
        """Say whether a result helped."""
        record(finder, asking.feedback(posted()))
        return json({"status": "recorded"}, 201)

    mine.serve(api, finder)
    portals.serve(api, identity)
    return api


def _search(finder: Finder, cursors: Cursors, asked: Request, cursor: str | None) -> Response:
    if cursor is not None:
        asked = cursors.follow(cursor, asked, g.principal)
    answer = finder.search(asked, g.principal)
    return json(serial.answer(answer, cursors.following(answer, g.principal), request.script_root))
