"""Phase I and phase II of Shewhart charts under one entry point for every kind.

What belongs here: settling limits on a baseline and judging later points by them. The kinds
themselves stand in `charts_measures` and `charts_counts`.
"""

from dataclasses import replace

import numpy as np

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import GAPS, takes
from dmaic_assets.sixsigma.charts.counts import (
    c_chart,
    g_chart,
    laney_p_chart,
    laney_u_chart,
    np_chart,
    p_chart,
    t_chart,
    u_chart,
)
from dmaic_assets.sixsigma.charts.measures import (
    individuals_chart,
    moving_range_chart,
    range_chart,
    sd_chart,
    xbar_chart,
)
from dmaic_assets.sixsigma.charts.model import (
    ChartKind,
    ChartOptions,
    ControlChart,
    Floats,
    FrozenLimits,
)

_ALONE = {
    "xbar": xbar_chart,
    "r": range_chart,
    "s": sd_chart,
    "i": individuals_chart,
    "mr": moving_range_chart,
    "c": c_chart,
    "g": g_chart,
    "t": t_chart,
}
_WITH_SIZES = {
    "p": p_chart,
    "np": np_chart,
    "u": u_chart,
    "laney_p": laney_p_chart,
    "laney_u": laney_u_chart,
}


@takes(data=GAPS, sizes=GAPS)
def control_chart(
    kind: ChartKind,
    data: Floats,
    *,
    sizes: Floats | None = None,
    options: ChartOptions | None = None,
) -> ControlChart:
    """Makes a Shewhart chart of any kind.

    Args:
        kind: The chart's kind.
        data: Subgroups by values for xbar, r, s; one series otherwise.
        sizes: Units per point, for p, np, u and the Laney kinds only.
        options: How the chart is made; with `baseline` this is phase II.

    Returns:
        The chart with signals of every rule at every point.

    Raises:
        BadInputError: Sizes are missing where the kind needs them, or the baseline is of another
            kind; and what the chart itself refuses.
    """
    options = options or ChartOptions()
    if options.baseline is not None and options.baseline.kind != kind:
        raise BadInputError(
            f"{kind} chart", f"limits of a {options.baseline.kind} chart", "Freeze its own limits."
        )
    if kind in _ALONE:
        return _ALONE[kind](data, options)
    if sizes is None:
        raise BadInputError(f"{kind} chart", "no sizes", "Give the units of each subgroup.")
    return _WITH_SIZES[kind](data, sizes, options)


def freeze(chart: ControlChart, *, day: str) -> FrozenLimits:
    """Takes a chart's limits for phase II, dated; their digest tells them from any others."""
    return replace(chart.limits, frozen_on=day)


@takes(data=GAPS, sizes=GAPS)
def later_points(
    limits: FrozenLimits,
    data: Floats,
    *,
    sizes: Floats | None = None,
    options: ChartOptions | None = None,
) -> ControlChart:
    """Judges points that the limits were not estimated from (phase II)."""
    options = replace(options or ChartOptions(), baseline=limits, excluded=())
    return control_chart(limits.kind, np.asarray(data, np.float64), sizes=sizes, options=options)
