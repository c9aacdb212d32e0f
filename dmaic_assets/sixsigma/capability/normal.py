"""Capability indices of a normal characteristic against its specification, with intervals.

What belongs here: Cp, Cpk, Pp, Ppk, Cpm and the expected share beyond the limits. What does not:
characteristics that are not normal (`capability_other`, `capability_box_cox`) and counts
(`capability_attribute`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import INSIDE, POSITIVE, Domain, at_least, takes
from dmaic_assets.sixsigma.capability.specification import Specification
from dmaic_assets.sixsigma.capability.stability_gate import Label, OnUnstable, Stability, label_of
from dmaic_assets.sixsigma.charts.within_sigma import CapabilitySigma, overall_sigma
from dmaic_assets.sixsigma.tests.descriptive import as_sample, mean_of, sum_of_squares
from dmaic_assets.sixsigma.tests.proportions import Interval, check_level


@dataclass(frozen=True, slots=True)
class Index:
    """A capability index with its interval."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Indices:
    """Indices that use one sigma: Cp and Cpk within subgroups, Pp and Ppk overall.

    `potential` (Cp, Pp) is None for one-sided limits; `lower` and `upper` are None for the limit
    that is not there; `actual` (Cpk, Ppk) is the smaller of the two. `expected_share` is the
    share beyond the limits that a normal process with this sigma has.
    """

    sigma: CapabilitySigma
    potential: Index | None
    lower: Index | None
    upper: Index | None
    actual: Index
    expected_share: float


@dataclass(frozen=True, slots=True)
class Capability:
    """What a characteristic can do (`within`), what it does (`overall`), and what that is called.

    `within` is None when no sigma within subgroups was given, `cpm` without a target.
    `observed_share` is the share of the values beyond the limits.
    """

    specification: Specification
    values: int
    mean: float
    within: Indices | None
    overall: Indices
    cpm: Index | None
    observed_share: float
    label: Label


def capability(
    values: Sequence[float],
    specification: Specification,
    *,
    within: CapabilitySigma | None = None,
    stability: Stability | None = None,
    on_unstable: OnUnstable = "label",
    level: float = 0.95,
) -> Capability:
    """Measures a characteristic against its specification.

    Args:
        values: All measurements; their order is irrelevant here.
        specification: Limits, and the target that Cpm needs.
        within: Sigma within subgroups, from `within_sigma` or a control chart.
        stability: Signals of the control chart that was looked at first.
        on_unstable: Whether an unstable process is labelled or refused.
        level: Confidence of all intervals.

    Raises:
        BadInputError: There are fewer than two values, or they do not vary.
        PolicyError: The process is unstable and `on_unstable` says to refuse.

    Sources: Kane 1986; intervals by chi-square (Cp, Pp), Bissell 1990 (Cpk, Ppk) and Boyles 1991
    (Cpm).
    """
    check_level(level)
    label = label_of(stability, on_unstable=on_unstable)
    overall = overall_sigma(values)
    mean = mean_of(as_sample(values, what="capability"))
    n = len(values)
    return Capability(
        specification=specification,
        values=n,
        mean=mean,
        within=None if within is None else indices(mean, n, specification, within, level=level),
        overall=indices(mean, n, specification, overall, level=level),
        cpm=taguchi_index(values, specification, level=level),
        observed_share=sum(_is_beyond(value, specification) for value in values) / n,
        label=label,
    )


@takes(n=at_least(1), level=INSIDE)
def indices(
    mean: float,
    n: int,
    specification: Specification,
    sigma: CapabilitySigma,
    *,
    level: float = 0.95,
) -> Indices:
    """Computes the indices of a mean of n values and a sigma; arguments as in `capability`."""
    width, s = specification.width, sigma.value
    below = None if specification.lower is None else (mean - specification.lower) / (3 * s)
    above = None if specification.upper is None else (specification.upper - mean) / (3 * s)
    sides = [
        None if value is None else Index(value, bissell_interval(value, n, sigma.df, level=level))
        for value in (below, above)
    ]
    return Indices(
        sigma=sigma,
        potential=None if width is None else _potential(width / (6 * s), sigma, level),
        lower=sides[0],
        upper=sides[1],
        actual=min((side for side in sides if side is not None), key=lambda side: side.value),
        expected_share=sum(_tail(3 * value) for value in (below, above) if value is not None),
    )


@takes(n=at_least(1), df=POSITIVE, level=INSIDE)
def bissell_interval(value: float, n: int, df: float, *, level: float = 0.95) -> Interval:
    """Cpk +- z sqrt(1 / (9 n) + Cpk^2 / (2 df)), with n values behind the mean, df behind sigma.

    Sources: Bissell 1990; Nagata & Nagahata 1994.
    """
    from scipy import special

    z = float(special.ndtri(0.5 + level / 2))
    half = z * math.sqrt(1 / (9 * n) + value * value / (2 * df))
    return Interval(value - half, value + half, level, "bissell")


@takes(values=Domain(least=1), level=INSIDE)
def taguchi_index(
    values: Sequence[float], specification: Specification, *, level: float = 0.95
) -> Index | None:
    """Cpm = min(U - T, T - L) / (3 tau), tau^2 the mean square deviation from the target.

    With the target in the middle this is (U - L) / (6 tau). The interval is chi-square with
    n (1 + a^2)^2 / (1 + 2 a^2) degrees of freedom, a the off-target distance in sigmas.

    Returns:
        The index, or None when there is no target.

    Raises:
        BadInputError: All values are equal to the target.
    """
    target = specification.target
    if target is None:
        return None
    sample = as_sample(values, what="Cpm")
    n, variance = len(sample), sum_of_squares(sample) / len(sample)
    square = math.fsum((value - target) ** 2 for value in values) / n
    if square == 0:
        raise BadInputError("Cpm", "every value is on target", "Give values that vary.")
    sides = (specification.lower, specification.upper)
    room = min(abs(limit - target) for limit in sides if limit is not None)
    value = room / (3 * math.sqrt(square))
    # (1 + a^2)^2 / (1 + 2 a^2) in terms that stay finite when the variance is 0.
    df = n * square * square / (variance * (2 * square - variance)) if variance > 0 else math.inf
    if math.isinf(df):
        return Index(value, Interval(value, value, level, "boyles"))
    low, high = _chi_bounds(df, level)
    return Index(value, Interval(value * low, value * high, level, "boyles"))


def _potential(value: float, sigma: CapabilitySigma, level: float) -> Index:
    low, high = _chi_bounds(sigma.df, level)
    # The chi-square is of the root mean square, which unbiasing has divided.
    plain = value / sigma.unbiasing
    return Index(value, Interval(plain * low, plain * high, level, "chi-square"))


def _chi_bounds(df: float, level: float) -> tuple[float, float]:
    """sqrt(chi2 / df) at both tails."""
    from scipy import special

    tail = (1 - level) / 2
    low = 2 * float(special.gammaincinv(df / 2, tail))
    high = 2 * float(special.gammainccinv(df / 2, tail))
    return math.sqrt(low / df), math.sqrt(high / df)


def _tail(z: float) -> float:
    from scipy import special

    return float(special.ndtr(-z))


def _is_beyond(value: float, specification: Specification) -> bool:
    is_low = specification.lower is not None and value < specification.lower
    return is_low or (specification.upper is not None and value > specification.upper)
