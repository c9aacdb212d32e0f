"""Sorted numbers as runs of equal values: what all order facts of a column are read from.

What belongs here: distinct values, the most frequent ones, quantiles, histogram. What does not:
sums of powers (`moments`) and what a number stands for (`profile_numeric`, `profile_time`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from dmaic_assets.model import Histogram

Numbers: TypeAlias = npt.NDArray[np.number[Any]]
Floats: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]

# Bins of a histogram (docs/guides/profile.md).
BINS = 20
# Shares of the quantiles that a profile states (docs/guides/profile.md).
QUANTILES: Mapping[str, float] = {
    "p01": 0.01,
    "p05": 0.05,
    "p25": 0.25,
    "p50": 0.5,
    "p75": 0.75,
    "p95": 0.95,
    "p99": 0.99,
}
# Counting into a table beats sorting while the table stays in the processor's cache.
_TABLE_SPAN = 1 << 20
# Values worked on at a time (8 MB of doubles): bounds memory.
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Runs:
    """Distinct values in ascending order and how many rows hold each.

    `counts` is None when every value occurs once. `total` is the sum of the counts.
    """

    values: Numbers
    counts: Counts | None
    total: int

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(self.values)

    @property
    def once(self) -> int:
        """How many values occur exactly once."""
        return self.distinct if self.counts is None else int(np.count_nonzero(self.counts == 1))

    def top(self, most: int) -> list[tuple[int, int]]:
        """Finds the most frequent values, ties by the lower value.

        Returns:
            At most `most` pairs of position in `values` and count, the most frequent first.
        """
        if self.counts is None:
            return [(position, 1) for position in range(min(most, self.distinct))]
        counts = self.counts
        if len(counts) > most:
            bar = np.partition(counts, len(counts) - most)[len(counts) - most]
            above = np.flatnonzero(counts > bar)
            level = np.flatnonzero(counts == bar)[: most - len(above)]
            chosen = np.concatenate([above, level])
        else:
            chosen = np.arange(len(counts))
        pairs = [(int(position), int(counts[position])) for position in chosen]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def count_below(self, bound: float, *, is_included: bool = False) -> int:
        """Counts the rows whose value is less than `bound`, or not greater when included."""
        end = int(np.searchsorted(self.values, bound, side="right" if is_included else "left"))
        return end if self.counts is None else int(self.counts[:end].sum())


def runs_of(values: Numbers, *, is_ascending: bool = False) -> Runs:
    """Builds the runs of finite numbers; `values` is sorted in place, so it must be the caller's.

    Args:
        values: Numbers without NaN, one-dimensional; floats, integers or booleans.
        is_ascending: The values are known to be sorted already.
    """
    if values.dtype.kind in "iu" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < min(_TABLE_SPAN, 4 * len(values)):
            return _tabulated(values, low, high - low + 1)
    if not is_ascending:
        values.sort()
    return _runs_of_sorted(values)


def _tabulated(values: Numbers, low: int, span: int) -> Runs:
    table = np.zeros(span, dtype=np.int64)
    base = np.uint64(low % (1 << 64))
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        # Modulo 2^64 every integer type's difference is right, which none is in its own type.
        table += np.bincount((block.astype(np.uint64) - base).astype(np.int64), minlength=span)
    present = np.flatnonzero(table)
    found = (present.astype(np.uint64) + base).astype(values.dtype)
    return _runs(found, table[present], len(values))


def _runs_of_sorted(values: Numbers) -> Runs:
    starts = np.empty(len(values), dtype=bool)
    starts[:1] = True
    np.not_equal(values[1:], values[:-1], out=starts[1:])
    distinct = int(np.count_nonzero(starts))
    if distinct == len(values):
        return Runs(values, None, len(values))
    counts = np.diff(np.flatnonzero(starts), append=len(values))
    return _runs(values[starts], counts, len(values))


def _runs(values: Numbers, counts: Counts, total: int) -> Runs:
    return Runs(values, None if len(values) == total else counts, total)


def quantiles(runs: Runs) -> dict[str, float]:
    """Interpolates the quantiles of `QUANTILES` linearly between the two nearest ranks.

    The rank of quantile q among n values is (n - 1) q, as numpy's method "linear" has it
    (Hyndman and Fan 1996, definition 7). No values, no quantiles.
    """
    if not runs.total:
        return {}
    shares = np.array(list(QUANTILES.values()))
    ranks = (runs.total - 1) * shares
    lower = np.floor(ranks).astype(np.int64)
    upper = np.minimum(lower + 1, runs.total - 1)
    low, high = _at_ranks(runs, lower), _at_ranks(runs, upper)
    found = _between(low, high, ranks - lower.astype(np.float64))
    return dict(zip(QUANTILES, found.tolist(), strict=True))


def _at_ranks(runs: Runs, ranks: Counts) -> Floats:
    if runs.counts is None:
        return runs.values[ranks].astype(np.float64)
    ends = np.cumsum(runs.counts)
    return runs.values[np.searchsorted(ends, ranks, side="right")].astype(np.float64)


def _between(low: Floats, high: Floats, share: Floats) -> Floats:
    with np.errstate(over="ignore", invalid="ignore"):
        step = high - low
        near_low, near_high = low + step * share, high - step * (1 - share)
        # A step beyond the largest double: weigh the two ends instead of their difference.
        weighed = low * (1 - share) + high * share
    found = np.where(share < 0.5, near_low, near_high)
    return np.where(np.isfinite(step), found, weighed)


def histogram(values: Floats, counts: Counts | None) -> Histogram | None:
    """Counts rows in `BINS` bins of equal width from the least to the greatest value.

    Every value is in exactly one bin; the last bin holds the greatest. One distinct value makes
    one bin without width; no values, no histogram.

    Args:
        values: Finite numbers in ascending order.
        counts: How many rows hold each; None for one each.
    """
    if not len(values):
        return None
    low, high = float(values[0]), float(values[-1])
    total = len(values) if counts is None else int(counts.sum())
    if low == high:
        return Histogram((low, high), (total,))
    edges = _edges(low, high)
    cuts = np.searchsorted(values, edges[1:-1], side="left")
    if counts is not None:
        cuts = np.concatenate([[0], np.cumsum(counts)])[cuts]
    inside = np.diff(cuts, prepend=0, append=total)
    return Histogram(tuple(edges.tolist()), tuple(inside.tolist()))


def _edges(low: float, high: float) -> Floats:
    if np.isfinite(high - low):
        return np.linspace(low, high, BINS + 1)
    share = np.linspace(0.0, 1.0, BINS + 1)
    return np.maximum.accumulate(low * (1 - share) + high * share)
