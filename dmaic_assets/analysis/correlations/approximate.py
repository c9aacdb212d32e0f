"""Dependencies of one column on another that a few rows contradict.

What belongs here: the share of contradicting rows (g3, Kivinen and Mannila 1995), the information
that is gained, and the chance of as much (R33).
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import permutations

import numpy as np
import numpy.typing as npt

from dmaic_assets.analysis.dependencies.codes import Coded, Codes
from dmaic_assets.analysis.values.correlations import FunctionalDependency

# Most rows that may contradict: beyond, it is a tendency and no dependency.
MOST_G3 = 0.05
# Share of the rows that guessing the most frequent value gets wrong, that must be right now
# (Goodman and Kruskal's lambda): a column of nearly one value follows from everything.
_LEAST_LAMBDA = 0.8
# Rows per value of the left side: with fewer it is nearly a key, and decides all by itself.
_LEAST_ROWS_PER_VALUE = 5.0
# Rows that are shuffled, evenly taken: enough to tell chance from a dependency.
_SHUFFLED_ROWS = 500
# Shuffles of a test, in blocks; it ends early with so many that reach what was seen (R33).
_SHUFFLES, _BLOCK, _ENOUGH = 2999, 100, 20
# Dependencies that are tested, those of the fewest contradictions first: bounds the time.
_MOST_TESTED = 60
# Share of false ones among those that are kept (Benjamini and Hochberg 1995).
_FALSE_SHARE = 0.05
# Seed of the shuffles: the same rows give the same p.
_SEED = 33


def approximate(
    table: Coded, exact: AbstractSet[tuple[str, str]], measures: AbstractSet[str] = frozenset()
) -> tuple[FunctionalDependency, ...]:
    """Finds `lhs -> rhs` of single columns that hold but for a few rows.

    Args:
        table: All rows.
        exact: Pairs of columns that hold in all rows, which are left out.
        measures: Columns that decide nothing, since equal values of theirs are chance.
    """
    measured = sorted(_candidates(table, exact, measures), key=lambda d: (d.g3, d.lhs, d.rhs))
    places = {name: at for at, name in enumerate(table.names)}
    step = max(1, table.rows // _SHUFFLED_ROWS)
    tested: list[FunctionalDependency] = []
    for found in measured[:_MOST_TESTED]:
        x, y = (table.columns[places[name]][::step] for name in (found.lhs[0], found.rhs))
        tested.append(replace(found, p=_chance(x[:_SHUFFLED_ROWS], y[:_SHUFFLED_ROWS])))
    return tuple(d for d in _kept(tested))


def _candidates(
    table: Coded, exact: AbstractSet[tuple[str, str]], measures: AbstractSet[str]
) -> Iterator[FunctionalDependency]:
    usable = [at for at in range(len(table.names)) if table.distinct[at] > 1]
    for x, y in permutations(usable, 2):
        names = table.names[x], table.names[y]
        if (
            names in exact
            or names[0] in measures
            or table.distinct[x] * _LEAST_ROWS_PER_VALUE > table.rows
        ):
            continue
        if table.distinct[y] > table.distinct[x] * (1 + MOST_G3) + MOST_G3 * table.rows:
            continue
        found = _measured(table, x, y)
        if found is not None:
            yield found


def _measured(table: Coded, x: int, y: int) -> FunctionalDependency | None:
    """The dependency with its g3 and information; None where too many rows contradict."""
    wide = np.uint64(table.distinct[y])
    if not _is_likely(table, x, y):
        return None
    both, counts = np.unique(table.columns[x] * wide + table.columns[y], return_counts=True)
    lhs = both // wide
    starts = np.flatnonzero(np.r_[True, lhs[1:] != lhs[:-1]])
    g3 = 1 - float(np.maximum.reduceat(counts, starts).sum()) / table.rows
    of_y = np.bincount(table.columns[y])
    by_guess = 1 - float(of_y.max()) / table.rows
    if not 0 < g3 <= MOST_G3 or 1 - g3 / by_guess < _LEAST_LAMBDA:
        return None
    left_over = _entropy(counts) - _entropy(np.add.reduceat(counts, starts))
    information = 1 - left_over / _entropy(of_y)
    return FunctionalDependency((table.names[x],), table.names[y], g3, information)


def _is_likely(table: Coded, x: int, y: int) -> bool:
    """Tells whether one guess per value of the left side is right often enough.

    The guess is the last row's: that is right in at least 1 - 2 g3 of the rows on average, since
    it is a row of the most frequent value with the chance 1 - g3; some room is left.
    """
    guess = np.zeros(table.distinct[x], dtype=table.columns[y].dtype)
    wrong = 1.0
    for rows in (slice(None), slice(None, None, -1)):
        guess[table.columns[x][rows]] = table.columns[y][rows]
        wrong = min(wrong, float((guess[table.columns[x]] != table.columns[y]).mean()))
    return wrong <= 6 * MOST_G3


def _entropy(counts: npt.NDArray[np.integer]) -> float:
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log(share)).sum())


def _chance(x: Codes, y: Codes) -> float:
    """The chance that shuffled values give as much information, by permutation, stopped early."""
    random = np.random.default_rng(_SEED)
    wide = np.uint64(int(y.max()) + 1)
    seen = _joint(x * wide + y)[0]
    reached = done = 0
    while done < _SHUFFLES and reached < _ENOUGH:
        block = min(_BLOCK, _SHUFFLES - done)
        shuffled = random.permuted(np.tile(y, (block, 1)), axis=1)
        reached += int((_joint(x * wide + shuffled) >= seen - 1e-9).sum())
        done += block
    return (reached + 1) / (done + 1)


def _joint(cells: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    """Sum of n log n over the cells of each row: the larger, the more information is shared."""
    ordered = np.sort(np.atleast_2d(cells), axis=1)
    height, n = ordered.shape
    begins = np.ones((height, n), dtype=bool)
    begins[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    at = np.flatnonzero(begins)
    lengths = np.diff(np.r_[at, height * n]).astype(np.float64)
    return np.bincount(at // n, weights=lengths * np.log(lengths), minlength=height).astype(
        np.float64
    )


def _kept(tested: list[FunctionalDependency]) -> list[FunctionalDependency]:
    """Those that Benjamini and Hochberg keep, in their order."""
    ordered = sorted(d.p for d in tested if d.p is not None)
    limits = [p for k, p in enumerate(ordered, 1) if p <= _FALSE_SHARE * k / len(ordered)]
    limit = max(limits, default=-1.0)
    return [d for d in tested if d.p is not None and d.p <= limit]
