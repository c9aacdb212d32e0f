"""Shewhart charts of counts and proportions: p, np, c, u, Laney p' and u', g and t.

What belongs here: statistic, pooled centre, standard error and limits of these kinds. Charts of
measured values stand in `charts_measures`.

Sources: Montgomery chapter 7; Laney 2002 (Qual. Eng. 14:531); Benneyan 2001; Nelson 1994 (t).
"""

from typing import Literal

import numpy as np

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import series, takes
from dmaic_assets.sixsigma.charts.count_limits import probability_limits
from dmaic_assets.sixsigma.charts.estimators import SigmaEstimate, sigma_of_individuals
from dmaic_assets.sixsigma.charts.model import (
    ChartKind,
    ChartOptions,
    ControlChart,
    Floats,
    FrozenLimits,
    kept_points,
)
from dmaic_assets.sixsigma.charts.runs_rules import apply_rules
from dmaic_assets.sixsigma.tests.descriptive import mean_of, total

# Below this expected count the normal limits of a rare defect alarm many times too often.
SMALL_COUNT = 25.0
# Nelson's power that makes exponential waiting times nearly normal.
_T_POWER = 3.6


@takes(
    ("defects", "sizes"),
    defects=series(low=0.0, has_gaps=True),
    sizes=series(low=0.0, has_gaps=True),
)
def p_chart(defects: Floats, sizes: Floats, options: ChartOptions | None = None) -> ControlChart:
    """Charts the share of defective units, d_i / n_i, around sum d / sum n.

    Args:
        defects: Defective units of each subgroup, NaN where it is missing.
        sizes: Units of each subgroup, above 0 wherever it is not missing.
        options: How the chart is made.

    Returns:
        One point per subgroup; limits stay within [0, 1].

    Raises:
        BadInputError: Shapes differ, more defects than units, or no subgroup is left.
    """
    return _rate_chart("p", defects, sizes, options or ChartOptions())


@takes(
    ("defects", "sizes"),
    defects=series(low=0.0, has_gaps=True),
    sizes=series(low=0.0, has_gaps=True),
)
def np_chart(defects: Floats, sizes: Floats, options: ChartOptions | None = None) -> ControlChart:
    """Charts the number of defective units around n_i pbar; as `p_chart` otherwise."""
    return _rate_chart("np", defects, sizes, options or ChartOptions())


@takes(counts=series(low=0.0, has_gaps=True))
def c_chart(counts: Floats, options: ChartOptions | None = None) -> ControlChart:
    """Charts counts of defects on equal areas of opportunity; as `u_chart` with sizes of 1."""
    return _rate_chart("c", counts, np.ones(counts.shape), options or ChartOptions())


@takes(
    ("counts", "sizes"), counts=series(low=0.0, has_gaps=True), sizes=series(low=0.0, has_gaps=True)
)
def u_chart(counts: Floats, sizes: Floats, options: ChartOptions | None = None) -> ControlChart:
    """Charts defects per unit, c_i / n_i, around sum c / sum n; arguments as of `p_chart`."""
    return _rate_chart("u", counts, sizes, options or ChartOptions())


@takes(
    ("defects", "sizes"),
    defects=series(low=0.0, has_gaps=True),
    sizes=series(low=0.0, has_gaps=True),
)
def laney_p_chart(
    defects: Floats, sizes: Floats, options: ChartOptions | None = None
) -> ControlChart:
    """Charts shares whose spread is not binomial (Laney p').

    The z scores of the p chart are treated as individuals: their sigma from moving ranges
    multiplies the binomial standard errors. Arguments, result and errors as of `p_chart`.
    """
    return _rate_chart("laney_p", defects, sizes, options or ChartOptions())


@takes(
    ("counts", "sizes"), counts=series(low=0.0, has_gaps=True), sizes=series(low=0.0, has_gaps=True)
)
def laney_u_chart(
    counts: Floats, sizes: Floats, options: ChartOptions | None = None
) -> ControlChart:
    """Charts rates whose spread is not Poisson (Laney u'); as `laney_p_chart` otherwise."""
    return _rate_chart("laney_u", counts, sizes, options or ChartOptions())


@takes(gaps=series(low=0.0, has_gaps=True))
def g_chart(
    gaps: Floats,
    options: ChartOptions | None = None,
    *,
    center_line: Literal["mean", "median"] = "mean",
    smallest: Literal[0, 1] = 0,
) -> ControlChart:
    """Charts units between defects: geometric, standard error sqrt(m (m + 1)) of mean m.

    Args:
        gaps: Good units between two defective ones, each 0 or more, NaN for missing.
        options: How the chart is made.
        center_line: What is drawn in the middle; the median halves the points of so skew a
            distribution. The limits stay around the mean.
        smallest: What two defects side by side count as: 0 where good units are counted, 1 where
            the defective one is counted too (standard error sqrt(m (m - 1))).

    Returns:
        One point per gap; the lower limit is 0 at least.

    Raises:
        BadInputError: No value is there.
    """
    options = options or ChartOptions()
    limits = options.baseline or _g_limits(gaps, options, smallest)
    mean = limits.center
    error = np.full(gaps.shape, limits.sigma.value)
    middle = mean if center_line == "mean" else float(np.nanmedian(gaps))
    lcl, ucl = np.maximum(mean - options.nsigmas * error, 0.0), mean + options.nsigmas * error
    if options.limits == "probability":
        lcl, ucl = probability_limits("g", mean - smallest, np.ones(gaps.shape), options.nsigmas)
        lcl, ucl = lcl + smallest, ucl + smallest
    center = np.full(gaps.shape, middle)
    return _assemble(limits, (gaps, np.ones(gaps.shape)), (center, error), (lcl, ucl), options)


@takes(times=series(low=0.0, has_gaps=True))
def t_chart(times: Floats, options: ChartOptions | None = None) -> ControlChart:
    """Charts times between events: individuals limits of t^(1/3.6), transformed back (Nelson).

    Args:
        times: Times between events, above 0, in any unit; NaN for missing.
        options: How the chart is made.

    Returns:
        One point per time, limits in the unit of the times. Rules beyond the first are judged on
        the transformed scale, where zones are symmetric.

    Raises:
        BadInputError: No two times stand side by side.
    """
    options = options or ChartOptions()
    scaled = np.power(times, 1 / _T_POWER)
    limits = options.baseline or _t_limits(scaled, options)
    reach = options.nsigmas * limits.sigma.value
    low, high = max(limits.center - reach, 0.0), limits.center + reach
    center, error = np.full(times.shape, limits.center), np.full(times.shape, limits.sigma.value)
    signals = apply_rules(
        scaled, center, error, rules=options.rules_for("t"), options=options.rule_options
    )
    # A power and its root do not give back the last bit: what is within stays within.
    with np.errstate(invalid="ignore"):
        inside = times[(scaled >= low) & (scaled <= high)]
    lcl = np.full(times.shape, min(low**_T_POWER, inside.min(initial=np.inf)))
    ucl = np.full(times.shape, max(high**_T_POWER, inside.max(initial=0.0)))
    sizes = np.ones(times.shape)
    return ControlChart("t", times, sizes, center**_T_POWER, error, lcl, ucl, signals, limits)


def _rate_chart(
    kind: ChartKind, counts: Floats, sizes: Floats, options: ChartOptions
) -> ControlChart:
    _refuse_misfits(kind, counts, sizes)
    sizes = np.where(np.isnan(counts), np.nan, sizes)
    limits = options.baseline or _rate_limits(kind, counts, sizes, options)
    mean = limits.center
    error = limits.sigma.value / np.sqrt(sizes)
    lcl, ucl = mean - options.nsigmas * error, mean + options.nsigmas * error
    if _takes_probability(kind, mean, sizes, options):
        lcl, ucl = probability_limits(kind, mean, sizes, options.nsigmas)
    lcl = np.maximum(lcl, 0.0)
    if kind in ("p", "np", "laney_p"):
        ucl = np.minimum(ucl, 1.0)
    center, statistics = np.full(sizes.shape, mean), counts / sizes
    if kind == "np":
        # A share times its units need not give back the count: what is on the center or within
        # the limits as a share is so as a count.
        with np.errstate(invalid="ignore"):
            center = np.where(statistics == center, counts, center * sizes)
            lcl = np.where(statistics >= lcl, np.minimum(lcl * sizes, counts), lcl * sizes)
            ucl = np.where(statistics <= ucl, np.maximum(ucl * sizes, counts), ucl * sizes)
        statistics, error = counts, error * sizes
    return _assemble(limits, (statistics, sizes), (center, error), (lcl, ucl), options)


def _refuse_misfits(kind: ChartKind, counts: Floats, sizes: Floats) -> None:
    if counts.shape != sizes.shape:
        raise BadInputError(
            f"{kind} chart", f"{counts.shape} counts, {sizes.shape} sizes", "Give one size each."
        )
    known = ~np.isnan(counts)
    if not known.any() or not (sizes[known] > 0).all():
        raise BadInputError(
            f"{kind} chart", "a subgroup without units", "Give NaN as the count of a missing one."
        )
    if kind in ("p", "np", "laney_p") and (counts[known] > sizes[known]).any():
        raise BadInputError(
            f"{kind} chart", "more defective units than units", "Chart defects per unit (u)."
        )


def _takes_probability(kind: ChartKind, mean: float, sizes: Floats, options: ChartOptions) -> bool:
    if kind in ("laney_p", "laney_u") or options.limits == "sigma":
        return False
    return options.limits == "probability" or float(np.nanmin(sizes)) * mean < SMALL_COUNT


def _rate_limits(
    kind: ChartKind, counts: Floats, sizes: Floats, options: ChartOptions
) -> FrozenLimits:
    kept = kept_points(len(counts), options.excluded) & ~np.isnan(counts)
    if not kept.any():
        raise BadInputError(f"{kind} chart", "no point is left", "Exclude fewer points.")
    mean = _pooled(counts[kept], sizes[kept])
    binomial = kind in ("p", "np", "laney_p")
    value = (mean * (1 - mean) if binomial else mean) ** 0.5
    sigma = SigmaEstimate(value, "binomial" if binomial else "poisson", options.constants)
    if kind in ("laney_p", "laney_u") and value > 0:
        z = np.where(kept, (counts / sizes - mean) / (value / np.sqrt(sizes)), np.nan)
        spread = sigma_of_individuals(z, mode=options.constants, screened=options.screened)
        sigma = SigmaEstimate(value * spread.value, "laney", options.constants)
    return FrozenLimits(kind, mean, sigma, int(kept.sum()), options.excluded)


def _pooled(counts: Floats, sizes: Floats) -> float:
    """Sum c / sum n; equal rates have exactly theirs, which the sums may miss by a last bit."""
    rates = counts / sizes
    is_constant = rates.min() == rates.max()
    return float(rates[0]) if is_constant else total(counts) / total(sizes)


def _g_limits(gaps: Floats, options: ChartOptions, smallest: int) -> FrozenLimits:
    kept = kept_points(len(gaps), options.excluded) & ~np.isnan(gaps)
    if not kept.any():
        raise BadInputError("g chart", "no point is left", "Give the units between defects.")
    mean = mean_of(gaps[kept])
    good = max(mean - smallest, 0.0)
    sigma = SigmaEstimate((good * (good + 1)) ** 0.5, "geometric", options.constants)
    return FrozenLimits("g", mean, sigma, int(kept.sum()), options.excluded)


def _t_limits(scaled: Floats, options: ChartOptions) -> FrozenLimits:
    kept = np.where(kept_points(len(scaled), options.excluded), scaled, np.nan)
    sigma = sigma_of_individuals(kept, mode=options.constants, screened=options.screened)
    known = kept[~np.isnan(kept)]
    return FrozenLimits("t", mean_of(known), sigma, known.size, options.excluded)


def _assemble(
    limits: FrozenLimits,
    plotted: tuple[Floats, Floats],
    zones: tuple[Floats, Floats],
    between: tuple[Floats, Floats],
    options: ChartOptions,
) -> ControlChart:
    """Puts a chart together; rule 1 is judged by the limits as drawn, clamped or of quantiles."""
    (statistics, sizes), (center, error), (lcl, ucl) = plotted, zones, between
    names = options.rules_for(limits.kind)
    signals = apply_rules(statistics, center, error, rules=names, options=options.rule_options)
    with np.errstate(invalid="ignore"):
        outside = (statistics > ucl) | (statistics < lcl)
    for name in ("nelson1", "we1"):
        if name in names:
            signals.flags[names.index(name)] = outside
    return ControlChart(limits.kind, statistics, sizes, center, error, lcl, ucl, signals, limits)
