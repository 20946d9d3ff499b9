import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from finder.inbox import Push, accept
from indexer.lock import locked
from models.tables import Document, Person, Run, Source
from tests.indexer.worlds import ADA, World, page, world

ROOT = Path(__file__).parents[2]
MANY = 20_000  # documents: what takes seconds to import, also where the machine that tests is quick


def command(place: World, *arguments: str) -> "subprocess.Popen[str]":
    environment = os.environ | {"FINDER_HOME": str(place.home), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "indexer", *arguments],
        cwd=place.home,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,  # noqa: PLW1509 - no thread of ours holds a lock here
    )


def heed_interrupts() -> None:
    """Undo what a shell does to what it starts in the background: the tests may have been started so."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(place: World, *arguments: str) -> tuple[int, str, str]:
    process = command(place, *arguments)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_a_clean_source_ends_with_0_and_one_with_bad_rows_with_3(place: World) -> None:
    code, out, _ = run(place, "add", str(place.collection([page(1)])), "--no-build")
    assert (code, out.startswith("team: 3 added")) == (0, True)
    code, _, err = run(place, "add", str(place.collection([page(1), "{broken"])), "--no-build")
    assert code == 3
    assert "indexer status" in err
    _, out, _ = run(place, "status", "--json")
    (source,) = json.loads(out)["sources"]
    assert source["left_out"][0][0] == "documents.jsonl:2"
    assert source["documents"] == 1
    _, out, _ = run(place, "status")
    assert "documents.jsonl:2: the line is not JSON" in out


def test_an_unknown_source_is_two_lines_without_a_traceback_and_ends_with_1(place: World) -> None:
    code, out, err = run(place, "add", "/not/there")
    assert (code, out) == (1, "")
    assert err == "/not/there does not exist.\nCheck the path.\n"


def test_wrong_usage_ends_with_2(place: World) -> None:
    assert run(place, "add")[0] == 2
    assert run(place, "no-such-command")[0] == 2


def test_held_deletions_end_with_1_and_keep_the_new(place: World) -> None:
    run(place, "add", str(place.collection([page(n) for n in range(30)])), "--no-build")
    code, _, err = run(place, "add", str(place.collection([page("new")])), "--no-build")
    assert code == 1
    assert "--confirm" in err
    assert len(place.live()) == 31
    assert run(place, "add", str(place.collection([page("new")])), "--no-build", "--confirm")[0] == 0
    assert list(place.live()) == ["dnew"]


def test_two_folders_of_one_name_are_not_taken_for_one_source(place: World) -> None:
    run(place, "add", str(place.collection([page(1)])), "--no-build")
    other = place.home / "team"
    other.mkdir()
    (other / "documents.jsonl").write_text(json.dumps(page(2)))
    code, _, err = run(place, "add", str(other), "--no-build")
    assert code == 1
    assert "--as" in err
    assert run(place, "add", str(other), "--no-build", "--as", "other")[0] == 0
    assert sorted(place.live()) == ["d1", "d2"]


def test_of_two_indexers_the_second_waits_for_its_turn(place: World) -> None:
    folder = place.collection([page(1)])
    with locked(place.home):
        second = command(place, "add", str(folder), "--no-build")
        with pytest.raises(subprocess.TimeoutExpired):
            second.communicate(timeout=3)
    _, err = second.communicate(timeout=60)
    assert (second.returncode, err) == (0, "")
    assert list(place.live()) == ["d1"]


def test_a_killed_run_is_finished_by_the_next_with_the_same_rows(place: World, tmp_path: Path) -> None:
    documents = [page(n, author=f"p{n % 50}", text=f"Words of {n}. " * 200) for n in range(3000)]
    people = [{"id": f"p{n}", "name": f"P {n}"} for n in range(50)]
    folder = place.collection(documents, people)
    for _ in range(2):
        held = len(place.rows(Document, "id"))
        process = command(place, "add", str(folder), "--no-build")
        while len(place.rows(Document, "id")) == held and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert 0 < len(place.live()) < 3000, "the kill came too late to test anything"
    assert run(place, "check")[0] == 0
    assert run(place, "add", str(folder), "--no-build")[0] == 0
    assert [finished is None for _, finished in place.rows(Run, "id", "finished")] == [True, True, False]
    (tmp_path / "calm").mkdir()
    calm = world(tmp_path / "calm")
    calm.add(folder)
    assert place.snapshot() == calm.snapshot()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_what_is_stored_and_the_same_command_goes_on(place: World, stop: signal.Signals) -> None:
    folder = place.collection([page(n, text=f"Words of {n}. " * 10) for n in range(MANY)])
    process = command(place, "add", str(folder), "--no-build")
    while not place.rows(Document, "id") and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(stop)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.strip() == "team: interrupted. What was read until now is stored; the same command goes on."
    stored = len(place.live())
    assert 0 < stored < MANY, "the signal came too late to test anything"
    assert "Reading was interrupted; what was read until then is stored" in run(place, "status")[1]
    code, out, _ = run(place, "add", str(folder), "--no-build")
    assert code == 0
    assert out.startswith(f"team: {MANY - stored:,} added, 0 changed, {stored + 2:,} unchanged, 0 deleted")
    assert [(finished is None, problem is None) for _, finished, problem in place.rows(Run, "id", "finished", "problem")] == [
        (True, False),
        (False, True),
    ]


def test_erase_prints_a_receipt_that_names_nobody(place: World) -> None:
    run(place, "add", str(place.collection([page(1)])), "--no-build")
    code, out, _ = run(place, "erase", "email:ada@example.com", "--no-build")
    assert code == 0
    assert json.loads(out)["documents_removed"] == 1
    assert "ada" not in out.lower()
    assert oct((place.home / "secret").stat().st_mode & 0o777) == "0o600"
    assert run(place, "erase", "ada", "--no-build")[0] == 1


def test_a_backup_brings_everything_back_but_the_erased(place: World, tmp_path: Path) -> None:
    run(place, "add", str(place.collection([page(1), page(2, author="bob")])), "--no-build")
    saved = tmp_path / "saved.zip"
    assert run(place, "backup", str(saved))[0] == 0
    assert oct(saved.stat().st_mode & 0o777) == "0o600"
    run(place, "erase", "ada", "--no-build")
    run(place, "forget", "team", "--no-build")
    assert not place.live()
    code, out, err = run(place, "restore", str(saved), "--no-build")
    assert (code, err) == (0, "")
    assert "1 erasures carried out again" in out
    assert list(place.live()) == ["d2"]
    assert not any(name == ADA["name"] for (name,) in place.rows(Person, "name"))


def test_a_backup_brings_the_weights_back_and_one_without_any_leaves_them(place: World, tmp_path: Path) -> None:
    weights = place.home / "weights.toml"
    for name, content in (("plain.zip", None), ("tuned.zip", b"head = 1.6\n")):
        if content:
            weights.write_bytes(content)
        assert run(place, "backup", str(tmp_path / name))[0] == 0
    weights.write_bytes(b"head = 3.0\n")
    assert run(place, "restore", str(tmp_path / "plain.zip"), "--no-build")[0] == 0
    assert weights.read_bytes() == b"head = 3.0\n"
    assert run(place, "restore", str(tmp_path / "tuned.zip"), "--no-build")[0] == 0
    assert weights.read_bytes() == b"head = 1.6\n"


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + b"\x00" * 18])
def test_what_is_no_backup_is_refused_and_nothing_changes(place: World, tmp_path: Path, content: bytes) -> None:
    run(place, "add", str(place.collection([page(1)])), "--no-build")
    bad = tmp_path / "bad.zip"
    bad.write_bytes(content)
    code, _, err = run(place, "restore", str(bad), "--no-build")
    assert code == 1
    assert "no backup" in err
    assert list(place.live()) == ["d1"]


def test_a_backup_of_another_installation_is_refused(place: World, tmp_path: Path) -> None:
    run(place, "backup", str(tmp_path / "saved.zip"))
    (place.home / "secret").write_text("another")
    code, _, err = run(place, "restore", str(tmp_path / "saved.zip"), "--no-build")
    assert code == 1
    assert "another installation" in err


def test_starting_a_command_loads_neither_torch_nor_spacy(place: World) -> None:
    modules = "import sys, indexer.cli, indexer.store, indexer.connectors.detect"
    look = f"{modules}; print([m for m in ('torch', 'spacy', 'faiss', 'py3langid') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_what_was_pushed_is_taken_in_by_a_command(place: World) -> None:
    assert run(place, "take", "--no-build") == (0, "Nothing was sent.\n", "")
    engine = place.engine()
    accept(engine, "key:test", Push("wiki", (json.dumps(page(1)).encode(), b"{")))
    engine.dispose()
    assert run(place, "take", "--no-build")[:2] == (3, "wiki: 1 stored, 1 quarantined.\n")
    assert list(place.live()) == ["d1"]


def test_who_is_who_is_shown_decided_and_taken_back_by_commands(place: World, tmp_path: Path) -> None:
    run(place, "add", str(place.collection([page(1, author="github:ada")])), "--no-build")
    code, out, _ = run(place, "identities")
    assert code == 0
    assert "github:ada: 1 documents" in out
    assert "  ada  github:ada  (same account name ada)" in out
    assert "`indexer split ada github:ada` undoes it" in run(place, "merge", "ada", "github:ada", "--no-build")[1]
    assert json.loads(run(place, "identities", "--json")[1])["accounts"] == []
    assert run(place, "split", "ada", "github:ada", "--no-build")[0] == 0
    mapping = tmp_path / "accounts.csv"
    mapping.write_text("account,person\ngithub:ada,ada\nx:1,nobody\n")
    code, out, err = run(place, "identities", "--map", str(mapping))
    assert (code, out.splitlines()[0]) == (3, "0 accounts without a person")
    assert "accounts.csv:3: There is nobody" in err


def test_a_source_that_could_not_be_read_leaves_its_name_free(place: World, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "page.md").write_text("# A page\n\nWith words.\n")
    code, _, err = run(place, "add", str(folder), "--format", "slack", "--no-build")
    assert code not in (0, 3)
    assert "users.json" in err
    assert place.rows(Source, "name") == []
    assert run(place, "add", str(folder), "--no-build")[0] == 0
    assert place.rows(Source, "name", "kind") == [("export", "markdown")]


def test_a_source_that_was_read_once_stays_when_it_cannot_be(place: World) -> None:
    folder = place.collection([page(1)])
    place.add(folder)
    (folder / "documents.jsonl").unlink()
    assert run(place, "add", str(folder), "--format", "collection", "--no-build")[0] not in (0, 3)
    assert place.live()
    assert len(place.rows(Source, "name")) == 1
