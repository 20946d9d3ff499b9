"""What operators and programs ask of the service itself: is it alive, is it ready, how is it doing, what can it be asked."""

from functools import cache
from xml.sax.saxutils import escape

from apiflask import APIBlueprint, APIFlask
from flask import Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST

from finder.keys import Scope
from finder.serial import dumps
from finder.service import Finder
from finder.web.gate import needs, public
from finder.web.metrics import Metrics

OPENSEARCH = """<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>Expertise</ShortName>
<Description>Who knows about this, and what to read first</Description>
<InputEncoding>UTF-8</InputEncoding>
<Image width="16" height="16" type="image/svg+xml">{root}static/icon.svg</Image>
<Url type="text/html" method="get" template="{root}?q={{searchTerms}}"/>
<Url type="application/json" method="get" template="{root}api/v1/search?q={{searchTerms}}"/>
</OpenSearchDescription>
"""


def described(app: APIFlask) -> dict[str, object]:
    """Return the OpenAPI document of an app."""
    spec = app.spec
    assert isinstance(spec, dict)
    return spec


def create_operation(finder: Finder, metrics: Metrics) -> APIBlueprint:
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
        content = OPENSEARCH.format(root=escape(request.url_root))
        return Response(content, mimetype="application/opensearchdescription+xml")

    @cache
    def _own() -> dict[str, object]:
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
        return described(app)

    return operation
