"""Charts at size: one pass over very many subgroups, and one over many series at once.

What belongs here: the batch entries that make no object per point or chart. Single charts with
all their facts stand in `phases`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import table, takes
from dmaic_assets.sixsigma.charts.constants import ConstantsMode, constants
from dmaic_assets.sixsigma.charts.estimators import subgroup_means
from dmaic_assets.sixsigma.charts.memory import CusumChart, EwmaChart, cusum_chart, ewma_chart
from dmaic_assets.sixsigma.charts.runs_rules import (
    NELSON,
    RuleName,
    RuleOptions,
    Signals,
    apply_rules,
)

Floats = NDArray[np.float64]
# Subgroups worked on together: their values and what is made of them stay in the cache.
_CACHED = 1 << 13


@dataclass(frozen=True, slots=True)
class SubgroupPass:
    """Statistics of all subgroups and the signals of their xbar, R, S, EWMA and CUSUM charts."""

    means: Floats
    ranges: Floats
    sds: Floats
    center: float
    sigma: float
    xbar: Signals
    beyond_range: NDArray[np.bool_]
    beyond_sd: NDArray[np.bool_]
    ewma: EwmaChart
    cusum: CusumChart


@dataclass(frozen=True, slots=True)
class IndividualsBatch:
    """Many individuals charts: `center` and `sigma` per chart, the rest per chart and point."""

    center: Floats
    sigma: Floats
    signals: Signals
    ewma: EwmaChart
    cusum: CusumChart


@takes(data=table(has_gaps=True))
def subgroup_pass(
    data: Floats, *, rules: Sequence[RuleName] = NELSON, mode: ConstantsMode = "exact"
) -> SubgroupPass:
    """Charts complete subgroups of one size: xbar with rules, R, S, EWMA and CUSUM.

    Sigma is the mean range over d2; values are walked column by column, so that no table of the
    data's size is copied.

    Args:
        data: Shape (subgroups, values), without gaps.
        rules: Runs rules of the xbar chart.
        mode: Constants.

    Raises:
        BadInputError: Values are missing, subgroups have fewer than two, or nothing varies.
    """
    count, n = data.shape
    if n < 2:
        raise BadInputError("subgroups", "of one value", "Use individuals_batch.")
    means, ranges, sds = _statistics(data)
    if not ranges.any():
        raise BadInputError("subgroups", "nothing varies within them", "Leave constant series out.")
    if not np.isfinite(means.sum()):
        raise BadInputError(
            "subgroups", "values are missing", "Chart subgroups with gaps by control_chart."
        )
    moments = constants(n, mode)
    # About the first mean, so that the centre of equal means is exactly theirs.
    center = float(means[0] + (means - means[0]).mean())
    mean_range = float(ranges.sum() / count)
    sigma = mean_range / moments.d2
    error = sigma / n**0.5
    mean_sd = float(sds.sum() / count)
    return SubgroupPass(
        means,
        ranges,
        sds,
        center,
        sigma,
        apply_rules(means, center, error, rules=rules),
        _outside(ranges, mean_range, 3 * moments.d3 * sigma),
        _outside(sds, mean_sd, 3 * moments.c5 * mean_sd / moments.c4),
        ewma_chart(means, center=center, sigma=error),
        cusum_chart(means, center=center, sigma=error),
    )


@takes(table=table(has_gaps=True))
def individuals_batch(
    table: Floats,
    *,
    rules: Sequence[RuleName] = NELSON,
    options: RuleOptions | None = None,
    mode: ConstantsMode = "exact",
) -> IndividualsBatch:
    """Charts many series of single values at once, each around its own mean.

    Sigma of each is its mean moving range over d2(2). NaN is a gap: no moving range crosses it,
    it cuts runs and is carried over by EWMA and CUSUM.

    Args:
        table: Shape (charts, points).
        rules: Runs rules.
        options: Their conventions.
        mode: Constants.

    Raises:
        BadInputError: A chart has no two neighbouring values, or no spread at all.
    """
    steps = np.abs(np.diff(table, axis=1))
    pairs = np.sum(~np.isnan(steps), axis=1)
    moved = np.where(np.isnan(steps), 0.0, steps).sum(axis=1)
    if not (moved > 0).all():
        place = int(np.flatnonzero(~(moved > 0))[0])
        raise BadInputError(
            f"chart {place}", "no two neighbours that differ", "Leave constant series out."
        )
    center = subgroup_means(table)[:, None]
    sigma = (moved / pairs / constants(2, mode).d2)[:, None]
    return IndividualsBatch(
        center[:, 0],
        sigma[:, 0],
        apply_rules(table, center, sigma, rules=rules, options=options),
        ewma_chart(table, center=center, sigma=sigma),
        cusum_chart(table, center=center, sigma=sigma),
    )


def _statistics(data: Floats) -> tuple[Floats, Floats, Floats]:
    """Means, ranges and sds of subgroups, worked out in parts that stay in the cache."""
    count, n = data.shape
    means, ranges, squares = np.empty(count), np.empty(count), np.empty(count)
    for start in range(0, count, _CACHED):
        rows = slice(start, start + _CACHED)
        part = np.ascontiguousarray(data[rows].T)
        np.subtract(part.max(axis=0), part.min(axis=0), out=ranges[rows])
        first = part[0].copy()
        # About the first value: the mean of equal values is exactly that value.
        part -= first
        mean = part.sum(axis=0) / n
        np.add(first, mean, out=means[rows])
        part -= mean
        np.square(part, out=part).sum(axis=0, out=squares[rows])
    return means, ranges, np.sqrt(squares / (n - 1))


def _outside(statistics: Floats, center: float, reach: float) -> NDArray[np.bool_]:
    return np.asarray((statistics > center + reach) | (statistics < center - reach))
