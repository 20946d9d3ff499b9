"""Judged organisations made for a test: what World writes, with questions and judgements beside it."""

import json
import random
from collections.abc import Iterable, Mapping

from finder.evaluation.collection import Collection, read_collection
from finder.evaluation.halves import Half
from finder.evaluation.panel import Panel, panels
from finder.service import Finder
from tests.world import Row, World, document

Judged = Mapping[str, tuple[str, Iterable[str], Iterable[str]]]  # question id -> text, right people, right documents
TOPICS = tuple(
    """
    anchor barley candle dolphin ember falcon granite harvest island jasmine kettle lantern marble needle orchid pepper quartz ribbon
    saffron timber umbrella velvet walnut yarrow zinc
    """.split()
)


def judge(world: World, questions: Judged, rows: Mapping[str, str] | None = None) -> Collection:
    """Write a world with its questions and judgements, and read it as a judged collection; `rows` are topics by question."""
    folder = world.write()
    lines = [{"id": key, "text": text, "row": (rows or {}).get(key, key)} for key, (text, _, _) in questions.items()]
    (folder / "queries.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    for name, place in (("qrels_people.tsv", 1), ("qrels_docs.tsv", 2)):
        (folder / name).write_text("".join(f"{key}\t{item}\t1\n" for key, found in questions.items() for item in found[place]))
    return read_collection(folder)


def asked(collection: Collection, finder: Finder, half: Half = Half.ALL) -> dict[str, Panel]:
    """Return the panels of a collection by list."""
    return {panel.list: panel for panel in panels(collection, finder, half)}


def reviewed() -> list[Row]:
    """A page for each topic, written by one of seven who write about everything and reviewed by its one expert."""
    chance = random.Random(1)
    return [
        document(
            f"d-{topic}", f"The {topic}", f"How a {topic} is kept.", {f"writer{chance.randrange(7)}": "author", f"x-{topic}": "reviewer"}
        )
        for topic in TOPICS
    ]
