"""The part of the API for a portal's server: tokens for the box on its page."""

from apiflask import APIBlueprint
from flask import Response, g

from finder.keys import Scope
from finder.web import asking
from finder.web.auth import Identity
from finder.web.bodies import json, posted
from finder.web.gate import needs
from finder.web.tokens import SECONDS


def serve(api: APIBlueprint, identity: Identity) -> None:
    """Add the views to the API."""

    @api.post("/tokens")
    @needs(Scope.IMPERSONATE)
    def token() -> Response:
        """Give a portal's server a token for the box on its page."""
        wish = asking.token(posted())
        return json({"token": identity.token(g.asker, wish.user, wish.origin, g.request_id), "expires_in": SECONDS}, 201)
