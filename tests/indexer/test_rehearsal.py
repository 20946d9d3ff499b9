"""A rehearsal foretells what the pass then does, and changes nothing."""

import random
from pathlib import Path
from typing import Any

from indexer.connectors.collection import Collection
from indexer.rehearsal import Rehearsal, rehearse
from models.tables import Run
from tests.indexer.connectors.test_gauge import Told
from tests.indexer.test_cli import run
from tests.indexer.worlds import ADA, BOB, SECRET, World, page

SEED = 20250304


def rehearsed(place: World, folder: Any) -> Rehearsal:
    engine = place.engine()
    found = rehearse(engine, folder.name, Collection(folder), SECRET)
    engine.dispose()
    return found


def version(chance: random.Random) -> tuple[list[Any], list[Any]]:
    """Return documents and people as a source may list them at one moment."""
    circles = [{"visibility": "org"}, {"visibility": "private"}, {"visibility": "restricted", "allow": ["group:a"]}]
    documents: list[Any] = [
        page(n, chance.choice(["ada", "bob", "github:cy"]), text=chance.choice(["One.", "Two."]), **chance.choice(circles))
        for n in chance.sample(range(12), chance.randint(8, 12))
    ]
    documents += chance.choices(["{broken", page(3), {"id": "d99"}, {"id": "d4", "deleted": True}], k=2)
    people = [ADA | {"title": chance.choice(["Chief", "Clerk"])}, BOB, {"id": "dee", "accounts": ["github:cy"]}]
    return documents, people[: chance.randint(1, 3)]


def test_what_is_foretold_is_what_happens(place: World) -> None:
    chance = random.Random(SEED)
    for _ in range(40):
        documents, people = version(chance)
        folder = place.collection(documents, people)
        before, runs = place.snapshot(), place.rows(Run, "id")
        told = rehearsed(place, folder)
        assert (place.snapshot(), place.rows(Run, "id")) == (before, runs)
        done = place.add(folder, confirm=False)
        assert (told.added.count, told.changed.count, told.unchanged, told.deleted.count) == (
            done.added, done.changed, done.unchanged, done.deleted)  # fmt: skip
        assert bool(told.widened.count) == (done.held is not None)
        assert all(repr(key) in str(done.held) for key in told.widened.first[:3])
        place.add(folder, confirm=True)


def test_a_rehearsal_tells_how_far_it_is(place: World) -> None:
    told = Told()
    folder = place.collection([page(n, text="Words. " * 500) for n in range(200)])
    engine = place.engine()
    rehearse(engine, "team", Collection(folder), SECRET, told)
    engine.dispose()
    assert len(told.shares) > 5
    assert told.shares[-1] == 1


def test_the_command_says_it_in_words_and_leaves_the_home_alone(place: World) -> None:
    place.add(place.collection([page(n) for n in range(30)]))
    folder = place.collection([page(0), page(1, text="New."), page("new"), "{broken"])
    code, out, _ = run(place, "add", str(folder), "--dry-run")
    assert code == 3
    assert "Would be: 1 added, 1 changed, 28 deleted, 0 widened, 1 quarantined, 3 unchanged.\n" in out
    assert "deleted: and 8 more" in out
    assert "quarantined: documents.jsonl:4: the line is not JSON" in out
    assert "no longer lists 28 of 30 documents" in out
    assert len(place.live()) == 30


def test_what_was_understood_is_said_first(place: World) -> None:
    folder = place.collection([page(1), page(2, visibility="restricted", allow=["group:g"])])
    code, out, _ = run(place, "add", str(folder), "--dry-run")
    assert code == 0
    assert out.startswith("team is taken for collection. Nothing was written.\nDocuments: 2 wiki. Readers: 1 org, 1 restricted.\n")
    assert place.rows(Run, "id") == []


def test_a_rehearsal_before_anything_was_indexed_makes_no_database(tmp_path: Path) -> None:
    bare = World(tmp_path / "home")
    bare.home.mkdir()
    code, out, _ = run(bare, "add", str(bare.collection([page(1)])), "--dry-run")
    assert code == 0
    assert "added: d1" in out
    assert list(bare.home.iterdir()) == []
