"""A map of topics as boxes: as large as they have documents, in their given order, so that what is akin lies side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from finder.atlas import Topic

LEAST = 0.5  # of a box of average size: a topic of few documents can still be hit with a finger
STEPS = (1, 2, 5, 12)  # people who carry a topic: up to one, two, five, twelve, and more
GAP = 3.0
LARGE, SMALL = 15.0, 12.0  # font sizes
WIDTH, BOLD = 0.54, 0.6  # of a letter, in its font's size: an estimate that is seldom too small
PADDING, LEADING = 9.0, 7.0


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text in a box, at its base line."""

    text: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Box:
    """One topic's box, `step` (1 to 5) saying how many people carry it. Of its lines of text, the name first, those that have room."""

    topic: Topic
    x: float
    y: float
    width: float
    height: float
    step: int
    lines: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Treemap:
    """A map of one size; `kind` names the screens that it is for."""

    kind: str
    width: int
    height: int
    boxes: tuple[Box, ...]


def treemap(kind: str, width: int, height: int, topics: Sequence[Topic], notes: Sequence[str]) -> Treemap:
    """Lay topics out in strips (Bederson, Shneiderman and Wattenberg 2002): a strip takes boxes as long as they grow squarer by it.

    `notes` is what stands below each name where there is room.
    """
    if not topics:
        return Treemap(kind, width, height, ())
    floor = LEAST * sum(topic.documents for topic in topics) / len(topics)
    sizes = [max(floor, topic.documents) for topic in topics]
    unit = width * height / sum(sizes)
    areas = [size * unit for size in sizes]
    boxes, first, top = [], 0, 0.0
    while first < len(areas):
        last = _strip(areas, first, width)
        tall, left = sum(areas[first:last]) / width, 0.0
        for place in range(first, last):
            wide = areas[place] / tall
            boxes.append(_box(topics[place], notes[place], (left, top, wide, tall)))
            left += wide
        first, top = last, top + tall
    return Treemap(kind, width, height, tuple(boxes))


def step(people: int) -> int:
    """Return the step of the scale for a number of people, from 1."""
    return 1 + sum(people > bound for bound in STEPS)


def _strip(areas: Sequence[float], first: int, width: float) -> int:
    """Return where the strip that begins at `first` ends."""
    last = first + 1
    while last < len(areas) and _stretch(areas[first : last + 1], width) <= _stretch(areas[first:last], width):
        last += 1
    # What would be left over for a strip of its own, of one flat box, belongs to this one.
    return last if len(areas) - last != 1 else len(areas)


def _stretch(areas: Sequence[float], width: float) -> float:
    """Return the worst ratio of a box's longer to its shorter side, boxes that are taller than wide counting double: they hold no name."""
    tall = sum(areas) / width
    ratios = [area / tall**2 for area in areas]
    return max(max(ratio, 2 / ratio) for ratio in ratios)


def _box(topic: Topic, note: str, place: tuple[float, float, float, float]) -> Box:
    left, top, wide, tall = place
    x, y, wide, tall = left + GAP / 2, top + GAP / 2, wide - GAP, tall - GAP
    room = wide - 2 * PADDING
    name = _name(topic.name, x, y, room, tall)
    lines = [name] if name is not None else []
    for text in (note, _fitting(topic.words[1:], room)):
        below = lines[-1].y + SMALL + LEADING if lines else tall
        if text and len(text) * SMALL * WIDTH <= room and below + PADDING / 2 <= y + tall:
            lines.append(Label(text, round(x + PADDING, 1), round(below, 1), SMALL))
    return Box(topic, round(x, 1), round(y, 1), round(wide, 1), round(tall, 1), step(topic.people), tuple(lines))


def _fitting(words: Sequence[str], room: float) -> str:
    """Return as many of the words as fit into a line."""
    texts = [" · ".join(words[:count]) for count in range(len(words) + 1)]
    return max((text for text in texts if len(text) * SMALL * WIDTH <= room), key=len)


def _name(text: str, x: float, y: float, room: float, tall: float) -> Label | None:
    """Return the name as large as it fits, shortened where it nearly does, or None."""
    for size in (LARGE, SMALL):
        if len(text) * size * BOLD <= room and tall >= size + PADDING:
            return Label(text, round(x + PADDING, 1), round(y + PADDING + size * 0.8, 1), size)
    letters = int(room / (SMALL * BOLD)) - 1
    if letters < 4 or tall < SMALL + PADDING:
        return None
    return Label(text[:letters].rstrip() + "…", round(x + PADDING, 1), round(y + PADDING + SMALL * 0.8, 1), SMALL)
