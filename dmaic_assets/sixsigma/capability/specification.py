"""Specification limits of a characteristic.

What belongs here: limits, target and their order. What does not: what is measured against them
(`capability`).
"""

import math
from dataclasses import dataclass

from dmaic_assets.errors import BadInputError


@dataclass(frozen=True, slots=True)
class Specification:
    """A lower and an upper limit, at least one of them, and a target when there is one.

    Raises:
        BadInputError: There is no limit, one is not finite, or limits and target are out of order.
    """

    lower: float | None = None
    upper: float | None = None
    target: float | None = None

    def __post_init__(self) -> None:
        """Refuses a specification that nothing can be held against."""
        if self.lower is None and self.upper is None:
            raise BadInputError("a specification", "has no limit", "Give a lower or upper limit.")
        given = [value for value in (self.lower, self.target, self.upper) if value is not None]
        is_ordered = given == sorted(given) and len(set(given)) == len(given)
        if not is_ordered or not all(map(math.isfinite, given)):
            culprit = f"lower {self.lower}, target {self.target}, upper {self.upper}"
            fix = "Give finite numbers, lower < target < upper; leave out a limit that is none."
            raise BadInputError("a specification", culprit, fix)

    @property
    def width(self) -> float | None:
        """Upper minus lower limit; None when one-sided."""
        if self.lower is None or self.upper is None:
            return None
        return self.upper - self.lower
