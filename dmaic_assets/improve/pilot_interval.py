"""Intervals of the pilot: a binomial share, and the difference of two paired shares.

What belongs here: arithmetic on counts. What the counts are of is the pilot's.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scipy.stats import norm

from dmaic_assets.sixsigma.tests.proportions import exact_share_interval


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate with its bounds; all three are shares or differences of shares."""

    estimate: float
    low: float
    high: float


def share_interval(hits: int, total: int, *, confidence: float = 0.95) -> Estimate:
    """The share of hits, with the exact two-sided interval, which covers its level or more.

    [0, 1] around 0 when total is 0.
    """
    if total == 0:
        return Estimate(0.0, 0.0, 1.0)
    found = exact_share_interval(hits, total, level=confidence)
    low, high = found.lower or 0.0, 1.0 if found.upper is None else found.upper
    return Estimate(hits / total, low, high)


def paired_interval(
    better: int, worse: int, total: int, *, confidence: float = 0.95, correction: float = 0.5
) -> Estimate:
    """The difference of two shares of the same cells, with a score interval that covers its level.

    `better` cells pass with the repair only, `worse` ones without it only, out of `total`. Without
    `correction` (in cells) the interval covers 0.90 to 1 of few cells and 0.93 of 40; half a cell,
    the middle between two outcomes, makes it at least its level for every pair of shares.

    Source: Tango (1998), the score interval for the difference of paired proportions; bounds
    solve (|better - worse - total * d| - correction) ** 2 = z ** 2 * total * variance(d).
    """
    if total == 0:
        return Estimate(0.0, -1.0, 1.0)
    z = float(norm.ppf(1 - (1 - confidence) / 2))
    estimate = (better - worse) / total

    def excess(difference: float, cells: float) -> float:
        return _score(better, worse, total, difference, cells)

    low = -1.0 if estimate <= -1 else _root(lambda d: excess(d, correction) - z, -1.0, estimate)
    high = 1.0 if estimate >= 1 else _root(lambda d: excess(d, -correction) + z, estimate, 1.0)
    return Estimate(estimate, low, high)


def _score(better: int, worse: int, total: int, difference: float, cells: float) -> float:
    """The standardized distance of the data, less `cells`, from a difference; falls with it."""
    a = 2.0 * total
    b = -better - worse + (2.0 * total - better + worse) * difference
    c = -worse * difference * (1 - difference)
    share = max(((b * b - 4 * a * c) ** 0.5 - b) / (2 * a), 0.0)
    variance = total * (2 * share + difference * (1 - difference))
    distance = better - worse - total * difference - cells
    if variance <= 0:
        return 0.0 if distance == 0 else float("inf") * (1 if distance > 0 else -1)
    return distance / variance**0.5


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Halves the interval until the sign change of a falling function is known to 1e-13."""
    for _ in range(60):
        middle = (low + high) / 2
        if function(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
