"""A person's documents by year as the geometry of a small picture: bars stacked by topic, in the units of its view box."""

from dataclasses import dataclass

from finder.portrait import Timeline

STEP, BAR, TALLEST, ABOVE, BELOW = 44.0, 28.0, 96.0, 16.0, 18.0
GAP = 1.0  # between the parts of a bar


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle and the number of its topic."""

    x: float
    y: float
    width: float
    height: float
    topic: int


@dataclass(frozen=True, slots=True)
class Column:
    """One year: the middle of its bar, where the bar ends, how much it holds, and its parts from the bottom up."""

    year: int
    middle: float
    top: float
    total: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole picture; `base` is where the bars stand."""

    width: float
    height: float
    base: float
    columns: tuple[Column, ...]


def chart(timeline: Timeline) -> Chart | None:
    """Return the picture of a timeline, or None where it has nothing to show."""
    most = max((sum(year.counts) for year in timeline.years), default=0)
    if not most:
        return None
    base = ABOVE + TALLEST
    columns = []
    for place, year in enumerate(timeline.years):
        x, y, parts = place * STEP + (STEP - BAR) / 2, base, []
        for topic, count in enumerate(year.counts):
            if count:
                height = count / most * TALLEST
                y -= height
                parts.append(Part(x, round(y, 2), BAR, round(max(height - GAP, GAP), 2), topic))
        columns.append(Column(year.year, x + BAR / 2, round(y, 2), sum(year.counts), tuple(parts)))
    return Chart(len(columns) * STEP, base + BELOW, base, tuple(columns))
