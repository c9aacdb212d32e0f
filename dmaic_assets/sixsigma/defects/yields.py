"""Yields of steps and of a whole chain.

What belongs here: first-time, classic and rolled throughput yield and what follows from them.
What does not: defects per opportunity (`defects`). A yield is a share in [0, 1].
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.errors import BadInputError


@dataclass(frozen=True, slots=True)
class StepYield:
    """One step: classic yield counts a reworked unit as good, first-time yield as defective."""

    step: str
    units: int
    classic: float
    first_time: float


@dataclass(frozen=True, slots=True)
class ChainYield:
    """A chain of steps: RTY is the product of the first-time yields.

    `total_dpu` is -ln RTY, None where a step lets nothing pass.
    """

    steps: tuple[StepYield, ...]
    rolled_throughput: float
    normalised: float
    total_dpu: float | None


def step_yield(step: str, *, units: int, scrapped: int, reworked: int = 0) -> StepYield:
    """Measures a step by the units that entered it, those lost and those that needed rework.

    Raises:
        BadInputError: No unit entered, or more are lost and reworked than entered.
    """
    if units < 1 or min(scrapped, reworked) < 0 or scrapped + reworked > units:
        culprit = f"{units} units, {scrapped} scrapped, {reworked} reworked"
        raise BadInputError(step, culprit, "Count each unit that entered the step once.")
    return StepYield(
        step=step,
        units=units,
        classic=(units - scrapped) / units,
        first_time=(units - scrapped - reworked) / units,
    )


def chain_yield(steps: Sequence[StepYield]) -> ChainYield:
    """Combines steps in any order.

    Raises:
        BadInputError: There is no step.
    """
    rty = rolled_throughput_yield([step.first_time for step in steps])
    return ChainYield(
        steps=tuple(steps),
        rolled_throughput=rty,
        normalised=normalised_yield(rty, len(steps)),
        total_dpu=total_dpu(rty) if rty > 0 else None,
    )


def rolled_throughput_yield(first_time_yields: Sequence[float]) -> float:
    """RTY: the share of units that pass every step right the first time, if steps are independent.

    Raises:
        BadInputError: There is no step, or a yield is not in [0, 1].
    """
    if not first_time_yields:
        raise BadInputError("rolled throughput yield", "no step", "Give one yield per step.")
    for place, value in enumerate(first_time_yields, start=1):
        _check_share(f"yield of step {place}", value)
    return math.prod(first_time_yields)


def normalised_yield(rty: float, steps: int) -> float:
    """RTY^(1/m): the yield that every one of m equal steps would have.

    Raises:
        BadInputError: RTY is not in [0, 1], or there is no step.
    """
    _check_share("rolled throughput yield", rty)
    if steps < 1:
        raise BadInputError("normalised yield", f"{steps} steps", "Give at least one step.")
    return rty ** (1 / steps)


def yield_of_dpu(dpu: float) -> float:
    """FTY = exp(-DPU): the share of units without a defect when defects fall at random (Poisson).

    Raises:
        BadInputError: DPU is negative.
    """
    if not dpu >= 0:
        raise BadInputError("DPU", f"is {dpu}", "Give defects per unit of at least 0.")
    return math.exp(-dpu)


def total_dpu(rty: float) -> float:
    """TDPU = -ln RTY: the defects per unit that explain a yield (Poisson).

    Raises:
        BadInputError: RTY is not in (0, 1].
    """
    _check_share("rolled throughput yield", rty)
    if rty == 0:
        raise BadInputError("TDPU", "nothing passes", "Look at the step whose yield is 0.")
    return 0.0 - math.log(rty)


def _check_share(subject: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise BadInputError(subject, f"is {value}", "Give a share between 0 and 1.")
