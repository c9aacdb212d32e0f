"""What a saturating series may still gain: y_k = a - b r^k fitted to all of its values.

What belongs here: the fit and the bound of the next gain. A window of recent values knows too
little when noise is about as large as the gain; the whole history knows the shape of the decay.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from dmaic_assets.process.analyze.factors import Floats

# Rates of decay that are tried, every .01: the profile likelihood is smooth between them.
_RATES = np.linspace(0.02, 0.98, 97)
# Values: three parameters, and two degrees of freedom to see a misfit.
_LEAST = 5


@dataclass(frozen=True, slots=True)
class Saturation:
    """The fit of a series that levels off.

    `next_gain` is what one further run is expected to gain, `next_gain_upper` its one-sided upper
    confidence bound; `noise` the standard deviation around the curve. All are in the series' unit.
    """

    next_gain: float
    next_gain_upper: float
    noise: float


def fit_saturation(
    values: Sequence[float], *, confidence: float, noise: float | None = None
) -> Saturation | None:
    """Fits a curve that levels off, by profile least squares over its rate.

    The bound is the largest next gain of any rate whose likelihood is within the confidence
    level, plus the error of the linear coefficients at that rate. A series that falls has gain 0.

    Args:
        values: At least 5 values, oldest first; with fewer there is no fit.
        confidence: The level of the one-sided bound, in (0.5, 1).
        noise: The known standard deviation of one value; estimated from the fit when None.
    """
    n = len(values)
    if n < _LEAST:
        return None
    errors, gains, spreads = _at_rates(np.asarray(values, dtype=np.float64))
    best = int(errors.argmin())
    # Three parameters; few degrees of freedom are too few to trust the scatter alone.
    own = math.sqrt(max(float(errors[best]), 0.0) / max(n - 3, 1))
    sigma = own if noise is None else max(own, noise) if n > 2 * _LEAST else noise or own
    gain = max(0.0, float(gains[best]))
    if sigma <= 0:
        return Saturation(gain, gain, 0.0)
    known = noise is not None and sigma == noise
    level = stats.norm.ppf(confidence) if known else stats.t.ppf(confidence, max(n - 3, 1))
    quantile = float(level)
    within = errors <= errors[best] + (quantile * sigma) ** 2
    upper = float((gains + quantile * sigma * spreads)[within].max())
    return Saturation(gain, max(0.0, upper), sigma)


def _at_rates(y: Floats) -> tuple[Floats, Floats, Floats]:
    """Per rate: residual sum of squares, next gain, and its standard error per unit of noise."""
    n = len(y)
    decay = _RATES[:, None] ** np.arange(n)
    centred = decay - decay.mean(axis=1, keepdims=True)
    sxx = (centred * centred).sum(axis=1)
    deviation = y - y.mean()
    b = np.maximum(0.0, -(centred @ deviation) / sxx)
    residual = deviation + b[:, None] * centred
    step = _RATES ** (n - 1) * (1 - _RATES)
    return (residual * residual).sum(axis=1), b * step, step / np.sqrt(sxx)
