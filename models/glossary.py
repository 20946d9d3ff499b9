"""Short forms and what they stand for, as the documents that an asker may read explain them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.analyzer import Analyzer
from models.arrays import Acronyms

MOST = 3  # expansions of a question


@dataclass(frozen=True)
class Glossary:
    """What the documents of a generation explain: `pairs` of a short and a long form with a tab between, and who holds them."""

    pairs: tuple[str, ...]
    table: Acronyms
    analyzer: Analyzer

    def expand(self, typed: Sequence[str], readable: NDArray[np.bool_]) -> tuple[str, ...]:
        """Return the other form of each short or long form among a question's terms, where a readable document explains it.

        Of several forms the one explained most often is taken, of equals the first in the alphabet. `readable` is by document row.
        """
        asked = tuple(typed)
        found = [form for term in asked for form in self._likeliest(self._by_short.get(term, ()), 2, readable)]
        for place, term in enumerate(asked):
            for terms, codes in self._by_long.get(term, {}).items():
                if asked[place : place + len(terms)] == terms:
                    found += self._likeliest(codes, 0, readable)
        return tuple(dict.fromkeys(found))[:MOST]

    def _likeliest(self, codes: Sequence[int], form: int, readable: NDArray[np.bool_]) -> list[str]:
        counted = [(-int(readable[self._holders[code]].sum()), self.pairs[code].partition("\t")[form]) for code in codes]
        explained = sorted(held for held in counted if held[0])
        return [explained[0][1]] if explained else []

    @cached_property
    def _holders(self) -> list[NDArray[np.int64]]:
        order = np.argsort(self.table.acronym, kind="stable")
        row = np.repeat(np.arange(len(self.table.starts) - 1), np.diff(self.table.starts))[order]
        return np.split(row, np.searchsorted(self.table.acronym[order], np.arange(1, len(self.pairs))))

    @cached_property
    def _by_short(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for code, pair in enumerate(self.pairs):
            for term in self.analyzer.terms(pair.partition("\t")[0])[:1]:
                found.setdefault(term, []).append(code)
        return found

    @cached_property
    def _by_long(self) -> dict[str, dict[tuple[str, ...], list[int]]]:
        """By the first term, by all terms."""
        found: dict[str, dict[tuple[str, ...], list[int]]] = {}
        for code, pair in enumerate(self.pairs):
            if len(terms := tuple(self.analyzer.terms(pair.partition("\t")[2]))) > 1:
                found.setdefault(terms[0], {}).setdefault(terms, []).append(code)
        return found
