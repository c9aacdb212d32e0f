"""Run lengths of Shewhart, CUSUM and EWMA charts by integral equations, and their design.

What belongs here: average run lengths of charts on independent normal values with known limits,
and the width that gives a wanted in-control one. Runs rules stand in `arl_runs`, estimated limits
and autocorrelation in `arl_estimated`.

The integral equations are solved by Gauss-Legendre quadrature (Nystroem), whose error falls
geometrically with the nodes as the kernels are analytic. Sources: Page 1954, Crowder 1987,
Lucas & Crosier 1982, Knoth 2003 (time-varying limits).
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import NOT_NEGATIVE, POSITIVE, Domain, at_least, takes
from dmaic_assets.sixsigma.roots import root_between

Floats = NDArray[np.float64]


@takes(n=at_least(1))
def shewhart_arl(*, width: float = 3.0, shift: float = 0.0, n: int = 1) -> float:
    """Average run length of a two-sided chart of means, 1 / P(beyond).

    Args:
        width: Limits in standard errors.
        shift: Shift of the process in sigmas of single values.
        n: Subgroup size.
    """
    from scipy.special import ndtr

    moved = shift * math.sqrt(n)
    return float(1.0 / (ndtr(-width - moved) + ndtr(-width + moved)))


@takes(reference=NOT_NEGATIVE)
def cusum_arl(
    *,
    reference: float,
    decision: float,
    shift: float = 0.0,
    head_start: float = 0.0,
    two_sided: bool = True,
) -> float:
    """Average run length of a CUSUM of standardised values.

    Both sides never signal from the same run, so the two-sided length follows from the one-sided
    ones: with the head start s, (A(s) B(0) + B(s) A(0) - A(0) B(0)) / (A(0) + B(0)).

    Args:
        reference: k, 0 or more.
        decision: h, above 0.
        shift: Mean of the values, in standard errors.
        head_start: Where sums start, in [0, h).
        two_sided: Whether the lower sum is watched too.

    Raises:
        BadInputError: h is not above 0 or the head start is outside [0, h).
    """
    if decision <= 0 or not 0 <= head_start < decision:
        raise BadInputError(
            "CUSUM", f"h {decision}, head start {head_start}", "Start in [0, h) with h above 0."
        )
    at_zero, at_start = _one_sided(reference, decision, shift, head_start)
    if not two_sided:
        return at_start
    other_zero, other_start = _one_sided(reference, decision, -shift, head_start)
    joined = at_start * other_zero + other_start * at_zero - at_zero * other_zero
    return joined / (at_zero + other_zero)


@takes(reference=NOT_NEGATIVE, arl0=Domain(1.0, is_open=True))
def cusum_decision(*, reference: float, arl0: float, two_sided: bool = True) -> float:
    """Finds h for a wanted in-control run length.

    Raises:
        BadInputError: No h in (0, 60] gives it.
    """

    def away(h: float) -> float:
        length = cusum_arl(reference=reference, decision=h, two_sided=two_sided)
        return math.log(length / arl0)

    high = 2.0
    while away(high) < 0 and high < 60:
        high *= 1.5
    return root_between(away, 1e-3, high, tolerance=1e-11)


@takes(width=POSITIVE)
def ewma_arl(
    *, smoothing: float, width: float, shift: float = 0.0, time_varying: bool = False
) -> float:
    """Average run length of a two-sided EWMA of standardised values started at 0.

    Args:
        smoothing: Weight of the newest value, in (0, 1].
        width: Limits in standard errors of the smoothed value.
        shift: Mean of the values, in standard errors.
        time_varying: Whether limits grow with the variance as `ewma_chart` draws them, or stand
            at their far-future values from the start.

    Raises:
        BadInputError: `smoothing` is outside (0, 1].
    """
    if not 0 < smoothing <= 1:
        raise BadInputError("EWMA", f"smoothing {smoothing}", "Give a weight in (0, 1].")
    if smoothing == 1:
        return shewhart_arl(width=width, shift=shift)
    limit = width * math.sqrt(smoothing / (2 - smoothing))
    nodes, weights, lengths = _ewma_lengths(smoothing, limit, shift)
    if not time_varying:
        start = _ewma_kernel(np.zeros(1), nodes, smoothing, shift)[0]
        return float(1.0 + (start * weights) @ lengths)
    return _growing_limits(smoothing, limit, shift)


@takes(arl0=Domain(1.0, is_open=True))
def ewma_width(*, smoothing: float, arl0: float, time_varying: bool = False) -> float:
    """Finds the width for a wanted in-control run length.

    Raises:
        BadInputError: No width in [0.1, 6] gives it.
    """

    def away(width: float) -> float:
        length = ewma_arl(smoothing=smoothing, width=width, time_varying=time_varying)
        return math.log(length / arl0)

    return root_between(away, 0.1, 6.0, tolerance=1e-11)


def _one_sided(
    reference: float, decision: float, shift: float, start: float
) -> tuple[float, float]:
    """Run lengths of the upper sum from 0 and from `start`.

    A(s) = 1 + A(0) Phi(k - s - m) + Int_0^h A(x) phi(x + k - s - m) dx.
    """
    from scipy.special import ndtr

    nodes, weights = _legendre(_count(decision))
    x, w = (nodes + 1) * decision / 2, weights * decision / 2
    size = x.size + 1
    system, points = np.zeros((size, size)), np.append(0.0, x)
    system[:, 0] = ndtr(reference - points - shift)
    system[:, 1:] = _phi(x[None, :] + reference - points[:, None] - shift) * w
    lengths = np.linalg.solve(np.eye(size) - system, np.ones(size))
    from_start = float(
        1.0
        + lengths[0] * ndtr(reference - start - shift)
        + (_phi(x + reference - start - shift) * w) @ lengths[1:]
    )
    return float(lengths[0]), from_start


def _count(span: float) -> int:
    """Nodes that resolve a standard normal kernel over `span`."""
    return min(30 + math.ceil(8 * span), 400)


def _ewma_lengths(smoothing: float, limit: float, shift: float) -> tuple[Floats, Floats, Floats]:
    """Nodes, weights and run lengths from each node, limits fixed."""
    nodes, weights = _legendre(_count(2 * limit / smoothing))
    x, w = nodes * limit, weights * limit
    kernel = _ewma_kernel(x, x, smoothing, shift) * w
    return x, w, np.asarray(np.linalg.solve(np.eye(x.size) - kernel, np.ones(x.size)), np.float64)


def _ewma_kernel(start: Floats, end: Floats, smoothing: float, shift: float) -> Floats:
    """Density of the next smoothed value at `end`, from each `start`."""
    steps = (end[None, :] - (1 - smoothing) * start[:, None]) / smoothing - shift
    return np.asarray(_phi(steps) / smoothing)


def _growing_limits(smoothing: float, limit: float, shift: float) -> float:
    """Sums survival while limits grow, then closes with the lengths at fixed limits."""
    unit, weights = _legendre(_count(2 * limit / smoothing))
    x, total = np.zeros(1), 0.0
    mass = np.ones(1)  # probability by quadrature weight of the smoothed value, alive so far
    for point in range(1, 20_000):
        total += float(mass.sum())
        growth = math.sqrt(1 - (1 - smoothing) ** (2 * point))
        ends = unit * limit * growth
        mass = (mass @ _ewma_kernel(x, ends, smoothing, shift)) * weights * limit * growth
        x = ends
        if 1 - growth < 1e-13:
            break
    _, _, lengths = _ewma_lengths(smoothing, limit, shift)
    return total + float(mass @ lengths)


@lru_cache(maxsize=64)
def _legendre(count: int) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return np.asarray(nodes, np.float64), np.asarray(weights, np.float64)


def _phi(x: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi))
