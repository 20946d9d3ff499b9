"""Every reader on damaged input: no hang, no unhandled exception, bounded memory. `FUZZ_EXAMPLES` or `make fuzz` runs more."""

import os
import resource
import shutil
import signal
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.connectors import formats
from indexer.connectors.detect import detect
from indexer.records import DocumentRecord, GroupRecord, Noted, PersonRecord, Refused
from models.errors import SourceError
from tests.indexer.connectors.golden import sources
from tests.indexer.connectors.mutations import Mutation, mutations

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
SECONDS = 2  # of processor time for one input
MEMORY = 512_000  # kB that a reader may add at its highest
SOURCES = list(sources())


@contextmanager
def within_time() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise AssertionError(f"reading took more than {SECONDS} s")

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def damaged(path: Path, folder: Path, which: int, changes: list[Mutation], zipped: int) -> Path:
    """Copy a source with one of its files changed; packed into a zip that is itself changed where `zipped` says so."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    copy = folder / path.name
    if path.is_dir():
        shutil.copytree(path, copy)
        files = sorted(found for found in copy.rglob("*") if found.is_file())
        victim = files[which % len(files)]
    else:
        files = [found for found in (path, path.with_suffix(".db")) if found.is_file()]
        victim = [Path(shutil.copy(found, folder)) for found in files][which % len(files)]
    inner = changes if zipped != 2 else []
    content = victim.read_bytes()
    for change in inner:
        content = change.apply(content)
    victim.write_bytes(content)
    if not zipped or not path.is_dir():
        return copy
    packed = folder / "packed.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for found in sorted(copy.rglob("*")):
            archive.write(found, found.relative_to(copy).as_posix())
    content = packed.read_bytes()
    for change in changes if zipped == 2 else []:
        content = change.apply(content)
    packed.write_bytes(content)
    return packed


def read(path: Path, name: str) -> None:
    for found in formats.built_in():
        found.recognises(path)
    with suppress(SourceError):
        for item in detect(path, name).items():
            assert isinstance(item, PersonRecord | GroupRecord | DocumentRecord | Refused | Noted)
            item.place.encode()


@pytest.mark.parametrize(("name", "path"), SOURCES, ids=[f"{name}/{path.name}" for name, path in SOURCES])
def test_a_damaged_source_is_read_as_far_as_it_goes_or_refused(tmp_path: Path, name: str, path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize="FUZZ_EXAMPLES" not in os.environ, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
    @given(st.integers(0, 99), mutations(), st.sampled_from((0, 0, 1, 2)))
    def try_one(which: int, changes: list[Mutation], zipped: int) -> None:
        source = damaged(path, tmp_path / "source", which, changes, zipped)
        with within_time():
            read(source, name)

    try_one()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY
