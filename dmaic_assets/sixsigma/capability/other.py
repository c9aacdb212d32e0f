"""Capability of characteristics that are not normal.

What belongs here: percentiles of a fitted family and empirical percentiles. What does not: normal
indices (`capability`) and Box-Cox (`capability_box_cox`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import Domain, takes
from dmaic_assets.sixsigma.capability.specification import Specification

Family: TypeAlias = Literal["empirical", "lognormal", "weibull", "gamma"]
Quantile: TypeAlias = Callable[[float], float]

# Where a normal characteristic has mean - 3 sigma and mean + 3 sigma.
LOW, MIDDLE, HIGH = 0.0013498980316300933, 0.5, 0.9986501019683699
# The least number of values with one expected beyond the outer percentiles.
ENOUGH = 741


@dataclass(frozen=True, slots=True)
class PercentileCapability:
    """Performance by percentiles: potential (Pp), lower, upper, and actual (Ppk), without sigma.

    `low`, `middle` and `high` are the 0.135 %, 50 % and 99.865 % points. An index is None for a
    limit that is not there. `notes` tell what weakens the result.
    """

    family: Family
    values: int
    low: float
    middle: float
    high: float
    potential: float | None
    lower: float | None
    upper: float | None
    actual: float
    notes: tuple[str, ...]


@takes(values=Domain(least=2))
def percentile_capability(
    values: Sequence[float], specification: Specification, *, family: Family = "empirical"
) -> PercentileCapability:
    """Measures performance by the percentiles between which a normal one has six sigma.

    Pp = (U - L) / (X.99865 - X.00135), the upper index (U - X.5) / (X.99865 - X.5), the lower
    one (X.5 - L) / (X.5 - X.00135).

    Args:
        values: At least two, not all equal; positive for a fitted family.
        specification: Limits; a target is not used.
        family: `empirical` uses quantiles of the values (type 6), the others are fitted by
            maximum likelihood with their origin at 0.

    Raises:
        BadInputError: The values do not suit the family.

    Source: ISO 22514-2.
    """
    quantile = _quantile(values, family)
    low, middle, high = (quantile(share) for share in (LOW, MIDDLE, HIGH))
    if not low < middle < high:
        raise BadInputError("percentiles", f"{low}, {middle}, {high}", "Give values that vary.")
    width = specification.width
    lower = None if specification.lower is None else (middle - specification.lower) / (middle - low)
    upper = (
        None if specification.upper is None else (specification.upper - middle) / (high - middle)
    )
    is_short = family == "empirical" and len(values) < ENOUGH
    note = f"the outer percentiles of {len(values)} values are their extremes; use {ENOUGH} or more"
    return PercentileCapability(
        family=family,
        values=len(values),
        low=low,
        middle=middle,
        high=high,
        potential=None if width is None else width / (high - low),
        lower=lower,
        upper=upper,
        actual=min(index for index in (lower, upper) if index is not None),
        notes=(note,) if is_short else (),
    )


def _quantile(values: Sequence[float], family: Family) -> Quantile:
    import numpy as np
    from scipy import stats

    if len(values) < 2:
        raise BadInputError("percentiles", f"{len(values)} values", "Give at least two values.")
    if family == "empirical":
        ordered = np.asarray(values, dtype=np.float64)
        return lambda share: float(np.quantile(ordered, share, method="weibull"))
    if min(values) <= 0 or min(values) == max(values):
        fix = "Use empirical percentiles, or shift the values."
        raise BadInputError(family, "values that are not positive or do not vary", fix)
    if family == "lognormal":
        logs = np.log(np.asarray(values, dtype=np.float64))
        middle, spread = float(logs.mean()), float(logs.std())
        return lambda share: math.exp(middle + spread * float(stats.norm.ppf(share)))
    law = stats.weibull_min if family == "weibull" else stats.gamma
    shape, _, size = law.fit(list(values), floc=0)
    return lambda share: float(law.ppf(share, shape, 0, size))
