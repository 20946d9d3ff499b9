"""Pushing records over HTTP: a body to a job, and a job to what became of it."""

import json

from apiflask import APIBlueprint
from flask import Response, g, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from finder import inbox, serial
from finder.keys import Scope
from finder.service import Finder
from finder.web import asking
from finder.web.gate import needs
from models.errors import InvalidQuery, PushTooLarge

LARGEST_PUSH = 16_000_000  # bytes: three of the largest documents
LINES = "application/x-ndjson"


def create_records(finder: Finder) -> APIBlueprint:
    """Return the endpoints for programs that send records."""
    records = APIBlueprint("records", __name__, url_prefix="/api/v1")

    @records.post("/records")
    @needs(Scope.INGEST)
    def push() -> Response:
        """Take records for a source, durably, and answer with a job."""
        sent = inbox.Push(request.args.get("source", ""), _records(), request.headers.get("Idempotency-Key"))
        number = inbox.accept(finder.engine, g.asker.name, sent)
        address = url_for("records.job", number=number)
        response = _json({"job": number, "records": len(sent.records), "url": address}, 202)
        response.headers["Location"] = address
        return response

    @records.get("/jobs/<number>")
    @needs(Scope.INGEST)
    def job(number: str) -> Response:
        """Show what became of a push, record by record."""
        return _json(_shown(inbox.progress(finder.engine, number, None if Scope.ADMIN in g.asker.scopes else g.asker.name)))

    return records


def split(content: bytes, media_type: str) -> tuple[bytes, ...]:
    """Return the records of a body, each as it will be stored. Lines are not looked into. Raises InvalidQuery where it is not JSON."""
    if media_type == LINES:
        return tuple(line for line in (line.strip() for line in content.split(b"\n")) if line)
    parsed = asking.parsed(content)
    rows = parsed if isinstance(parsed, list) else [parsed]
    if not all(isinstance(row, dict) for row in rows):
        raise InvalidQuery("A record is no JSON object.", 'Send {"id": "a1", "title": "..."}, or an array of such.')
    try:
        return tuple(json.dumps(row).encode() for row in rows)
    except RecursionError as error:
        raise InvalidQuery("A record is nested too deeply.", "Send it flat.") from error


def _records() -> tuple[bytes, ...]:
    if request.mimetype != LINES and not request.is_json:
        raise UnsupportedMediaType(f"Send the body as application/json or {LINES}.")
    request.max_content_length = LARGEST_PUSH
    try:
        content = request.get_data()
    except RequestEntityTooLarge as error:
        raise PushTooLarge(f"The body is larger than {LARGEST_PUSH // 1_000_000} MB.", "Send it in parts.") from error
    except Exception as error:  # each server has errors of its own for a body that is malformed or breaks off
        raise InvalidQuery("The body cannot be read to its end.", "Send it again.") from error
    return split(content, request.mimetype)


def _shown(progress: inbox.Progress) -> serial.Json:
    return {
        "job": progress.id,
        "source": progress.source,
        "created": progress.created.isoformat(timespec="seconds"),
        "state": progress.state,
        "counts": dict(progress.counts),
        "records": [{"position": told.position, "id": told.id, "state": told.fate, "reason": told.reason} for told in progress.records],
    }


def _json(body: serial.Json, status: int = 200) -> Response:
    return Response(serial.dumps(body), status, mimetype="application/json")
