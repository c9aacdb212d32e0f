"""Tests on counts: tables of two categorical columns, two shares, two rates.

What belongs here: chi-squared, Fisher's exact test, two proportions and two Poisson rates. The
interval of one share or rate stands in `proportions`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import (
    INSIDE,
    NOT_NEGATIVE,
    POSITIVE,
    SHARE,
    Domain,
    at_least,
    takes,
)
from dmaic_assets.sixsigma.tests.proportions import exact_share_interval, wilson_interval

Floats: TypeAlias = npt.NDArray[np.float64]
DifferenceInterval: TypeAlias = Literal["newcombe", "wald"]


@dataclass(frozen=True, slots=True)
class ChiSquareTest:
    """Pearson's chi-squared; `least_expected` tells how far to trust it."""

    chi2: float
    df: int
    p: float
    least_expected: float


@dataclass(frozen=True, slots=True)
class ShareDifference:
    """First share minus second, with chi-squared test (one degree of freedom) and interval."""

    difference: float
    chi2: float
    p: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class RateRatio:
    """First rate over second, with the exact conditional test and interval."""

    ratio: float
    p: float
    lower: float
    upper: float


@takes(table=Domain(0.0, axes=2))
def chi_square_test(
    table: Sequence[Sequence[float]], *, is_corrected: bool = False
) -> ChiSquareTest:
    """Tests whether rows and columns of a table of counts are independent.

    Args:
        table: Counts, at least 2 x 2.
        is_corrected: Takes Yates's half off every difference of a 2 x 2 table (less where a
            difference is smaller); larger tables are never corrected.

    Raises:
        BadInputError: Not a table of counts with two rows and columns at least, none of them
            empty.
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or min(counts.shape) < 2 or not (counts >= 0).all():
        raise BadInputError("table", f"shape {counts.shape}", "Pass 2 x 2 counts or more.")
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    if not (rows.all() and columns.all()):
        raise BadInputError("table", "a row or column is empty", "Leave it out.")
    found = stats.chi2_contingency(counts, correction=is_corrected)
    chi2, p, df, expected = cast("tuple[float, float, int, Floats]", found)
    return ChiSquareTest(float(chi2), int(df), float(p), float(expected.min()))


@takes(table=Domain(0.0, axes=2))
def fisher_exact(table: Sequence[Sequence[int]]) -> float:
    """Two-sided p-value of a 2 x 2 table: all tables at most as probable as this one.

    Raises:
        BadInputError: Not a 2 x 2 table of counts.
    """
    counts = np.asarray(table, dtype=np.int64)
    if counts.shape != (2, 2) or (counts < 0).any():
        raise BadInputError("table", f"shape {counts.shape}", "Pass 2 x 2 counts.")
    _, p = cast("tuple[float, float]", stats.fisher_exact(counts))
    return float(p)


def share_difference(
    counts: tuple[int, int],
    trials: tuple[int, int],
    *,
    is_corrected: bool = True,
    interval: DifferenceInterval = "newcombe",
    confidence: float = 0.95,
) -> ShareDifference:
    """Compares two shares.

    Args:
        counts: Events in the first and the second group.
        trials: Trials in each.
        is_corrected: Whether Yates' continuity correction applies to the test, and to `wald`.
        interval: `newcombe` joins the Wilson intervals of both shares and keeps its level for few
            trials; `wald`, which R has, is too narrow there.
        confidence: Coverage of the interval of the difference.

    Raises:
        BadInputError: Counts out of range, or no event or nothing but events in both.

    Source: Newcombe 1998, method 10.
    """
    for count, n in zip(counts, trials, strict=True):
        if not 0 <= count <= n or n == 0:
            raise BadInputError("share", f"{count} of {n}", "Pass 0 <= count <= trials.")
    (a, b), (m, n) = counts, trials
    first, second, pooled = a / m, b / n, (a + b) / (m + n)
    if pooled in {0.0, 1.0}:
        raise BadInputError("two shares", f"both are {pooled:g}", "There is nothing to compare.")
    width = 1 / m + 1 / n
    yates = min(0.5, abs(first - second) / width) if is_corrected else 0.0
    expected = ((m * pooled, m * (1 - pooled)), (n * pooled, n * (1 - pooled)))
    observed = ((a, m - a), (b, n - b))
    chi2 = math.fsum(
        (abs(o - e) - yates) ** 2 / e
        for row, means in zip(observed, expected, strict=True)
        for o, e in zip(row, means, strict=True)
    )
    difference = first - second
    if interval == "newcombe":
        below, above = _newcombe(counts, trials, confidence)
    else:
        error = math.sqrt(first * (1 - first) / m + second * (1 - second) / n)
        below = above = float(special.ndtri(0.5 + confidence / 2)) * error + yates * width
    return ShareDifference(
        difference=difference,
        chi2=chi2,
        p=float(special.chdtrc(1, chi2)),
        lower=max(-1.0, difference - below),
        upper=min(1.0, difference + above),
    )


def _newcombe(
    counts: tuple[int, int], trials: tuple[int, int], confidence: float
) -> tuple[float, float]:
    """How far the bounds of a difference of shares lie below and above it."""
    first, second = (k / n for k, n in zip(counts, trials, strict=True))
    low_1, high_1 = wilson_interval(counts[0], trials[0], confidence)
    low_2, high_2 = wilson_interval(counts[1], trials[1], confidence)
    return math.hypot(first - low_1, high_2 - second), math.hypot(high_1 - first, second - low_2)


@takes(events=NOT_NEGATIVE, exposures=POSITIVE, confidence=INSIDE)
def rate_ratio(
    events: tuple[int, int], exposures: tuple[float, float], *, confidence: float = 0.95
) -> RateRatio:
    """Compares two Poisson rates, conditional on their total; infinite over no events.

    Raises:
        BadInputError: No events, negative counts, or an exposure that is not positive.
    """
    (a, b), (s, t) = events, exposures
    if min(a, b) < 0 or a + b == 0 or min(s, t) <= 0:
        raise BadInputError(
            "two rates", f"{events} events in {exposures}", "Pass events and positive exposures."
        )
    interval = exact_share_interval(a, a + b, level=confidence)
    scale = t / s

    def odds(share: float | None) -> float:
        return math.inf if share is None or share >= 1 else share / (1 - share) * scale

    ratio = a / s / (b / t) if b else math.inf
    p = binomial_test(a, a + b, s / (s + t))
    return RateRatio(ratio, p, odds(interval.lower), odds(interval.upper))


@takes(count=NOT_NEGATIVE, trials=at_least(1), share=SHARE)
def binomial_test(count: int, trials: int, share: float) -> float:
    """Two-sided exact p-value of a count: all outcomes at most as probable as this one."""
    if count > trials:
        raise BadInputError("binomial test", f"{count} of {trials}", "Pass 0 <= count <= trials.")
    return float(stats.binomtest(count, trials, share).pvalue)
