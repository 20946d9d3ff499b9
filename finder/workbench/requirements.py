"""A pasted description to requirements: the phrases that say what somebody should know. A first proposal; people edit it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from finder.workbench import patterns
from models.analyzer import Analyzer

MOST = 12
CONSIDERED = 60  # phrases of a description that are told apart by meaning, each at the cost of a question
LONGEST = 160  # characters of a requirement
LONGEST_TEXT = 20_000  # characters of a description that are read
LONGEST_SENTENCE = 1_000  # characters; beyond it is no sentence but a pasted table
HEADING = 7  # words that a heading has at most
SAME = 0.8  # the cosine from which two requirements mean the same
LIGHT, NORMAL, HEAVY = 1, 2, 3  # weights


@dataclass(frozen=True, slots=True)
class Requirement:
    """What somebody should know: `weight` 1 to 3, and whether a person without evidence for it stands after those with it."""

    text: str
    weight: int = NORMAL
    must: bool = False


def proposed(text: str, analyzer: Analyzer) -> tuple[Requirement, ...]:
    """Return the requirements that a description names, in its order; not yet told apart by meaning."""
    found: dict[str, Requirement] = {}
    for line, kind in _lines(text[:LONGEST_TEXT]):
        for sentence in _sentences(line, analyzer):
            if patterns.BOILERPLATE.search(sentence) or unfair(sentence):
                continue
            needed, light = bool(patterns.NEEDED.search(sentence)), bool(patterns.OPTIONAL.search(sentence))
            weight = LIGHT if light or (kind == "optional" and not needed) else NORMAL
            must = not light and (needed or kind == "needed")
            for phrase in _parts(sentence, analyzer):
                key = " ".join(sorted(analyzer.terms(phrase)))
                held = found.setdefault(key, Requirement(phrase, weight, must))
                found[key] = replace(held, weight=max(held.weight, weight), must=held.must or must)
    return tuple(found.values())[:CONSIDERED]


def distinct(found: Sequence[Requirement], vectors: NDArray[np.float32], most: int = MOST) -> tuple[Requirement, ...]:
    """Return the requirements without those that repeat another's meaning, by their unit vectors (n, dimension).

    Where more than `most` are left, musts stay first, then what counts more, then what came earlier; the order is the description's.
    """
    kept: list[int] = []
    merged = list(found)
    for place, requirement in enumerate(found):
        twin = next((other for other in kept if float(vectors[other] @ vectors[place]) >= SAME), None)
        if twin is None:
            kept.append(place)
        else:
            held = merged[twin]
            merged[twin] = replace(held, weight=max(held.weight, requirement.weight), must=held.must or requirement.must)
    chosen = sorted(kept, key=lambda place: (not merged[place].must, -merged[place].weight, place))[:most]
    return tuple(merged[place] for place in sorted(chosen))


def unfair(text: str) -> bool:
    """Whether a text asks for what may not decide who is chosen, such as age or origin."""
    return patterns.PROTECTED.search(text) is not None


def asked(text: str, analyzer: Analyzer) -> str:
    """Return what to look for where a requirement names years: documents tell what somebody knows, not for how long."""
    rest = patterns.YEARS.sub(" ", text).strip()
    return rest if analyzer.terms(rest) else text


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield each line that is not a heading, with the kind of the section it stands in; idle sections are left out."""
    kind = "plain"
    # A text pasted from a letter is broken in the middle of its sentences.
    for raw in patterns.WRAPPED.sub(r"\1 ", patterns.ENDLESS.sub(" ", text)).splitlines():
        bullet = patterns.BULLET.match(raw)
        line = raw[bullet.end() :].strip() if bullet else raw.strip().strip("*_").strip()
        if not line:
            continue
        named, rest = _heading(line, bulleted=bullet is not None)
        if named is not None:
            kind = named
        if rest and kind != "idle":
            yield rest, kind


def _heading(line: str, *, bulleted: bool) -> tuple[str | None, str]:
    """Return the kind of section that a line opens, None where it opens none, and what the line says beyond that."""
    marked = line.startswith("#") or line.endswith(":")
    head, colon, rest = line.lstrip("# ").partition(":")
    short = len(head.split()) <= HEADING and not re.search(r"[.;,]", head)
    if not short or (bulleted and not colon):
        return None, line
    if not marked and not (colon and not bulleted) and (patterns.BOILERPLATE.search(line) is None and len(head.split()) > 4):
        return None, line
    for kind, pattern in (
        ("idle", patterns.IDLE),
        ("optional", patterns.OPTIONAL),
        ("needed", patterns.NEEDED),
        ("plain", patterns.NEUTRAL),
    ):
        if pattern.search(head) and (colon or marked or patterns.FRAME.match(head) is None or kind in ("idle", "plain")):
            return (None, line) if rest and kind != "idle" else (kind, rest.strip())
    return ("plain", "") if marked and not rest else (None, line)


def _sentences(line: str, analyzer: Analyzer) -> list[str]:
    return [line[start:end][:LONGEST_SENTENCE].strip() for start, end in analyzer.sentences(line)]


def _parts(sentence: str, analyzer: Analyzer) -> list[str]:
    """Return a sentence without its frame, or what it joins by "and" and commas where each part stands for itself."""
    whole = _stripped(sentence)
    parts = [_stripped(part) for part in patterns.JOINT.split(_listed(whole))]
    parts = [part for part in parts if analyzer.terms(part)]
    apart = not any(part.endswith("-") or len(part.split()) > HEADING or patterns.WHOLE.search(part) for part in parts)
    if len(parts) < 2 or not apart or _shared(parts):
        parts = [whole]
    return [part[:LONGEST].rstrip() for part in parts if analyzer.terms(part) and re.search(r"[^\W\d]{2}", part)]


def _listed(whole: str) -> str:
    # "knowledge of X such as A and B": what is listed is X with its examples, told apart.
    return re.sub(r"\s*\((?:e\.g\.,?|i\.e\.,?|such as|z\. ?B\.|etwa)?\s*([^()]*)\)", r", \1", whole)


def _shared(parts: Sequence[str]) -> bool:
    """Whether the parts are verbs or adjectives of one thing, "design and operate pipelines": one lower-case word before a longer part."""
    return len(parts) == 2 and len(parts[0].split()) == 1 and parts[0].islower() and len(parts[1].split()) > 1


def _stripped(text: str) -> str:
    """Return a phrase without what stands before and behind the thing itself."""
    left = text.strip(" .,;:!?\"'„“”*_")
    while True:
        shorter = patterns.TAIL.sub("", patterns.FRAME.sub("", left, count=1)).strip(" .,;:!?\"'„“”*_")
        if shorter == left or not shorter:
            return left
        left = shorter
