"""All minimal candidate keys, exactly: the smallest sets of columns that no two rows share.

What belongs here: guesses from agree sets, and the rows that confirm them or give new agree sets,
as for dependencies (`functional`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from dmaic_assets.analysis.dependencies.agree import AgreeSets, largest
from dmaic_assets.analysis.dependencies.codes import Coded, Rows, first_of
from dmaic_assets.analysis.dependencies.hitting import Budget, Hitting, hitting_sets

# Steps of the search up to one size: about a second.
_STEPS = 3_000_000
# Keys that are confirmed against the rows: more than anybody reads.
_MOST_KEYS = 5_000
# Guesses that fail before it is guessed again.
_FAILURES = 40


@dataclass(frozen=True, slots=True)
class Keys:
    """All minimal keys of at most `most_columns` columns; of any size where that is None."""

    sets: tuple[tuple[int, ...], ...]
    most_columns: int | None


def candidate_keys(sets: AgreeSets) -> Keys:
    """Finds all minimal keys of at least one column.

    Args:
        sets: The agree sets of a table of at least two rows; new ones are added.

    Returns:
        The keys, the smaller first. Where there is too much to look at, only those up to a size.
    """
    search = _Search(sets)
    columns = len(sets.table.names)
    found = search.up_to(columns)
    if found is not None:
        return Keys(found.sets, None)
    done = Keys((), 0)
    for size in range(1, columns):
        found = search.up_to(size)
        if found is None:
            break
        done = Keys(found.sets, size)
    return done


@dataclass
class _Search:
    sets: AgreeSets
    confirmed: set[tuple[int, ...]] = field(default_factory=set)

    def up_to(self, size: int) -> Hitting | None:
        """All keys up to a size; None where there is too much to look at."""
        members = range(len(self.sets.table.names))
        budget = Budget(_STEPS)
        while True:
            agreeing = largest(self.sets.bits)
            budget.charge_comparing(len(agreeing), len(self.sets.bits), agreeing.shape[1])
            found = hitting_sets(agreeing, members, size, budget)
            if found is None or len(found.sets) > _MOST_KEYS:
                return None
            failures = 0
            for guess, left, right in self._contradictions(found.sets):
                budget.charge_grouping(self.sets.table.rows)
                if budget.is_spent:
                    return None
                failures += len(left) > 0
                if len(left):
                    self.sets.add(left, right)
                else:
                    self.confirmed.add(guess)
                if failures == _FAILURES:
                    break
            if not failures:
                return found

    def _contradictions(
        self, guesses: Sequence[tuple[int, ...]]
    ) -> Iterator[tuple[tuple[int, ...], Rows, Rows]]:
        """Of each guess that is not confirmed the pairs of rows that share it."""
        rows = np.arange(self.sets.table.rows, dtype=np.int64)
        everything = _Twins(rows, np.zeros_like(rows))
        left = [guess for guess in guesses if guess not in self.confirmed]
        yield from self._within(everything, frozenset(), left)

    def _within(
        self, twins: "_Twins", taken: frozenset[int], guesses: Sequence[tuple[int, ...]]
    ) -> Iterator[tuple[tuple[int, ...], Rows, Rows]]:
        """The pairs of guesses that have some columns in common, by which rows are grouped already.

        The column that most of them have is taken first: they share the grouping by it, and rows
        are grouped about a tenth as often as by the column of most values first.
        """
        table = self.sets.table
        counts = Counter(column for guess in guesses for column in guess if column not in taken)
        while guesses:
            column = max(counts, key=lambda c: (counts[c], table.distinct[c], -c))
            sharing = [guess for guess in guesses if column in guess]
            guesses = [guess for guess in guesses if column not in guess]
            counts.subtract(c for guess in sharing for c in guess if c not in taken)
            split, more = twins.within(table, column), taken | {column}
            if len(sharing[0]) == len(more):
                yield sharing[0], *split.pairs()
            else:
                yield from self._within(split, more, sharing)


@dataclass(frozen=True, slots=True)
class _Twins:
    """The rows that are not alone in their group, and the number of the group of each."""

    rows: Rows
    groups: Rows

    def within(self, table: Coded, column: int) -> "_Twins":
        """Splits the groups by another column; rows that are alone now are gone."""
        wide = np.uint64(table.distinct[column])
        keys = self.groups.astype(np.uint64) * wide + table.columns[column][self.rows]
        first = first_of(keys)
        is_alone = np.ones(len(first), dtype=bool)
        follows = np.flatnonzero(first != np.arange(len(first)))
        is_alone[follows] = False
        is_alone[first[follows]] = False
        kept = np.flatnonzero(~is_alone)
        return _Twins(self.rows[kept], first[kept])

    def pairs(self) -> tuple[Rows, Rows]:
        """Pairs of rows of the same group."""
        order = np.argsort(self.groups, kind="stable")
        rows, groups = self.rows[order], self.groups[order]
        same = np.flatnonzero(groups[1:] == groups[:-1])
        return rows[same], rows[same + 1]
