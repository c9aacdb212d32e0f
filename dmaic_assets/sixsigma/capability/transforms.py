"""Box-Cox transformation: the power that makes positive values nearest to normal.

What belongs here: estimating, applying and undoing the transformation.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias, cast

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import INSIDE, takes
from dmaic_assets.sixsigma.roots import root_between
from dmaic_assets.sixsigma.tests.descriptive import as_sample, sum_of_squares, total

Floats: TypeAlias = npt.NDArray[np.float64]
# Powers of a Box-Cox transform that are tried; beyond, data are constant but for outliers.
_RANGE = (-20.0, 20.0)


@dataclass(frozen=True, slots=True)
class BoxCox:
    """Maximum-likelihood power with its likelihood-ratio interval.

    `rounded` is the plainest power (0, 1/2, 1, ...) inside the interval, or `power` itself.
    """

    power: float
    lower: float
    upper: float
    confidence: float
    log_likelihood: float

    @property
    def rounded(self) -> float:
        """The plainest power that the data do not contradict."""
        for plain in (1.0, 0.0, 0.5, -1.0, 2.0, -0.5):
            if self.lower <= plain <= self.upper:
                return plain
        return self.power


@takes(confidence=INSIDE)
def box_cox(values: Iterable[float], *, confidence: float = 0.95) -> BoxCox:
    """Estimates the power of Box and Cox for one sample.

    Raises:
        BadInputError: A value is not positive, there are fewer than three, or they do not vary.

    Source: Box and Cox 1964.
    """
    x = as_sample(values, what="Box-Cox", least=3)
    if x.min() <= 0 or x.min() == x.max():
        raise BadInputError(
            "Box-Cox", "values must be positive and vary", "Shift them above zero first."
        )
    # One scale for all powers: it drops out of the estimate and keeps powers in range.
    scaled = x / math.exp(total(np.log(x)) / len(x))

    def loss(power: float) -> float:
        return -_profile(scaled, power)

    best = _least(loss)
    top = -loss(best)
    drop = float(special.chdtri(1, 1 - confidence)) / 2

    def excess(power: float) -> float:
        return -loss(power) - top + drop

    lower, upper = (_bound(excess, best, end) for end in _RANGE)
    return BoxCox(best, lower, upper, confidence, top - total(np.log(x)))


@takes()
def transform(values: Iterable[float], power: float) -> Floats:
    """Applies (x^power - 1) / power, or log(x) for power 0.

    Raises:
        BadInputError: A value is not positive.
    """
    x = as_sample(values, what="Box-Cox")
    if x.min() <= 0:
        raise BadInputError("Box-Cox", "a value is not positive", "Shift the values above zero.")
    return np.asarray(special.boxcox(x, power))


def back_transform(values: Iterable[float], power: float) -> Floats:
    """Undoes `transform`; NaN where no value maps to the one given."""
    return np.asarray(special.inv_boxcox(as_sample(values, what="Box-Cox"), power))


def _profile(scaled: Floats, power: float) -> float:
    """Profile log-likelihood, without the Jacobian, which is 0 at a geometric mean of 1."""
    spread = sum_of_squares(np.asarray(special.boxcox(scaled, power)))
    return -len(scaled) / 2 * math.log(spread / len(scaled)) if spread > 0 else -math.inf


def _least(loss: Callable[[float], float]) -> float:
    """Finds the minimum as the root of the slope: a minimum is flat, its slope is not."""
    found = optimize.minimize_scalar(loss, bounds=_RANGE, method="bounded")
    near, step = float(cast("optimize.OptimizeResult", found).x), 1e-3

    def slope(power: float) -> float:
        far = loss(power + 2 * step) - loss(power - 2 * step)
        return 8 * (loss(power + step) - loss(power - step)) - far

    low, high = near - 1e-2, near + 1e-2
    return root_between(slope, low, high) if slope(low) * slope(high) < 0 else near


def _bound(excess: Callable[[float], float], best: float, end: float) -> float:
    return end if excess(end) > 0 else root_between(excess, min(best, end), max(best, end))
