"""What people wrote to the administrators about what is told of them, as a page; programs read the same at /api/v1/corrections."""

from flask import Blueprint, render_template, request

from finder.keys import Scope
from finder.service import Finder
from finder.web import asking
from finder.web.gate import needs

PAGE = 50


def create_notes(finder: Finder) -> Blueprint:
    """Return the page of one finder."""
    notes = Blueprint("notes", __name__, template_folder="templates")

    @notes.get("/admin/notes")
    @needs(Scope.ADMIN)
    def page() -> str:
        first = asking.first(request.args, PAGE)
        found = finder.notes(first, PAGE + 1)
        return render_template("notes.html", notes=found[:PAGE], more=len(found) > PAGE, number=first // PAGE + 1)

    return notes
