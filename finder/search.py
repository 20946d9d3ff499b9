"""The whole read side on one screen: a question and an asker in, ranked people and documents with their evidence out."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from finder import confidence, coverage, documents, explain, facets, people, subjects
from finder.answers import Answer, Confidence, Count, Kind, Request
from finder.asked import Asked
from finder.filters import Scope, check, scope
from finder.interests import interested
from finder.people import Candidates
from finder.present import Page, documents_shown, fetch, interested_shown, people_shown, team_shown
from finder.profiles import Shelf
from finder.query import parse
from finder.retrieval import fuse, gather, retrieve
from finder.view import View
from finder.weights import Weights
from models.analyzer import Analyzer
from models.encoder import Encoder
from models.errors import InvalidQuery
from models.generation import Generation

MOST = 50  # results a page
SURE = (Confidence.STRONG, Confidence.GOOD)  # of what somebody says with certainty that the organisation wrote about it


@dataclass(frozen=True, slots=True)
class Tools:
    """What every search works with."""

    encoder: Encoder
    analyzer: Analyzer
    weights: Weights


def begin(tools: Tools, generation: Generation, view: View, request: Request) -> Asked:
    """Parse, encode and retrieve. Raises InvalidQuery for an unusable question, filter or limit."""
    if not 1 <= request.limit <= MOST:
        raise InvalidQuery(f"limit={request.limit} is out of range.", f"Ask for 1 to {MOST} results.")
    if request.kind == Kind.ALL and request.offset:
        raise InvalidQuery("Both lists together have no further pages.", "Ask with type=people or type=documents.")
    check(request.filters)
    chosen = scope(generation, view, request.filters)
    questions = [request.question, *subjects.proposed(request.question, tools.analyzer)]
    queries = [parse(question, generation, tools.analyzer, view) for question in questions]
    vectors = tools.encoder.encode([query.text for query in queries])

    def asked(place: int) -> Asked:
        query, vector = queries[place], vectors[place]
        found = gather(generation, query, vector, chosen, tools.weights.depth)
        return Asked(generation, view, request, query, vector, chosen, found, fuse(generation, found, tools.weights))

    parts = [asked(place) for place in range(1, len(queries))] if subjects.unlike(vectors[1:]) else []
    sure = all(confidence.of_answer(part) in SURE for part in parts)
    return replace(asked(0), subjects=tuple(parts) if sure and subjects.apart([part.hits for part in parts]) else ())


def answer(tools: Tools, asked: Asked, shelf: Shelf) -> Answer:
    """Rank, count and fetch what is shown."""
    request, generation = asked.request, asked.generation
    sure = confidence.of_answer(asked)
    first, last = request.offset, request.offset + request.limit
    ranked, distinct = rank_people(tools.weights, asked), documents.listed(generation, asked.hits, request.sort)
    with_people, with_documents = request.kind != Kind.DOCUMENTS, request.kind != Kind.PEOPLE
    shown = range(first, min(last, len(ranked.rows))) if with_people else ()
    beside = with_people and not first
    page = Page(
        {place: explain.exhibits(ranked, place) for place in shown},
        tuple(distinct[first:last].tolist()) if with_documents else (),
        coverage.team(ranked.rows, ranked.shares[1:]) if beside and asked.subjects and len(ranked.rows) else None,
        interested(asked) if beside else (),
    )
    fetched = fetch(asked, ranked, page, shelf, tools.analyzer)
    return Answer(
        request=request,
        generation=generation.name,
        confidence=sure,
        also_searched=asked.query.also_searched,
        subjects=tuple(subject.query.text for subject in asked.subjects),
        people=people_shown(asked, ranked, page, fetched, sure),
        team=team_shown(asked, page, fetched),
        interested=interested_shown(asked, page, fetched),
        documents=documents_shown(asked, page, fetched),
        facets=_facets(tools, asked),
        more=request.kind != Kind.ALL and last < len(ranked.rows if with_people else distinct),
    )


def rank_people(weights: Weights, asked: Asked) -> Candidates:
    """Rank the people of a question; where it names several subjects, of the question and of each subject together."""
    ranked = [people.rank(part, people.vote(part, weights), weights) for part in (asked, *asked.subjects)]
    return coverage.together(ranked) if asked.subjects else ranked[0]


def _facets(tools: Tools, asked: Asked) -> dict[str, dict[str, tuple[Count, ...]]]:
    """Count each facet without its own selection, so that its other values stay visible."""
    chosen = {name for name, values in asked.request.filters.values if values}
    wanted = {
        "people": facets.FACETS["people"] if asked.request.kind != Kind.DOCUMENTS else (),
        "documents": facets.FACETS["documents"] if asked.request.kind != Kind.PEOPLE else (),
    }
    found: dict[str, dict[str, tuple[Count, ...]]] = {"people": {}, "documents": {}}
    everybody = facets.people_in(asked.generation, _found(asked), asked.scope, asked.view)
    for side, names in wanted.items():
        for name in names:
            hits, people_found = asked.hits, everybody
            if name in chosen:
                within = scope(asked.generation, asked.view, asked.request.filters, without=name)
                widened = asked.each(partial(_within, tools, within))
                hits, people_found = widened.hits, facets.people_in(asked.generation, _found(widened), within, asked.view)
            if side == "people":
                found[side][name] = facets.of_people(asked.generation, name, people_found, asked.view)
            else:
                found[side][name] = facets.of_documents(asked.generation, name, hits)
    return found


def _found(asked: Asked) -> NDArray[np.int64]:
    """Return the documents that may speak for people: those of the question, and those of each of its subjects."""
    return np.unique(np.concatenate([part.hits.documents for part in (asked, *asked.subjects)]))


def _within(tools: Tools, chosen: Scope, part: Asked) -> Asked:
    return replace(part, scope=chosen, hits=retrieve(part.generation, part.query, part.vector, chosen, tools.weights))
