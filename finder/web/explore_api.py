"""The HTTP API about the whole organisation: topics, one topic, and where a newcomer starts."""

from urllib.parse import quote

from apiflask import APIBlueprint
from flask import Response, g, request

from finder.atlas import Guide, Reading, Start, Topic, TopicPage
from finder.keys import Scope
from finder.serial import Json, dumps, profile, summary
from finder.service import Finder
from finder.web.gate import needs
from models.errors import InvalidQuery

DIGITS = 6  # of shares


def create_explore_api(finder: Finder) -> APIBlueprint:
    """Return the endpoints of one finder. They expect `flask.g.principal` to be set before each request."""
    api = APIBlueprint("explore_api", __name__, url_prefix="/api/v1")

    @api.get("/topics")
    def topics() -> Response:
        """List the topics of the organisation, the largest first."""
        return _json({"topics": [_topic(found) for found in finder.topics(g.principal)]})

    @api.get("/topics/<path:topic_id>")
    @needs(Scope.PEOPLE)
    def topic(topic_id: str) -> Response:
        """Show a topic."""
        return _json(_page(finder.topic(topic_id, g.principal)))

    @api.get("/start")
    @needs(Scope.PEOPLE)
    def start() -> Response:
        """Name five people and five documents to start with, for a team or a topic."""
        given = {name: value for name, value in request.args.items() if name in ("team", "topic") and value}
        if len(given) != 1:
            raise InvalidQuery("Say a team or a topic, one of them.", "For example /api/v1/start?team=Firmware")
        return _json(_start(finder.start(g.principal, team=given.get("team"), topic=given.get("topic"))))

    return api


def _topic(topic: Topic) -> Json:
    return {
        "id": topic.id,
        "name": topic.name,
        "words": list(topic.words),
        "documents": topic.documents,
        "people": topic.people,
        "url": f"{request.script_root}/explore/topics/{quote(topic.id, safe='')}",
    }


def _page(page: TopicPage) -> Json:
    return {
        **_start(page.start),
        "years": [{"year": year, "documents": count} for year, count in page.years],
        "teams": [{"team": cell.team, "documents": cell.documents, "share": round(cell.share, DIGITS)} for cell in page.teams],
    }


def _start(start: Start) -> Json:
    return {
        "team": start.team,
        "topic": _topic(start.topic) if start.topic is not None else None,
        "documents": start.documents,
        "topics": [_topic(topic) for topic in start.topics],
        "people_to_ask": [_guide(guide) for guide in start.people],
        "documents_to_read": [_reading(reading) for reading in start.readings],
    }


def _guide(guide: Guide) -> Json:
    return {
        **profile(guide.profile, request.script_root),
        "documents": guide.documents,
        "answers": guide.answers,
        "latest": guide.latest.id if guide.latest is not None else None,
    }


def _reading(reading: Reading) -> Json:
    return {
        **summary(reading.document, request.script_root),
        "topic": reading.topic.id,
        "words": list(reading.words),
        "hands": reading.hands,
    }


def _json(body: Json) -> Response:
    return Response(dumps(body), mimetype="application/json")
