"""Yields of a chain of steps.

What belongs here: rolled throughput and normalised yield, and the yield of defects at random.
What does not: defects per opportunity (`defects`). A yield is a share in [0, 1].
"""

import math
from collections.abc import Sequence

from dmaic_assets.errors import BadInputError


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


def _check_share(subject: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise BadInputError(subject, f"is {value}", "Give a share between 0 and 1.")
