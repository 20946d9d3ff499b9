"""What a caller sends to frozen requests: parsed strictly, bounded, and refused with a sentence that names the field."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from werkzeug.datastructures import MultiDict

from finder.answers import Filters, Kind, Request, Sort
from finder.corrections import Said, Saying
from finder.filters import NAMES
from finder.query import LONGEST
from models.errors import InvalidQuery

LONGEST_POSTED = 100_000  # characters; what is beyond LONGEST is cut off, as an encoder would not read that far
LONGEST_TYPED = 200  # characters of a completion
SINGLE = ("q", "type", "sort", "limit", "cursor")
LONGEST_NAME = 500  # characters of a skill
ABOUT = re.compile(r"(skills|documents|profile)/.+", re.DOTALL)

Value = Annotated[str, Field(max_length=500)]
Values = Annotated[list[Value], Field(max_length=100)] | Value


class SearchInput(BaseModel):
    """A question with everything that shapes its answer. A filter given several values means any of them."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Search")

    q: str = Field(max_length=LONGEST_POSTED, description="The question, in your own words.")
    type: Literal["people", "documents", "all"] = Field("all", description="Which lists to return.")
    sort: Literal["relevance", "recent"] = Field("relevance", description="The order of documents; people are always by relevance.")
    limit: int = Field(10, ge=1, le=50, description="Results of each list.")
    cursor: Annotated[str, Field(min_length=1, max_length=500)] | None = Field(None, description="`next_cursor` of the page before.")
    team: Values = []
    location: Values = []
    language: Values = []
    source: Values = []
    kind: Values = []
    tag: Values = []
    author: Values = Field([], description="The id of a person.")
    skill: Values = []
    since: Values = Field([], description="YYYY-MM-DD: created on this day or later.")
    until: Values = Field([], description="YYYY-MM-DD: created on this day or earlier.")


class FeedbackInput(BaseModel):
    """What an asker says of one result."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Feedback")

    subject: str = Field(pattern=r"^(people|documents)/.+$", max_length=600, description="people/ID or documents/ID, as in the answer.")
    verdict: Literal["helpful", "unhelpful", "wrong", "outdated"]
    question: str = Field("", max_length=LONGEST)
    comment: str = Field("", max_length=2_000)


class TokenInput(BaseModel):
    """For whom a portal asks for a token, and on which page the box stands."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Token")

    user: str = Field(min_length=1, max_length=600, description="The id of the person who is looking at the page.")
    origin: str = Field(max_length=300, description="The page's origin, exactly as in FINDER_EMBED_ORIGINS: https://portal.example.org")


class UndoInput(BaseModel):
    """A correction that is taken back."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Undo")

    kind: Literal["mute", "hide", "note", "pause"]
    value: str = Field("", max_length=600, description="The topic (mute), the document's id (hide), or what the note is about.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind != "pause" and not self.value.strip():
            raise ValueError("say in value what it is about")
        return self


class CorrectionInput(UndoInput):
    """What a person does about what is told of them."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Correction")

    text: str = Field("", max_length=2_000, description="The note itself.")

    @model_validator(mode="after")
    def _written(self) -> Self:
        if self.kind == "note" and not (ABOUT.fullmatch(self.value) and self.text.strip()):
            raise ValueError("a note is about skills/NAME, documents/ID or profile/FIELD and has a text")
        return self


class EndorsementInput(BaseModel):
    """A skill of a colleague that the asker confirms."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Endorsement")

    skill: str = Field(min_length=1, max_length=500)


Model = TypeVar("Model", bound=BaseModel)


def from_address(arguments: MultiDict[str, str]) -> tuple[Request, str | None]:
    """Read a question and its cursor from the parameters of an address. Raises InvalidQuery."""
    given: dict[str, object] = {}
    for name, values in arguments.lists():
        if name not in SINGLE:
            given[name] = values
        elif len(values) > 1:
            raise InvalidQuery(f"{name} is given {len(values)} times.", "Give it once.")
        else:
            given[name] = int(values[0]) if name == "limit" and re.fullmatch(r"[0-9]{1,4}", values[0]) else values[0]
    return _request(given, longest=None)


def from_body(body: object) -> tuple[Request, str | None]:
    """Read a question and its cursor from a JSON body; text beyond what an encoder reads is cut off. Raises InvalidQuery."""
    return _request(_object(body), longest=LONGEST)


def feedback(body: object) -> FeedbackInput:
    """Read what somebody says of a result. Raises InvalidQuery."""
    return _input(FeedbackInput, body)


def correction(body: object) -> Said:
    """Read what a person does about what is told of them. Raises InvalidQuery."""
    found = _input(CorrectionInput, body)
    return Said(Saying(found.kind), _about(found), found.text.strip() if found.kind == "note" else "")


def undoing(body: object) -> Said:
    """Read which correction is taken back. Raises InvalidQuery."""
    found = _input(UndoInput, body)
    return Said(Saying(found.kind), _about(found))


def _about(found: "UndoInput") -> str:
    return "" if found.kind == "pause" else found.value.strip()


def endorsement(body: object) -> str:
    """Read the skill that is confirmed. Raises InvalidQuery."""
    return _input(EndorsementInput, body).skill


def _input(model: type[Model], body: object) -> Model:
    try:
        return model.model_validate({name: _storable(value) for name, value in _object(body).items()})
    except ValidationError as error:
        raise _refusal(error) from error


def said(form: Mapping[str, str], question: str) -> FeedbackInput:
    """Read what a button of a page says: the verdict, a space and the subject. Raises InvalidQuery."""
    verdict, _, subject = form.get("said", "").partition(" ")
    return feedback({"verdict": verdict, "subject": subject, "question": question})


def token(body: object) -> TokenInput:
    """Read for whom and for which page a portal asks for a token. Raises InvalidQuery."""
    try:
        return TokenInput.model_validate({name: _storable(value) for name, value in _object(body).items()})
    except ValidationError as error:
        raise _refusal(error) from error


def parsed(content: bytes) -> object:
    """Return what a JSON body says. Raises InvalidQuery where it is not JSON."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidQuery("The body is not JSON.", "Send one JSON object in UTF-8.") from error


def typed(arguments: MultiDict[str, str]) -> str:
    """Return what was typed so far, without control characters. Raises InvalidQuery where there is no q."""
    if "q" not in arguments:
        raise InvalidQuery("q is missing.", "Say what was typed so far: /api/v1/suggest?q=post")
    return "".join(character if character.isprintable() else " " for character in arguments["q"][:LONGEST_TYPED])


def named(arguments: MultiDict[str, str]) -> str:
    """Return the name of the skill that is asked about. Raises InvalidQuery where there is none."""
    name = arguments.get("name", "").strip()
    if not name:
        raise InvalidQuery("name is missing.", "Say which skill: /api/v1/people/ada/skills?name=PostgreSQL")
    return name[:LONGEST_NAME]


def first(arguments: MultiDict[str, str], page: int) -> int:
    """Return the place of the first row of the page asked for; pages are counted from 1. Raises InvalidQuery."""
    given = arguments.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", given):
        raise InvalidQuery("page is not the number of a page.", "Pages are counted from 1.")
    return (int(given) - 1) * page


def _request(given: Mapping[str, object], longest: int | None) -> tuple[Request, str | None]:
    for name in given:
        if name not in SearchInput.model_fields:
            raise InvalidQuery(f"There is no filter {_shown(name)}.", f"Filters are {', '.join(NAMES)}.")
    try:
        asked = SearchInput.model_validate({name: _readable(value) for name, value in given.items()})
    except ValidationError as error:
        raise _refusal(error) from error
    chosen = ((name, _listed(getattr(asked, name))) for name in NAMES)
    filters = Filters(tuple((name, values) for name, values in chosen if values))
    return Request(asked.q[:longest], Kind(asked.type), asked.limit, filters, sort=Sort(asked.sort)), asked.cursor


def _listed(values: list[str] | str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([values] if isinstance(values, str) else values))


def _object(body: object) -> Mapping[str, object]:
    if not isinstance(body, dict):
        raise InvalidQuery("The body is not a JSON object.", 'Send an object such as {"q": "who knows about queues"}.')
    return body


def _refusal(error: ValidationError) -> InvalidQuery:
    first = error.errors(include_url=False, include_input=False)[0]
    place = next((part for part in first["loc"] if isinstance(part, str)), "The body")
    return InvalidQuery(f"{_shown(place)}: {first['msg']}.", "/openapi.json describes every field.")


def _shown(name: str) -> str:
    return repr(_whole(name[:60]))


def _whole(text: str) -> str:
    # JSON can spell half of a surrogate pair; it stands for no character and cannot be written back.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _readable(value: object) -> object:
    if isinstance(value, list):
        return [_readable(each) for each in value]
    return _whole(value) if isinstance(value, str) else value


def _storable(value: object) -> object:
    return _whole(value).replace("\0", " ") if isinstance(value, str) else value
