"""How the sources are doing, for administrators: as JSON and as a page."""

from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum

from apiflask import APIBlueprint
from flask import Response, render_template
from flask_babel import format_time, format_timedelta

from finder.keys import Scope
from finder.serial import dumps
from finder.service import Finder
from finder.web.gate import needs
from finder.web.wording import day
from models.database import reading
from models.health import Health, sources

LISTED = 100  # rows left out that a page shows of one source
STALE = 2 * 24 * 60 * 60  # seconds: what is read every night has then been missed twice


class State(StrEnum):
    """How a source is doing, the most urgent first."""

    PROBLEM = "problem"
    STALE = "stale"
    UNFINISHED = "unfinished"
    PARTIAL = "partial"
    SOUND = "sound"


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
        found = sorted(((state(source), source) for source in _health(finder)), key=lambda each: list(State).index(each[0]))
        return render_template("sources.html", sources=found, listed=LISTED, age=age, moment=moment)

    return health


def state(source: Health) -> State:
    """Return how a source is doing: the worst that can be said of it."""
    run = source.last_run
    if run is not None and run.problem:
        return State.PROBLEM
    if source.lag is not None and source.lag > STALE:
        return State.STALE
    if run is None or run.finished is None:
        return State.UNFINISHED
    return State.PARTIAL if source.left_out else State.SOUND


def age(seconds: int) -> str:
    """Return a length of time in the reader's words."""
    return str(format_timedelta(timedelta(seconds=seconds), threshold=1.5))


def moment(iso: str) -> str:
    """Return a date and time in the reader's words."""
    return f"{day(iso)}, {format_time(datetime.fromisoformat(iso), 'short', rebase=False)}"


def _health(finder: Finder) -> tuple[Health, ...]:
    with reading(finder.engine) as session:
        return sources(session)
