"""Tests of normality with estimated mean and standard deviation.

What belongs here: Shapiro-Wilk, Anderson-Darling, Lilliefors and Cramér-von Mises with their
published approximations of the p-value.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.descriptive import (
    as_sample,
    deviations_of,
    sum_of_squares,
    variance_of,
)

Floats: TypeAlias = npt.NDArray[np.float64]

# Royston's polynomials, lowest power first.
_LAST_WEIGHT = (0.0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056)
# Of the second weight in 1 / sqrt(n) (Royston 1995, AS R94).
_NEXT_WEIGHT = (0.0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633)
# Of the shift in n, for n up to 11.
_SMALL_GAMMA = (-2.273, 0.459)
# Of the mean in n, for n up to 11.
_SMALL_MEAN = (0.544, -0.39978, 0.025054, -6.714e-4)
# Of the logarithm of the spread in n, for n up to 11.
_SMALL_SPREAD = (1.3822, -0.77857, 0.062767, -0.0020322)
# Of the mean in log n, for n from 12 on.
_LARGE_MEAN = (-1.5861, -0.31082, -0.083751, 0.0038915)
# Of the logarithm of the spread in log n, for n from 12 on.
_LARGE_SPREAD = (-0.4803, -0.082676, 0.0030302)
# Values: the polynomials are fitted up to here (Royston 1995).
_MOST_SHAPIRO = 5000


@dataclass(frozen=True, slots=True)
class NormalityTest:
    """Statistic and p-value; a small p-value speaks against a normal distribution."""

    statistic: float
    p: float
    n: int


def shapiro_wilk(values: Iterable[float]) -> NormalityTest:
    """Computes W and its p-value for 3 to 5,000 values.

    Raises:
        BadInputError: Too few or too many values, or they do not vary.

    Source: Royston 1995 (AS R94).
    """
    x = _varying(values, "Shapiro-Wilk", least=3)
    n = len(x)
    if n > _MOST_SHAPIRO:
        raise BadInputError(
            "Shapiro-Wilk", f"{n} values", f"Pass at most {_MOST_SHAPIRO}, or use anderson_darling."
        )
    weights = _shapiro_weights(n)
    deviations = deviations_of(x)
    numerator = math.fsum((weights * deviations).tolist()) ** 2
    w = min(1.0, numerator / math.fsum((deviations**2).tolist()))
    return NormalityTest(w, _shapiro_p(w, n), n)


def anderson_darling(values: Iterable[float]) -> NormalityTest:
    """Computes A squared (unadjusted) and the p-value of its size-adjusted form.

    Raises:
        BadInputError: Fewer than eight values, or they do not vary.

    Source: Stephens 1986, table 4.9.
    """
    x = _varying(values, "Anderson-Darling", least=8)
    n = len(x)
    z = _standard_scores(x)
    odd = 2 * np.arange(1, n + 1) - 1
    logs = special.log_ndtr(z) + special.log_ndtr(-z[::-1])
    a = -n - math.fsum((odd * logs).tolist()) / n
    return NormalityTest(a, _anderson_darling_p(a * (1 + 0.75 / n + 2.25 / n**2)), n)


def cramer_von_mises(values: Iterable[float]) -> NormalityTest:
    """Computes W squared (unadjusted) and the p-value of its size-adjusted form.

    Raises:
        BadInputError: Fewer than eight values, or they do not vary.

    Source: Stephens 1986, table 4.9.
    """
    x = _varying(values, "Cramér-von Mises", least=8)
    n = len(x)
    p = special.ndtr(_standard_scores(x))
    places = (2 * np.arange(1, n + 1) - 1) / (2 * n)
    w = 1 / (12 * n) + math.fsum(((p - places) ** 2).tolist())
    return NormalityTest(w, _cramer_von_mises_p(w * (1 + 0.5 / n)), n)


def lilliefors(values: Iterable[float]) -> NormalityTest:
    """Computes the largest distance D from the fitted normal distribution, and its p-value.

    Raises:
        BadInputError: Fewer than five values, or they do not vary.

    Sources: Dallal and Wilkinson 1986; Stephens 1974 where their formula exceeds 0.1.
    """
    x = _varying(values, "Lilliefors", least=5)
    n = len(x)
    p = special.ndtr(_standard_scores(x))
    above = float((np.arange(1, n + 1) / n - p).max())
    d = max(above, float((p - np.arange(n) / n).max()))
    return NormalityTest(d, _lilliefors_p(d, n), n)


def _varying(values: Iterable[float], what: str, *, least: int) -> Floats:
    x = np.sort(as_sample(values, what=what, least=least))
    if sum_of_squares(x) == 0:
        raise BadInputError(what, "the values do not vary", "Pass values that do.")
    return x


def _standard_scores(x: Floats) -> Floats:
    return deviations_of(x) / math.sqrt(variance_of(x))


def _polynomial(coefficients: tuple[float, ...], at: float) -> float:
    return math.fsum(c * at**power for power, c in enumerate(coefficients))


def _shapiro_weights(n: int) -> Floats:
    if n == 3:
        return np.array([-1.0, 0.0, 1.0]) * math.sqrt(0.5)
    scores = special.ndtri((np.arange(1, n + 1) - 0.375) / (n + 0.25))
    total = math.fsum((scores**2).tolist())
    root, inverse = math.sqrt(total), 1 / math.sqrt(n)
    last = _polynomial(_LAST_WEIGHT, inverse) + float(scores[-1]) / root
    weights = np.empty(n)
    if n > 5:
        beside = _polynomial(_NEXT_WEIGHT, inverse) + float(scores[-2]) / root
        rest = total - 2 * float(scores[-1]) ** 2 - 2 * float(scores[-2]) ** 2
        scale = math.sqrt(rest / (1 - 2 * last**2 - 2 * beside**2))
        weights[2:-2] = scores[2:-2] / scale
        weights[[1, -2]] = -beside, beside
    else:
        scale = math.sqrt((total - 2 * float(scores[-1]) ** 2) / (1 - 2 * last**2))
        weights[1:-1] = scores[1:-1] / scale
    weights[[0, -1]] = -last, last
    return weights


def _shapiro_p(w: float, n: int) -> float:
    if n == 3:
        exact = 6 / math.pi * (math.asin(math.sqrt(w)) - math.asin(math.sqrt(0.75)))
        return max(0.0, exact)
    if w == 1:
        return 1.0
    y = math.log(1 - w)
    if n <= 11:
        gamma = _polynomial(_SMALL_GAMMA, n)
        if y >= gamma:
            return 1e-99
        y = -math.log(gamma - y)
        mean, log_spread = _polynomial(_SMALL_MEAN, n), _polynomial(_SMALL_SPREAD, n)
    else:
        size = math.log(n)
        mean, log_spread = _polynomial(_LARGE_MEAN, size), _polynomial(_LARGE_SPREAD, size)
    return float(special.ndtr(-(y - mean) / math.exp(log_spread)))


def _anderson_darling_p(a: float) -> float:
    if a < 0.2:
        return 1 - math.exp(-13.436 + 101.14 * a - 223.73 * a**2)
    if a < 0.34:
        return 1 - math.exp(-8.318 + 42.796 * a - 59.938 * a**2)
    if a < 0.6:
        return math.exp(0.9177 - 4.279 * a - 1.38 * a**2)
    if a < 10:
        return math.exp(1.2937 - 5.709 * a + 0.0186 * a**2)
    return 3.7e-24


def _cramer_von_mises_p(w: float) -> float:
    if w < 0.0275:
        return 1 - math.exp(-13.953 + 775.5 * w - 12542.61 * w**2)
    if w < 0.051:
        return 1 - math.exp(-5.903 + 179.546 * w - 1515.29 * w**2)
    if w < 0.092:
        return math.exp(0.886 - 31.62 * w + 10.897 * w**2)
    if w < 1.1:
        return math.exp(1.111 - 34.242 * w + 12.832 * w**2)
    return 7.37e-10


def _lilliefors_p(d: float, n: int) -> float:
    size, distance = float(n), d
    if n > 100:
        size, distance = 100.0, d * (n / 100) ** 0.49
    p = math.exp(
        -7.01256 * distance**2 * (size + 2.78019)
        + 2.99587 * distance * math.sqrt(size + 2.78019)
        - 0.122119
        + 0.974598 / math.sqrt(size)
        + 1.67997 / size
    )
    return p if p <= 0.1 else _stephens_p((math.sqrt(n) - 0.01 + 0.85 / math.sqrt(n)) * d)


def _stephens_p(k: float) -> float:
    if k <= 0.302:
        return 1.0
    if k <= 0.5:
        return _polynomial((2.76773, -19.828315, 80.709644, -138.55152, 81.218052), k)
    if k <= 0.9:
        return _polynomial((-4.901232, 40.662806, -97.490286, 94.029866, -32.355711), k)
    if k <= 1.31:
        return _polynomial((6.198765, -19.558097, 23.186922, -12.234627, 2.423045), k)
    return 0.0
