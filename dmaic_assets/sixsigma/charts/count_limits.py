"""Probability limits of counts and proportions: quantiles in place of multiples of sigma.

What belongs here: the smallest and largest value of a count that the wanted tail still allows.
"""

import numpy as np

from dmaic_assets.sixsigma.arguments import NOT_NEGATIVE, Domain, takes
from dmaic_assets.sixsigma.charts.model import ChartKind, Floats


@takes(center=NOT_NEGATIVE, sizes=Domain(0.0, is_open=True, has_gaps=True), nsigmas=NOT_NEGATIVE)
def probability_limits(
    kind: ChartKind, center: float, sizes: Floats, nsigmas: float
) -> tuple[Floats, Floats]:
    """Computes limits that an in-control point leaves on either side with Phi(-nsigmas) at most.

    The upper limit is the smallest count u with P(X > u) within the tail, the lower one the
    largest l with P(X < l) within it: a point strictly outside is the alarm. Binomial for p and
    np, Poisson for c and u, geometric (units between defects, from 0) for g.

    Args:
        kind: Chart kind, one of p, np, c, u, g.
        center: Mean share, rate per unit, or mean gap.
        sizes: Units of each subgroup; NaN stays NaN.
        nsigmas: The tail in normal terms, 3 for .00135.

    Returns:
        Lower and upper limits per unit (of the count itself for g).
    """
    from scipy import stats

    tail = float(stats.norm.sf(nsigmas))
    low, high = np.full(sizes.shape, np.nan), np.full(sizes.shape, np.nan)
    known = ~np.isnan(sizes)
    n = sizes[known]
    if kind in ("p", "np"):
        law = stats.binom(np.rint(n), center)
    elif kind == "g":
        law = stats.geom(1 / (1 + center), loc=-1)
    else:
        law = stats.poisson(center * n)
    units = 1.0 if kind == "g" else n
    low[known] = np.maximum(law.ppf(tail), 0.0) / units
    high[known] = law.isf(tail) / units
    return low, high
