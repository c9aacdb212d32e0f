"""First digits against Benford's law, and values that heap on round numbers.

What belongs here: how numbers are written. Sources: Nigrini, Benford's Law (2012), for eligibility;
Cramer's V for the effect.
"""

import math

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.analysis.values.statistical_quality import Benford, Heaping

Floats = NDArray[np.float64]

# Values without which digits say nothing: nine shares with a standard error of .02 at most.
_LEAST_VALUES = 500
# Whole numbers up to which a float has every one.
_EXACT = 2.0**53
# Powers of ten between the first and last hundredth of the values: fewer and the law has no hold.
_LEAST_DECADES = 2.5
# Share of values that must be positive.
_POSITIVE = 0.95
# A value has two digits at least: the first of 1 to 9 steps is what counting gives.
_LEAST_STEPS = 10.0
BENFORD: Floats = np.log10(1.0 + 1.0 / np.arange(1, 10))
# The effect of nine equal shares, and the normal quantile of a bound that holds in 19 of 20 cases.
_EVEN = float(np.sqrt(((1 / 9 - BENFORD) ** 2 / BENFORD).sum() / 8))
_BOUND = 1.645
# Digits after the point in which a step is looked for.
_MOST_DECIMALS = 4
# Multiples of the step on which people round.
_BASES = (5, 10, 50, 100, 500, 1000)
# A base is told where nine tenths of the values span this many of it.
_LEAST_BASES = 10.0
# Multiples that nobody rounds to. Products have more multiples of all numbers than chance has.
_NOT_ROUND = (7, 9, 11)
# Share of values beyond chance that heap.
HEAPED = 0.1
# Share of multiples from which they are the step of the column, not a heap.
_STEP_SHARE = 0.995


def benford_of(values: Floats, step: float | None) -> Benford:
    """Compares first digits; the column is set aside where the law has no reason to hold."""
    positive = values[values > 0]
    if len(values) < _LEAST_VALUES:
        return Benford("has few values")
    if len(positive) < _POSITIVE * len(values):
        return Benford("has zeros or negative values")
    kept = positive if step is None else positive[positive >= _LEAST_STEPS * step]
    if len(kept) < max(_LEAST_VALUES, 0.5 * len(positive)):
        return Benford("has mostly values of one digit")
    low, high = np.quantile(kept, [0.01, 0.99])
    decades = float(np.log10(high / low))
    if decades < _LEAST_DECADES:
        return Benford("spans too few powers of ten", decades=decades)
    digits = first_digits(kept)
    n = len(digits)
    shares = np.bincount(digits, minlength=10)[1:] / n
    chi2 = float(n * ((shares - BENFORD) ** 2 / BENFORD).sum())
    effect = float(np.sqrt(max(0.0, chi2 - 8.0) / (8.0 * n)))
    return Benford("", n, decades, effect, tuple(float(s) for s in shares))


def evenly_drawn(effect: float, n: int) -> float:
    """The share of `n` values whose first digits may all be as frequent without a larger effect.

    Upper bound (95 %) of V over that of equal shares, by the standard error 1 / 2n that V squared
    has where the law holds; at most 1.
    """
    return min(1.0, (effect**2 + _BOUND / (2 * n)) ** 0.5 / _EVEN)


def first_digits(values: Floats) -> NDArray[np.int64]:
    """The first digits that are not 0, of positive values."""
    scaled = values / 10.0 ** np.floor(np.log10(values))
    return np.clip(np.floor(scaled + 1e-9), 1, 9).astype(np.int64)


def step_of(values: Floats) -> float | None:
    """The power of ten that all values are multiples of; None where they are finer than 1e-4."""
    for decimals in range(_MOST_DECIMALS + 1):
        scaled = values * 10.0**decimals
        if bool(np.all(np.abs(scaled - np.round(scaled)) < 1e-6 * np.maximum(1, np.abs(scaled)))):
            return 10.0**-decimals
    return None


def heaping_of(values: Floats, step: float | None) -> Heaping | None:
    """The round number that most values beyond chance are multiples of; None where none is.

    Nor is there one where a value is so large that floats do not have all its steps.
    """
    if step is None or len(values) < _LEAST_VALUES or np.abs(values).max() > _EXACT * step:
        return None
    low, high = np.quantile(values, [0.05, 0.95])
    # Zero is a multiple of all, and the most frequent value may be a default.
    usual, counts = np.unique(values, return_counts=True)
    rest = values[(values != 0) & (values != usual[counts.argmax()])]
    if len(rest) < _LEAST_VALUES:
        return None
    steps = np.abs(np.round(rest / step)).astype(np.int64)
    grid = int(np.gcd.reduce(steps))
    products = max(_excess(steps, base, grid) for base in _NOT_ROUND)
    found: Heaping | None = None
    for base in _BASES:
        if float(high - low) < _LEAST_BASES * base * step:
            break
        share = float(np.mean(steps % base == 0))
        if share >= _STEP_SHARE:
            grid = base
            continue
        excess = _excess(steps, base, grid) - max(0.0, products)
        if excess >= HEAPED and (found is None or excess > 0.7 * found.excess):
            found = Heaping(grid * step, base * step, share, excess)
    return found


def _excess(steps: NDArray[np.int64], base: int, grid: int) -> float:
    """The share of multiples of a base beyond chance; 0 where the grid has no others."""
    chance = math.gcd(base, grid) / base
    return (float(np.mean(steps % base == 0)) - chance) / (1 - chance) if chance < 1 else 0.0
