"""What operators and programs ask of the service itself: is it alive, is it ready, how is it doing, what can it be asked."""

import json
from collections.abc import Iterable
from functools import cache
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from apiflask import APIBlueprint, APIFlask
from flask import Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST

from finder.answers import Suggestion
from finder.keys import Scope
from finder.serial import dumps, suggestion_url
from finder.service import Finder
from finder.web import asking
from finder.web.gate import needs, public
from finder.web.links import seen_at
from finder.web.metrics import Metrics
from finder.web.wording import SUGGESTED, word
from models.settings import Settings

SUGGESTIONS = "application/x-suggestions+json"
OPENSEARCH = """<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>Expertise</ShortName>
<Description>Who knows about this, and what to read first</Description>
<InputEncoding>UTF-8</InputEncoding>
<OutputEncoding>UTF-8</OutputEncoding>
<Image width="16" height="16" type="image/svg+xml">{root}static/icon.svg</Image>
<Url type="text/html" method="get" template="{root}?q={{searchTerms}}"/>
<Url type="application/x-suggestions+json" method="get" rel="suggestions" template="{root}api/v1/completions?q={{searchTerms}}"/>
<Url type="application/json" method="get" template="{root}api/v1/search?q={{searchTerms}}"/>
<Url type="application/opensearchdescription+xml" rel="self" template="{root}opensearch.xml"/>
</OpenSearchDescription>
"""


def described(app: APIFlask) -> dict[str, object]:
    """Return the OpenAPI document of an app."""
    spec = app.spec
    assert isinstance(spec, dict)
    return spec


def completed(typed: str, found: Iterable[Suggestion], root: str) -> list[object]:
    """Return completions as OpenSearch has them: what was typed, then texts, what each is, and where it leads."""
    listed = list(found)
    paths = [suggestion_url(each) or f"/?{urlencode({'q': each.text})}" for each in listed]
    return [
        typed,
        [each.text for each in listed],
        [word(SUGGESTED, each.kind) for each in listed],
        [root.rstrip("/") + path for path in paths],
    ]


def create_operation(finder: Finder, metrics: Metrics, settings: Settings) -> APIBlueprint:
    """Return the endpoints about the service itself."""
    operation = APIBlueprint("operation", __name__)

    @operation.get("/healthz")
    @public
    def alive() -> Response:
        """Say that the process answers."""
        return Response(dumps({"status": "alive"}), mimetype="application/json")

    @operation.get("/readyz")
    @public
    def ready() -> Response:
        """Say whether questions can be answered."""
        finder.ready()
        return Response(dumps({"status": "ready"}), mimetype="application/json")

    @operation.get("/metrics")
    @needs(Scope.ADMIN)
    def figures() -> Response:
        """Give figures to Prometheus."""
        return Response(metrics.render(), content_type=CONTENT_TYPE_LATEST)

    @operation.get("/openapi.json")
    @public
    def description() -> Response:
        """Describe this interface."""
        servers = [{"url": request.script_root or "/"}]
        return Response(dumps({**_own(), "servers": servers}), mimetype="application/json")

    @operation.get("/opensearch.xml")
    @public
    def opensearch() -> Response:
        """Let browsers offer the service as a search engine."""
        content = OPENSEARCH.format(root=escape(seen_at(settings, request.url_root)))
        return Response(content, mimetype="application/opensearchdescription+xml")

    @operation.get("/api/v1/completions")
    def completions() -> Response:
        """Complete what is being typed into a browser's address bar."""
        typed = asking.typed(request.args)
        found = finder.suggest(typed, g.principal)
        body = completed(typed, found, seen_at(settings, request.url_root))
        return Response(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), content_type=SUGGESTIONS)

    @cache
    def _own() -> dict[str, object]:
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
        return described(app)

    return operation
