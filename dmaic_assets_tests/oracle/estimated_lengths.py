"""Run lengths of individuals charts whose limits are estimated, or whose values are correlated.

What belongs here: what a short phase I and a first-order autoregression do to the in-control run
length, and the width that guarantees it. Known limits and independence stand in `arl_integral`.

Sources: Jensen et al. 2006 (estimated limits), Albers & Kallenberg 2005 (guaranteed performance).
"""

import math

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import INSIDE, POSITIVE, Domain, at_least, takes
from dmaic_assets.sixsigma.charts.constants import constants
from dmaic_assets.sixsigma.roots import root_between

Floats = NDArray[np.float64]


@takes(width=POSITIVE, charts=at_least(1))
def conditional_lengths(
    m: int,
    *,
    rng: np.random.Generator,
    width: float = 3.0,
    shift: float = 0.0,
    charts: int = 10_000,
) -> Floats:
    """Draws run lengths that charts have given their limits, estimated from `m` values each.

    Centre is the mean, sigma the mean moving range over d2, as `individuals_chart` estimates them.
    Given its limits a chart's run length is exact, 1 / P(beyond).

    Args:
        m: Points of phase I, 2 or more.
        rng: Random generator.
        width: Limits in estimated sigmas.
        shift: Shift after phase I, in sigmas.
        charts: How many phases I are drawn.

    Returns:
        One run length per chart; their mean is dominated by the widest limits, so use quantiles.

    Raises:
        BadInputError: `m` is below 2.
    """
    center, sigma = _estimates(m, rng, charts)
    return 1.0 / _beyond(center, sigma, width, shift)


@takes(width=POSITIVE, charts=at_least(1))
def estimated_rate(
    m: int, *, rng: np.random.Generator, width: float = 3.0, charts: int = 10_000
) -> float:
    """Mean share of in-control points that alarm, over charts with limits from `m` values."""
    center, sigma = _estimates(m, rng, charts)
    return float(_beyond(center, sigma, width, 0.0).mean())


@takes(arl0=Domain(1.0, is_open=True), share=INSIDE, charts=at_least(1))
def guaranteed_width(
    m: int,
    *,
    arl0: float,
    rng: np.random.Generator,
    share: float = 0.9,
    charts: int = 10_000,
) -> float:
    """Finds the width at which `share` of the charts have an in-control length of `arl0` or more.

    Args:
        m: Points of phase I, 2 or more.
        arl0: Wanted in-control run length.
        rng: Random generator.
        share: Share of charts, in (0, 1).
        charts: How many phases I are drawn; the same ones for every width tried.

    Raises:
        BadInputError: `m` is below 2, or no width in [1, 40] will do.
    """
    center, sigma = _estimates(m, rng, charts)

    def away(width: float) -> float:
        length = 1.0 / np.maximum(_beyond(center, sigma, width, 0.0), 1e-300)
        return math.log(float(np.quantile(length, 1 - share)) / arl0)

    return root_between(away, 1.0, 40.0, tolerance=1e-9)


@takes(width=Domain(0.0, 12.0, is_open=True))
def autocorrelated_arl(
    phi: float, *, width: float = 3.0, shift: float = 0.0, moving_range: bool = True
) -> float:
    """Run length of an individuals chart on a first-order autoregression with known limits.

    L(x) = 1 + Int_(-c)^c L(y) f(y - phi x) dy with the innovations' density f, started from the
    stationary law. Sigma from moving ranges sees sqrt(1 - phi) of the real one, so limits are that
    much too narrow.

    Args:
        phi: Lag-one correlation, in (-1, 1).
        width: Limits in sigmas as estimated.
        shift: Shift of the mean, in sigmas of the values.
        moving_range: Whether sigma comes from moving ranges, or is that of the values.

    Raises:
        BadInputError: `phi` is outside (-1, 1).
    """
    if not -1 < phi < 1:
        raise BadInputError("autoregression", f"phi {phi}", "Give a correlation in (-1, 1).")
    limit = width * (math.sqrt(1 - phi) if moving_range else 1.0)
    spread = math.sqrt(1 - phi * phi)
    nodes, weights = np.polynomial.legendre.leggauss(min(40 + int(16 * limit / spread), 400))
    x, w = nodes * limit, weights * limit
    # Deviations from the shifted mean follow the autoregression; limits stay where they were.
    away = x - shift
    kernel = _density((away[None, :] - phi * away[:, None]) / spread) / spread * w
    lengths = np.linalg.solve(np.eye(x.size) - kernel, np.ones(x.size))
    return float(1.0 + (_density(away) * w) @ lengths)


def _estimates(m: int, rng: np.random.Generator, charts: int) -> tuple[Floats, Floats]:
    if m < 2:
        raise BadInputError("phase I", f"{m} points", "Give two or more.")
    center, sigma = np.empty(charts), np.empty(charts)
    block = max(1, 2_000_000 // m)
    for first in range(0, charts, block):
        x = rng.standard_normal((min(block, charts - first), m))
        here = slice(first, first + len(x))
        center[here] = x.mean(axis=1)
        sigma[here] = np.abs(np.diff(x, axis=1)).mean(axis=1) / constants(2).d2
    return center, sigma


def _beyond(center: Floats, sigma: Floats, width: float, shift: float) -> Floats:
    from scipy.special import ndtr

    reach = width * sigma
    return np.asarray(ndtr(center - reach - shift) + ndtr(shift - center - reach))


def _density(x: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi))
