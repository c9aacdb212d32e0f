"""Effect sizes of several groups and of tables: shares of variance explained, Cramér's V.

What belongs here: how much a factor explains. Eta squared is biased upwards, and the more so the
more levels a factor has; ranking factors by it picks the one with most levels. Omega squared and
epsilon squared are not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import INSIDE, NOT_NEGATIVE, Domain, at_least, takes
from dmaic_assets.sixsigma.tests.anova import Anova
from dmaic_assets.sixsigma.tests.contingency import chi_square_test
from dmaic_assets.sixsigma.tests.effects import Effect
from dmaic_assets.sixsigma.tests.noncentral import noncentral_chi2_interval, noncentral_f_interval

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Explained:
    """Share of variance explained by a factor: three estimates of one quantity, one interval.

    `lower` and `upper` bound the population's share; `cohen_f` is sqrt(eta2 / (1 - eta2)),
    infinite when nothing is left; all are NaN when nothing varies.
    """

    eta2: float
    omega2: float
    epsilon2: float
    cohen_f: float
    lower: float
    upper: float
    confidence: float


@takes(confidence=INSIDE)
def explained_variance(table: Anova, *, confidence: float = 0.95) -> Explained:
    """Estimates the share of variance that a factor explains.

    omega2 = (SSB - (k - 1) MSW) / (SST + MSW), epsilon2 = (SSB - (k - 1) MSW) / SST; both may be
    negative, which says that there is nothing. The interval inverts the noncentral F distribution:
    share = ncp / (ncp + n).
    """
    return explained_by_effect(
        table.ss_between,
        table.df_between,
        (table.ss_within, table.df_within),
        confidence=confidence,
    )


@takes(ss=NOT_NEGATIVE, df=at_least(1), residual=NOT_NEGATIVE, confidence=INSIDE)
def explained_by_effect(
    ss: float, df: int, residual: tuple[float, int], *, confidence: float = 0.95
) -> Explained:
    """Estimates the partial share of one effect of a model with several.

    Args:
        ss: Sum of squares of the effect.
        df: Its degrees of freedom.
        residual: Residual sum of squares and degrees of freedom. With one factor the partial
            shares are the shares; n is then df + residual df + 1.
        confidence: Coverage of the interval.
    """
    ss_residual, df_residual = residual
    if df_residual < 1:
        raise BadInputError("explained variance", "no residual", "Pass degrees of freedom.")
    mean_square = ss_residual / df_residual
    excess, total = ss - df * mean_square, ss + ss_residual
    n = df + df_residual + 1
    eta2 = ss / total if total else math.nan
    f = ss / df / mean_square if mean_square else math.inf
    low = high = math.inf
    if mean_square:
        low, high = noncentral_f_interval(f, df, df_residual, confidence=confidence)
    return Explained(
        eta2=eta2,
        omega2=excess / (total + mean_square) if total else math.nan,
        epsilon2=excess / total if total else math.nan,
        cohen_f=math.sqrt(eta2 / (1 - eta2)) if eta2 < 1 else math.inf,
        lower=_share(low, n),
        upper=_share(high, n),
        confidence=confidence,
    )


@takes(table=Domain(0.0, axes=2), confidence=INSIDE)
def cramers_v(table: Sequence[Sequence[float]], *, confidence: float = 0.95) -> Effect:
    """Association of two categorical columns in [0, 1], with a noncentral chi-squared interval.

    The interval inverts the noncentral distribution and is then scaled to the variance that chi
    squared has under multinomial sampling (delta method), which fixed margins would not give.

    Raises:
        BadInputError: The table has an empty row or column, or fewer than two of either.
    """
    test = chi_square_test(table)
    counts = np.asarray(table, dtype=np.float64)
    scale = math.sqrt(float(counts.sum()) * (min(counts.shape) - 1))
    low, high = noncentral_chi2_interval(test.chi2, test.df, confidence=confidence)
    center = math.sqrt(max(test.chi2 - test.df, 0.0))
    stretch = _stretch(counts, test.chi2) if low > 0 else 1.0
    return Effect(
        value=math.sqrt(test.chi2) / scale,
        lower=min(1.0, max(0.0, center - stretch * (center - math.sqrt(low))) / scale),
        upper=min(1.0, (center + stretch * (math.sqrt(high) - center)) / scale),
        confidence=confidence,
    )


def _stretch(counts: Floats, chi2: float) -> float:
    """Standard deviation of chi squared under multinomial sampling over that of noncentral chi."""
    n = float(counts.sum())
    share = counts / n
    rows, columns = share.sum(axis=1, keepdims=True), share.sum(axis=0, keepdims=True)
    ratio = share / (rows * columns)
    by_row = (share * ratio).sum(axis=1, keepdims=True) / rows
    by_column = (share * ratio).sum(axis=0, keepdims=True) / columns
    slope = 2 * ratio - by_row - by_column
    variance = float((share * slope**2).sum()) - float((share * slope).sum()) ** 2
    return math.sqrt(variance * n / (4 * chi2))


def _share(ncp: float, n: int) -> float:
    return 1.0 if math.isinf(ncp) else ncp / (ncp + n)
