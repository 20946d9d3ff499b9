"""The whole read side on one screen: a question and an asker in, ranked people and documents with their evidence out."""

from dataclasses import dataclass

from finder import confidence, documents, explain, facets, people
from finder.answers import Answer, Count, Kind, Request
from finder.asked import Asked
from finder.filters import check, scope
from finder.people import Candidates
from finder.present import Page, documents_shown, fetch, people_shown
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
    query = parse(request.question, generation, tools.analyzer, view)
    vector = tools.encoder.encode([query.text])[0]
    chosen = scope(generation, view, request.filters)
    found = gather(generation, query, vector, chosen, tools.weights.depth)
    return Asked(generation, view, request, query, vector, chosen, found, fuse(generation, found, tools.weights))


def answer(tools: Tools, asked: Asked, shelf: Shelf) -> Answer:
    """Rank, count and fetch what is shown."""
    request, generation = asked.request, asked.generation
    sure = confidence.of_answer(generation, asked.hits)
    first, last = request.offset, request.offset + request.limit
    ranked, distinct = rank_people(tools.weights, asked), documents.distinct(generation, asked.hits)
    with_people, with_documents = request.kind != Kind.DOCUMENTS, request.kind != Kind.PEOPLE
    shown = range(first, min(last, len(ranked.rows))) if with_people else ()
    page = Page(
        {place: explain.exhibits(ranked, place, asked.hits) for place in shown},
        tuple(distinct[first:last].tolist()) if with_documents else (),
    )
    fetched = fetch(asked, ranked, page, shelf, tools.analyzer)
    return Answer(
        request=request,
        generation=generation.name,
        confidence=sure,
        also_searched=asked.query.also_searched,
        people=people_shown(asked, ranked, page, fetched, sure),
        documents=documents_shown(asked, page, fetched),
        facets=_facets(tools, asked),
        more=request.kind != Kind.ALL and last < len(ranked.rows if with_people else distinct),
    )


def rank_people(weights: Weights, asked: Asked) -> Candidates:
    """Rank the people of a question."""
    return people.rank(asked, people.vote(asked, weights), weights)


def _facets(tools: Tools, asked: Asked) -> dict[str, dict[str, tuple[Count, ...]]]:
    """Count each facet without its own selection, so that its other values stay visible."""
    chosen = {name for name, values in asked.request.filters.values if values}
    wanted = {
        "people": facets.FACETS["people"] if asked.request.kind != Kind.DOCUMENTS else (),
        "documents": facets.FACETS["documents"] if asked.request.kind != Kind.PEOPLE else (),
    }
    found: dict[str, dict[str, tuple[Count, ...]]] = {"people": {}, "documents": {}}
    everybody = facets.people_in(asked.generation, asked.hits, asked.scope, asked.view)
    for side, names in wanted.items():
        for name in names:
            hits, people_found = asked.hits, everybody
            if name in chosen:
                within = scope(asked.generation, asked.view, asked.request.filters, without=name)
                hits = retrieve(asked.generation, asked.query, asked.vector, within, tools.weights)
                people_found = facets.people_in(asked.generation, hits, within, asked.view)
            if side == "people":
                found[side][name] = facets.of_people(asked.generation, name, people_found, asked.view)
            else:
                found[side][name] = facets.of_documents(asked.generation, name, hits)
    return found
