"""Defects, opportunities and the sigma level, with bounds and never an infinity.

What belongs here: DPU, DPO, DPMO and their translation to and from sigma levels. What does not:
yields over steps (`yields`), and what an opportunity is (the charter of a CTQ).
"""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import takes
from dmaic_assets.sixsigma.tests.proportions import (
    Interval,
    ShareMethod,
    rate_interval,
    share_interval,
)

Sides: TypeAlias = Literal[1, 2]

# Defects are counted per million opportunities.
MILLION = 1e6
# Standard deviations between long and short term: Motorola's convention.
SHIFT = 1.5


@dataclass(frozen=True, slots=True)
class SigmaBound:
    """What the data say about Z.LT and sigma level: a value, and what they are at least or most.

    A value is None where no defect, or nothing but defects, was seen; then only one bound is
    known.
    """

    z_long_term: float | None
    sigma_level: float | None
    sigma_lower: float | None
    sigma_upper: float | None


@dataclass(frozen=True, slots=True)
class DefectMetrics:
    """Defects per unit and per opportunity of one CTQ, with the intervals behind them.

    `dpo_interval` is for the share of opportunities that are defects; `dpu_interval` for defects
    per unit. `sigma` uses the shift of `shift` between short and long term, a convention.
    """

    defects: int
    units: int
    opportunities_per_unit: int
    dpu: float
    dpo: float
    dpmo: float
    dpu_interval: Interval
    dpo_interval: Interval
    sigma: SigmaBound
    shift: float

    @property
    def opportunities(self) -> int:
        """Opportunities in all units."""
        return self.units * self.opportunities_per_unit

    @property
    def dpmo_interval(self) -> Interval:
        """The interval of DPO per million."""
        given = self.dpo_interval
        lower = None if given.lower is None else MILLION * given.lower
        upper = None if given.upper is None else MILLION * given.upper
        return Interval(lower, upper, given.level, given.method, given.side)


@takes()
def defect_metrics(
    defects: int,
    units: int,
    *,
    opportunities_per_unit: int = 1,
    level: float = 0.95,
    method: ShareMethod = "auto",
    shift: float = SHIFT,
) -> DefectMetrics:
    """Measures a CTQ: DPU = D / U, DPO = D / (U O), DPMO = 10^6 DPO, and the sigma level.

    Args:
        defects: D, at most units * opportunities_per_unit.
        units: U, at least 1.
        opportunities_per_unit: O, fixed by the charter: a larger one raises the sigma level.
        level: Confidence of all intervals.
        method: Formula of the interval of DPO.
        shift: What is added to Z.LT to call it a sigma level.

    Raises:
        BadInputError: Counts are out of range.
    """
    if units < 1 or opportunities_per_unit < 1:
        culprit = f"{units} units with {opportunities_per_unit} opportunities each"
        raise BadInputError("defects", culprit, "Give at least one unit and one opportunity.")
    trials = units * opportunities_per_unit
    dpo_interval = share_interval(defects, trials, level=level, method=method)
    return DefectMetrics(
        defects=defects,
        units=units,
        opportunities_per_unit=opportunities_per_unit,
        dpu=defects / units,
        dpo=defects / trials,
        dpmo=MILLION * defects / trials,
        dpu_interval=rate_interval(defects, units, level=level),
        dpo_interval=dpo_interval,
        sigma=_sigma_bound(defects, trials, dpo_interval, shift),
        shift=shift,
    )


def z_long_term(dpmo: float) -> float:
    """Z.LT = Phi^-1(1 - DPMO / 10^6), the normal quantile without any shift.

    Raises:
        BadInputError: DPMO is not in (0, 10^6): Z.LT has no value there; see `defect_metrics`.
    """
    from scipy import special

    if not 0 < dpmo < MILLION:
        fix = "Use defect_metrics, which gives the bound that the count of units supports."
        raise BadInputError("DPMO", f"{dpmo} has no finite Z.LT", fix)
    # The upper tail itself: 1 - DPMO / 10^6 would lose the digits of a small DPMO.
    return 0.0 - float(special.ndtri(dpmo / MILLION))


@takes()
def sigma_level(dpmo: float, *, shift: float = SHIFT) -> float:
    """Z.LT + shift; the sign is kept, so that more than 933,193 DPMO give less than 0.

    Raises:
        BadInputError: DPMO is not in (0, 10^6).
    """
    return z_long_term(dpmo) + shift


def dpmo_of_sigma(level: float, *, shift: float = SHIFT, sides: Sides = 1) -> float:
    """DPMO of a sigma level: the normal tail beyond level - shift, per million.

    Args:
        level: Sigma level, of any sign.
        shift: How far the mean has moved towards one limit.
        sides: 2 counts the tail beyond the far limit too, at level + shift.
    """
    from scipy import special

    near = float(special.ndtr(shift - level))
    far = float(special.ndtr(-shift - level)) if sides == 2 else 0.0
    return MILLION * min(1.0, near + far)


def _sigma_bound(defects: int, trials: int, dpo: Interval, shift: float) -> SigmaBound:
    value = z_long_term(MILLION * defects / trials) if 0 < defects < trials else None
    return SigmaBound(
        z_long_term=value,
        sigma_level=None if value is None else value + shift,
        sigma_lower=_sigma_at(dpo.upper, shift),
        sigma_upper=_sigma_at(dpo.lower, shift),
    )


def _sigma_at(dpo: float | None, shift: float) -> float | None:
    if dpo is None or not 0 < dpo < 1 or math.isnan(dpo):
        return None
    return sigma_level(MILLION * dpo, shift=shift)
