"""Estimators of the sd within subgroups, each under the name by which a result tells it.

What belongs here: from ranges, standard deviations and moving ranges to one sigma. Constants come
from `constants`; charts that use the sigma stand in `charts`.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import GAPS, Domain, at_least, series, table, takes
from dmaic_assets.sixsigma.charts.constants import ConstantsMode, c4, constants, range_median
from dmaic_assets.sixsigma.tests.descriptive import variance_of

Floats: TypeAlias = NDArray[np.float64]
SubgroupMethod: TypeAlias = Literal["uwave_r", "uwave_sd", "mvlue_r", "mvlue_sd", "pooled"]
IndividualsMethod: TypeAlias = Literal["mr", "median_mr", "sd"]
SigmaMethod: TypeAlias = (
    SubgroupMethod
    | IndividualsMethod
    | Literal["binomial", "poisson", "geometric", "laney", "given"]
)


@dataclass(frozen=True, slots=True)
class SigmaEstimate:
    """A sigma with the name of its estimator and the constants that it was made with."""

    value: float
    method: SigmaMethod
    constants: ConstantsMode = "exact"


@takes(data=GAPS)
def subgroup_sizes(data: Floats) -> NDArray[np.int64]:
    """Counts the values of each subgroup, shape (subgroups, values) with NaN for missing ones."""
    return np.asarray(np.sum(~np.isnan(data), axis=-1), dtype=np.int64)


@takes(data=Domain(least=1, has_gaps=True))
def subgroup_means(data: Floats) -> Floats:
    """Means of subgroups about their first value; NaN where a subgroup has no value.

    The mean of equal values is exactly that value, so that nothing varies around it.
    """
    known = ~np.isnan(data)
    first = np.take_along_axis(data, known.argmax(axis=-1)[..., None], axis=-1)
    away = np.where(known, data - first, 0.0).sum(axis=-1)
    return np.asarray(first[..., 0] + away / np.maximum(known.sum(axis=-1), 1))


@takes(data=Domain(least=1, has_gaps=True))
def subgroup_ranges(data: Floats) -> Floats:
    """Ranges of subgroups; NaN where a subgroup has fewer than two values."""
    high = np.where(np.isnan(data), -np.inf, data).max(axis=-1)
    low = np.where(np.isnan(data), np.inf, data).min(axis=-1)
    return np.asarray(np.where(subgroup_sizes(data) > 1, high - low, np.nan))


@takes(data=Domain(least=1, has_gaps=True))
def subgroup_sds(data: Floats) -> Floats:
    """Standard deviations of subgroups (n - 1); NaN with fewer than two values."""
    sizes = subgroup_sizes(data)
    centred = np.where(np.isnan(data), 0.0, data - subgroup_means(data)[..., None])
    with np.errstate(invalid="ignore", divide="ignore"):
        variances = (centred * centred).sum(axis=-1) / (sizes - 1)
    return np.asarray(np.where(sizes > 1, np.sqrt(variances), np.nan))


@takes(data=table(has_gaps=True))
def sigma_within(
    data: Floats, *, method: SubgroupMethod = "uwave_r", mode: ConstantsMode = "exact"
) -> SigmaEstimate:
    """Estimates sigma from the spread inside subgroups.

    `uwave_r` and `uwave_sd` average R/d2(n_i) and s/c4(n_i) without weights, `mvlue_r` and
    `mvlue_sd` with the inverse of their variances (Burr 1969), `pooled` is the root mean square
    by degrees of freedom over c4 of them plus one.

    Args:
        data: Shape (subgroups, values), NaN for missing values; subgroups of fewer than two
            values are left out.
        method: The estimator.
        mode: Constants.

    Returns:
        The estimate with its method's name.

    Raises:
        BadInputError: No subgroup has two values.
    """
    sizes = subgroup_sizes(data)
    usable = sizes > 1
    if not usable.any():
        raise BadInputError(
            "sigma within subgroups", "no subgroup has two values", "Use an individuals chart."
        )
    data, sizes = data[usable], sizes[usable]
    if method == "pooled":
        freedom = sizes - 1
        mean_square = float((subgroup_sds(data) ** 2 * freedom).sum() / freedom.sum())
        value = mean_square**0.5 / c4(float(freedom.sum()) + 1)
        return SigmaEstimate(value, method, mode)
    by_range = method in ("uwave_r", "mvlue_r")
    spread = subgroup_ranges(data) if by_range else subgroup_sds(data)
    table = {int(n): constants(int(n), mode) for n in np.unique(sizes)}
    mean = np.array([table[int(n)].d2 if by_range else table[int(n)].c4 for n in sizes])
    error = np.array([table[int(n)].d3 if by_range else table[int(n)].c5 for n in sizes])
    weights = (mean / error) ** 2 if method.startswith("mvlue") else np.ones(len(sizes))
    return SigmaEstimate(float((spread / mean * weights).sum() / weights.sum()), method, mode)


@takes(x=Domain(least=1, has_gaps=True), span=at_least(2))
def moving_ranges(x: Floats, span: int = 2) -> Floats:
    """Ranges of `span` neighbours, NaN before the first full one and across gaps."""
    if x.shape[-1] < span:
        return np.full(x.shape, np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(x, span, axis=-1)
    ranges = windows.max(axis=-1) - windows.min(axis=-1)
    before = np.full((*x.shape[:-1], span - 1), np.nan)
    return np.asarray(np.concatenate([before, ranges], axis=-1))


@takes(x=series(has_gaps=True), span=at_least(2))
def sigma_of_individuals(
    x: Floats,
    *,
    method: IndividualsMethod = "mr",
    span: int = 2,
    mode: ConstantsMode = "exact",
    screened: bool = False,
) -> SigmaEstimate:
    """Estimates sigma of single values.

    `mr` is the mean moving range over d2(span), `median_mr` the median one over d4(span), `sd`
    the standard deviation over c4(n), which takes shifts of the mean for spread.

    Args:
        x: One series in order, NaN for gaps, over which no moving range is taken.
        method: The estimator.
        span: How many neighbours a moving range covers.
        mode: Constants.
        screened: Whether moving ranges above their own upper limit D4 MRbar are left out once
            (Nelson 1982), as qicharts2 does.

    Returns:
        The estimate with its method's name.

    Raises:
        BadInputError: There are no two neighbouring values.
    """
    ranges = moving_ranges(x, span)
    ranges = ranges[~np.isnan(ranges)]
    if not ranges.size:
        raise BadInputError(
            "sigma of individuals", "no two values stand side by side", "Give two or more values."
        )
    if method == "sd":
        known = x[~np.isnan(x)]
        return SigmaEstimate(variance_of(known) ** 0.5 / c4(known.size), method, mode)
    if screened:
        ranges = ranges[ranges < constants(span, mode).factors["D4"] * ranges.mean()]
    if method == "median_mr":
        return SigmaEstimate(float(np.median(ranges)) / range_median(span), method, mode)
    return SigmaEstimate(float(ranges.mean()) / constants(span, mode).d2, method, mode)
