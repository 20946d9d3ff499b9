"""Ranked rows to results: names, snippets, explanations and labels."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finder import answers, confidence, explain
from finder.answers import (
    Confidence,
    Covered,
    DocumentResult,
    DocumentSummary,
    Evidence,
    InterestedPerson,
    Member,
    PersonResult,
    Profile,
    Snippet,
)
from finder.asked import Asked
from finder.coverage import COVERS, Team
from finder.explain import Exhibit
from finder.interests import Interest
from finder.people import Candidates
from finder.profiles import ROLES, Shelf
from finder.snippets import snippet
from models.analyzer import Analyzer

LITTLE = 3  # readable documents of their own below which somebody found by their profile is labelled
WONDERED = 2  # documents shown in which an interested person asked
LABEL = "declared, little evidence yet"


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer shows: people by their place in the ranking, with their evidence, and documents by theirs among the hits."""

    people: Mapping[int, tuple[Exhibit, ...]]
    documents: tuple[int, ...]
    team: Team | None = None
    interested: tuple[Interest, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a page needs of the database, by row: people, documents, and the lines of passages that met the question."""

    people: Mapping[int, Profile]
    documents: Mapping[int, DocumentSummary]
    snippets: Mapping[int, Snippet]


def fetch(asked: Asked, ranked: Candidates, page: Page, shelf: Shelf, analyzer: Analyzer) -> Fetched:
    """Fetch everything a page shows at once, each person, document and passage one time."""
    exhibits = [exhibit for held in page.people.values() for exhibit in held]
    places = list(page.documents)
    rows = {*(exhibit.document for exhibit in exhibits), *asked.hits.documents[places].tolist()}
    rows |= {row for held in page.interested for row in held.asked[:WONDERED]}
    passages = {*(exhibit.passage for exhibit in exhibits), *asked.hits.passages[places].tolist()}
    beside = {*(page.team.rows if page.team else ()), *(held.person for held in page.interested)}
    people = shelf.people({*(int(ranked.rows[place]) for place in page.people), *shelf.writers(rows), *beside})
    weights = asked.term_weights
    snippets = {row: snippet(text, weights, analyzer) for row, text in shelf.passages(passages).items()}
    return Fetched(people, shelf.documents(rows, people), snippets)


def people_shown(asked: Asked, ranked: Candidates, page: Page, fetched: Fetched, sure: Confidence) -> tuple[PersonResult, ...]:
    """Return one page of people with their evidence; who is gone from the database is left out."""
    results = []
    for place, exhibits in page.people.items():
        row, score = int(ranked.rows[place]), float(ranked.score[place])
        if row in fetched.people:
            little = asked.view.volume[row] < LITTLE and ranked.profile[place] > ranked.evidence[place]
            results.append(
                PersonResult(
                    profile=fetched.people[row],
                    rank=place + 1,
                    score=score,
                    confidence=confidence.of_person(sure, score, float(ranked.score[0])),
                    label=LABEL if little else None,
                    explanation=explain.parts(ranked, place, exhibits, asked.generation.names.documents),
                    evidence=evidence_shown(asked, exhibits, fetched, fetched.people[row].id),
                    covers=_covers(asked, ranked.shares[1:, place]) if asked.subjects else (),
                )
            )
    return tuple(results)


def evidence_shown(asked: Asked, exhibits: tuple[Exhibit, ...], fetched: Fetched, who: str) -> tuple[Evidence, ...]:
    """Return the pieces of evidence for the person `who` whose documents the database still holds."""
    return tuple(_evidence(asked, exhibit, fetched, who) for exhibit in exhibits if exhibit.document in fetched.documents)


def _covers(asked: Asked, shares: NDArray[np.float64]) -> tuple[Covered, ...]:
    named = zip(asked.subjects, shares.tolist(), strict=True)
    return tuple(Covered(subject.query.text, share) for subject, share in named if share >= COVERS)


def team_shown(asked: Asked, page: Page, fetched: Fetched) -> answers.Team | None:
    """Return the team with the subjects that each stands for."""
    if page.team is None:
        return None
    named = [(subject.query.text, speaker) for subject, speaker in zip(asked.subjects, page.team.speakers, strict=True)]
    stands = {row: tuple(text for text, speaker in named if speaker == row) for row in page.team.rows}
    members = tuple(Member(fetched.people[row], held) for row, held in stands.items() if row in fetched.people)
    return answers.Team(members, tuple(text for text, speaker in named if speaker < 0))


def interested_shown(asked: Asked, page: Page, fetched: Fetched) -> tuple[InterestedPerson, ...]:
    """Return the people who care, with what shows it; who is gone from the database is left out."""
    names = asked.generation.names.interest
    return tuple(
        InterestedPerson(
            fetched.people[held.person],
            tuple(names[code] for code in held.interests),
            tuple(fetched.documents[row] for row in held.asked[:WONDERED] if row in fetched.documents),
        )
        for held in page.interested
        if held.person in fetched.people
    )


def _evidence(asked: Asked, exhibit: Exhibit, fetched: Fetched, who: str) -> Evidence:
    held = fetched.documents[exhibit.document]
    lines = fetched.snippets.get(exhibit.passage, Snippet(""))
    start = int(asked.generation.passages.start[exhibit.passage])
    edited = next((author.edited for author in held.authors if author.id == who), None)
    return Evidence(held.id, held.title, held.kind, ROLES[exhibit.role].value, held.created, exhibit.share, lines, start, edited)


def documents_shown(asked: Asked, page: Page, fetched: Fetched) -> tuple[DocumentResult, ...]:
    """Return one page of documents with the lines that met the question."""
    hits, results = asked.hits, []
    for number, place in enumerate(page.documents):
        row, passage = int(hits.documents[place]), int(hits.passages[place])
        if row in fetched.documents:
            rank, start = asked.request.offset + number + 1, int(asked.generation.passages.start[passage])
            lines = fetched.snippets.get(passage, Snippet(""))
            results.append(DocumentResult(fetched.documents[row], rank, float(hits.scores[place]), lines, start))
    return tuple(results)
