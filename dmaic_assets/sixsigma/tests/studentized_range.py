"""The distribution of the studentized range, to the digits of its tails.

What belongs here: tail probability and quantile of the range of k independent normal means over an
independent standard deviation. R's and scipy's versions compute the lower share and lose small
tails in 1 - p (R: wrong from about 1e-9); this one sums the tail itself.
"""

import math
from functools import cache, lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import takes
from dmaic_assets.sixsigma.roots import root_between

Floats: TypeAlias = npt.NDArray[np.float64]

# Both integrands are analytic and decay faster than any power, so that the trapezoid rule errs less
# than rounding with these steps.
_Z_STEP, _Z_LOWEST, _Z_HIGHEST = 0.125, -8.5, 18.0
# Nodes over the scale at least: doubling them changes nothing above rounding.
_SCALE_NODES = 160
# The logarithm of what may be left out on either side, relative to the peak.
_NEGLIGIBLE = 80.0
# Room in the logarithm for what rounding leaves of the bounds of a quantile.
_SLACK = 1e-6
# Studentized ranges: between which a quantile is looked for.
_LEAST = math.exp(-12)
_LARGEST = 1e8


@takes()
def studentized_range_tail(q: float, groups: int, df: float) -> float:
    """Chance that the studentized range of `groups` means exceeds q, in relative accuracy.

    Raises:
        BadInputError: Fewer than two groups, or df that is not positive.
    """
    _refuse(groups, df)
    if q <= 0:
        return 1.0
    logs, weights = _log_scales(df)
    return float(min(1.0, weights @ _range_tail(q * np.exp(logs), groups)))


@takes()
@lru_cache(maxsize=1024)
def studentized_range_quantile(share: float, groups: int, df: float) -> float:
    """Value that the studentized range stays below with probability `share`.

    Raises:
        BadInputError: As `studentized_range_tail`, or the share is not in (0, 1).
    """
    if not 0 < share < 1:
        raise BadInputError("studentized range", f"share {share}", "Pass one in (0, 1).")
    _refuse(groups, df)
    tail = 1 - share

    @cache  # The ends are asked twice.
    def excess(log_q: float) -> float:
        return math.log(max(studentized_range_tail(math.exp(log_q), groups, df), 1e-300) / tail)

    # One pair of means exceeds it less often than any of all pairs, which do so at most as often as
    # all of them together (Bonferroni).
    pairs = groups * (groups - 1) / 2
    low, high = (-math.sqrt(2) * special.stdtrit(df, tail / 2 / n) for n in (1, pairs))
    ends = math.log(max(low, _LEAST)) - _SLACK, math.log(max(min(high, _LARGEST), _LEAST)) + _SLACK
    if not excess(ends[0]) > 0 > excess(ends[1]):
        ends = math.log(_LEAST), math.ceil(math.log(_LARGEST))
    return math.exp(root_between(excess, *ends))


def _refuse(groups: int, df: float) -> None:
    if groups < 2 or not df > 0:
        raise BadInputError("studentized range", f"{groups} groups, df {df}", "Pass 2 or more.")


def _range_tail(widths: Floats, groups: int) -> Floats:
    """Chance that the range of normal values exceeds each width.

    k * integral of phi(z) (Phi(z)^(k-1) - (Phi(z) - Phi(z - w))^(k-1)) over the largest value z;
    the difference is taken by its logarithm, which keeps small ones.
    """
    z = np.arange(_Z_LOWEST, _Z_HIGHEST, _Z_STEP)
    below = special.ndtr(z)
    outside = special.ndtr(z[None, :] - widths[:, None]) / below[None, :]
    with np.errstate(divide="ignore"):
        lost = -np.expm1((groups - 1) * np.log1p(-np.minimum(outside, 1.0)))
    density = groups * np.exp(-z * z / 2) / math.sqrt(2 * math.pi) * below ** (groups - 1)
    return np.asarray(lost @ density * _Z_STEP, np.float64)


@lru_cache(maxsize=1024)
def _log_scales(df: float) -> tuple[Floats, Floats]:
    """Nodes in log s and their weights under the density of s = sqrt(chi2 / df), summing to 1."""

    def fall(log_s: float) -> float:
        return df * ((math.expm1(2 * log_s)) / 2 - log_s) - _NEGLIGIBLE

    low, high = -1.0, 1.0
    while fall(low) < 0:
        low *= 2
    while fall(high) < 0:
        high *= 2
    ends = root_between(fall, low, 0.0), root_between(fall, 0.0, high)
    # Few degrees of freedom reach far and need nodes by length, many by the width of the peak.
    nodes = max(_SCALE_NODES, math.ceil((ends[1] - ends[0]) * 8 * math.sqrt(1 + df / 4)))
    logs = np.linspace(*ends, nodes)
    heights = np.exp(-df * (np.expm1(2 * logs) / 2 - logs))
    return logs, np.asarray(heights / heights.sum(), np.float64)
