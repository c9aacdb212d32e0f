"""Hotelling's T2 chart: several correlated measures of one process as one distance.

What belongs here: the statistic and its limits in phase I and phase II, for subgroups and for
single vectors.

Source: Mason & Young 2002, Montgomery chapter 11 (limits of F and beta).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import INSIDE, at_least, table, takes
from dmaic_assets.sixsigma.charts.estimators import subgroup_means
from dmaic_assets.sixsigma.charts.model import Floats

# The two-sided tail of three sigma as qcc rounds it; per variable, so 1 - (1 - .0027)^p overall.
_ALPHA = 0.0027


@dataclass(frozen=True, slots=True)
class T2Baseline:
    """Mean vector and covariance within subgroups from `m` subgroups of `n` values each."""

    center: Floats
    covariance: Floats
    m: int
    n: int


@dataclass(frozen=True, slots=True)
class T2Chart:
    """T2 per point against its upper limit; `phase_limit` belongs to points not yet seen."""

    statistics: Floats
    ucl: float
    phase_two_ucl: float
    baseline: T2Baseline

    @property
    def signals(self) -> NDArray[np.bool_]:
        """Whether each distance lies strictly above the phase I limit."""
        return np.asarray(self.statistics > self.ucl)


@takes(data=table(3))
def t2_baseline(data: Floats) -> T2Baseline:
    """Estimates mean and covariance of phase I.

    With subgroups the covariance is the mean of those inside subgroups; with single vectors it is
    that of all vectors.

    Args:
        data: Shape (subgroups, values, variables), complete.

    Raises:
        BadInputError: Values are missing, or there are too few points for so many variables.
    """
    if data.ndim != 3 or np.isnan(data).any():
        raise BadInputError(
            "T2 chart", "not a complete (subgroups, values, variables) table", "Drop gaps first."
        )
    m, n, p = data.shape
    if m * max(n - 1, 1) <= p + 1:
        raise BadInputError("T2 chart", f"{m} x {n} points for {p} variables", "Give more points.")
    center = subgroup_means(data.reshape(-1, p).T)
    within = data - (_vector_means(data)[:, None, :] if n > 1 else center)
    rows = within.reshape(-1, p)
    freedom = m * (n - 1) if n > 1 else m - 1
    return T2Baseline(center, np.asarray(rows.T @ rows / freedom), m, n)


@takes(data=table(3), confidence=INSIDE)
def t2_chart(
    data: Floats, *, baseline: T2Baseline | None = None, confidence: float | None = None
) -> T2Chart:
    """Charts n (xbar - mean)' S^-1 (xbar - mean).

    Args:
        data: Shape (subgroups, values, variables), complete.
        baseline: That of phase I; estimated from the data when None.
        confidence: Share of in-control points within the limits; (1 - .0027)^p when None.

    Returns:
        One distance per subgroup, the limit of phase I and that of phase II.

    Raises:
        BadInputError: As `t2_baseline`, or the covariance is singular.
    """
    base = baseline or t2_baseline(data)
    p = base.center.size
    inside = (1 - _ALPHA) ** p if confidence is None else confidence
    away = _vector_means(data) - base.center
    try:
        solved = np.linalg.solve(base.covariance, away.T).T
    except np.linalg.LinAlgError as error:
        raise BadInputError(
            "T2 chart", "the covariance is singular", "Drop a variable that others determine."
        ) from error
    statistics = data.shape[1] * (away * solved).sum(axis=1)
    first, second = t2_limits(base.m, base.n, p, inside)
    return T2Chart(np.asarray(statistics), first, second, base)


def _vector_means(data: Floats) -> Floats:
    """The mean vector of each subgroup, exact where its values are equal."""
    return subgroup_means(np.moveaxis(data, 1, -1))


@takes(m=at_least(2), n=at_least(1), p=at_least(1), confidence=INSIDE)
def t2_limits(m: int, n: int, p: int, confidence: float) -> tuple[float, float]:
    """Upper limits of phase I and II for m subgroups of n values of p variables."""
    from scipy import stats

    if n == 1:
        first = (m - 1) ** 2 / m * stats.beta.ppf(confidence, p / 2, (m - p - 1) / 2)
        second = p * (m + 1) * (m - 1) / (m * (m - p)) * stats.f.ppf(confidence, p, m - p)
        return float(first), float(second)
    freedom = m * n - m - p + 1
    quantile = stats.f.ppf(confidence, p, freedom)
    first = p * (m - 1) * (n - 1) / freedom * quantile
    return float(first), float(p * (m + 1) * (n - 1) / freedom * quantile)
