"""Crossed gauge R&R by averages and ranges, without an analysis of variance.

What belongs here: AIAG's K factors and their method. What does not: `crossed`, which also sees an
interaction and is to be preferred.
"""

from typing import Literal, TypeAlias

import numpy as np

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import at_least, takes
from dmaic_assets.sixsigma.charts.constants import constants, d2_star
from dmaic_assets.sixsigma.msa.components import (
    GaugeResult,
    Scale,
    Variances,
    components_of,
    distinct_categories,
)
from dmaic_assets.sixsigma.msa.study import GaugeStudy

KFactors: TypeAlias = Literal["exact", "printed"]

# Beyond so many ranges AIAG takes d2 for d2*.
MANY_RANGES = 15


def range_gauge(
    study: GaugeStudy, *, factors: KFactors = "exact", scale: Scale | None = None
) -> GaugeResult:
    """Analyses a crossed study by ranges.

    EV = Rbar K1, AV = sqrt((Xdiff K2)^2 - EV^2 / (parts trials)), PV = Rp K3, where Rbar is the
    mean range of trials, Xdiff and Rp the ranges of operator and of part averages.

    Args:
        study: At least two parts, operators and trials.
        factors: K to all digits, or rounded to the four decimals that AIAG prints.
        scale: Spread, tolerance and factor of ndc; six standard deviations without one.

    Raises:
        BadInputError: There are fewer than two operators.

    Source: AIAG, Measurement Systems Analysis, 4th edition, chapter III.B.
    """
    scale = scale or Scale()
    values = study.values
    parts, operators, trials = values.shape
    if operators < 2:
        fix = "Let at least two operators measure."
        raise BadInputError("a gauge study by ranges", "one operator", fix)
    k1 = k_factor(parts * operators, trials, factors=factors)
    k2, k3 = (k_factor(1, size, factors=factors) for size in (operators, parts))
    ev = float(np.ptp(values, axis=2).mean()) * k1
    # About one value: operators or parts that agree exactly have averages that do.
    shifted = values - values[0, 0, 0]
    xdiff = float(np.ptp(shifted.mean(axis=(0, 2))))
    pv = float(np.ptp(shifted.mean(axis=(1, 2)))) * k3
    variances = Variances(
        repeatability=ev * ev,
        operator=(xdiff * k2) ** 2 - ev * ev / (parts * trials),
        part=pv * pv,
    )
    components, notes = components_of(variances, scale)
    return GaugeResult(
        method="xbar-r",
        table=(),
        pooled_table=(),
        is_pooled=False,
        components=components,
        ndc=distinct_categories(components, scale),
        multiplier=scale.multiplier,
        notes=tuple(notes),
    )


@takes(ranges=at_least(1))
def k_factor(ranges: int, size: int, *, factors: KFactors = "exact") -> float:
    """1 / d2* of the mean of some ranges of `size` values; 1 / d2 of more than 15 ranges.

    K1 is that of parts x operators ranges of trials, K2 and K3 that of one range of operators
    and of parts.
    """
    d2 = constants(size).d2 if ranges > MANY_RANGES else d2_star(ranges, size)
    return round(1 / d2, 4) if factors == "printed" else 1 / d2
