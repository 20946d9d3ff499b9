"""How a run tells a person how far it is."""

from typing import Protocol


class Progress(Protocol):
    """One stage at a time."""

    def start(self, label: str, total: int | None) -> None:
        """Begin a stage of `total` steps (None: unknown)."""
        ...

    def advance(self, n: int) -> None:
        """Count n more steps done."""
        ...

    def finish(self) -> None:
        """End the stage."""
        ...


class Silent:
    """Says nothing."""

    def start(self, label: str, total: int | None) -> None:
        """Say nothing."""

    def advance(self, n: int) -> None:
        """Say nothing."""

    def finish(self) -> None:
        """Say nothing."""
