"""Shewhart charts of measured values: xbar, R and S of subgroups, I and MR of single values.

What belongs here: statistic, centre, standard error and limits of these five kinds. Counts and
proportions stand in `charts_counts`, charts with memory in `charts_memory`.

Source: Montgomery, Introduction to Statistical Quality Control, chapter 6.
"""

import numpy as np

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import GAPS, series, table, takes
from dmaic_assets.sixsigma.charts.constants import ConstantsMode, constants
from dmaic_assets.sixsigma.charts.estimators import (
    SubgroupMethod,
    moving_ranges,
    sigma_of_individuals,
    sigma_within,
    subgroup_means,
    subgroup_ranges,
    subgroup_sds,
    subgroup_sizes,
)
from dmaic_assets.sixsigma.charts.model import (
    ChartKind,
    ChartOptions,
    ControlChart,
    Floats,
    FrozenLimits,
    kept_points,
)
from dmaic_assets.sixsigma.charts.runs_rules import apply_rules
from dmaic_assets.sixsigma.tests.descriptive import mean_of, weighted_mean


@takes(data=table(has_gaps=True))
def xbar_chart(data: Floats, options: ChartOptions | None = None) -> ControlChart:
    """Charts subgroup means.

    The centre is the mean of all values, the standard error sigma/sqrt(n_i). Sigma is the
    unweighted mean of R/d2 up to 25 values a subgroup and the pooled one beyond, unless
    `options.sigma_method` says otherwise.

    Args:
        data: Shape (subgroups, values), NaN for missing values; a subgroup of none is a gap.
        options: How the chart is made.

    Returns:
        One point per subgroup.

    Raises:
        BadInputError: No subgroup has two values and no limits are given, or an exclusion names
            no point.
    """
    options = options or ChartOptions()
    statistics, sizes = subgroup_means(data), subgroup_sizes(data).astype(np.float64)
    limits = options.baseline or _subgroup_limits("xbar", data, options)
    error = limits.sigma.value / np.sqrt(np.where(sizes > 0, sizes, np.nan))
    center = np.full(sizes.shape, limits.center)
    return assemble(limits, statistics, sizes, center, error, options)


@takes(data=table(has_gaps=True))
def range_chart(data: Floats, options: ChartOptions | None = None) -> ControlChart:
    """Charts subgroup ranges: centre d2(n_i) sigma, standard error d3(n_i) sigma.

    Arguments, result and errors as of `xbar_chart`; a subgroup of one value is a gap.
    """
    options = options or ChartOptions()
    return _spread_chart("r", subgroup_ranges(data), data, options)


@takes(data=table(has_gaps=True))
def sd_chart(data: Floats, options: ChartOptions | None = None) -> ControlChart:
    """Charts subgroup standard deviations: centre c4(n_i) sigma, standard error c5(n_i) sigma.

    Arguments, result and errors as of `xbar_chart`; a subgroup of one value is a gap. Sigma is
    the unweighted mean of s/c4 unless `options.sigma_method` says otherwise.
    """
    options = options or ChartOptions()
    return _spread_chart("s", subgroup_sds(data), data, options)


@takes(x=series(has_gaps=True))
def individuals_chart(x: Floats, options: ChartOptions | None = None) -> ControlChart:
    """Charts single values around their mean, with sigma from moving ranges of two.

    Args:
        x: One series in order; NaN is a gap, which no moving range crosses.
        options: How the chart is made.

    Returns:
        One point per value.

    Raises:
        BadInputError: No two values stand side by side and no limits are given.
    """
    options = options or ChartOptions()
    limits = options.baseline or _individuals_limits("i", x, options)
    center, error = np.full(x.shape, limits.center), np.full(x.shape, limits.sigma.value)
    return assemble(limits, x, np.ones(x.shape), center, error, options)


@takes(x=series(has_gaps=True))
def moving_range_chart(x: Floats, options: ChartOptions | None = None) -> ControlChart:
    """Charts moving ranges of two; the first point and those after a gap are gaps.

    Arguments and errors as of `individuals_chart`.
    """
    options = options or ChartOptions()
    limits = options.baseline or _individuals_limits("mr", x, options)
    two = constants(2, options.constants)
    center = np.full(x.shape, two.d2 * limits.sigma.value)
    error = np.full(x.shape, two.d3 * limits.sigma.value)
    return assemble(limits, moving_ranges(x), np.full(x.shape, 2.0), center, error, options)


@takes(
    ("statistics", "sizes", "center", "error"), statistics=GAPS, sizes=GAPS, center=GAPS, error=GAPS
)
def assemble(
    limits: FrozenLimits,
    statistics: Floats,
    sizes: Floats,
    center: Floats,
    error: Floats,
    options: ChartOptions,
) -> ControlChart:
    """Puts a chart together with limits at nsigmas standard errors; spread limits stop at 0."""
    reach = options.nsigmas * error
    lcl, ucl = center - reach, center + reach
    if limits.kind in ("r", "s", "mr"):
        lcl = np.maximum(lcl, 0.0)
    gaps = np.isnan(statistics)
    lcl, ucl = np.where(gaps, np.nan, lcl), np.where(gaps, np.nan, ucl)
    signals = apply_rules(
        statistics,
        center,
        error,
        rules=options.rules_for(limits.kind),
        options=options.rule_options,
    )
    return ControlChart(limits.kind, statistics, sizes, center, error, lcl, ucl, signals, limits)


def _subgroup_limits(kind: ChartKind, data: Floats, options: ChartOptions) -> FrozenLimits:
    kept = data[kept_points(len(data), options.excluded)]
    method = options.sigma_method or _method_of(kind, kept)
    sigma = sigma_within(kept, method=method, mode=options.constants)
    sizes = subgroup_sizes(kept)
    if kind == "xbar":
        statistics, usable = subgroup_means(kept), sizes > 0
    else:
        statistics = subgroup_ranges(kept) if kind == "r" else subgroup_sds(kept)
        usable = sizes > 1
    center = weighted_mean(statistics[usable], sizes[usable].astype(np.float64))
    return FrozenLimits(kind, center, sigma, int(usable.sum()), options.excluded)


def _method_of(kind: ChartKind, data: Floats) -> SubgroupMethod:
    if kind == "s":
        return "uwave_sd"
    return "pooled" if kind == "xbar" and subgroup_sizes(data).max(initial=0) > 25 else "uwave_r"


def _spread_chart(
    kind: ChartKind, statistics: Floats, data: Floats, options: ChartOptions
) -> ControlChart:
    limits = options.baseline or _subgroup_limits(kind, data, options)
    sizes = subgroup_sizes(data)
    mean, error = _spread_moments(kind, sizes.astype(np.float64), options.constants)
    usable = sizes[sizes > 1]
    one_line = options.spread_center == "weighted" or np.unique(usable).size == 1
    if options.baseline is None and one_line:
        center = np.full(sizes.shape, limits.center)
    else:
        center = mean * limits.sigma.value
    error = error * limits.sigma.value
    return assemble(limits, statistics, sizes.astype(np.float64), center, error, options)


def _spread_moments(kind: ChartKind, sizes: Floats, mode: ConstantsMode) -> tuple[Floats, Floats]:
    mean, error = np.full(sizes.shape, np.nan), np.full(sizes.shape, np.nan)
    for n in np.unique(sizes[sizes > 1]):
        of_n = constants(int(n), mode)
        here = sizes == n
        mean[here] = of_n.d2 if kind == "r" else of_n.c4
        error[here] = of_n.d3 if kind == "r" else of_n.c5
    return mean, error


def _individuals_limits(kind: ChartKind, x: Floats, options: ChartOptions) -> FrozenLimits:
    if x.ndim != 1:
        raise BadInputError("individuals chart", f"{x.ndim} dimensions", "Give one series.")
    # An excluded point is a gap, so that no moving range reaches over it.
    kept = np.where(kept_points(len(x), options.excluded), x, np.nan)
    sigma = sigma_of_individuals(
        kept, method=options.individuals_method, mode=options.constants, screened=options.screened
    )
    known = kept[~np.isnan(kept)]
    return FrozenLimits(kind, mean_of(known), sigma, known.size, options.excluded)
