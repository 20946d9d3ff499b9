"""What signed-in people may do through the HTTP API: see what is held of them, correct it, confirm what a colleague knows."""

from apiflask import APIBlueprint
from flask import Response, g, request

from finder import portrayal
from finder.held import PAGE
from finder.keys import Scope
from finder.service import Finder
from finder.web import asking
from finder.web.bodies import json, posted
from finder.web.gate import needs
from finder.workbench.mentions import mentions_of


def serve(api: APIBlueprint, finder: Finder) -> None:
    """Add the routes to the API."""

    @api.get("/me")
    @needs(Scope.PEOPLE)
    def me() -> Response:
        """Show everything held of the person who asks."""
        page = finder.own(g.principal, asking.first(request.args, PAGE))
        mentions = mentions_of(finder.engine, finder.settings, page.id)
        return json(portrayal.own_page(page, mentions, request.script_root))

    @api.post("/me/corrections")
    @needs(Scope.PEOPLE)
    def correct() -> Response:
        """Mute a topic, hide a document's vote, pause, or write to the administrators."""
        finder.correct(asking.correction(posted()), g.principal)
        return json({"status": "recorded"}, 201)

    @api.post("/me/corrections/undo")
    @needs(Scope.PEOPLE)
    def undo() -> Response:
        """Take a correction back."""
        finder.correct(asking.undoing(posted()), g.principal, undo=True)
        return json({"status": "undone"})

    @api.post("/people/<path:public_id>/endorsements")
    @needs(Scope.PEOPLE)
    def endorse(public_id: str) -> Response:
        """Confirm a skill of a colleague."""
        finder.endorse(public_id, asking.endorsement(posted()), g.principal)
        return json({"status": "recorded"}, 201)

    @api.post("/people/<path:public_id>/endorsements/withdraw")
    @needs(Scope.PEOPLE)
    def withdraw(public_id: str) -> Response:
        """Take back that one confirms a skill."""
        finder.withdraw(public_id, asking.endorsement(posted()), g.principal)
        return json({"status": "undone"})

    @api.get("/corrections")
    @needs(Scope.ADMIN)
    def notes() -> Response:
        """List what people wrote to the administrators."""
        return json(portrayal.notes(finder.notes()))
