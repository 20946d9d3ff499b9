"""The HTTP API: each view reads the request, asks the finder and writes the answer."""

from apiflask import APIBlueprint
from flask import Response, g, request
from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from finder import serial
from finder.answers import Request
from finder.keys import Scope
from finder.service import Finder
from finder.web import asking
from finder.web.auth import Identity
from finder.web.cursors import Cursors
from finder.web.feedback import record
from finder.web.gate import for_the_box, needs, reads_only
from finder.web.tokens import SECONDS
from models.errors import InvalidQuery


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
        return _search(finder, cursors, *asking.from_body(_body()))

    @api.get("/people/<path:public_id>")
    @needs(Scope.PEOPLE)
    def person(public_id: str) -> Response:
        """Show a person."""
        return _json(serial.person_page(finder.person(public_id, g.principal), request.script_root))

    @api.get("/people/<path:public_id>/similar")
    @needs(Scope.PEOPLE)
    def similar(public_id: str) -> Response:
        """List people with similar knowledge."""
        return _json(serial.people(finder.similar(public_id, g.principal), request.script_root))

    @api.get("/documents/<path:public_id>")
    def document(public_id: str) -> Response:
        """Show a document."""
        return _json(serial.document_page(finder.document(public_id, g.principal), request.script_root))

    @api.get("/documents/<path:public_id>/related")
    def related(public_id: str) -> Response:
        """List what stands around a document."""
        return _json(serial.related(finder.related(public_id, g.principal), request.script_root))

    @api.get("/suggest")
    @for_the_box
    def suggest() -> Response:
        """Complete what is being typed."""
        return _json(serial.suggestions(finder.suggest(asking.typed(request.args), g.principal), request.script_root))

    @api.post("/feedback")
    def feedback() -> Response:
        """Say whether a result helped."""
        record(finder, asking.feedback(_body()))
        return _json({"status": "recorded"}, 201)

    @api.post("/tokens")
    @needs(Scope.IMPERSONATE)
    def token() -> Response:
        """Give a portal's server a token for the box on its page."""
        wish = asking.token(_body())
        return _json({"token": identity.token(g.asker, wish.user, wish.origin, g.request_id), "expires_in": SECONDS}, 201)

    return api


def _search(finder: Finder, cursors: Cursors, asked: Request, cursor: str | None) -> Response:
    if cursor is not None:
        asked = cursors.follow(cursor, asked, g.principal)
    answer = finder.search(asked, g.principal)
    return _json(serial.answer(answer, cursors.following(answer, g.principal), request.script_root))


def _body() -> object:
    if not request.is_json:
        raise UnsupportedMediaType("Send the body as application/json.")
    try:
        content = request.get_data()
    except HTTPException:
        raise
    except Exception as error:  # each server has errors of its own for a body that is malformed or breaks off
        raise InvalidQuery("The body cannot be read to its end.", "Send it again.") from error
    return asking.parsed(content)


def _json(body: serial.Json, status: int = 200) -> Response:
    return Response(serial.dumps(body), status, mimetype="application/json")
