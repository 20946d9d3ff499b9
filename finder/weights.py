"""The few numbers that ranking turns on; docs/relevance.md says what each is worth. A file that `finder tune` wrote replaces them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models import durable
from models.errors import SettingsError
from models.settings import Settings
from models.tables import Role

SHARES = ("strange", "meaning", "passage_words", "alike")  # at most 1
MOST = 1000.0  # of any other weight
HEADER = """\
# What ranking turns on, found by `finder tune` on judged questions. The finder reads it when it starts.
# Delete this file to go back to the weights that the product ships with.
"""

# What a part in a document says of knowing its subject. Asking is interest, not expertise.
ROLE_CREDIT: Mapping[Role, float] = MappingProxyType(
    {
        Role.AUTHOR: 1.0,
        Role.ACCEPTED: 1.0,
        Role.ANSWERER: 0.9,
        Role.COMMITTER: 0.8,
        Role.REVIEWER: 0.5,
        Role.EDITOR: 0.5,
        Role.MENTIONED: 0.25,
        Role.THANKED: 0.25,
        Role.ASKER: 0.0,
    }
)


@dataclass(frozen=True, slots=True)
class Weights:
    """What each number does.

    `depth`: hits a retriever. `strange`: the share of the best cosine up to which a passage counts as unrelated; among many
    passages the last hits are nearer than that, among few everybody's documents would vote. `meaning`: the dense share of the
    fusion; `passage_words`: the share of passages in its lexical rest. `head`: the power that favours the best hits.
    `alike`: the cosine above which a person's document repeats a stronger one of theirs and has no vote.
    `diminishing`: the exponent by which a person's further documents count less. `chance`: the part of what volume alone would
    earn that is taken off; `crowding`: how that part grows with the square of a person's share of all documents. `evidence`:
    what the best person's documents are worth; beside it `profile`: what people say of themselves, and `newcomer`: what that
    gains where nothing is written yet.
    `roles`: what a part in a document is worth; an editor whose share of it is told has that share of an author's.
    """

    depth: int = 400
    strange: float = 0.3
    meaning: float = 0.5
    passage_words: float = 0.75
    head: float = 2.0
    alike: float = 0.8
    diminishing: float = 0.25
    chance: float = 0.3
    crowding: float = 35.0
    evidence: float = 0.75
    profile: float = 0.2
    newcomer: float = 0.2
    roles: Mapping[Role, float] = field(default_factory=lambda: ROLE_CREDIT)

    def value(self, name: str) -> float:
        """Return a weight by its name; those of roles are called `roles.reviewer`."""
        _, dot, role = name.partition(".")
        return self.roles[Role(role)] if dot else float(getattr(self, name))

    def changed(self, name: str, value: float) -> "Weights":
        """Return these weights with another value under a name."""
        _, dot, role = name.partition(".")
        if not dot:
            changed: Mapping[str, Any] = {name: value}
            return replace(self, **changed)
        return replace(self, roles=MappingProxyType({**self.roles, Role(role): value}))


def load(settings: Settings) -> Weights:
    """Return the shipped weights with those in FINDER_HOME/weights.toml in their place, where there is such a file.

    Raises SettingsError naming the file and what is wrong in it.
    """
    path = settings.weights
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Weights()
    except (OSError, ValueError, RecursionError) as error:
        raise _refused(path, f"cannot be read: {error}") from error
    roles = found.pop("roles", {})
    if not isinstance(roles, dict):
        raise _refused(path, "has something else than a table under the name roles")
    weights = Weights()
    for name, value in (*found.items(), *((f"roles.{role}", value) for role, value in roles.items())):
        weights = weights.changed(_known(path, name), _usable(path, name, value))
    return weights


def save(settings: Settings, weights: Weights) -> Path:
    """Write the weights that differ from the shipped ones, to be read by people too, in one step; return the file."""
    shipped = Weights()
    changed = {name: weights.value(name) for name in names() if weights.value(name) != shipped.value(name)}
    plain = [f"{name} = {value}" for name, value in changed.items() if "." not in name]
    roles = [f"{name.partition('.')[2]} = {value}" for name, value in changed.items() if "." in name]
    text = "\n".join([HEADER, *plain, *(["", "[roles]", *roles] if roles else []), ""])
    durable.replace(settings.weights, text.encode())
    return settings.weights


def describe(settings: Settings) -> str:
    """Return in words which weights are in force. Raises SettingsError as `load` does."""
    found, shipped = load(settings), Weights()
    changed = [f"{name} {found.value(name):g}" for name in names() if found.value(name) != shipped.value(name)]
    return f"{', '.join(changed)} from {settings.weights}" if changed else "as shipped"


def most(name: str) -> float:
    """Return the largest value that a weight may have."""
    return 1.0 if name in SHARES else MOST


def names() -> tuple[str, ...]:
    """Return the name of every weight; `depth` is none: it bounds the work."""
    plain = [found.name for found in fields(Weights) if found.name not in ("depth", "roles")]
    return (*plain, *(f"roles.{role.value}" for role in Role))


def _known(path: Path, name: str) -> str:
    if name not in names():
        raise _refused(path, f"names {name!r}, which is no weight")
    return name


def _usable(path: Path, name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most(name):
        raise _refused(path, f"gives {name} a value that is no number from 0 to {most(name):g}")
    return float(value)


def _refused(path: Path, what: str) -> SettingsError:
    return SettingsError(f"{path} {what}.", "Correct it, or delete it to use the shipped weights.")
