"""SCIM 2.0 (RFC 7643, 7644): an identity provider provisions people and groups."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, request
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    ListResponse,
    NotImplementedException,
    PatchOp,
    PreconditionFailedException,
    Resource,
    ResponseParameters,
    SCIMException,
    ScimFilter,
    SearchRequest,
)
from scim2_models.path.expressions import CompareOperator, Comparison
from werkzeug.exceptions import NotFound as Nowhere
from werkzeug.exceptions import UnsupportedMediaType

from finder import provisioning
from finder.keys import Scope
from finder.provisioning import Entry, Facts
from finder.service import Finder
from finder.web import asking
from finder.web.gate import needs
from finder.web.scim_resources import MODELS, MOST_RESULTS, PATHS, POLICY, belong, facts, members, provider, resource, version
from models.provisioning import USER

MEDIA_TYPE = "application/scim+json"
LARGEST = 4_000_000  # bytes: a group of some ten thousand members
PAGE = 100

View = Callable[..., Response]
Reading = Context.RESOURCE_QUERY_RESPONSE


def create_scim(finder: Finder) -> Blueprint:
    """Return the SCIM endpoints of one finder."""
    scim = Blueprint("scim", __name__, url_prefix="/scim/v2")
    for kind in MODELS:
        _serve(scim, finder, kind)

    @scim.get("/ServiceProviderConfig", endpoint="config")
    @needs(Scope.INGEST)
    def config() -> Response:
        found = provider().config
        assert found is not None
        return _answer(found.model_dump(scim_ctx=Reading))

    for name, published in (("ResourceTypes", provider().resource_types), ("Schemas", provider().schemas)):
        _publish(scim, name, published)

    @scim.post("/.search", endpoint="search")
    @scim.post("/Bulk", endpoint="bulk")
    @needs(Scope.INGEST)
    def elsewhere() -> Response:
        raise NotImplementedException(detail="Ask /Users/.search or /Groups/.search; change one resource at a time.")

    scim.register_error_handler(SCIMException, lambda error: _error(error.to_error()))
    scim.register_error_handler(ValidationError, lambda error: _error(Error.from_validation_errors(error)[0]))
    return scim


def _serve(scim: Blueprint, finder: Finder, kind: str) -> None:
    """Add the endpoints of users, or of groups."""
    path = PATHS[kind]

    def view(rule: str, method: str, function: View) -> None:
        scim.add_url_rule(path + rule, f"{kind}-{method}{rule}".replace(".", ""), needs(Scope.INGEST)(function), methods=[method])

    view("", "GET", lambda: _listing(finder, kind, request.args.to_dict()))
    view("/.search", "POST", lambda: _listing(finder, kind, _body()))
    view("", "POST", lambda: _create(finder, kind))
    view("/<number>", "GET", lambda number: _shown(finder, kind, provisioning.read(finder.engine, kind, number), Reading))
    view("/<number>", "PUT", lambda number: _replace(finder, kind, number))
    view("/<number>", "PATCH", lambda number: _patch(finder, kind, number))
    view("/<number>", "DELETE", lambda number: _remove(finder, kind, number))


def _create(finder: Finder, kind: str) -> Response:
    said = MODELS[kind].model_validate(_body(), scim_ctx=Context.RESOURCE_CREATION_REQUEST, scim_policy=POLICY)
    return _shown(finder, kind, provisioning.create(finder.engine, kind, facts(said)), Context.RESOURCE_CREATION_RESPONSE, 201)


def _replace(finder: Finder, kind: str, number: str) -> Response:
    said = MODELS[kind].model_validate(_body(), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST, scim_policy=POLICY)
    base = _base()

    def decide(entry: Entry) -> Facts | None:
        _matches(entry)
        return facts(said) if said.replace(resource(kind, entry, base)) else None

    return _shown(finder, kind, provisioning.change(finder.engine, kind, number, members, decide), Context.RESOURCE_REPLACEMENT_RESPONSE)


def _patch(finder: Finder, kind: str, number: str) -> Response:
    wanted: type[PatchOp[Any]] = PatchOp.__class_getitem__(MODELS[kind])
    operations = wanted.model_validate(_body(), scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=POLICY)
    base = _base()

    def decide(entry: Entry) -> Facts | None:
        _matches(entry)
        found = resource(kind, entry, base)
        return facts(found) if operations.patch(found, scim_policy=POLICY) else None

    return _shown(finder, kind, provisioning.change(finder.engine, kind, number, members, decide), Context.RESOURCE_PATCH_RESPONSE)


def _remove(finder: Finder, kind: str, number: str) -> Response:
    provisioning.remove(finder.engine, kind, number, members, _matches)
    return Response(status=204)


def _publish(scim: Blueprint, name: str, published: tuple[Resource[Any], ...]) -> None:
    """Add an endpoint that describes the service, whole and one by one."""

    @needs(Scope.INGEST)
    def every() -> Response:
        # RFC 7644, 4: a filter cannot apply here, and must not be ignored.
        if "filter" in request.args:
            return _error(Error(status=403, detail=f"/{name} cannot be filtered."))
        return _answer(_page(len(published), 1, [one.model_dump(scim_ctx=Reading) for one in published]))

    @needs(Scope.INGEST)
    def one(number: str) -> Response:
        found = next((each for each in published if number.lower() in (str(each.id).lower(), _named(each))), None)
        if found is None:
            raise Nowhere
        return _answer(found.model_dump(scim_ctx=Reading))

    scim.add_url_rule(f"/{name}", f"{name}-every", every)
    scim.add_url_rule(f"/{name}/<number>", f"{name}-one", one)


def _named(described: Resource[Any]) -> str:
    return str(getattr(described, "name", "")).lower()


def _listing(finder: Finder, kind: str, asked: dict[str, Any]) -> Response:
    model = MODELS[kind]
    wanted = SearchRequest[model].model_validate(asked, scim_ctx=Context.SEARCH_REQUEST, scim_policy=POLICY)  # type: ignore[valid-type]
    first = wanted.start_index_0 or 0
    count = min(PAGE if wanted.count is None else wanted.count, MOST_RESULTS)
    simple = _simple(wanted.filter) if wanted.filter else None
    if wanted.sort_by is None and (wanted.filter is None or simple is not None):
        total, entries = provisioning.find(finder.engine, kind, simple, first, count)
        found = _resources(finder, kind, entries)
    else:
        _, entries = provisioning.find(finder.engine, kind, simple)
        every = _resources(finder, kind, entries)
        every = wanted.sort([one for one in every if wanted.filter is None or wanted.filter.match(one)])
        total, found = len(every), every[first : first + count]
    shown = [one.model_dump(scim_ctx=Reading, response_parameters=wanted) for one in found]
    return _answer(_page(total, first + 1, shown))


def _resources(finder: Finder, kind: str, entries: Sequence[Entry]) -> list[Resource[Any]]:
    """Return what is kept of users, with the groups they are in, or of groups."""
    base = _base()
    found = [resource(kind, entry, base) for entry in entries]
    if kind == USER and found:
        belong(found, provisioning.groups_naming(finder.engine, entries[0].id if len(entries) == 1 else None), base)
    return found


def _simple(wanted: ScimFilter[Any]) -> tuple[str, str] | None:
    """Return the one attribute and value that a filter asks for, where the database can look it up by itself."""
    ast = wanted.ast
    if not isinstance(ast, Comparison) or ast.op != CompareOperator.eq or ast.attr_path.sub_attr or ast.attr_path.uri:
        return None
    name = ast.attr_path.attr.lower()
    return (name, ast.value) if name in provisioning.FOUND_BY and isinstance(ast.value, str) else None


def _shown(finder: Finder, kind: str, entry: Entry, context: Context, status: int = 200) -> Response:
    model = MODELS[kind]
    wanted = ResponseParameters[model].model_validate(request.args.to_dict(), scim_policy=POLICY)  # type: ignore[valid-type]
    (found,) = _resources(finder, kind, [entry])
    response = _answer(found.model_dump(scim_ctx=context, response_parameters=wanted), status)
    response.headers["ETag"] = version(entry)
    response.headers["Location"] = str(found.meta.location) if found.meta else ""
    return response


def _page(total: int, first: int, resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "schemas": [str(ListResponse.__schema__)],
        "totalResults": total,
        "startIndex": first,
        "itemsPerPage": len(resources),
        "Resources": resources,
    }


def _matches(entry: Entry) -> None:
    """Raise PreconditionFailedException where the caller has seen another revision."""
    expected = request.headers.get("If-Match")
    if expected is not None and version(entry) not in (each.strip() for each in expected.split(",")) and expected.strip() != "*":
        raise PreconditionFailedException


def _body() -> dict[str, Any]:
    if request.mimetype not in (MEDIA_TYPE, "application/json"):
        raise UnsupportedMediaType
    request.max_content_length = LARGEST
    parsed = asking.parsed(request.get_data())
    return parsed if isinstance(parsed, dict) else {}


def _base() -> str:
    return request.url_root.rstrip("/") + current_app.blueprints["scim"].url_prefix  # type: ignore[operator]


def _error(error: Error) -> Response:
    return _answer(error.model_dump(), error.status or 400)


def _answer(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), status, content_type=MEDIA_TYPE)
