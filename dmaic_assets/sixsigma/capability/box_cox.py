"""Capability of characteristics that a power makes normal: Box-Cox with limits carried through.

What belongs here: indices of transformed values, and intervals that know that the power was
estimated. What does not: the estimate itself (`transforms`), normal indices (`capability`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import INSIDE, POSITIVE, Domain, takes
from dmaic_assets.sixsigma.capability.normal import Capability, Index, Indices, capability
from dmaic_assets.sixsigma.capability.specification import Specification
from dmaic_assets.sixsigma.tests.proportions import Interval

# How far from the estimated power the slope of an index is taken, in standard errors of the power.
_STEP = 0.01


@dataclass(frozen=True, slots=True)
class BoxCoxCapability:
    """Capability of transformed values: y = (x^lambda - 1) / lambda, or ln x at lambda 0.

    `specification` is the one carried through; a lower limit at or below 0 bounds nothing that
    positive values can reach, and is dropped with a note.
    """

    power: float
    specification: Specification
    capability: Capability
    notes: tuple[str, ...]


@takes(values=Domain(least=2), level=INSIDE)
def box_cox_capability(
    values: Sequence[float],
    specification: Specification,
    *,
    power: float | None = None,
    level: float = 0.95,
) -> BoxCoxCapability:
    """Measures capability after a Box-Cox transformation of values, limits and target.

    A power that is given is taken as known. One that is estimated widens the intervals (delta
    method): without that, 95 % would hold 70 to 84 % of the time; so they hold at least 95 %.

    Args:
        values: Positive measurements.
        specification: In the units of the values; the upper limit must be positive.
        power: lambda; the one of maximum likelihood when None.
        level: Confidence of the intervals.

    Raises:
        BadInputError: A value, or a limit that has to be carried through, is not positive; or the
            power is to be estimated from fewer than three values.

    Source: Box & Cox 1964.
    """
    if len(values) < 2 or min(values) <= 0 or min(values) == max(values):
        raise BadInputError("Box-Cox", "values that are not positive or do not vary", "Shift them.")
    if power is not None:
        return _at_power(values, specification, power, level)
    _carried(specification, 0.0)
    return _at_estimate(values, specification, level)


def _at_power(
    values: Sequence[float], specification: Specification, power: float, level: float
) -> BoxCoxCapability:
    carried, notes = _carried(specification, power)
    transformed = [box_cox(value, power) for value in values]
    return BoxCoxCapability(power, carried, capability(transformed, carried, level=level), notes)


def _at_estimate(
    values: Sequence[float], specification: Specification, level: float
) -> BoxCoxCapability:
    from scipy import special

    from dmaic_assets.sixsigma.capability import transforms

    fit = transforms.box_cox(values, confidence=level)
    z = float(special.ndtri(0.5 + level / 2))
    error = (fit.upper - fit.lower) / (2 * z)
    step = _STEP * error
    found, below, above = (
        _at_power(values, specification, fit.power + move, level) for move in (0.0, -step, step)
    )
    margins = [
        None if low is None or high is None else z * error * (high.value - low.value) / (2 * step)
        for low, high in zip(_indices(below.capability), _indices(above.capability), strict=True)
    ]
    return replace(found, capability=_widened(found.capability, margins))


def _indices(found: Capability) -> tuple[Index | None, ...]:
    overall = found.overall
    return overall.potential, overall.lower, overall.upper, found.cpm


def _widened(found: Capability, margins: Sequence[float | None]) -> Capability:
    """Adds what the error of the power comes to, as independent of the rest as it is in theory.

    The estimate of the power and, given the power, that of an index are independent for many
    values; the slope of the index over the power is that of the profile.
    """
    potential, lower, upper, cpm = (
        None if index is None or margin is None else _wider(index, margin)
        for index, margin in zip(_indices(found), margins, strict=True)
    )
    sides = [side for side in (lower, upper) if side is not None]
    overall: Indices = replace(
        found.overall,
        potential=potential,
        lower=lower,
        upper=upper,
        actual=min(sides, key=lambda side: side.value),
    )
    return replace(found, overall=overall, cpm=cpm)


def _wider(index: Index, margin: float) -> Index:
    given = index.interval
    half = math.hypot(((given.upper or 0.0) - (given.lower or 0.0)) / 2, margin)
    return Index(
        index.value, Interval(index.value - half, index.value + half, given.level, "delta")
    )


@takes(value=POSITIVE)
def box_cox(value: float, power: float) -> float:
    """(x^lambda - 1) / lambda, and its limit ln x at lambda 0; rises with x for every lambda."""
    log = math.log(value)
    return log if power == 0 else math.expm1(power * log) / power


def _carried(specification: Specification, power: float) -> tuple[Specification, tuple[str, ...]]:
    lower, upper, target = specification.lower, specification.upper, specification.target
    notes: tuple[str, ...] = ()
    if lower is not None and lower <= 0:
        lower, notes = None, ("the lower limit is at or below 0 and cannot be broken: dropped",)
    rest = [value for value in (upper, target) if value is not None]
    if any(value <= 0 for value in rest) or (lower is None and upper is None):
        culprit = f"no positive limit in {specification}"
        raise BadInputError("Box-Cox", culprit, "Give limits that positive values can break.")
    carried = Specification(
        lower=None if lower is None else box_cox(lower, power),
        upper=None if upper is None else box_cox(upper, power),
        target=None if target is None else box_cox(target, power),
    )
    return carried, notes
