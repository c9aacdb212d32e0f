"""Intervals of noncentrality parameters, by inverting noncentral distributions.

What belongs here: from an observed t, F or chi-squared to the range of noncentralities it is
compatible with; effect sizes are monotone functions of these.
"""

import math
from collections.abc import Callable

from scipy import special

from dmaic_assets.sixsigma.arguments import INSIDE, NOT_NEGATIVE, POSITIVE, takes
from dmaic_assets.sixsigma.roots import root_between

# Beyond this the inversion has no meaning in doubles; effects of that size need no interval.
_LARGEST = 1e12


@takes(df=POSITIVE, confidence=INSIDE)
def noncentral_t_interval(t: float, df: float, *, confidence: float) -> tuple[float, float]:
    """Noncentralities for which an observed t lies between the tails; equal tails.

    Source: Steiger and Fouladi 1997.
    """
    tail = (1 - confidence) / 2

    def cumulative(ncp: float) -> float:
        return _t_share(t, df, ncp)

    spread = 1 + abs(t)
    return (
        _crossing(lambda ncp: cumulative(ncp) - (1 - tail), t - 5 * spread, t),
        _crossing(lambda ncp: cumulative(ncp) - tail, t, t + 5 * spread),
    )


@takes(f=NOT_NEGATIVE, df1=POSITIVE, df2=POSITIVE, confidence=INSIDE)
def noncentral_f_interval(
    f: float, df1: float, df2: float, *, confidence: float
) -> tuple[float, float]:
    """Noncentralities for which an observed F lies between the tails; 0 where none does."""
    return _tails(lambda ncp: float(special.ncfdtr(df1, df2, ncp, f)), f * df1, confidence)


@takes(chi2=NOT_NEGATIVE, df=POSITIVE, confidence=INSIDE)
def noncentral_chi2_interval(chi2: float, df: float, *, confidence: float) -> tuple[float, float]:
    """Noncentralities for which an observed chi-squared lies between the tails."""
    return _tails(lambda ncp: float(special.chndtr(chi2, df, ncp)), chi2, confidence)


def _t_share(t: float, df: float, ncp: float) -> float:
    """P(T <= t), which scipy gives as NaN far out on the side of the smaller tail."""
    share = float(special.nctdtr(df, ncp, t))
    if math.isnan(share):
        share = 1 - float(special.nctdtr(df, -ncp, -t))
    return share if not math.isnan(share) else float(ncp < t)


def _tails(
    cumulative: Callable[[float], float], observed: float, confidence: float
) -> tuple[float, float]:
    """Both bounds of a noncentrality that is at least 0; the share falls as it grows."""
    tail = (1 - confidence) / 2
    if not math.isfinite(observed):
        return math.inf, math.inf

    def bound(share: float) -> float:
        if cumulative(0.0) <= share:
            return 0.0
        high = max(observed, 1.0)
        while cumulative(high) > share and high < _LARGEST:
            high *= 2
        return _crossing(lambda ncp: cumulative(ncp) - share, 0.0, high)

    return bound(1 - tail), bound(tail)


def _crossing(falling: Callable[[float], float], low: float, high: float) -> float:
    """Finds where a falling function crosses 0, widening the bracket where needed."""
    width = high - low
    while falling(low) < 0 and width < _LARGEST:
        low, width = low - width, 2 * width
    while falling(high) > 0 and width < _LARGEST:
        high, width = high + width, 2 * width
    return root_between(falling, low, high)
