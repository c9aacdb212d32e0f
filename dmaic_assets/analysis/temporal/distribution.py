"""Times from which on a measure spreads more or less, or has another distribution.

What belongs here: what a mean per period does not show. Levels stand in `levels`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.analysis.temporal.levels import LEAST_POINTS, Shift, inflation, shifts_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Values of a usual period from which its spread is known within a sixth (1 / sqrt(2 n)).
USUAL_VALUES = 20
# Part of a change of spread (as a logarithm) that the quartiles about the periods' medians must
# have as well: what single far values do, they have not.
_SHARED = 0.5
# Ratio of two spreads that is told: in a long table smaller ones are certain and mean nothing.
_LEAST_RATIO = 1.2
# Bins of equal content in which distributions are compared; a distance is known within one of them.
_BINS = 50
# Least distance of Kolmogorov and Smirnov: a normal level that moves by 0.4 sd has nearly that.
_LEAST_DISTANCE = 0.15
# Distance times the root of the harmonic number of values: beyond it, one split in 100,000 is
# chance (2 exp(-2 x 2.5^2)), few enough for all splits of a series.
_LEAST_STATISTIC = 2.5
# Share of a distance that must be there next to its time; what changes slowly is a drift. What two
# samples of one distribution differ by on average (Kolmogorov's mean, .8687) is taken off.
_ABRUPT, _BY_CHANCE = 0.5, 0.8687
# Periods on each side that are next to a time, and share of the series that a distribution holds.
_NEAR, _LEAST_PART = 10, 1 / 20
# Changes of distribution that are told of a measure.
_MOST_CHANGES = 3


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of distribution at a period: the distance of both sides, in [0, 1]."""

    at: int
    distance: float


def is_enough(counts: Ints) -> bool:
    """Tells whether periods are many and full enough, given the number of values of each."""
    return len(counts) >= LEAST_POINTS and float(np.median(counts)) >= USUAL_VALUES


def spread_shifts(place: Ints, values: Floats) -> tuple[Shift, ...]:
    """Abrupt changes of the standard deviation within periods that the quartiles have as well.

    Args:
        place: The period of each value, from 0 on without a gap.
        values: Finite values.

    Returns:
        Shifts whose levels are standard deviations and whose effect is in those of the logarithm
        of the spread from period to period.
    """
    counts = np.bincount(place)
    means = np.bincount(place, weights=values) / counts
    squares = np.bincount(place, weights=(values - means[place]) ** 2)
    spread = np.sqrt(squares / np.maximum(counts - 1, 1))
    # Periods of a single value, and such without spread, tell nothing.
    known = np.flatnonzero((counts > 1) & (spread > 0))
    if len(known) < LEAST_POINTS:
        return ()
    shifts = shifts_of(np.log(spread[known]))
    if not shifts:
        return ()
    away = values - _medians(place, values, counts)[place]
    edges = [0, *(int(known[s.at]) for s in shifts), len(counts)]
    quartiles = [_quartiles(away[(place >= a) & (place < b)]) for a, b in pairwise(edges)]
    return tuple(
        Shift(int(known[s.at]), float(np.exp(s.before)), float(np.exp(s.after)), s.effect)
        for s, (before, after) in zip(shifts, pairwise(quartiles), strict=True)
        if abs(s.after - s.before) >= np.log(_LEAST_RATIO)
        and _is_shared(s.after - s.before, before, after)
    )


def _medians(place: Ints, values: Floats, counts: Ints) -> Floats:
    ordered = values[np.lexsort((values, place))]
    middle = np.cumsum(counts) - counts + counts // 2
    return ordered[np.minimum(middle, len(ordered) - 1)]


def _quartiles(away: Floats) -> float:
    low, high = np.quantile(away, [0.25, 0.75])
    return float(high - low)


def _is_shared(change: float, before: float, after: float) -> bool:
    """Tells whether quartiles change as a spread does; they say nothing where they are equal."""
    if before <= 0 or after <= 0:
        return True
    return float(np.log(after / before)) * float(np.sign(change)) >= _SHARED * abs(change)


def distribution_changes(place: Ints, values: Floats) -> tuple[Moved, ...]:
    """Periods from which on values have another distribution, in their order.

    The split of the greatest statistic first, then both sides of it. Values of a period have
    something in common, so that they count as fewer (Kish's design effect on mean ranks).

    Args:
        place: The period of each value, from 0 on without a gap.
        values: Finite values.
    """
    edges = np.unique(np.quantile(values, np.linspace(0, 1, _BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, values, "left")
    size = len(edges) + 1
    periods = int(place.max()) + 1
    table = np.bincount(place * size + bins, minlength=periods * size).reshape(periods, size)
    found = sorted(_splits(table.astype(np.float64), 0), key=lambda moved: -moved.distance)
    return tuple(sorted(found[:_MOST_CHANGES], key=lambda moved: moved.at))


def _splits(table: Floats, start: int) -> Iterator[Moved]:
    periods = len(table)
    least = max(_NEAR // 2, int(periods * _LEAST_PART))
    if periods < 2 * least:
        return
    sums = np.cumsum(table, axis=0)[least - 1 : periods - least]
    sizes = sums.sum(axis=1)
    others = table.sum() - sizes
    before = np.cumsum(sums, axis=1) / np.maximum(sizes, 1)[:, None]
    after = np.cumsum(table.sum(axis=0) - sums, axis=1) / np.maximum(others, 1)[:, None]
    distances = np.abs(before - after).max(axis=1)
    weights = np.sqrt(sizes * others / table.sum())
    best = int(np.argmax(distances * weights))
    at, distance = best + least, float(distances[best])
    left, right = table[:at], table[at:]
    statistic = distance * float(weights[best]) / np.sqrt(_design(left, right))
    near = _distance(left[-_NEAR:].sum(axis=0), right[:_NEAR].sum(axis=0))
    if distance < _LEAST_DISTANCE or statistic < _LEAST_STATISTIC or near < _ABRUPT * distance:
        return
    yield Moved(start + at, distance)
    yield from _splits(left, start)
    yield from _splits(right, start + at)


def _distance(one: Floats, other: Floats) -> float:
    """The distance of two samples beyond that of chance."""
    if not one.sum() or not other.sum():
        return 0.0
    away = np.cumsum(one) / one.sum() - np.cumsum(other) / other.sum()
    chance = _BY_CHANCE * float(np.sqrt(1 / one.sum() + 1 / other.sum()))
    return float(np.abs(away).max()) - chance


def _design(*sides: Floats) -> float:
    """How many values count as one: variance of mean ranks over that of ranks, and AR(1)."""
    ranks = np.arange(sides[0].shape[1], dtype=np.float64)
    between = within = 0.0
    left: list[Floats] = []
    for side in sides:
        counts = side.sum(axis=1)
        full = side[counts > 0]
        sizes, means = counts[counts > 0], full @ ranks / counts[counts > 0]
        middle = float(sizes @ means / sizes.sum())
        between += float(sizes @ (means - middle) ** 2)
        within += float((full @ (ranks - middle) ** 2).sum())
        left.append(means - middle)
    periods = sum(map(len, left))
    total = sum(float(side.sum()) for side in sides)
    if within <= 0.0:
        return 1.0
    effect = between / max(1, periods - len(sides)) / (within / total)
    return max(1.0, effect * inflation(np.concatenate(left)))
