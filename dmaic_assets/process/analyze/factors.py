"""Factors: what a row is known by, coded as small integers, and the groups that they form.

What belongs here: turning columns of values into levels, and counting rows and defects per level
or pair of levels. Which group is a cause is decided in `root_causes`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indexes = npt.NDArray[np.int64]

# A pair of factors is searched when its table of cells stays this small.
MAX_PAIR_CELLS = 250_000


@dataclass(frozen=True)
class Factor:
    """One factor of n rows: `codes[i]` is the level of row i, an index into `levels`.

    A missing value is a level of its own; every code is in [0, len(levels)).
    """

    name: str
    levels: tuple[str, ...]
    codes: Codes

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True)
class Grouping:
    """The cells of one factor, or of two crossed; a row belongs to exactly one cell.

    `rows` counts the rows per cell. Which cell a row is in is worked out when asked: keeping it for
    every pair of factors would take more memory than the table itself.
    """

    factors: tuple[Factor, ...]
    rows: Floats

    @property
    def tested(self) -> Bools:
        """The cells with enough rows to say anything; which ones never depends on defects."""
        return self.rows >= MIN_ROWS

    def cells(self, at: Indexes | None = None) -> Indexes:
        """The cell of every row, or of the rows `at` these places."""
        codes = [f.codes if at is None else f.codes[at] for f in self.factors]
        if len(codes) == 1:
            return codes[0].astype(np.int64)
        return codes[0].astype(np.int64) * len(self.factors[1].levels) + codes[1]

    def count(self, at: Indexes) -> Floats:
        """Counts the rows `at` these places per cell."""
        return np.bincount(self.cells(at), minlength=len(self.rows)).astype(np.float64)

    def labels(self, cell: int) -> tuple[tuple[str, str], ...]:
        """The factor names and levels that one cell stands for."""
        if len(self.factors) == 1:
            only = self.factors[0]
            return ((only.name, only.levels[cell]),)
        first, second = self.factors
        left, right = divmod(cell, len(second.levels))
        return ((first.name, first.levels[left]), (second.name, second.levels[right]))


# Rows of a level below which its share of defects says nothing.
MIN_ROWS = 5


def single_groupings(factors: Sequence[Factor]) -> list[Grouping]:
    """Groups the rows by each factor alone; factors with one level are left out."""
    return [
        Grouping(
            (factor,),
            np.bincount(factor.codes, minlength=len(factor.levels)).astype(np.float64),
        )
        for factor in factors
        if len(factor.levels) > 1
    ]


def pair_groupings(factors: Sequence[Factor]) -> Iterator[Grouping]:
    """Groups the rows by every two factors whose crossed table is small enough to search."""
    usable = [factor for factor in factors if len(factor.levels) > 1]
    for first, second in combinations(usable, 2):
        width = len(second.levels)
        if len(first.levels) * width <= MAX_PAIR_CELLS:
            # Codes are 32 bits: a crossed table of this size fits them, and is counted faster.
            crossed = first.codes * np.int32(width) + second.codes
            rows = np.bincount(crossed, minlength=len(first.levels) * width).astype(np.float64)
            yield Grouping((first, second), rows)
