"""Summaries of one column of numbers in floating point.

What belongs here: mean, spread, shape and lag-1 autocorrelation of one sample. Sums are
compensated and taken about the first value, so that a common leading part of all values (1e13 +
0.1) costs no digits beyond those that the input has lost already; what the input has lost,
the oracle of the tests keeps.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import POSITIVE, series, takes

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Summary:
    """Facts of one sample; `lag1`, `skewness` and `excess_kurtosis` are NaN when constant."""

    n: int
    mean: float
    variance: float
    lag1: float
    skewness: float
    excess_kurtosis: float
    minimum: float
    maximum: float
    quartiles: tuple[float, float, float]

    @property
    def sd(self) -> float:
        """Sample standard deviation (n - 1)."""
        return math.sqrt(self.variance)

    @property
    def standard_error(self) -> float:
        """Standard error of the mean of independent values."""
        return math.sqrt(self.variance / self.n)


def as_sample(values: Iterable[float], *, what: str, least: int = 1) -> Floats:
    """Takes values as a one-dimensional array of finite doubles.

    Raises:
        BadInputError: A value is not finite, or there are fewer than `least`; `what` is the
            subject.
    """
    given = values if isinstance(values, np.ndarray) else list(values)
    sample = np.asarray(given, dtype=np.float64)
    if sample.ndim != 1 or len(sample) < least:
        raise BadInputError(
            what, f"shape {sample.shape}", f"Pass one column of at least {least} values."
        )
    if not np.isfinite(sample).all():
        row = int(np.flatnonzero(~np.isfinite(sample))[0])
        raise BadInputError(what, f"value {row} is not finite", "Leave out missing values.")
    return sample


def total(values: Floats) -> float:
    """Sums doubles with a single rounding at the end (Shewchuk); NaN and infinite ones carry on."""
    return math.fsum(values.tolist())


@takes(values=series())
def mean_of(values: Floats) -> float:
    """Means about the first value: the sum runs over differences, which are short numbers."""
    first = float(values[0])
    return first + total(values - first) / len(values)


@takes(("values", "weights"), values=series(), weights=POSITIVE)
def weighted_mean(values: Floats, weights: Floats) -> float:
    """Means with weights, about the first value as `mean_of`: of equal values it is that value."""
    first = float(values[0])
    return first + total(weights * (values - first)) / total(weights)


@takes(values=series())
def deviations_of(values: Floats) -> Floats:
    """Values minus their mean, both taken about the first value."""
    shifted = values - values[0]
    return shifted - total(shifted) / len(values)


@takes(values=series())
def sum_of_squares(values: Floats) -> float:
    """Sum of squared deviations from the mean, corrected for the rounding of the mean."""
    deviations = deviations_of(values)
    return total(deviations * deviations) - total(deviations) ** 2 / len(values)


@takes(values=series(2))
def variance_of(values: Floats) -> float:
    """Sample variance (n - 1)."""
    return sum_of_squares(values) / (len(values) - 1)


def summarize(values: Iterable[float]) -> Summary:
    """Summarizes one sample.

    Skewness and excess kurtosis are the moment ratios m3 / m2^1.5 and m4 / m2^2 - 3; quartiles
    interpolate linearly (type 7).

    Raises:
        BadInputError: Fewer than two values, or one that is not finite.
    """
    sample = as_sample(values, what="summary", least=2)
    deviations = deviations_of(sample)
    n, squares = len(sample), sum_of_squares(sample)
    second = squares / n
    is_constant = squares == 0
    first, median, third = np.quantile(sample, [0.25, 0.5, 0.75])
    return Summary(
        n=n,
        mean=mean_of(sample),
        variance=squares / (n - 1),
        lag1=math.nan if is_constant else total(deviations[1:] * deviations[:-1]) / squares,
        skewness=math.nan if is_constant else total(deviations**3) / n / second**1.5,
        excess_kurtosis=math.nan if is_constant else total(deviations**4) / n / second**2 - 3,
        minimum=float(sample.min()),
        maximum=float(sample.max()),
        quartiles=(float(first), float(median), float(third)),
    )
