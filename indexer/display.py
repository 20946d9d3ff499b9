"""Shows progress on stderr: a bar with rate and time left on a terminal, plain lines elsewhere."""

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from indexer.progress import Progress

QUIET_SECONDS = 2.0  # a stage shorter than this needs no line
LINE_SECONDS = 10.0


class Lines:
    """Plain lines: one when a stage has taken two seconds, one every ten, one at its end."""

    def __init__(self) -> None:
        self._label, self._done = "", 0
        self._total: int | None = None
        self._begun = self._told = 0.0

    def start(self, label: str, total: int | None) -> None:
        """Begin a stage."""
        self._label, self._total, self._done = label, total, 0
        self._begun = time.monotonic()
        self._told = self._begun + QUIET_SECONDS - LINE_SECONDS

    def advance(self, n: int) -> None:
        """Count, and tell now and then."""
        self._done += n
        now = time.monotonic()
        if now - self._told >= LINE_SECONDS:
            self._told = now
            self._tell(now)

    def finish(self) -> None:
        """Tell the end of a stage that took long enough to be noticed."""
        now = time.monotonic()
        if self._label and now - self._begun >= QUIET_SECONDS:
            self._tell(now)
        self._label = ""

    def _tell(self, now: float) -> None:
        sys.stderr.write(line(self._label, self._done, self._total, now - self._begun) + "\n")


def line(label: str, done: int, total: int | None, seconds: float) -> str:
    """Return how far a stage is, its rate, and the time left where the total is known."""
    rate = done / seconds if seconds else 0.0
    of = f" of {total:,}" if total else ""
    left = f", about {(total - done) / rate:,.0f} s left" if total and rate and total > done else ""
    return f"{label}: {done:,}{of} ({rate:,.0f} a second{left})"


class Bar:
    """A bar on the terminal, removed when its stage is done."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._task = TaskID(0)

    def start(self, label: str, total: int | None) -> None:
        """Begin a stage."""
        self.finish()
        rate = TextColumn("{task.fields[rate]}")
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, TimeElapsedColumn(), TimeRemainingColumn())
        self._bars = Bars(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bars.add_task(label, total=total, rate="")
        self._bars.start()

    def advance(self, n: int) -> None:
        """Count."""
        if self._bars is not None:
            speed = self._bars.tasks[0].speed
            self._bars.update(self._task, advance=n, rate=f"{speed:,.0f}/s" if speed else "")

    def finish(self) -> None:
        """End the stage."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None


def display() -> Progress:
    """Return the display that fits where stderr goes."""
    return Bar() if sys.stderr.isatty() else Lines()
