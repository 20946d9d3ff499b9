"""Shows progress on stderr: a bar on a terminal, plain lines elsewhere, both with the rate and the time left."""

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from indexer.progress import Progress
from indexer.stage import Stage

QUIET_SECONDS = 2.0  # a stage shorter than this needs no line
LINE_SECONDS = 10.0
BAR_SECONDS = 0.1


class Lines:
    """Plain lines: one when a stage has taken two seconds, one every ten, one at its end."""

    def __init__(self) -> None:
        self._stage: Stage | None = None
        self._told = 0.0

    def start(self, label: str, total: int | None) -> None:
        """Begin a stage."""
        now = time.monotonic()
        self._stage = Stage(label, total, now)
        self._told = now + QUIET_SECONDS - LINE_SECONDS

    def advance(self, n: int) -> None:
        """Count, and tell now and then."""
        if self._stage is not None:
            self._stage.advance(n)
            self._tell(self._stage, time.monotonic(), LINE_SECONDS)

    def reach(self, share: float) -> None:
        """Take down how far it is, and tell now and then."""
        if self._stage is not None:
            now = time.monotonic()
            self._stage.reach(share, now)
            self._tell(self._stage, now, LINE_SECONDS)

    def finish(self) -> None:
        """Tell the end of a stage that took long enough to be noticed."""
        now = time.monotonic()
        if self._stage is not None and now - self._stage.begun >= QUIET_SECONDS:
            self._tell(self._stage, now, 0.0)
        self._stage = None

    def _tell(self, stage: Stage, now: float, pause: float) -> None:
        if now - self._told >= pause:
            self._told = now
            sys.stderr.write(f"{stage.label}: {stage.said(now)}\n")


class Bar:
    """A bar on the terminal, removed when its stage is done."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._task = TaskID(0)
        self._told = 0.0
        self._stage = Stage("", None, 0.0)

    def start(self, label: str, total: int | None) -> None:
        """Begin a stage."""
        self.finish()
        self._stage = Stage(label, total, time.monotonic())
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"), TimeElapsedColumn())
        self._bars = Bars(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bars.add_task(label, total=total, said="")
        self._bars.start()

    def advance(self, n: int) -> None:
        """Count."""
        self._stage.advance(n)
        self._show()

    def reach(self, share: float) -> None:
        """Take down how far it is."""
        self._stage.reach(share, time.monotonic())
        self._show()

    def finish(self) -> None:
        """End the stage."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def _show(self) -> None:
        now = time.monotonic()
        if self._bars is not None and now - self._told >= BAR_SECONDS:
            self._told, stage = now, self._stage
            total, done = (stage.total, stage.done) if stage.share is None else (1, stage.share)
            self._bars.update(self._task, total=total, completed=done, said=stage.said(now))


def display() -> Progress:
    """Return the display that fits where stderr goes."""
    return Bar() if sys.stderr.isatty() else Lines()
