"""What a page or a file of the workbench shows: columns of people with their cells, gaps, decisions, and the smallest team."""

from collections.abc import Mapping
from dataclasses import dataclass

from finder.answers import Profile
from finder.coverage import Team
from finder.workbench.blind import Mask
from finder.workbench.cells import Cell, Seen
from finder.workbench.matrix import Grid
from finder.workbench.requirements import Requirement
from finder.workbench.store import Decision, Search
from finder.workbench.strengths import Strength
from finder.workbench.tokens import letters

Records = tuple[Mapping[str, str], Mapping[str, int], Mapping[str, tuple[Decision, ...]]]


@dataclass(frozen=True, slots=True)
class Named:
    """How a person is called: by profile, or, while names are hidden, by a letter alone."""

    token: str
    letter: str
    profile: Profile | None


@dataclass(frozen=True, slots=True)
class Column:
    """One person with a cell for each requirement, the requirements without evidence, and what was decided, newest first."""

    who: Named
    cells: tuple[Cell, ...]
    gaps: tuple[Requirement, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One of the smallest team, with the requirements that they stand for in it."""

    who: Named
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`answered` tells, by requirement, whether anything that may be read is clearly about it; `total` how many people have evidence."""

    search: Search
    columns: tuple[Column, ...]
    answered: tuple[bool, ...]
    team: tuple[Member, ...]
    uncovered: tuple[Requirement, ...]
    total: int


def sheet(search: Search, found: Grid, seen: Seen, team: Team | None, records: Records) -> Sheet:
    """Put together what is shown. `records` are tokens, numbers and decisions by public id."""
    tokens, numbers, decided = records

    def named(row: int) -> Named:
        public_id = found.public_id(row)
        return Named(tokens[public_id], letters(numbers[public_id]), None if search.blind else seen.profiles[row])

    def column(row: int) -> Column:
        cells = seen.cells[row]
        gaps = tuple(held for held, cell in zip(search.requirements, cells, strict=True) if cell.strength == Strength.NONE)
        return Column(named(row), cells, gaps, _masked(decided.get(found.public_id(row), ()), seen.mask))

    members, uncovered = _members(search, found, seen, team)
    return Sheet(
        search,
        tuple(column(row) for row in seen.cells),
        found.answered,
        tuple(Member(named(row), held) for row, held in members),
        uncovered,
        len(found.rows),
    )


def _members(
    search: Search, found: Grid, seen: Seen, team: Team | None
) -> tuple[list[tuple[int, tuple[Requirement, ...]]], tuple[Requirement, ...]]:
    """Return the rows of the team with what each stands for, and what nobody stands for."""
    if team is None:
        return [], ()
    spoken = list(zip(search.requirements, team.speakers, strict=True))
    held = [(int(found.rows[place]), tuple(each for each, speaker in spoken if speaker == place)) for place in team.rows]
    return [(row, stands) for row, stands in held if row in seen.profiles], tuple(each for each, speaker in spoken if speaker < 0)


def _masked(held: tuple[Decision, ...], mask: Mask | None) -> tuple[Decision, ...]:
    return held if mask is None else tuple(Decision(each.at, each.stage, mask(each.reason)) for each in held)
