"""What stands around one document: the nearest others, and who else knows about it. Asked by the document's own content."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from finder import explain, people
from finder.answers import DocumentSummary, Filters, Kind, Knower, Related, Request
from finder.asked import Asked
from finder.filters import Scope, scope
from finder.lookup import document_row
from finder.present import Page, evidence_shown, fetch
from finder.profiles import Shelf
from finder.query import Query
from finder.retrieval import fuse, gather
from finder.search import Tools
from models.analyzer import Analyzer
from models.generation import Generation
from models.tables import Document

SHOWN = 5  # of each list
READ = 20_000  # characters of a document from which its own words are taken
TERMS = 24  # of them, the most telling
# Which documents are related: those at least so near, and not much further than the nearest.
UNRELATED, NEAR = 0.3, 0.8
LOOKED_AT = 20  # people of the ranking


def related(tools: Tools, shelf: Shelf, public_id: str) -> Related:
    """Return the documents nearest to one and the people who know about it, of those that the asker may know of. Raises NotFound."""
    row = document_row(shelf, public_id)
    asked = _ask(tools, shelf, row)
    near = _near(asked)
    return Related(_documents(near, shelf), _people(tools, asked, shelf, frozenset(near)))


def _ask(tools: Tools, shelf: Shelf, row: int) -> Asked:
    """Ask with a document's mean vector and its most telling words, of everything but itself and what repeats it word by word."""
    generation, number = shelf.generation, int(shelf.generation.documents.id[row])
    title, body = shelf.session.execute(select(Document.title, Document.body).where(Document.id == number)).one()
    vector = _mean(generation, row)
    words = _telling(f"{title}\n{body[:READ]}", generation, tools.analyzer)
    query = Query(title, words, tuple((word, 1.0) for word in words), ())
    within = _beside(generation, scope(generation, shelf.view, Filters()), row)
    found = gather(generation, query, vector, within, tools.weights.depth)
    request = Request(title, Kind.ALL, SHOWN)
    return Asked(generation, shelf.view, request, query, vector, within, found, fuse(generation, found, tools.weights))


def _mean(generation: Generation, row: int) -> NDArray[np.float32]:
    """Return the unit vector in the middle of a document's passages, shape (dimension,)."""
    first, last = np.searchsorted(generation.passages.document, [row, row + 1])
    middle = generation.vectors.rows(np.arange(first, last)).sum(axis=0)
    unit: NDArray[np.float32] = (middle / max(float(np.linalg.norm(middle)), 1e-12)).astype(np.float32)
    return unit


def _telling(text: str, generation: Generation, analyzer: Analyzer) -> tuple[str, ...]:
    """Return the terms that tell a text from others: how often it has them times how rare they are, the foremost first."""
    columns, lexical = generation.vocabulary, generation.by_document
    worth = {term: times * lexical.idf(columns[term]) for term, times in Counter(analyzer.terms(text)).items() if term in columns}
    return tuple(sorted(worth, key=lambda term: (-worth[term], term))[:TERMS])


def _beside(generation: Generation, every: Scope, row: int) -> Scope:
    """Leave the document out, with those of equal words, and everybody who has a part in it."""
    documents, credits = generation.documents, generation.credits
    others = every.documents & (documents.twin != documents.twin[row])
    others[row] = False
    people_left = every.people.copy()
    people_left[credits.person[credits.starts[row] : credits.starts[row + 1]]] = False
    return Scope(others, others[generation.passages.document], people_left)


def _near(asked: Asked) -> list[int]:
    """Return the documents with passages near enough to be about the same, nearest first."""
    generation, run = asked.generation, asked.found.dense
    least = max(UNRELATED, NEAR * float(run.scores[0])) if len(run.rows) else UNRELATED
    return list(dict.fromkeys(generation.passages.document[run.rows[run.scores >= least]].tolist()))


def _documents(near: list[int], shelf: Shelf) -> tuple[DocumentSummary, ...]:
    """Return the nearest documents; of equal words, one."""
    twin = shelf.generation.documents.twin
    _, first = np.unique(twin[near], return_index=True)
    rows = [near[place] for place in sorted(first)][:SHOWN]
    summaries = shelf.documents(rows)
    return tuple(summaries[row] for row in rows if row in summaries)


def _people(tools: Tools, asked: Asked, shelf: Shelf, near: frozenset[int]) -> tuple[Knower, ...]:
    """Return the first people of the ranking who had a part in one of the documents near by: those can be opened and checked."""
    ranked = people.rank(asked, people.vote(asked, tools.weights), tools.weights)
    exhibits = {place: _of(near, explain.exhibits(ranked, place)) for place in range(min(LOOKED_AT, len(ranked.rows)))}
    page = Page(dict([(place, held) for place, held in exhibits.items() if held][:SHOWN]), ())
    fetched = fetch(asked, ranked, page, shelf, tools.analyzer)
    profiles = ((fetched.people.get(int(ranked.rows[place])), held) for place, held in page.people.items())
    return tuple(Knower(profile, evidence_shown(asked, held, fetched, profile.id)) for profile, held in profiles if profile is not None)


def _of(near: frozenset[int], exhibits: tuple[explain.Exhibit, ...]) -> tuple[explain.Exhibit, ...]:
    return tuple(exhibit for exhibit in exhibits if exhibit.document in near)
