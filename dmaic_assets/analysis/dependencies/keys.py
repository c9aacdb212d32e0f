"""All minimal candidate keys, exactly: the smallest sets of columns that no two rows share.

What belongs here: guesses from agree sets, and the rows that confirm them or give new agree sets,
as for dependencies (`functional`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

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
# Rows of groupings that are held for guesses that begin alike, 8 bytes each: 160 MB.
_HELD_ROWS = 20_000_000
# Groupings held at least, however long the table: those of the columns of one key.
_FEWEST_HELD = 4
# Groupings held at most, however short it is.
_MOST_HELD = 2_000


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

    def __post_init__(self) -> None:
        most = max(_FEWEST_HELD, _HELD_ROWS // self.sets.table.rows)
        self.twins = lru_cache(min(most, _MOST_HELD))(self._twins)

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
        """Of each guess the pairs of rows that share it; few columns are grouped again and again.

        Guesses are taken in an order in which those that begin alike follow each other.
        """
        distinct = self.sets.table.distinct
        paths = {
            tuple(sorted(guess, key=lambda c: (-distinct[c], c))): guess
            for guess in guesses
            if guess not in self.confirmed
        }
        for path in sorted(paths):
            yield paths[path], *self.twins(path).pairs()

    def _twins(self, path: tuple[int, ...]) -> "_Twins":
        """The rows that are not alone under some columns."""
        table = self.sets.table
        if not path:
            rows = np.arange(table.rows, dtype=np.int64)
            return _Twins(rows, np.zeros(table.rows, dtype=np.int64))
        return self.twins(path[:-1]).within(table, path[-1])


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
