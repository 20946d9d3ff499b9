"""Where the tests' collections live."""

from pathlib import Path

HARBOUR = Path(__file__).parents[2] / "collections" / "harbour"
