"""Bias and linearity of a gauge against known references, and the type-1 study.

What belongs here: one gauge, one operator, references with accepted values. What does not:
variation between operators (`crossed`) and decisions instead of measurements (`agreement`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import INSIDE, POSITIVE, Domain, takes
from dmaic_assets.sixsigma.tests.proportions import Interval, check_level


@dataclass(frozen=True, slots=True)
class Bias:
    """Mean deviation from a reference, its t test against 0 and its interval.

    `t` and `p` are None when all measurements are equal: then the bias is known exactly.
    """

    reference: float
    measurements: int
    bias: float
    sd: float
    t: float | None
    p: float | None
    interval: Interval


@dataclass(frozen=True, slots=True)
class Linearity:
    """Bias as a straight line over the reference: bias = intercept + slope * reference.

    `r2` is None when the bias does not vary at all. t and p test each coefficient against 0;
    they are None when the line fits exactly. `biases` has one entry per reference, in rising
    order.
    """

    slope: float
    intercept: float
    r2: float | None
    residual_sd: float
    t_slope: float | None
    p_slope: float | None
    t_intercept: float | None
    p_intercept: float | None
    biases: tuple[Bias, ...]


@dataclass(frozen=True, slots=True)
class Type1Study:
    """A type-1 study: one reference, measured often by one operator.

    cg compares `share` of the tolerance with the spread of the gauge, cgk takes the bias off
    too. Both are None when all measurements are equal.
    """

    bias: Bias
    cg: float | None
    cgk: float | None
    share: float
    spread: float


@takes(measured=Domain(least=2), level=INSIDE)
def bias_of(measured: Sequence[float], reference: float, *, level: float = 0.95) -> Bias:
    """Measures the bias of repeated measurements of one reference.

    Raises:
        BadInputError: There are fewer than two measurements.
    """
    from scipy import special

    check_level(level)
    n = len(measured)
    if n < 2:
        raise BadInputError("bias", f"{n} measurements", "Measure the reference at least twice.")
    deviations = [value - reference for value in measured]
    mean = math.fsum(deviations) / n
    sd = math.sqrt(math.fsum((d - mean) ** 2 for d in deviations) / (n - 1))
    error = sd / math.sqrt(n)
    half = float(special.stdtrit(n - 1, 0.5 + level / 2)) * error
    t = mean / error if error > 0 else None
    return Bias(
        reference=reference,
        measurements=n,
        bias=mean,
        sd=sd,
        t=t,
        p=_two_sided(t, n - 1),
        interval=Interval(mean - half, mean + half, level, "t"),
    )


@takes(level=INSIDE)
def linearity_of(
    references: Sequence[float], measured: Sequence[float], *, level: float = 0.95
) -> Linearity:
    """Fits the bias of each measurement against its reference by least squares.

    Args:
        references: Accepted value behind each measurement, in any order.
        measured: The measurements, parallel to the references.
        level: Confidence of the interval of each reference's bias.

    Raises:
        BadInputError: Lengths differ, there are fewer than two references, fewer than three
            measurements, or a reference was measured once only.

    Source: AIAG, Measurement Systems Analysis, 4th edition, chapter III.B.
    """
    n = len(measured)
    if len(references) != n or n < 3 or len(set(references)) < 2:
        culprit = f"{n} measurements of {len(set(references))} references"
        raise BadInputError("linearity", culprit, "Measure two or more references repeatedly.")
    bias = [value - reference for value, reference in zip(measured, references, strict=True)]
    mean_x, mean_y = math.fsum(references) / n, math.fsum(bias) / n
    sxx = math.fsum((x - mean_x) ** 2 for x in references)
    syy = math.fsum((y - mean_y) ** 2 for y in bias)
    sxy = math.fsum((x - mean_x) * (y - mean_y) for x, y in zip(references, bias, strict=True))
    slope = sxy / sxx
    intercept = mean_y - slope * mean_x
    residual = math.fsum(
        (y - intercept - slope * x) ** 2 for x, y in zip(references, bias, strict=True)
    )
    s = math.sqrt(residual / (n - 2))
    t_slope = slope / (s / math.sqrt(sxx)) if s > 0 else None
    error = s * math.sqrt(1 / n + mean_x * mean_x / sxx)
    t_intercept = intercept / error if error > 0 else None
    return Linearity(
        slope=slope,
        intercept=intercept,
        r2=1 - residual / syy if syy > 0 else None,
        residual_sd=s,
        t_slope=t_slope,
        p_slope=_two_sided(t_slope, n - 2),
        t_intercept=t_intercept,
        p_intercept=_two_sided(t_intercept, n - 2),
        biases=_biases(references, measured, level),
    )


@takes(tolerance=POSITIVE, share=POSITIVE, spread=POSITIVE, level=INSIDE)
def type1_study(
    measured: Sequence[float],
    reference: float,
    *,
    tolerance: float,
    share: float = 0.2,
    spread: float = 6.0,
    level: float = 0.95,
) -> Type1Study:
    """Compares a gauge with a share of the tolerance.

    cg = K T / (L s) and cgk = (K T / 2 - |b|) / (L s / 2), with bias b and standard deviation s.

    Args:
        measured: Repeated measurements of one reference.
        reference: Its accepted value.
        tolerance: T, upper minus lower specification limit.
        share: K, the share of the tolerance that the gauge may take up.
        spread: L, how many standard deviations are the spread of the gauge.
        level: Confidence of the bias's interval.

    Raises:
        BadInputError: The tolerance is not positive, or there are fewer than two measurements.
    """
    if not tolerance > 0:
        raise BadInputError("a type-1 study", f"tolerance {tolerance}", "Give a tolerance above 0.")
    bias = bias_of(measured, reference, level=level)
    allowed, taken = share * tolerance, spread * bias.sd
    return Type1Study(
        bias=bias,
        cg=allowed / taken if taken > 0 else None,
        cgk=(allowed / 2 - abs(bias.bias)) / (taken / 2) if taken > 0 else None,
        share=share,
        spread=spread,
    )


def _biases(
    references: Sequence[float], measured: Sequence[float], level: float
) -> tuple[Bias, ...]:
    groups: dict[float, list[float]] = {}
    for reference, value in zip(references, measured, strict=True):
        groups.setdefault(reference, []).append(value)
    return tuple(bias_of(groups[key], key, level=level) for key in sorted(groups))


def _two_sided(t: float | None, df: int) -> float | None:
    from scipy import special

    return None if t is None else 2 * float(special.stdtr(df, -abs(t)))
