"""The way in and out of every request: host, identity, rate, scope and origin before; headers, figures and one log line after."""

import secrets
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import structlog
from flask import Flask, Response, current_app, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFError, CSRFProtect  # type: ignore[import-untyped]
from werkzeug.exceptions import MisdirectedRequest, NotFound

from finder.keys import Scope
from finder.web import protection
from finder.web.auth import Identity
from finder.web.metrics import Metrics
from finder.web.problems import wants_page
from models.access import VISITOR
from models.errors import FinderError, Forbidden, Unauthenticated
from models.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PROBES = frozenset({"/healthz", "/readyz"})
SCOPE = "needed_scope"
PUBLIC = "open_to_all"
READS = "reads_only"
BOX = "open_to_the_box"
LIMITED = "limited"
HELD = "sign_in"  # where the session keeps what a browser holds of its sign-in
BOX_SCRIPT = "embed.js"
RECRUITERS = "recruiters_only"


class Serving(Protocol):
    """What serves the answers: asked to look for a newer generation before each request."""

    def refresh(self) -> None:
        """Swap where a newer generation was published."""
        ...


def needs(scope: Scope) -> Callable[[View], View]:
    """Mark a view as needing a scope; every view that is not marked needs `search`."""
    return lambda view: _marked(view, SCOPE, scope)


def public(view: View) -> View:
    """Mark a view as answering anybody: it tells nothing about the organisation."""
    return _marked(view, PUBLIC, True)


def reads_only(view: View) -> View:
    """Mark a view whose POST changes nothing: it needs no page token."""
    return _marked(view, READS, True)


def for_the_box(view: View) -> View:
    """Mark a view as readable for pages of listed origins, with a token where they have one. Views are not, otherwise."""
    return _marked(view, BOX, True)


def limited(view: View) -> View:
    """Mark a public view as costly: whoever asks, it counts against the limit."""
    return _marked(view, LIMITED, True)


def recruiters_only(view: View) -> View:
    """Mark a view as existing for recruiters alone: everybody else gets what a path without a page answers, byte for byte."""
    return _marked(view, RECRUITERS, True)


class Gate:
    """Stands before and behind every view of an app."""

    def __init__(self, app: Flask, settings: Settings, serving: Serving, identity: Identity, metrics: Metrics) -> None:
        self._settings = settings
        self._serving = serving
        self._identity = identity
        self._metrics = metrics
        app.config["WTF_CSRF_CHECK_DEFAULT"] = False
        app.config["WTF_CSRF_SSL_STRICT"] = False  # the Origin is checked here
        self._tokens = CSRFProtect(app)
        app.before_request(self._arrive)
        limit = f"{settings.requests_per_minute} per minute"
        Limiter(_who, app=app, application_limits=[limit], application_limits_exempt_when=_is_exempt, storage_uri="memory://")
        app.before_request(self._admit)
        app.after_request(self._leave)

    def _arrive(self) -> ResponseReturnValue | None:
        g.started = time.perf_counter()
        g.request_id = secrets.token_hex(8)
        g.csp_nonce = secrets.token_urlsafe(16)
        g.principal, g.asker, g.refused, g.hidden = VISITOR, None, None, False
        if request.path not in PROBES and not protection.host_allowed(request.host, self._settings.hosts):
            raise MisdirectedRequest
        if _is_public():
            return None
        if request.method == "OPTIONS" and _has(BOX) and request.headers.get("Origin") in self._settings.embed_origins:
            return Response(status=204)  # browsers ask beforehand, without the token: `_leave` says what a page may
        try:
            held = str(session.get(HELD, "")) if self._settings.oidc_issuer else ""
            g.asker = self._identity.asker(request.headers, request.remote_addr or "", g.request_id, held)
            g.principal = g.asker.principal
        except FinderError as error:
            g.refused = error  # raised below, once the attempt has been counted
        missing = request.endpoint is None
        if missing or (_has(RECRUITERS) and not (g.asker is not None and g.asker.recruiter)):
            # What is hidden answers as what is missing does. Whoever could sign in and has not is shown the way in by both.
            nobody = isinstance(g.refused, Unauthenticated) and self._leads_in()
            g.hidden = True
            g.principal, g.asker, g.refused = VISITOR, None, g.refused if nobody else None if missing else NotFound()
        return None

    def _leads_in(self) -> bool:
        """Whether somebody looks at a page who could sign in."""
        return bool(self._settings.oidc_issuer) and request.method == "GET" and wants_page()

    def _admit(self) -> ResponseReturnValue | None:
        if g.refused is not None:
            if isinstance(g.refused, Unauthenticated) and self._leads_in():
                query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
                return redirect(request.script_root + protection.way_in(quote(request.path) + query), 303)
            raise g.refused
        if g.asker is None:
            return None
        view = current_app.view_functions[request.endpoint or ""]
        g.asker.need(getattr(view, SCOPE, Scope.SEARCH))
        if g.asker.way == "embed" and not _has(BOX):
            raise Forbidden("A box's token is for its questions alone.", "Use an API key.")
        if request.method not in SAFE and g.asker.way != "key":
            self._check_sender(reads_only=getattr(view, READS, False))
        self._serving.refresh()
        return None

    def _check_sender(self, *, reads_only: bool) -> None:
        if protection.from_elsewhere(request.headers, request.host):
            raise Forbidden("Another site's page sent this.", "Use the service's own page, or an API key.")
        if reads_only:
            return
        try:
            self._tokens.protect()
        except CSRFError as error:
            raise Forbidden("The page's token is missing or too old.", "Load the page again, or use an API key.") from error

    def _leave(self, response: Response) -> Response:
        seconds = time.perf_counter() - g.started
        response.headers.update(protection.COMMON)
        response.headers["X-Request-Id"] = g.request_id
        page = response.mimetype == "text/html"
        response.headers["Content-Security-Policy"] = protection.page_policy(g.csp_nonce) if page else protection.DATA_POLICY
        script = (request.endpoint or "").endswith(".static") and (request.view_args or {}).get("filename") == BOX_SCRIPT
        if script:
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if self._settings.embed_origins and (script or _has(BOX)):
            response.headers.update(protection.shared_with(request.headers.get("Origin"), self._settings.embed_origins))
        if not (request.endpoint or "").endswith(".static"):
            response.headers["Cache-Control"] = "private, no-store"
        self._record(response.status_code, seconds)
        return response

    def _record(self, status: int, seconds: float) -> None:
        # The rule and not the path: a path holds the ids of people.
        rule = request.url_rule.rule if request.url_rule is not None else "none"
        method = request.method if request.method in SAFE | {"POST"} else "other"
        self._metrics.observe(request.endpoint or "none", method, status, seconds)
        structlog.get_logger().info(
            "request",
            method=method,
            route=rule,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            way=g.asker.way if g.asker is not None else None,
            request_id=g.request_id,
        )


def _marked(view: View, mark: str, value: object) -> View:
    setattr(view, mark, value)
    return view


def _has(mark: str) -> bool:
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), mark, False))


def _is_public() -> bool:
    return (request.endpoint or "").endswith(".static") or _has(PUBLIC)


def _is_exempt() -> bool:
    # What is missing is never counted; a limit on what is hidden would tell that it exists.
    return g.hidden or (_is_public() and not _has(LIMITED))


def _who() -> str:
    # A key or a signed-in member has a limit of its own wherever it asks from; everybody else shares that of their address.
    if g.asker is not None and g.asker.way in ("key", "proxy", "oidc", "embed"):
        return str(g.asker.name)
    return request.remote_addr or "unknown"
