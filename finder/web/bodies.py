"""JSON bodies in and out of the HTTP API."""

from flask import Response, request
from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from finder import serial
from finder.web import asking
from models.errors import InvalidQuery


def posted() -> object:
    """Return what the request's JSON body says. Raises InvalidQuery and UnsupportedMediaType."""
    if not request.is_json:
        raise UnsupportedMediaType("Send the body as application/json.")
    try:
        content = request.get_data()
    except HTTPException:
        raise
    except Exception as error:  # each server has errors of its own for a body that is malformed or breaks off
        raise InvalidQuery("The body cannot be read to its end.", "Send it again.") from error
    return asking.parsed(content)


def json(body: serial.Json, status: int = 200) -> Response:
    """Return a response that holds a body."""
    return Response(serial.dumps(body), status, mimetype="application/json")
