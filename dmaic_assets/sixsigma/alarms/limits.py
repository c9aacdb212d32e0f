"""The limit of the evidence at which in-control points alarm at a wanted rate.

What belongs here: looking it up. The table was found by `alarm_calibration`, which watches
simulated series with the same code; `python -m benchmarks.alarm_limit_table` writes it anew.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.sixsigma.alarms.fit import SeriesFit
from dmaic_assets.sixsigma.alarms.limit_table import LEVELS, POINTS, RATES, SLOPES
from dmaic_assets.sixsigma.arguments import Domain, takes

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LimitCurve:
    """Limits for one rate: `levels` for independent points, `slopes` per unit of correlation.

    Both have one entry per knot of `POINTS`. In a short baseline a correlated series often looks
    independent; the slope makes up for it where the estimate is high, so that series of every
    correlation alarm at nearly the same rate.
    """

    levels: Floats
    slopes: Floats

    def of(self, fit: SeriesFit) -> Floats:
        """The limit of each series: linear between the knots in the logarithm of points."""
        knots, at = np.log(POINTS), np.log(fit.used)
        level, slope = np.interp(at, knots, self.levels), np.interp(at, knots, self.slopes)
        return np.asarray(level + slope * fit.correlation)


@takes(rate=Domain(math.ulp(0.0), 0.05))
def limit_curve(rate: float) -> LimitCurve:
    """Finds the limits for a rate, linear between the table's in the normal quantile of the rate.

    Beyond the table's rates the line of the two nearest ones goes on.

    Args:
        rate: Alarms per in-control point, either side, above 0 and at most .05.
    """
    from scipy.special import ndtri

    knots, at = -ndtri(np.asarray(RATES)), float(-ndtri(rate))
    right = int(np.clip(np.searchsorted(knots, at), 1, len(knots) - 1))
    part = (at - knots[right - 1]) / (knots[right] - knots[right - 1])
    levels, slopes = np.asarray(LEVELS), np.asarray(SLOPES)
    return LimitCurve(
        levels[right - 1] + part * (levels[right] - levels[right - 1]),
        slopes[right - 1] + min(part, 1.0) * (slopes[right] - slopes[right - 1]),
    )
