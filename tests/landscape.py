"""A small organisation with three things to know about, for everything that is about topics."""

from pathlib import Path

from tests.world import Row, World, document, person

SUBJECTS = {
    "tides": "tide gauge harbour water level",
    "bread": "sourdough bread oven flour crust",
    "bells": "church bells rope ringing tower",
}
# Who wrote what, in turn: of the tides one person nearly everything, of bread two of one team, of the bells two who never met.
WRITERS = {"tides": ("ada", "ada", "ada", "bob"), "bread": ("cy", "dee"), "bells": ("bob", "eve")}
EACH = 6


def people() -> list[Row]:
    return [
        person("ada", team="Sea", interests=["chess"]),
        person("bob", team="Sea", interests=["Chess"]),
        person("cy", team="Kitchen", interests=["chess"]),
        person("dee", team="Kitchen"),
        person("eve", team="Town"),
    ]


def documents() -> list[Row]:
    return [
        document(
            f"{subject}{number}",
            f"{words.split()[0]} {words.split()[1]}",
            f"About the {words}, part {'abcdef'[number]}.",
            [WRITERS[subject][number % len(WRITERS[subject])]],
            created=f"202{5 + number // 3}-0{1 + number}-01",
            kind="wiki" if number == 2 else "post",
            language="en",
        )
        for subject, words in SUBJECTS.items()
        for number in range(EACH)
    ]


def landscape(folder: Path) -> World:
    return World(folder, people(), [], documents())
