"""Mean, standard deviation, skewness and kurtosis of numbers with counts."""

import math
from dataclasses import dataclass, replace

import numpy as np

from dmaic_assets.table.profile.value_runs import Counts, Floats, Numbers

# Values summed at a time (512 kB of doubles): bounds what the copies take.
_BLOCK = 1 << 16
# Whole numbers up to here are doubles.
_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, sample standard deviation (n - 1), skewness and excess kurtosis.

    Skewness is m3 / m2^1.5 and kurtosis m4 / m2^2 - 3 with m_k = sum((x - mean)^k) / n, which
    is what scipy calls biased. None where a value is not defined: no value at all, one value
    (std), values that are all equal (skewness, kurtosis).
    """

    mean: float | None = None
    std: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None


def moments(values: Floats, counts: Counts | None) -> Moments:
    """Measures finite numbers in two passes, which loses no digits to a large mean.

    Args:
        values: Distinct numbers in any order.
        counts: How many rows hold each; None for one each.
    """
    if not len(values):
        return Moments()
    total = len(values) if counts is None else int(counts.sum())
    if len(values) == 1:
        return Moments(float(values[0]), 0.0 if total > 1 else None)
    unit = _unit(float(np.max(np.abs(values))))
    mean = _sum(values, counts, unit) / total
    # What rounding left of the first moment corrects the others (Chan, Golub, LeVeque 1983).
    first, second, third, fourth = (s / total for s in _power_sums(values, counts, mean, unit))
    m2 = max(0.0, second - first * first)
    m3 = third - 3 * first * second + 2 * first**3
    m4 = fourth - 4 * first * third + 6 * first * first * second - 3 * first**4
    centre, std = (mean + first) / unit, math.sqrt(m2 * total / (total - 1)) / unit
    if m2 == 0.0:
        return Moments(_finite(centre), _finite(std))
    return Moments(_finite(centre), _finite(std), _finite(m3 / m2**1.5), _finite(m4 / m2**2 - 3.0))


def moments_of(values: Numbers, counts: Counts | None) -> Moments:
    """The same of numbers of any type; whole ones beyond doubles by their distance from the least.

    Near 2^64 doubles are 2,048 apart: as such, numbers that differ by less would all be equal.
    """
    is_whole = np.issubdtype(values.dtype, np.integer)
    if not is_whole or not len(values) or _is_exact(values):
        return moments(values.astype(np.float64, copy=False), counts)
    least = values.min()
    # Wraps around where the distance is beyond 2^63, and is right as a number without a sign.
    away = values.astype(np.uint64) - least.astype(np.uint64)
    found = moments(away.astype(np.float64), counts)
    mean = None if found.mean is None else float(int(least) + found.mean)
    return replace(found, mean=mean)


def _is_exact(values: Numbers) -> bool:
    return max(abs(int(values.min())), abs(int(values.max()))) <= _EXACT


def _unit(largest: float) -> float:
    """Gives a power of two that brings `largest` near 1, so that no fourth power overflows."""
    exponent = math.frexp(largest)[1]
    return math.ldexp(1.0, max(-1000, min(1000, -exponent)))


def _sum(values: Floats, counts: Counts | None, unit: float) -> float:
    parts: list[float] = []
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK] * unit
        parts.append(float((block if counts is None else block * counts[start:][:_BLOCK]).sum()))
    return math.fsum(parts)


def _power_sums(
    values: Floats, counts: Counts | None, centre: float, unit: float
) -> tuple[float, float, float, float]:
    parts: list[tuple[float, float, float, float]] = []
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK] * unit - centre
        weights = None if counts is None else counts[start : start + _BLOCK]
        square = block * block
        weighted = block if weights is None else block * weights
        weighted_square = square if weights is None else square * weights
        parts.append(
            (
                float(weighted.sum()),
                float(weighted_square.sum()),
                float((weighted * square).sum()),
                float((weighted_square * square).sum()),
            )
        )
    first, second, third, fourth = (math.fsum(column) for column in zip(*parts, strict=True))
    return first, second, third, fourth


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
