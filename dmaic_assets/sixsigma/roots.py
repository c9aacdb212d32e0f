"""Roots of one function of one number, typed.

What belongs here: bracketing and solving, for limits that are found from a wanted rate.
"""

from collections.abc import Callable
from typing import cast

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import POSITIVE, takes


@takes(tolerance=POSITIVE)
def root_between(
    function: Callable[[float], float], low: float, high: float, *, tolerance: float = 1e-12
) -> float:
    """Finds where `function` crosses 0 between `low` and `high` (Brent).

    Raises:
        BadInputError: The function has the same sign at both ends.
    """
    from scipy.optimize import brentq

    at_low, at_high = function(low), function(high)
    if at_low * at_high > 0:
        raise BadInputError(
            "root search",
            f"values {at_low:.4g} and {at_high:.4g} at {low:.4g} and {high:.4g} have one sign",
            "Ask for a value that can be reached.",
        )
    if at_low == 0 or at_high == 0:
        return low if at_low == 0 else high
    return cast("float", brentq(function, low, high, xtol=tolerance))
