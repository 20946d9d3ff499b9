"""Answers to the JSON of the HTTP interface. Pure: the API and `finder search --json` print the same."""

import json
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from finder.answers import (
    Answer,
    Author,
    DocumentPage,
    DocumentResult,
    DocumentSummary,
    Evidence,
    InterestedPerson,
    Knower,
    PersonResult,
    Profile,
    Related,
    Snippet,
    Suggestion,
    Team,
)

Json = dict[str, object]
DIGITS = 9  # of scores and shares: they still add up within a millionth


def dumps(body: Mapping[str, object]) -> bytes:
    """Return compact UTF-8. Characters that UTF-8 cannot carry become question marks."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def answer(found: Answer, next_cursor: str | None = None, root: str = "") -> Json:
    """Return the body of a search. `root` is the path under which the service lives, without a slash at its end."""
    request = found.request
    return {
        "question": request.question,
        "type": request.kind.value,
        "sort": request.sort.value,
        "confidence": found.confidence.value,
        "also_searched": list(found.also_searched),
        "filters": {name: list(values) for name, values in request.filters.values},
        "subjects": list(found.subjects),
        "people": [_person_result(person, root) for person in found.people],
        "team": _team(found.team, root) if found.team else None,
        "interested": [_interested(held, root) for held in found.interested],
        "documents": [_document_result(document, root) for document in found.documents],
        "facets": {side: _facets(found, side) for side in ("people", "documents")},
        "next_cursor": next_cursor,
    }


def document_page(page: DocumentPage, root: str = "") -> Json:
    """Return the body of one document."""
    return {**summary(page.document, root), "text": page.text, "updated": page.updated}


def related(found: Related, root: str = "") -> Json:
    """Return the body of what stands around a document."""
    return {
        "documents": [summary(document, root) for document in found.documents],
        "people": [_knower(knower, root) for knower in found.people],
    }


def suggestions(found: Iterable[Suggestion], root: str = "") -> Json:
    """Return the body of completions; `url` is where a person or a document is to be seen."""
    return {"suggestions": [_suggestion(suggestion, root) for suggestion in found]}


def profile(person: Profile, root: str = "") -> Json:
    """Return what every list shows of a person."""
    return {
        "id": person.id,
        "name": person.name,
        "title": person.title,
        "team": person.team,
        "location": person.location,
        "timezone": person.timezone,
        "languages": list(person.languages),
        "url": person_url(person.id, root),
        "contact": person.contact,
        "skills": [{"name": skill.name, "origin": skill.origin} for skill in person.skills],
    }


def summary(document: DocumentSummary, root: str = "") -> Json:
    """Return what every list shows of a document."""
    return {
        "id": document.id,
        "title": document.title,
        "kind": document.kind,
        "source": document.source,
        "created": document.created,
        "language": document.language,
        "tags": list(document.tags),
        "authors": [_author(author) for author in document.authors],
        "url": document_url(document.id, root),
        "source_url": document.source_url,
    }


def person_url(public_id: str, root: str = "") -> str:
    """Return the path of a person's page."""
    return f"{root}/people/{quote(public_id, safe='')}"


def document_url(public_id: str, root: str = "") -> str:
    """Return the path of a document's page."""
    return f"{root}/documents/{quote(public_id, safe='')}"


def suggestion_url(suggestion: Suggestion, root: str = "") -> str | None:
    """Return the path of what a completion names, None where it is only words."""
    if suggestion.id is None:
        return None
    return person_url(suggestion.id, root) if suggestion.kind == "person" else document_url(suggestion.id, root)


def _person_result(found: PersonResult, root: str) -> Json:
    return {
        **profile(found.profile, root),
        "rank": found.rank,
        "score": _number(found.score),
        "confidence": found.confidence.value,
        "label": found.label,
        "explanation": [{"part": part.part, "document": part.document, "share": _number(part.share)} for part in found.explanation],
        "evidence": [_evidence(evidence, root) for evidence in found.evidence],
        "covers": [{"subject": covered.subject, "share": _number(covered.share)} for covered in found.covers],
    }


def _knower(knower: Knower, root: str) -> Json:
    return {**profile(knower.profile, root), "evidence": [_evidence(evidence, root) for evidence in knower.evidence]}


def _team(found: Team, root: str) -> Json:
    members = [{**profile(member.profile, root), "subjects": list(member.subjects)} for member in found.members]
    return {"members": members, "uncovered": list(found.uncovered)}


def _interested(found: InterestedPerson, root: str) -> Json:
    asked = [{"document": held.id, "title": held.title, "url": document_url(held.id, root)} for held in found.asked]
    return {**profile(found.profile, root), "interests": list(found.interests), "asked": asked}


def _evidence(evidence: Evidence, root: str) -> Json:
    return {
        "document": evidence.document,
        "title": evidence.title,
        "kind": evidence.kind,
        "role": evidence.role,
        "edited": evidence.edited,
        "created": evidence.created,
        "share": _number(evidence.share),
        "url": document_url(evidence.document, root),
        "passage": evidence.passage,
        "snippet": _snippet(evidence.snippet),
    }


def _document_result(found: DocumentResult, root: str) -> Json:
    return {
        **summary(found.document, root),
        "rank": found.rank,
        "score": _number(found.score),
        "passage": found.passage,
        "snippet": _snippet(found.snippet),
    }


def _author(author: Author) -> Json:
    return {"id": author.id, "name": author.name, "role": author.role, "edited": author.edited}


def _snippet(snippet: Snippet) -> Json:
    return {"text": snippet.text, "highlights": [[start, end] for start, end in snippet.highlights]}


def _facets(found: Answer, side: str) -> Json:
    counted = found.facets.get(side, {})
    return {name: [{"value": count.value, "count": count.count} for count in counts] for name, counts in counted.items()}


def _suggestion(suggestion: Suggestion, root: str) -> Json:
    return {"text": suggestion.text, "kind": suggestion.kind, "id": suggestion.id, "url": suggestion_url(suggestion, root)}


def _number(value: float) -> float:
    return round(float(value), DIGITS)
