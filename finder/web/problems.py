"""Errors to responses: the one table from error to status, and RFC 9457 problem documents, or a page for browsers."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, render_template, request
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from finder.serial import dumps
from finder.web import scim_resources
from models import errors

TYPE = "urn:expertise-finder:problem:"
MEDIA_TYPE = "application/problem+json"
BUSY_SECONDS = 5
SCIM = "/scim/"
SCIM_TYPES = {"name-taken": "uniqueness", "invalid-request": "invalidSyntax"}

# The first class that fits decides: subclasses stand before their bases.
STATUS: tuple[tuple[type[errors.FinderError], int, str, str], ...] = (
    (errors.InvalidCursor, 400, "invalid-cursor", "The cursor cannot be used"),
    (errors.PushTooLarge, 413, "push-too-large", "The push is too large"),
    (errors.IdempotencyConflict, 422, "idempotency-conflict", "The Idempotency-Key was used before"),
    (errors.NameTaken, 409, "name-taken", "Another has this name"),
    (errors.SourceTaken, 409, "source-taken", "The source is not one to push to"),
    (errors.InvalidQuery, 400, "invalid-request", "The request cannot be used"),
    (errors.SignInRefused, 401, "sign-in-refused", "You are not signed in"),
    (errors.Unauthenticated, 401, "unauthenticated", "Who are you?"),
    (errors.Forbidden, 403, "forbidden", "You may not do this"),
    (errors.NotFound, 404, "not-found", "There is no such thing"),
    (errors.CursorGone, 410, "cursor-gone", "The results have changed"),
    (errors.ProviderUnavailable, 503, "sign-in-unavailable", "The organisation's sign-in does not answer"),
    (errors.InboxFull, 503, "inbox-full", "Too much waits to be taken in"),
    (errors.DatabaseUnavailable, 503, "database-unavailable", "The database cannot be used just now"),
    (errors.StorageFull, 503, "storage-full", "No space is left to store this"),
    (errors.GenerationMissing, 503, "nothing-indexed", "Nothing has been indexed yet"),
    (errors.GenerationDamaged, 503, "index-damaged", "The index is damaged"),
    (errors.EncoderMismatch, 503, "other-encoder", "The index was built with another encoder"),
    (errors.EncoderUntrusted, 503, "encoder-untrusted", "The encoder is not the one that was published"),
    (errors.SchemaMismatch, 503, "other-schema", "The database belongs to another version"),
    (errors.FinderError, 500, "failed", "The service failed"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, for whoever asked."""

    status: int
    type: str
    title: str
    detail: str | None = None
    remedy: str | None = None


def problem_of(error: Exception) -> Problem:
    """Return what an error means to the caller. Of our own failures the words stay in the log: they may name files and hosts."""
    if isinstance(error, errors.FinderError):
        status, slug, title = next(row[1:] for row in STATUS if isinstance(error, row[0]))
        return Problem(status, TYPE + slug, title, error.what if status < 500 else None, error.remedy or None)
    if isinstance(error, HTTPException) and error.code is not None:
        return _of_status(error.code)
    return _of_status(500)


def register(app: Flask) -> None:
    """Let every error of an app, its framework's included, be answered by a problem."""

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        problem = problem_of(error)
        if problem.status >= 500:
            log(error)
        return respond(problem, _headers(error))


def respond(problem: Problem, headers: Mapping[str, str]) -> Response:
    """Return a problem as JSON under /api and for programs, in SCIM's form under /scim, as a page for browsers."""
    if request.path.startswith(SCIM):
        told = scim_resources.error(problem.status, problem.detail or problem.title, SCIM_TYPES.get(problem.type.removeprefix(TYPE)))
        response = Response(dumps(told), problem.status, mimetype="application/scim+json")
    elif wants_page():
        response = Response(render_template("error.html", problem=problem), problem.status, mimetype="text/html")
    else:
        response = Response(body(problem), problem.status, mimetype=MEDIA_TYPE)
    response.headers.update(headers)
    return response


def body(problem: Problem) -> bytes:
    """Return a problem document."""
    named = {"type": problem.type, "title": problem.title, "status": problem.status, "detail": problem.detail, "remedy": problem.remedy}
    return dumps({name: value for name, value in named.items() if value is not None})


def wants_page() -> bool:
    """Whether a page is the better answer: a browser is looking at a page."""
    if request.path.startswith("/api/"):
        return False
    return request.accept_mimetypes.best_match([MEDIA_TYPE, "application/json", "text/html"]) == "text/html"


def log(error: Exception) -> None:
    """Log a failure by class and place. Messages of foreign errors may quote a question, so only our own are written."""
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-12:]]
    what = error.what if isinstance(error, errors.FinderError) else None
    structlog.get_logger().error("failed", error=type(error).__name__, what=what, request_id=g.get("request_id"), places=places)


def _headers(error: Exception) -> dict[str, str]:
    if isinstance(error, errors.Unauthenticated):
        return {"WWW-Authenticate": 'Bearer realm="expertise finder"'}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return {"Allow": ", ".join(sorted(error.valid_methods))}
    if isinstance(error, RateLimitExceeded):
        return {"Retry-After": str(error.limit.limit.get_expiry())}
    return {"Retry-After": str(BUSY_SECONDS)} if problem_of(error).status == 503 else {}


def _of_status(status: int) -> Problem:
    known = HTTPStatus(status) if status in set(HTTPStatus) else HTTPStatus.BAD_REQUEST
    slug = known.phrase.lower().replace(" ", "-")
    return Problem(status, TYPE + slug, known.phrase, known.description or None)
