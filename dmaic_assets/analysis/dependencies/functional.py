"""All minimal functional dependencies with a bounded left side, exactly.

What belongs here: guesses from agree sets, and the rows that confirm them or give new agree sets.
A set of agree sets that some pairs of rows have can only guess too much; so when all guesses hold
in all rows, they are the dependencies, and all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dmaic_assets.analysis.dependencies.agree import AgreeSets
from dmaic_assets.analysis.dependencies.codes import Coded, Rows, grouped
from dmaic_assets.analysis.dependencies.hitting import Budget, hitting_sets

# Left side and right side of a dependency, by position.
Pair = tuple[tuple[int, ...], int]
# Steps of guessing that a search of all right sides may take: some ten seconds.
_STEPS = 20_000_000
# Guesses that are confirmed against the rows: more than anybody reads, and bounds the memory.
_MOST_FOUND = 200_000


@dataclass(frozen=True, slots=True)
class Functional:
    """All minimal dependencies with left sides of at most `most_lhs` columns."""

    pairs: tuple[Pair, ...]
    most_lhs: int


def functional(sets: AgreeSets, most_lhs: int) -> Functional:
    """Finds all minimal, non-trivial dependencies: those of keys, and of constants on nothing, too.

    Args:
        sets: The agree sets of a table of at least two rows; new ones are added.
        most_lhs: Columns that a left side may have.

    Returns:
        The dependencies, by right side and then the smaller left side first. Where there is too
        much to look at, `most_lhs` of it is smaller than asked for.
    """
    done = Functional((), -1)
    search = _Search(sets)
    for size in range(most_lhs + 1):
        found = search.up_to(size)
        if found is None:
            break
        done = Functional(found, size)
    return done


@dataclass
class _Search:
    sets: AgreeSets
    budget: Budget = field(default_factory=lambda: Budget(_STEPS))
    holding: set[Pair] = field(default_factory=set)

    def up_to(self, size: int) -> tuple[Pair, ...] | None:
        """All dependencies up to a size of the left side; None where the budget runs out."""
        stale = set(range(len(self.sets.table.names)))
        guesses: dict[int, tuple[Pair, ...]] = {}
        while stale:
            for column in sorted(stale):
                sides = self._left_sides(column, size)
                if sides is None:
                    return None
                guesses[column] = tuple((side, column) for side in sides)
            found = [pair for column in guesses for pair in guesses[column]]
            if len(found) > _MOST_FOUND:
                return None
            stale = self._confirm([pair for pair in found if pair not in self.holding])
            if self.budget.is_spent:
                return None
        return tuple(pair for column in sorted(guesses) for pair in guesses[column])

    def _left_sides(self, column: int, size: int) -> tuple[tuple[int, ...], ...] | None:
        agreeing = self.sets.without(column)
        sets, words = self.sets.bits.shape
        self.budget.charge_comparing(sets, 1, words)
        others = [c for c in range(len(self.sets.table.names)) if c != column]
        found = hitting_sets(agreeing, others, size, self.budget)
        return None if found is None else found.sets

    def _confirm(self, guesses: list[Pair]) -> set[int]:
        """Asks all rows; the right sides of guesses that fail are to be guessed again."""
        by_side: dict[tuple[int, ...], list[int]] = {}
        for side, column in guesses:
            by_side.setdefault(side, []).append(column)
        failed: set[int] = set()
        for side, columns in by_side.items():
            self.budget.charge_grouping(self.sets.table.rows)
            if self.budget.is_spent:
                break
            first = _first(self.sets.table, side)
            against = _against(self.sets.table, first, columns)
            self.holding.update((side, column) for column in columns if column not in against)
            for rows in against.values():
                self.sets.add(first[rows], rows)
            failed.update(against)
        return failed


def _first(table: Coded, side: tuple[int, ...]) -> Rows:
    return grouped(table, side) if side else np.zeros(table.rows, dtype=np.int64)


def _against(table: Coded, first: Rows, columns: list[int]) -> Mapping[int, Rows]:
    """The columns that are not the same within a group, with the rows that show it."""
    differ = {c: np.flatnonzero(table.columns[c][first] != table.columns[c]) for c in columns}
    return {column: rows for column, rows in differ.items() if len(rows)}
