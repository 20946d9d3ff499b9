"""What each part of the ranking is worth: the same questions with one part taken away."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from finder.asked import Asked
from finder.evaluation.measures import Difference, Mean, difference, mean
from finder.evaluation.panel import PEOPLE, Change, Panel
from finder.weights import Weights
from models.arrays import Documents
from models.tables import Role


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the ranking by its name, and how to take it away: other weights, or a change to what is ranked."""

    name: str
    weights: tuple[tuple[str, float], ...] = ()
    change: Change | None = None
    people_only: bool = True


@dataclass(frozen=True, slots=True)
class Loss:
    """What one list of one collection is worth without a part, beside what it is worth as it is."""

    collection: str
    list: str
    part: str
    without: Mean
    difference: Difference


def parts() -> tuple[Part, ...]:
    """Return every part that can be taken away without building another index."""
    equal = tuple((f"roles.{role.value}", float(role is not Role.ASKER)) for role in Role)
    return (
        Part("vectors (words alone)", (("meaning", 0.0),), people_only=False),
        Part("words (vectors alone)", (("meaning", 1.0),), people_only=False),
        Part("words of passages", (("passage_words", 0.0),), people_only=False),
        Part("words of whole documents with tags", (("passage_words", 1.0),), people_only=False),
        Part("floor under strange passages", (("strange", 0.0),), people_only=False),
        Part("favour for the best hits", (("head", 1.0),)),
        Part("diminishing returns", (("diminishing", 0.0),)),
        Part("correction for volume", (("chance", 0.0), ("crowding", 0.0))),
        Part("its growth with the share of all documents", (("crowding", 0.0),)),
        Part("people's own words", (("profile", 0.0), ("newcomer", 0.0))),
        Part("worth of parts (all equal, asking nothing)", equal),
        Part("credit shared among authors", change=_whole_credit),
        Part("freshness and votes", change=_ageless),
        Part("subjects of a question apart", change=_as_one),
        Part("one vote for near copies", (("alike", 1.0),)),
        Part("one vote for a thread or an exact copy", change=_each_apart),
    )


def ablate(panel: Panel, weights: Weights) -> Iterator[Loss]:
    """Yield the loss of each part, two-sided and paired by topic."""
    before = panel.values(weights)
    for part in parts():
        if part.people_only and panel.list != PEOPLE:
            continue
        changed = weights
        for name, value in part.weights:
            changed = changed.changed(name, value)
        without = panel.values(changed, part.change)
        yield Loss(panel.collection, panel.list, part.name, mean(without, panel.rows), difference(without, before, panel.rows))


def whole(panel: Panel, weights: Weights) -> Mean:
    """Return what a panel is worth with every part in place."""
    return mean(panel.values(weights), panel.rows)


def _whole_credit(asked: Asked) -> Asked:
    credits = asked.generation.credits
    whole = replace(credits, credit=np.ones_like(credits.credit), share=np.zeros_like(credits.share))
    changed = replace(asked.generation, credits=whole)
    return replace(asked, generation=changed)


def _ageless(asked: Asked) -> Asked:
    documents = asked.generation.documents
    return _with(asked, replace(documents, weight=np.ones_like(documents.weight)))


def _as_one(asked: Asked) -> Asked:
    return replace(asked, subjects=())


def _each_apart(asked: Asked) -> Asked:
    documents = asked.generation.documents
    apart = np.arange(len(documents.unit))
    return _with(asked, replace(documents, unit=apart.astype(np.int32), twin=apart))


def _with(asked: Asked, documents: Documents) -> Asked:
    return replace(asked, generation=replace(asked.generation, documents=documents))
