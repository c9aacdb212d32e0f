"""Effect sizes of two groups with intervals: Cohen's d, Hedges' g, Glass' delta, rank-biserial.

What belongs here: how far two samples are apart, whatever their sizes. With millions of rows every
p-value is 0, and these decide. Effects of many groups and of tables stand in `effects_explained`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import INSIDE, Domain, takes
from dmaic_assets.sixsigma.tests.descriptive import as_sample, mean_of, sum_of_squares, variance_of
from dmaic_assets.sixsigma.tests.noncentral import noncentral_t_interval
from dmaic_assets.sixsigma.tests.ranks import mann_whitney, ranks_of

Floats: TypeAlias = npt.NDArray[np.float64]
RankInterval: TypeAlias = Literal["placements", "ranks"]
Standardizer: TypeAlias = Literal["pooled", "average", "second"]


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect size with its interval."""

    value: float
    lower: float
    upper: float
    confidence: float


@takes(confidence=INSIDE)
def cohen_d(
    first: Iterable[float],
    second: Iterable[float],
    *,
    standardizer: Standardizer = "pooled",
    confidence: float = 0.95,
) -> Effect:
    """Difference of means in standard deviations, with a noncentral-t interval.

    Args:
        first: The group whose mean is the minuend.
        second: The other group.
        standardizer: `pooled` (Cohen), `average` of both variances (unequal variances), or the
            deviation of the `second` group alone (Glass).
        confidence: Coverage of the interval, exact for `pooled` and normal data.

    Raises:
        BadInputError: A sample has fewer than two values, or the standardizer is zero.
    """
    x = as_sample(first, what="first sample", least=2)
    y = as_sample(second, what="second sample", least=2)
    m, n = len(x), len(y)
    a, b = variance_of(x), variance_of(y)
    shares = a / m + b / n
    if standardizer == "pooled":
        df = float(m + n - 2)
        squared = (sum_of_squares(x) + sum_of_squares(y)) / df
        scale = math.sqrt(1 / m + 1 / n)
    elif standardizer == "average":
        squared = (a + b) / 2
        df = shares**2 / ((a / m) ** 2 / (m - 1) + (b / n) ** 2 / (n - 1)) if shares else 0.0
        scale = math.sqrt(2 * (n * a + m * b) / (m * n * (a + b))) if squared else 0.0
    else:
        squared, df = b, float(n - 1)
        scale = math.sqrt(1 / n + a / (m * b)) if b else 0.0
    if not squared > 0:
        raise BadInputError("effect size", "the values do not vary", "Pass values that do.")
    d = (mean_of(x - x[0]) - mean_of(y - x[0])) / math.sqrt(squared)
    low, high = noncentral_t_interval(d / scale, df, confidence=confidence)
    return Effect(d, low * scale, high * scale, confidence)


@takes(confidence=INSIDE)
def glass_delta(
    first: Iterable[float], second: Iterable[float], *, confidence: float = 0.95
) -> Effect:
    """Difference of means in standard deviations of the second group, the control.

    Raises:
        BadInputError: As `cohen_d`.
    """
    return cohen_d(first, second, standardizer="second", confidence=confidence)


@takes(confidence=INSIDE)
def hedges_g(
    first: Iterable[float], second: Iterable[float], *, confidence: float = 0.95
) -> Effect:
    """Cohen's d without its bias in small samples, by the exact factor.

    The interval is that of d times the factor, which keeps its coverage of the population value
    nearly (d itself is what noncentral t bounds exactly).

    Raises:
        BadInputError: As `cohen_d`.

    Source: Hedges 1981.
    """
    x, y = as_sample(first, what="first sample"), as_sample(second, what="second sample")
    d = cohen_d(x, y, confidence=confidence)
    factor = hedges_factor(len(x) + len(y) - 2)
    return Effect(d.value * factor, d.lower * factor, d.upper * factor, confidence)


@takes(df=Domain(1.0, is_open=True))
def hedges_factor(df: float) -> float:
    """gamma(df / 2) / (sqrt(df / 2) gamma((df - 1) / 2)), not its approximation 1 - 3 / (4 df - 1).

    Raises:
        BadInputError: Fewer than two degrees of freedom, where the mean of d is infinite.
    """
    if df <= 1:
        raise BadInputError("Hedges' factor", f"{df} degrees of freedom", "Pass more values.")
    logs = float(special.gammaln(df / 2) - special.gammaln((df - 1) / 2))
    return math.exp(logs) / math.sqrt(df / 2)


@takes(confidence=INSIDE)
def rank_biserial(
    first: Iterable[float],
    second: Iterable[float],
    *,
    interval: RankInterval = "placements",
    confidence: float = 0.95,
) -> Effect:
    """Chance that the first is higher minus chance that it is lower (Cliff's delta).

    Args:
        first: One sample.
        second: The other.
        interval: `placements` estimates the variance from the data (Brunner and Munzel 2000) and
            is Cliff's asymmetric one; `ranks` is Fisher's z with variance (m + n + 1) / (3 m n),
            which R's effectsize has and which holds too rarely where the samples differ.
        confidence: Coverage of the interval.

    Raises:
        BadInputError: A sample is empty or all values are equal.

    Source: Cliff 1996; Feng and Cliff 2004.
    """
    x, y = as_sample(first, what="first sample"), as_sample(second, what="second sample")
    m, n = len(x), len(y)
    r = 2 * mann_whitney(x, y, method="normal").statistic / (m * n) - 1
    quantile = float(special.ndtri(0.5 + confidence / 2))
    if interval == "placements" and min(m, n) > 1 and abs(r) < 1:
        return Effect(r, *_cliff_bounds(r, quantile * _placement_error(x, y)), confidence)
    error = math.sqrt((m + n + 1) / (3 * m * n))
    # Separate samples give z no finite value: half a pair less than all of them does.
    edge = 1 - 1 / (m * n)
    middle = math.atanh(max(-edge, min(edge, r)))
    low, high = math.tanh(middle - quantile * error), math.tanh(middle + quantile * error)
    return Effect(r, -1.0 if r == -1 else low, 1.0 if r == 1 else high, confidence)


def _cliff_bounds(r: float, margin: float) -> tuple[float, float]:
    """Cliff's bounds of a rank-biserial in (-1, 1), wider towards 0; `margin` is z standard errors.

    (r - r^3 -+ margin sqrt((1 - r^2)^2 + margin^2)) / (1 - r^2 + margin^2).
    """
    rest = 1 - r * r
    half, scale = margin * math.hypot(rest, margin), rest + margin * margin
    return (r * rest - half) / scale, (r * rest + half) / scale


def _placement_error(x: Floats, y: Floats) -> float:
    """Standard error of the rank-biserial from the spread of placements."""
    m, n = len(x), len(y)
    ranks, _ = ranks_of(np.concatenate([x, y]))
    of_x = (ranks[:m] - ranks_of(x)[0]) / n
    of_y = (ranks[m:] - ranks_of(y)[0]) / m
    return 2 * math.sqrt(variance_of(of_x) / m + variance_of(of_y) / n)
