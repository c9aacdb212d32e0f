"""Correlation of two columns: Pearson, Spearman, Kendall.

What belongs here: association of paired measurements or ranks. Association of categories stands in
`contingency`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, cast

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.descriptive import as_sample, deviations_of, total
from dmaic_assets.sixsigma.tests.ranks import ranks_of

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Correlation:
    """Coefficient in [-1, 1] with two-sided p-value and interval (NaN below four pairs)."""

    coefficient: float
    p: float
    lower: float
    upper: float
    n: int
    t: float


def pearson(
    first: Iterable[float], second: Iterable[float], *, confidence: float = 0.95
) -> Correlation:
    """Computes the linear correlation, its t test and Fisher's interval.

    Raises:
        BadInputError: The columns differ in length, have fewer than three pairs, or one does not
            vary.
    """
    x, y = _pairs(first, second, "Pearson correlation")
    return _from_coefficient(_product_moment(x, y), len(x), 1.0, confidence)


def spearman(
    first: Iterable[float], second: Iterable[float], *, confidence: float = 0.95
) -> Correlation:
    """Computes the correlation of ranks (ties averaged), its t test and an interval.

    The interval uses the variance (1 + r^2 / 2) / (n - 2) of Fisher's z: Bonett and Wright (2000)
    have n - 3, which covers 97 % of 10 pairs.

    Raises:
        BadInputError: As `pearson`.
    """
    x, y = _pairs(first, second, "Spearman correlation")
    rho = _product_moment(ranks_of(x)[0], ranks_of(y)[0])
    n = len(x)
    inflation = (1 + rho**2 / 2) * (n - 3) / (n - 2)
    return _from_coefficient(rho, n, inflation, confidence)


def kendall(
    first: Iterable[float], second: Iterable[float], *, confidence: float = 0.95
) -> Correlation:
    """Computes tau-b with the normal test corrected for ties, and an interval.

    The test statistic stands in `t`. The interval is that of Fisher's z with the variance that tau
    has of normal pairs (Esscher 1924), times n / (n - 1), which few pairs need; 0.437 / (n - 4),
    the usual one, is too wide for strong correlation.

    Raises:
        BadInputError: As `pearson`.
    """
    x, y = _pairs(first, second, "Kendall correlation")
    n = len(x)
    tau = float(cast("tuple[float, float]", stats.kendalltau(x, y))[0])
    score, variance = _kendall_score(x, y, tau)
    z = score / math.sqrt(variance)
    lower, upper = _kendall_bounds(tau, n, confidence) if n > 4 else (math.nan, math.nan)
    return Correlation(tau, 2 * float(special.ndtr(-abs(z))), lower, upper, n, z)


def _kendall_bounds(tau: float, n: int, confidence: float) -> tuple[float, float]:
    """Bounds of tau from its variance 2 (1 - tau^2 + 2 (n - 2) (1/9 - s^2)) / (n (n - 1)).

    s = 2/pi asin(rho / 2), where rho = sin(pi tau / 2) is the correlation of normal pairs.
    """
    # Without a discordant pair half a one stands for none, and 1 itself stays possible.
    if 1 - abs(tau) < 1e-12:
        near, _ = _kendall_bounds(1 - 2 / (n * (n - 1)), n, confidence)
        return (near, 1.0) if tau > 0 else (-1.0, -near)
    shared = 2 / math.pi * math.asin(math.sin(math.pi * tau / 2) / 2)
    variance = 2 * (1 - tau**2 + 2 * (n - 2) * (1 / 9 - shared**2)) / (n - 1) ** 2
    half = float(special.ndtri(0.5 + confidence / 2)) * math.sqrt(variance) / (1 - tau**2)
    middle = math.atanh(tau)
    return math.tanh(middle - half), math.tanh(middle + half)


def _pairs(first: Iterable[float], second: Iterable[float], what: str) -> tuple[Floats, Floats]:
    x, y = as_sample(first, what=what, least=3), as_sample(second, what=what, least=3)
    if len(x) != len(y):
        raise BadInputError(what, f"{len(x)} and {len(y)} values", "Pass pairs.")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise BadInputError(what, "a column does not vary", "Leave it out.")
    return x, y


def _product_moment(x: Floats, y: Floats) -> float:
    dx, dy = deviations_of(x), deviations_of(y)
    r = total(dx * dy) / math.sqrt(total(dx * dx) * total(dy * dy))
    return max(-1.0, min(1.0, r))


def _from_coefficient(r: float, n: int, inflation: float, confidence: float) -> Correlation:
    t = r * math.sqrt((n - 2) / (1 - r**2)) if abs(r) < 1 else math.copysign(math.inf, r)
    p = 2 * float(stats.t.sf(abs(t), n - 2))
    if n < 4:
        return Correlation(r, p, math.nan, math.nan, n, t)
    half = float(special.ndtri(0.5 + confidence / 2)) * math.sqrt(inflation / (n - 3))
    middle = math.atanh(r) if abs(r) < 1 else math.copysign(math.inf, r)
    return Correlation(r, p, math.tanh(middle - half), math.tanh(middle + half), n, t)


def _kendall_score(x: Floats, y: Floats, tau: float) -> tuple[float, float]:
    """Concordant minus discordant pairs, and its variance under independence with ties."""
    n = len(x)
    pairs = n * (n - 1) / 2
    a = np.unique(x, return_counts=True)[1].astype(np.float64)
    b = np.unique(y, return_counts=True)[1].astype(np.float64)
    tied_x, tied_y = float((a * (a - 1)).sum()) / 2, float((b * (b - 1)).sum()) / 2
    score = tau * math.sqrt((pairs - tied_x) * (pairs - tied_y))
    main = n * (n - 1) * (2 * n + 5)
    main -= float((a * (a - 1) * (2 * a + 5)).sum()) + float((b * (b - 1) * (2 * b + 5)).sum())
    both = 2 * tied_x * tied_y / (n * (n - 1))
    triples = float((a * (a - 1) * (a - 2)).sum()) * float((b * (b - 1) * (b - 2)).sum())
    return round(score), main / 18 + both + triples / (9 * n * (n - 1) * (n - 2))
