"""What every test stands on."""

import os
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where nothing may be skipped (FINDER_NO_SKIPS), a skip for want of an installed program is a failure."""
    report = yield
    if os.environ.get("FINDER_NO_SKIPS") and report.skipped and "install" in str(report.longrepr):
        report.outcome = "failed"
    return report
