"""How the sources are doing, for administrators: as JSON and as a page."""

from dataclasses import asdict
from datetime import timedelta

from apiflask import APIBlueprint
from flask import Response, render_template
from flask_babel import format_timedelta

from finder.keys import Scope
from finder.serial import dumps
from finder.service import Finder
from finder.web.gate import needs
from models.database import reading
from models.health import Health, sources

LISTED = 100  # rows left out that a page shows of one source


def create_sources(finder: Finder) -> APIBlueprint:
    """Return the endpoint and the page of one finder."""
    health = APIBlueprint("sources", __name__)

    @health.get("/api/v1/sources")
    @needs(Scope.ADMIN)
    def listing() -> Response:
        """Show how the sources are doing."""
        return Response(dumps({"sources": [asdict(source) for source in _health(finder)]}), mimetype="application/json")

    @health.get("/admin/sources")
    @health.doc(hide=True)
    @needs(Scope.ADMIN)
    def page() -> str:
        return render_template("sources.html", sources=_health(finder), listed=LISTED, age=age)

    return health


def age(seconds: int) -> str:
    """Return a length of time in the reader's words."""
    return str(format_timedelta(timedelta(seconds=seconds)))


def _health(finder: Finder) -> tuple[Health, ...]:
    with reading(finder.engine) as session:
        return sources(session)
