"""The pages about the whole organisation: the map of topics, one topic, and where a newcomer starts."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from finder.atlas import Cell, HeatMap, Topic
from finder.keys import Scope
from finder.service import Finder
from finder.web.gate import needs
from finder.web.treemap import Treemap, treemap
from finder.web.wording import percent
from models.errors import NotFound

SIZES = (("wide", 1120, 560), ("middle", 700, 640), ("narrow", 340, 820))
WARMTH = (0.0, 0.05, 0.1, 0.2, 0.35)  # the shares of a team's documents at which a cell of the heat map takes the next step
TEAMS = 16  # columns of the heat map: the teams with most documents; the table behind it has them all


def create_explore(finder: Finder) -> Blueprint:
    """Return the pages of one finder. They expect `flask.g.principal` to be set before each request."""
    pages = Blueprint("explore", __name__)

    @pages.get("/explore")
    @needs(Scope.PEOPLE)
    def overview() -> str:
        found = finder.explore(g.principal)
        return render_template(
            "explore.html", map=found, pictures=_maps(found.topics), columns=_columns(found.heat), warmth=warmth, share=percent
        )

    @pages.get("/explore/topics/<path:topic_id>")
    @needs(Scope.PEOPLE)
    def topic(topic_id: str) -> str:
        return render_template("explore_topic.html", page=finder.topic(topic_id, g.principal), share=percent)

    @pages.get("/start")
    @needs(Scope.PEOPLE)
    def start() -> ResponseReturnValue:
        team, about = request.args.get("team", ""), request.args.get("topic", "")
        choices = {"teams": finder.teams(g.principal), "topics": finder.topics(g.principal), "team": team, "about": about}
        if not team and not about:
            return render_template("explore_start.html", start=None, **choices)
        try:
            found = finder.start(g.principal, topic=about) if about else finder.start(g.principal, team=team)
        except NotFound:
            return render_template("explore_start.html", start=None, missing=True, **choices), 404
        return render_template("explore_start.html", start=found, **choices)

    return pages


def warmth(cell: Cell) -> int:
    """Return the step (0 to 5) of a cell's share."""
    return sum(cell.share > bound for bound in WARMTH)


def _maps(topics: tuple[Topic, ...]) -> tuple[Treemap, ...]:
    notes = [
        " · ".join(
            (ngettext("%(num)s document", "%(num)s documents", topic.documents), ngettext("%(num)s person", "%(num)s people", topic.people))
        )
        for topic in topics
    ]
    return tuple(treemap(kind, width, height, topics, notes) for kind, width, height in SIZES)


def _columns(heat: HeatMap) -> tuple[int, ...]:
    """Return the places of the teams that the picture shows."""
    made = [sum(row.cells[place].documents for row in heat.rows) for place in range(len(heat.teams))]
    return tuple(sorted(sorted(range(len(made)), key=lambda place: (-made[place], place))[:TEAMS]))
