"""The published description of the HTTP interface: APIFlask lists the routes, this module says what each takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from finder.inbox import MOST_RECORDS
from finder.query import LONGEST
from finder.web.asking import CorrectionInput, EndorsementInput, FeedbackInput, SearchInput, TokenInput, UndoInput
from finder.web.explore_schemas import BODIES as OF_TOPICS
from finder.web.explore_schemas import StartBody, TopicPageBody, TopicsBody
from finder.web.person_schemas import BODIES as OF_PEOPLE
from finder.web.person_schemas import NotesBody, OwnBody, PeopleBody, PersonBody, SkillEvidenceBody
from finder.web.problems import MEDIA_TYPE
from finder.web.records import LARGEST_PUSH, LINES
from finder.web.schemas import (
    BODIES,
    AnswerBody,
    DocumentBody,
    JobBody,
    ProblemBody,
    PushedBody,
    RelatedBody,
    SourcesBody,
    StatusBody,
    SuggestionsBody,
    TokenBody,
)

TAKEN = (SearchInput, FeedbackInput, TokenInput, CorrectionInput, UndoInput, EndorsementInput)
Spec = dict[str, Any]
REF = "#/components/schemas/{model}"
REFUSALS = {"400": "The request cannot be used.", "401": "Nobody we know is asking.", "403": "The asker may not do this."}
ALWAYS = {"421": "The Host is not one of ours.", "429": "Too many requests; Retry-After says when to come back."}
LATER = {"503": "Not just now; Retry-After says when to try again."}
MISSING = {"404": "There is no such thing, or the asker may not know of it."}
GONE = {"410": "The cursor's results are no longer kept."}
KINDS_OF_JSON = {"application/json": "object", "application/x-suggestions+json": "array"}
POSTED = {"413": "The body is larger than 256 kB.", "415": "The body is not application/json."}


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operation gives, takes, and may refuse."""

    gives: type[BaseModel] | str
    refuses: Mapping[str, str]
    takes: type[BaseModel] | Spec | None = None
    parameters: tuple[Spec, ...] = ()
    status: str = "200"
    public: bool = False


def _parameter(name: str, schema: Spec, *, required: bool = False, place: str = "query") -> Spec:
    return {"name": name, "in": place, "required": required, "schema": schema}


_RECORD: Spec = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "enum": ["document", "person", "group"], "default": "document"},
        "id": {"type": "string", "maxLength": 200},
        "deleted": {"type": "boolean", "default": False},
    },
    "required": ["id"],
}
RECORDS: Spec = {
    "application/json": {"schema": {"anyOf": [_RECORD, {"type": "array", "items": _RECORD, "minItems": 1, "maxItems": MOST_RECORDS}]}},
    LINES: {"schema": {"type": "string", "description": "One object a line."}},
}
PUSHING = (
    _parameter("source", {"type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$"}, required=True),
    _parameter("Idempotency-Key", {"type": "string", "pattern": "^[!-~]{1,200}$"}, place="header"),
)
NUMBERED = _parameter("number", {"type": "string", "minLength": 1}, required=True, place="path")
PUSHED = {
    "409": "The source is read by the indexer.",
    "413": f"More than {MOST_RECORDS:,} records, or {LARGEST_PUSH // 1_000_000} MB.",
    "415": f"The body is neither application/json nor {LINES}.",
    "422": "The Idempotency-Key was used for another push.",
}


def _search_parameters() -> tuple[Spec, ...]:
    found = []
    for name, field in SearchInput.model_fields.items():
        schema: Spec
        match name:
            case "q":
                schema = {"type": "string", "maxLength": LONGEST}
            case "type":
                schema = {"type": "string", "enum": ["people", "documents", "all"], "default": "all"}
            case "sort":
                schema = {"type": "string", "enum": ["relevance", "recent"], "default": "relevance"}
            case "limit":
                schema = {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}
            case "cursor":
                schema = {"type": "string", "minLength": 1, "maxLength": 500}
            case _:
                value = {"type": "string", "maxLength": 500, **({"format": "date"} if name in ("since", "until") else {})}
                schema = {"type": "array", "items": value, "maxItems": 100}
        parameter = _parameter(name, schema, required=name == "q")
        found.append({**parameter, "description": field.description} if field.description else parameter)
    return tuple(found)


def _operations() -> dict[tuple[str, str], Operation]:
    asked, looked_up = {**REFUSALS, **ALWAYS, **LATER}, {**REFUSALS, **MISSING, **ALWAYS, **LATER}
    identified = (_parameter("public_id", {"type": "string", "minLength": 1}, required=True, place="path"),)
    typed = (_parameter("q", {"type": "string"}, required=True),)
    skill = (_parameter("name", {"type": "string", "minLength": 1}, required=True),)
    paged = (_parameter("page", {"type": "integer", "minimum": 1, "default": 1}),)
    writes = {**looked_up, **POSTED}
    about = (_parameter("topic_id", {"type": "string", "minLength": 1}, required=True, place="path"),)
    begun = (_parameter("team", {"type": "string"}), _parameter("topic", {"type": "string"}))
    return {
        ("/api/v1/search", "get"): Operation(AnswerBody, {**asked, **GONE}, parameters=_search_parameters()),
        ("/api/v1/search", "post"): Operation(AnswerBody, {**asked, **GONE, **POSTED}, takes=SearchInput),
        ("/api/v1/people/{public_id}", "get"): Operation(PersonBody, looked_up, parameters=identified),
        ("/api/v1/people/{public_id}/skills", "get"): Operation(SkillEvidenceBody, looked_up, parameters=(*identified, *skill)),
        ("/api/v1/people/{public_id}/endorsements", "post"): Operation(
            StatusBody, writes, takes=EndorsementInput, parameters=identified, status="201"
        ),
        ("/api/v1/people/{public_id}/endorsements/withdraw", "post"): Operation(
            StatusBody, writes, takes=EndorsementInput, parameters=identified
        ),
        ("/api/v1/me", "get"): Operation(OwnBody, asked, parameters=paged),
        ("/api/v1/me/corrections", "post"): Operation(StatusBody, writes, takes=CorrectionInput, status="201"),
        ("/api/v1/me/corrections/undo", "post"): Operation(StatusBody, {**asked, **POSTED}, takes=UndoInput),
        ("/api/v1/corrections", "get"): Operation(NotesBody, asked),
        ("/api/v1/people/{public_id}/similar", "get"): Operation(PeopleBody, looked_up, parameters=identified),
        ("/api/v1/documents/{public_id}", "get"): Operation(DocumentBody, looked_up, parameters=identified),
        ("/api/v1/documents/{public_id}/related", "get"): Operation(RelatedBody, looked_up, parameters=identified),
        ("/api/v1/suggest", "get"): Operation(SuggestionsBody, asked, parameters=typed),
        ("/api/v1/topics", "get"): Operation(TopicsBody, asked),
        ("/api/v1/topics/{topic_id}", "get"): Operation(TopicPageBody, looked_up, parameters=about),
        ("/api/v1/start", "get"): Operation(StartBody, looked_up, parameters=begun),
        ("/api/v1/feedback", "post"): Operation(StatusBody, {**looked_up, **POSTED}, takes=FeedbackInput, status="201"),
        ("/api/v1/tokens", "post"): Operation(TokenBody, {**asked, **POSTED}, takes=TokenInput, status="201"),
        ("/api/v1/completions", "get"): Operation("application/x-suggestions+json", asked, parameters=typed),
        ("/api/v1/records", "post"): Operation(PushedBody, {**asked, **PUSHED}, RECORDS, PUSHING, status="202"),
        ("/api/v1/jobs/{number}", "get"): Operation(JobBody, looked_up, parameters=(NUMBERED,)),
        ("/api/v1/sources", "get"): Operation(SourcesBody, asked),
        ("/healthz", "get"): Operation(StatusBody, {}, public=True),
        ("/readyz", "get"): Operation(StatusBody, LATER, public=True),
        ("/metrics", "get"): Operation("text/plain", asked),
        ("/openapi.json", "get"): Operation("application/json", {"421": ALWAYS["421"]}, public=True),
        ("/opensearch.xml", "get"): Operation("application/opensearchdescription+xml", {"421": ALWAYS["421"]}, public=True),
    }


def describe(spec: Spec | str) -> Spec | str:
    """Complete what APIFlask found out about the routes: parameters, bodies, responses, security."""
    assert isinstance(spec, dict)
    operations = _operations()
    for path, methods in spec["paths"].items():
        for method, found in methods.items():
            found.update(_described(operations[path, method]))
    modes: list[tuple[type[BaseModel], Any]] = [(model, "serialization") for model in (*BODIES, *OF_PEOPLE, *OF_TOPICS)]
    modes += [(model, "validation") for model in TAKEN]
    _, schemas = models_json_schema(modes, ref_template=REF)
    spec["components"] = {"schemas": schemas["$defs"], "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}
    return spec


def _described(operation: Operation) -> Spec:
    described: Spec = {
        "parameters": list(operation.parameters),
        "responses": {
            operation.status: {"description": "As asked.", "content": _content(operation.gives)},
            **{status: _refusal(why) for status, why in operation.refuses.items()},
        },
        "security": [{}] if operation.public else [{"key": []}, {}],
    }
    if operation.takes is not None:
        takes = operation.takes
        described["requestBody"] = {"required": True, "content": takes if isinstance(takes, dict) else _content(takes)}
    return described


def _content(of: type[BaseModel] | str) -> Spec:
    if isinstance(of, str):
        return {of: {"schema": {"type": KINDS_OF_JSON.get(of, "string")}}}
    return {"application/json": {"schema": {"$ref": REF.format(model=of.__name__)}}}


def _refusal(why: str) -> Spec:
    return {"description": why, "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(model=ProblemBody.__name__)}}}}
