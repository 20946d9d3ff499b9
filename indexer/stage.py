"""One stage of a run as it goes: how far it is, how fast, and how long the rest will take, in numbers and in words."""

from collections import deque

WINDOW = 60.0  # seconds
STEP = 0.5  # seconds between two looks
# So much of the whole must be done, in so many steps, before there is an estimate: the people of a source come first, and take longer than
# their bytes would say.
FIRM, STEPS = 0.03, 3


class Stage:
    """Counts of one stage. `total` is None where it is not known; then `share` may tell how far it is. Times are seconds."""

    def __init__(self, label: str, total: int | None, now: float) -> None:
        self.label, self.total, self.begun = label, total, now
        self.done = 0
        self.share: float | None = None
        self._steps = 0
        self._seen = deque([(now, 0.0)])

    def advance(self, n: int) -> None:
        """Count n more steps done."""
        self.done += n

    def reach(self, share: float, now: float) -> None:
        """Take down that this share of the stage is done."""
        self._steps += share > (self.share or 0.0)
        self.share = share
        if now - self._seen[-1][0] >= STEP:
            self._seen.append((now, share))
        while len(self._seen) > 1 and now - self._seen[1][0] >= _window(now - self.begun):
            self._seen.popleft()

    def left(self, now: float) -> float | None:
        """Return the seconds that the stage will still take; None where nobody can know yet, and where nothing is left."""
        if self.total:
            since, before, share = self.begun, 0.0, self.done / self.total
        elif self.share is not None and self.share >= FIRM and self._steps >= STEPS:
            (since, before), share = self._seen[0], self.share
        else:
            return None
        return (1 - share) * (now - since) / (share - before) if before < share < 1 and now > since else None

    def said(self, now: float) -> str:
        """Return what is done in words: how many of how many, or how much of the whole; the rate; the time left."""
        passed, left = now - self.begun, self.left(now)
        parts = [f"{int(self.share * 100)} %"] if self.share is not None and not self.total else []
        parts += [f"{self.done / passed if passed else 0:,.0f} a second"] if self.done or not parts else []
        parts += [f"about {duration(left)} left"] if left is not None else []
        of = f" of {self.total:,}" if self.total else ""
        return f"{self.done:,}{of} ({', '.join(parts)})"


def _window(passed: float) -> float:
    """Return from how many of the last seconds a pace is taken, of so many that passed.

    Half of them at first, so that a beginning of another kind (people before documents) is soon forgotten; then a minute, or a quarter, so
    that a slow moment does not throw the estimate over.
    """
    return max(min(WINDOW, passed / 2), passed / 4)


def duration(seconds: float) -> str:
    """Return a length of time as one number and its unit: nobody's estimate is better than that."""
    if seconds < 100:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 100 * 60 else f"{seconds / 3600:.0f} h"
