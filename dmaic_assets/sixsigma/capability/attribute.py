"""Capability of what is only counted: good or bad units, defects per unit.

What belongs here: Z.bench and its equivalent Ppk from a share of defectives. What does not:
measured characteristics (`capability`).
"""

from dataclasses import dataclass

from dmaic_assets.sixsigma.defects.defects import z_long_term
from dmaic_assets.sixsigma.defects.yields import yield_of_dpu
from dmaic_assets.sixsigma.tests.proportions import (
    Interval,
    ShareMethod,
    rate_interval,
    share_interval,
)


@dataclass(frozen=True, slots=True)
class AttributeCapability:
    """Share of defective units and the normal quantile beyond which that share lies.

    `z_bench` and `ppk_equivalent` (a third of it) are None when nothing or everything is
    defective; `z_interval` then keeps the one bound that the counts support.
    """

    share: float
    share_interval: Interval
    z_bench: float | None
    z_interval: Interval
    ppk_equivalent: float | None


def attribute_capability(
    defectives: int,
    units: int,
    *,
    level: float = 0.95,
    method: ShareMethod = "auto",
) -> AttributeCapability:
    """Measures units that are good or bad (binomial): Z.bench = Phi^-1(1 - p).

    Raises:
        BadInputError: Counts are out of range.
    """
    interval = share_interval(defectives, units, level=level, method=method)
    return _capability(defectives / units, interval)


def defect_rate_capability(defects: int, units: int, *, level: float = 0.95) -> AttributeCapability:
    """Measures units that may have several defects (Poisson): p = 1 - exp(-DPU).

    Raises:
        BadInputError: Counts are out of range.
    """
    rate = rate_interval(defects, units, level=level)
    lower = None if rate.lower is None else 1 - yield_of_dpu(rate.lower)
    upper = None if rate.upper is None else 1 - yield_of_dpu(rate.upper)
    interval = Interval(lower, upper, level, rate.method, rate.side)
    return _capability(1 - yield_of_dpu(defects / units), interval)


def _capability(share: float, interval: Interval) -> AttributeCapability:
    z = _z(share)
    # A larger share is a smaller Z, so that the sides change places.
    sides = {"two-sided": "two-sided", "upper": "lower", "lower": "upper"}
    z_interval = Interval(
        lower=None if interval.upper is None else _z(interval.upper),
        upper=None if interval.lower is None else _z(interval.lower),
        level=interval.level,
        method=interval.method,
        side=sides[interval.side],  # pyright: ignore[reportArgumentType] - the values are Sides
    )
    return AttributeCapability(
        share=share,
        share_interval=interval,
        z_bench=z,
        z_interval=z_interval,
        ppk_equivalent=None if z is None else z / 3,
    )


def _z(share: float) -> float | None:
    return z_long_term(1e6 * share) if 0 < share < 1 else None
