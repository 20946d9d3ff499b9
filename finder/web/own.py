"""The pages on which signed-in people see what is held of them, correct it, and confirm what colleagues know: forms without a script."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from finder.held import PAGE
from finder.keys import Scope
from finder.serial import person_url
from finder.service import Finder
from finder.web import asking, wording
from finder.web.gate import needs
from finder.web.workbench import words
from finder.workbench.mentions import mentions_of


def serve(pages: Blueprint, finder: Finder) -> None:
    """Add the pages."""

    @pages.get("/me")
    @needs(Scope.PEOPLE)
    def own() -> str:
        first = asking.first(request.args, PAGE)
        page = finder.own(g.principal, first)
        mentions = mentions_of(finder.engine, finder.settings, page.id)
        return render_template("me.html", page=page, mentions=mentions, wb=words, number=first // PAGE + 1, size=PAGE)

    @pages.post("/me/corrections")
    @needs(Scope.PEOPLE)
    def correct() -> ResponseReturnValue:
        said = asking.correction(_fields())
        finder.correct(said, g.principal)
        flash(str(wording.CORRECTED[said.kind]) % {"topic": said.value})
        return _back()

    @pages.post("/me/corrections/undo")
    @needs(Scope.PEOPLE)
    def undo() -> ResponseReturnValue:
        said = asking.undoing(_fields())
        finder.correct(said, g.principal, undo=True)
        flash(str(wording.UNDONE[said.kind]) % {"topic": said.value})
        return _back()

    @pages.post("/people/<path:public_id>/endorsements")
    @needs(Scope.PEOPLE)
    def endorse(public_id: str) -> ResponseReturnValue:
        skill = asking.endorsement(_fields())
        finder.endorse(public_id, skill, g.principal)
        flash(_("You confirm “%(skill)s”. You can take it back here at any time.", skill=skill))
        return redirect(person_url(public_id, request.script_root), 303)

    @pages.post("/people/<path:public_id>/endorsements/withdraw")
    @needs(Scope.PEOPLE)
    def withdraw(public_id: str) -> ResponseReturnValue:
        skill = asking.endorsement(_fields())
        finder.withdraw(public_id, skill, g.principal)
        flash(_("You no longer confirm “%(skill)s”.", skill=skill))
        return redirect(person_url(public_id, request.script_root), 303)


def _fields() -> dict[str, object]:
    return {name: value for name, value in request.form.items() if name != "csrf_token"}


def _back() -> ResponseReturnValue:
    page = asking.first(request.args, 1) + 1
    return redirect(url_for("pages.own", page=page) if page > 1 else url_for("pages.own"), 303)
