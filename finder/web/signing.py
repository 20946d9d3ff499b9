"""Signing in and out with a browser: to the provider, back with its answer, and away again."""

from typing import Protocol

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from finder import sign_ins
from finder.web.gate import HELD, limited, public
from finder.web.oidc import Provider
from finder.web.protection import NEXT, local
from models.errors import Forbidden, NotFound
from models.settings import Settings

BEGUN = "_state_oidc_"  # Authlib's entries in the session, one for each sign-in that was begun


class Serving(Protocol):
    """What is needed of the finder: its database."""

    @property
    def engine(self) -> Engine:
        """The database."""
        ...


def create_signing(finder: Serving, provider: Provider, settings: Settings) -> Blueprint:
    """Return the pages with which people sign in."""
    signing = Blueprint("signing", __name__)

    @signing.get("/sign-in")
    @limited
    @public
    def sign_in() -> ResponseReturnValue:
        # Two tabs may sign in at once; more would outgrow the cookie.
        for begun in [name for name in session if name.startswith(BEGUN)][:-1]:
            session.pop(begun)
        session[NEXT] = local(request.args.get(NEXT, "/"))
        return provider.ask(f"{settings.public_url.rstrip('/')}/sign-in/callback")

    @signing.get("/sign-in/callback")
    @limited
    @public
    def callback() -> ResponseReturnValue:
        claimed = provider.answer()
        try:
            token = sign_ins.begin(finder.engine, claimed.account, claimed.groups, settings.session_hours)
        except NotFound as error:
            raise Forbidden("You are signed in, but the directory does not list you.", error.remedy) from error
        ahead = local(session.get(NEXT, "/"))
        _leave()  # a new session for the new asker: nothing of the one before, page tokens included, goes on
        session[HELD] = token
        return redirect(request.script_root + ahead, 303)

    @signing.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        _leave()
        return redirect(f"{request.script_root}/signed-out", 303)

    @signing.get("/signed-out")
    @public
    def signed_out() -> str:
        return render_template("signed_out.html")

    def _leave() -> None:
        held = session.get(HELD)
        if held:
            sign_ins.end(finder.engine, held)
        session.clear()

    return signing
