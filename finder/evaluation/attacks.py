"""People who are made up to be found: the same collection with one of them in it, and what they reach.

The attacks are those that every voting rule falls for: volume (credited on a fifth of everything), copies (hundreds of one text
made of the collection's own words, a number in each, and hundreds of claims) and spam (the same with titles of many topics).
"""

import gzip
import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from finder.evaluation.collection import CONTENT, Collection, files
from finder.evaluation.measures import Difference, Run, difference
from finder.evaluation.panel import Panel
from finder.weights import Weights
from models.analyzer import STOP_WORDS, WORD

FAKE = "planted-by-the-attack"
SEED = 20_250_101
SHARE = 0.2  # of all documents that volume puts the fake person on
COPIES = 500
CLAIMS = 300
TOP = 10
ATTACKS = ("volume", "copies", "spam")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """In how many of the questions the fake person stood among the first ten, and what the ranking was worth without and with them."""

    collection: str
    attack: str
    reached: int
    asked: int
    clean: float
    difference: Difference


def plant(collection: Collection, attack: str, folder: Path) -> Path:
    """Write a copy of a collection with the fake person in it, under the collection's own name; return its folder.

    The copy is the same in every run.
    """
    target = folder / collection.name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    found = {path.name.removesuffix(".gz"): path for path in files(collection.folder, CONTENT)}
    documents = _rows(found["documents.jsonl"])
    people = _rows(found["people.jsonl"]) if "people.jsonl" in found else iter(())
    fake: Row = {"id": FAKE, "name": "Planted by the attack"}
    if attack != "volume":
        words = common_words(collection)
        fake |= {"skills": words[:CLAIMS], "bio": "I am an expert in " + ", ".join(words[:40]) + "."}
        _write(target / "documents.jsonl", [*documents, *stuffing(words, collection.newest, titled=attack == "spam")])
    else:
        _write(target / "documents.jsonl", volume(documents))
    _write(target / "people.jsonl", [*people, fake])
    if "groups.jsonl" in found:
        _write(target / "groups.jsonl", _rows(found["groups.jsonl"]))
    return target


def volume(documents: Iterator[Row]) -> Iterator[Row]:
    """Credit the fake person as an author of a random fifth of all documents."""
    chance = random.Random(SEED)  # noqa: S311 - the same in every run
    for row in documents:
        hit = chance.random() < SHARE
        yield {**row, "authors": [*(row.get("authors") or ()), {"id": FAKE, "role": "author"}]} if hit else row


def stuffing(words: Sequence[str], day: str, *, titled: bool) -> Iterator[Row]:
    """Yield posts by the fake person that differ from each other by a number, and where they are `titled` by three topics.

    They bear the `day` of the newest document, where one bears any: who makes them up makes them fresh.
    """
    chance = random.Random(SEED)  # noqa: S311 - the same in every run
    for number in range(COPIES):
        topics = chance.sample(words[:CLAIMS], min(3, len(words))) if titled else words[:3]
        text = f"Note {number}. I know everything about {', '.join(words[:60])}. Ask me about {' and '.join(topics)}."
        yield {
            "id": f"{FAKE}-{number}", "kind": "post", "title": f"All about {', '.join(topics)}", "text": text,
            "authors": [{"id": FAKE, "role": "author"}], **({"created": day} if day else {}),
        }  # fmt: skip


def common_words(collection: Collection) -> list[str]:
    """Return the words of titles by the number of titles that hold them, ties by the alphabet."""
    counts = Counter(
        word for paper in collection.papers for word in set(WORD.findall(paper.title.lower())) if len(word) > 2 and word not in STOP_WORDS
    )
    return sorted(counts, key=lambda word: (-counts[word], word))[: 2 * CLAIMS]


def outcome(attack: str, clean: Panel, attacked: Panel, weights: Weights) -> Outcome:
    """Compare a panel of people with the same questions asked where the fake person is."""
    run: Run = attacked.run(weights)
    reached = sum(FAKE in list(items)[:TOP] for items in run.values())
    before = clean.values(weights)
    after = attacked.measured(run)
    return Outcome(clean.collection, attack, reached, len(clean.questions), float(np.mean(before)), difference(after, before, clean.rows))


def _rows(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _write(path: Path, rows: Sequence[Mapping[str, Any]] | Iterator[Row]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
