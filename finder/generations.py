"""The opened generations: the newest that is sound serves; a damaged one is refused by name and the one before serves on."""

import structlog

from models.encoder import EncoderIdentity
from models.errors import CursorGone, FinderError, GenerationDamaged, GenerationMissing
from models.generation import KEPT, Generation, current, published
from models.settings import Settings


class Generations:
    """Opens what the pointer names, and swaps when it moves."""

    def __init__(self, settings: Settings, encoder: EncoderIdentity) -> None:
        self._root = settings.generations
        self._encoder = encoder
        self._open: dict[str, Generation] = {}
        self._refused: set[str] = set()
        self.serving = self._first()

    def _first(self) -> Generation:
        """Open the newest sound generation. Raises what is wrong with the newest where none is sound."""
        try:
            newest = current(self._root)
            names = [newest.name] + [path.name for path in published(self._root) if path.name < newest.name]
        except GenerationDamaged:
            names = [path.name for path in published(self._root)]
            if not names:
                raise
        first: FinderError | None = None
        for name in names:
            try:
                return self._load(name)
            except FinderError as error:
                first = first or error
                self._refused.add(name)
                structlog.get_logger().warning("generation refused", generation=name, reason=error.what)
        raise first or GenerationMissing("Nothing has been indexed yet.", "Run `indexer add SOURCE`.")

    def refresh(self) -> None:
        """Swap to the generation the pointer names, where it is another one and sound."""
        try:
            name = current(self._root).name
        except FinderError as error:
            structlog.get_logger().warning("pointer refused", reason=error.what)
            return
        if name == self.serving.name or name in self._refused:
            return
        try:
            self.serving = self._load(name)
        except FinderError as error:
            self._refused.add(name)
            structlog.get_logger().warning("generation refused", generation=name, reason=error.what)

    def named(self, name: str | None) -> Generation:
        """Return the serving generation, or a kept one by name. Raises CursorGone."""
        if name is None:
            return self.serving
        if name not in self._open:
            raise CursorGone("The results have changed since this page was made.", "Ask the question again.")
        return self._open[name]

    def _load(self, name: str) -> Generation:
        generation = Generation.load(self._root / name)
        generation.require(self._encoder)
        self._open[name] = generation
        for old in sorted(self._open)[:-KEPT]:
            del self._open[old]
        return generation
