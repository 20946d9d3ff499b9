"""What a pass remembers of the ids it met."""

import subprocess
import sys
from pathlib import Path

import pytest

from indexer.met import Met
from models.errors import StorageFull


def test_an_id_is_new_once_for_each_kind(tmp_path: Path) -> None:
    met = Met(tmp_path)
    assert [met.add("page", "a"), met.add("page", "a"), met.add("person", "a")] == [True, False, True]
    assert met.has("page", "a")
    assert not met.has("person", "b")
    met.close()


@pytest.mark.parametrize("own", ["", "ß \N{PILE OF POO}", "x" * 500, "'; DROP TABLE met; --", "a\x00b"])
def test_any_id_is_told_from_every_other(own: str) -> None:
    met = Met()
    assert met.add("page", own)
    assert not met.add("page", own)
    assert not met.has("page", own + "a")
    met.close()


def test_nothing_is_left_in_the_folder_even_while_it_is_used(tmp_path: Path) -> None:
    met = Met(tmp_path)
    met.add("page", "a")
    assert list(tmp_path.iterdir()) == []
    met.close()
    assert list(tmp_path.iterdir()) == []


def test_many_ids_cost_little_memory(tmp_path: Path) -> None:
    # Half a million ids of 60 characters are 65 MB where a set of strings holds them.
    program = """
import resource, sys
from pathlib import Path
from indexer.met import Met
met = Met(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for number in range(500_000):
    met.add("page", f"{number * 7919 % 500_000:060}")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 12_000  # kB


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    met = Met(tmp_path)
    met._file.execute("PRAGMA max_page_count=3")
    with pytest.raises(StorageFull, match="No space left in"):
        all(met.add("page", f"{number:0100}") for number in range(10_000))
    met.close()
