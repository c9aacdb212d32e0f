"""Tests of means and variances of one or two samples of measurements.

What belongs here: t tests (one sample, paired, equal variances, Welch), the F test of two variances
and the Kolmogorov-Smirnov comparison of two samples. More than two groups stand in `anova`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import INSIDE, takes
from dmaic_assets.sixsigma.tests.descriptive import as_sample, mean_of, sum_of_squares, variance_of

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TTest:
    """A t test of `estimate` against its null value, with the interval of the estimate."""

    estimate: float
    standard_error: float
    t: float
    df: float
    p: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class VarianceRatio:
    """F test of two variances, two-sided, with the interval of their ratio."""

    f: float
    df1: int
    df2: int
    p: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class KolmogorovSmirnov:
    """Largest distance of two empirical distribution functions, with its two-sided p-value."""

    d: float
    p: float


@takes(confidence=INSIDE)
def t_test(
    first: Iterable[float],
    second: Iterable[float],
    *,
    equal_variances: bool = False,
    confidence: float = 0.95,
) -> TTest:
    """Tests whether two samples have the same mean; Welch's test unless variances are equal.

    The estimate is mean(first) - mean(second).

    Raises:
        BadInputError: A sample has fewer than two values, or neither varies.
    """
    x = as_sample(first, what="first sample", least=2)
    y = as_sample(second, what="second sample", least=2)
    difference = mean_of(x - x[0]) - mean_of(y - x[0])
    if equal_variances:
        df = float(len(x) + len(y) - 2)
        pooled = (sum_of_squares(x) + sum_of_squares(y)) / df
        return _t_test(difference, math.sqrt(pooled * (1 / len(x) + 1 / len(y))), df, confidence)
    a, b = variance_of(x) / len(x), variance_of(y) / len(y)
    _require_spread(a + b)
    df = (a + b) ** 2 / (a**2 / (len(x) - 1) + b**2 / (len(y) - 1))
    return _t_test(difference, math.sqrt(a + b), df, confidence)


@takes(confidence=INSIDE)
def paired_t_test(
    first: Iterable[float], second: Iterable[float], *, confidence: float = 0.95
) -> TTest:
    """Tests whether the differences of pairs have mean zero.

    Raises:
        BadInputError: The samples differ in length, or the differences do not vary.
    """
    x, y = as_sample(first, what="first sample"), as_sample(second, what="second sample")
    if len(x) != len(y):
        raise BadInputError("paired t test", f"{len(x)} and {len(y)} values", "Pass pairs.")
    return mean_test(x - y, confidence=confidence)


@takes(confidence=INSIDE)
def mean_test(values: Iterable[float], *, null: float = 0.0, confidence: float = 0.95) -> TTest:
    """Tests whether one sample has a given mean.

    Raises:
        BadInputError: Fewer than two values, or they do not vary.
    """
    x = as_sample(values, what="sample", least=2)
    error = math.sqrt(variance_of(x) / len(x))
    return _t_test(mean_of(x), error, float(len(x) - 1), confidence, null=null)


@takes(confidence=INSIDE)
def variance_ratio_test(
    first: Iterable[float], second: Iterable[float], *, confidence: float = 0.95
) -> VarianceRatio:
    """Tests whether two normal samples have the same variance.

    Raises:
        BadInputError: A sample has fewer than two values or does not vary.
    """
    x = as_sample(first, what="first sample", least=2)
    y = as_sample(second, what="second sample", least=2)
    a, b = variance_of(x), variance_of(y)
    _require_spread(min(a, b))
    df1, df2 = len(x) - 1, len(y) - 1
    ratio, tail = a / b, (1 - confidence) / 2
    p = 2 * min(float(stats.f.cdf(ratio, df1, df2)), float(stats.f.sf(ratio, df1, df2)))
    return VarianceRatio(
        f=ratio,
        df1=df1,
        df2=df2,
        p=min(p, 1.0),
        lower=ratio / float(stats.f.isf(tail, df1, df2)),
        upper=ratio / float(stats.f.ppf(tail, df1, df2)),
    )


def kolmogorov_smirnov(first: Iterable[float], second: Iterable[float]) -> KolmogorovSmirnov:
    """Compares the distributions of two samples.

    The p-value is exact for the product of sizes below 10,000, ties included (conditional on
    them), and the limit of Kolmogorov above.

    Raises:
        BadInputError: A sample is empty.

    Source: Schröer and Trenkler 1995 (exact with ties).
    """
    x = np.sort(as_sample(first, what="first sample"))
    y = np.sort(as_sample(second, what="second sample"))
    pooled = np.sort(np.concatenate([x, y]))
    steps = np.abs(
        np.searchsorted(x, pooled, "right") / len(x) - np.searchsorted(y, pooled, "right") / len(y)
    )
    d = float(steps.max())
    if len(x) * len(y) < 10_000:
        return KolmogorovSmirnov(d, _exact_tail(d, len(x), len(y), pooled))
    scale = math.sqrt(len(x) * len(y) / (len(x) + len(y)))
    return KolmogorovSmirnov(d, float(stats.kstwobign.sf(scale * d)))


def _exact_tail(d: float, m: int, n: int, pooled: Floats) -> float:
    """Share of the orders of a pooled sample whose distance reaches d.

    Counts lattice paths from (0, 0) to (m, n) that touch the bound, looking only where a run of
    ties ends, since distribution functions are compared there alone. Shares instead of counts
    keep the numbers in range.
    """
    bound = d - 1e-9 / (m * n)
    is_end = np.append(pooled[1:] != pooled[:-1], True)
    reach = np.zeros(n + 1)
    for i in range(m + 1):
        for j in range(n + 1):
            if i + j == 0:
                continue
            is_out = bool(is_end[i + j - 1]) and abs(i / m - j / n) >= bound
            below = reach[j] * i / (i + j) if i else 0.0
            left = reach[j - 1] * j / (i + j) if j else 0.0
            reach[j] = 1.0 if is_out else below + left
    return float(reach[n])


def _t_test(
    estimate: float, error: float, df: float, confidence: float, *, null: float = 0.0
) -> TTest:
    _require_spread(error)
    t = (estimate - null) / error
    half = float(stats.t.isf((1 - confidence) / 2, df)) * error
    p = 2 * float(stats.t.sf(abs(t), df))
    return TTest(estimate, error, t, df, p, estimate - half, estimate + half)


def _require_spread(spread: float) -> None:
    if not spread > 0:
        raise BadInputError("test of means", "the values do not vary", "Pass values that do.")
