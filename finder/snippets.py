"""The few lines of a passage that meet a question, with the places to highlight."""

from collections.abc import Mapping

from finder.answers import Snippet
from models.analyzer import Analyzer

LENGTH = 240  # code points
BEFORE = 60  # of them before the first word that met the question


def snippet(text: str, weights: Mapping[str, float], analyzer: Analyzer) -> Snippet:
    """Cut the window of `text` richest in the question's terms (term -> weight) and mark them.

    White space is folded first; highlights are [start, end) in code points of the snippet.
    """
    flat = " ".join(text.split())
    met = analyzer.spans(flat, weights)
    start = _window(met, weights) if met else 0
    start = max(0, min(start, len(flat) - LENGTH))
    if start:
        start = flat.find(" ", start) + 1
    end = len(flat) if len(flat) - start <= LENGTH else max(flat.rfind(" ", start, start + LENGTH), start + LENGTH // 2)
    head, tail = "… " if start else "", " …" if end < len(flat) else ""
    shift = len(head) - start
    marks = tuple((first + shift, last + shift) for first, last, _ in met if start <= first and last <= end)
    return Snippet(head + flat[start:end] + tail, marks)


def _window(met: list[tuple[int, int, str]], weights: Mapping[str, float]) -> int:
    """Return where the window begins that holds the greatest weight of different terms, the earliest of equals."""
    best, chosen = -1.0, 0
    for place, (first, _, _) in enumerate(met):
        terms = set()
        for start, end, term in met[place:]:
            if end > first - BEFORE + LENGTH:
                break
            if start >= first:
                terms.add(term)
        worth = sum(weights[term] for term in terms)
        if worth > best + 1e-9:
            best, chosen = worth, first - BEFORE
    return chosen
