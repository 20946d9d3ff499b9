"""What every test stands on."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.postgresql import Server, started


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where nothing may be skipped (FINDER_NO_SKIPS), a skip for want of an installed program is a failure."""
    report = yield
    if os.environ.get("FINDER_NO_SKIPS") and report.skipped and "install" in str(report.longrepr):
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Put the default encoder, exported once a session, into a home; return its folder there.

    The files are links: replace, never change them.
    """
    from indexer.export import export
    from models.encoder import load_encoder
    from models.exported import every
    from models.settings import load_settings

    made = tmp_path_factory.mktemp("exported")
    assert export(load_encoder(load_settings()), made) == ""

    def put(home: Path) -> Path:
        shutil.copytree(made / "encoder", home / "encoder", copy_function=os.link)
        return every(home)[0]

    return put


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server, started when the first test asks for it."""
    with started(tmp_path_factory.mktemp("pg")) as server:
        yield server
