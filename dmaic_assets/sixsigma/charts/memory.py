"""Charts with memory: EWMA and CUSUM, with head start, for one series or many.

What belongs here: the recursions and their limits. The design of L and h for a wanted in-control
run length stands in `arl_ewma` and `arl_cusum`.

Sources: Roberts 1959, Lucas & Saccucci 1990 (EWMA); Page 1954, Lucas & Crosier 1982 (CUSUM, FIR).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import GAPS, NOT_NEGATIVE, Domain, takes
from dmaic_assets.sixsigma.charts.model import Floats

# Powers of e below which a number added to 1 is lost: the 54 bits of a double, rounded up.
_DIGITS = 38.0


@dataclass(frozen=True, slots=True)
class EwmaChart:
    """Smoothed values with limits per point; NaN where the value is missing."""

    smoothed: Floats
    lcl: Floats
    ucl: Floats
    center: float
    sigma: float
    smoothing: float
    width: float

    @property
    def signals(self) -> NDArray[np.bool_]:
        """Whether each smoothed value lies strictly outside its limits."""
        with np.errstate(invalid="ignore"):
            return np.asarray((self.smoothed > self.ucl) | (self.smoothed < self.lcl))


@dataclass(frozen=True, slots=True)
class CusumChart:
    """Upper sums (0 or more) and lower sums (0 or less) in standard errors."""

    upper: Floats
    lower: Floats
    decision: float
    reference: float
    center: float
    sigma: float
    head_start: float

    @property
    def signals_up(self) -> NDArray[np.bool_]:
        """Whether each upper sum lies strictly above the decision interval."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.upper > self.decision)

    @property
    def signals_down(self) -> NDArray[np.bool_]:
        """Whether each lower sum lies strictly below minus the decision interval."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.lower < -self.decision)

    @property
    def signals(self) -> NDArray[np.bool_]:
        """Signals on either side."""
        return self.signals_up | self.signals_down


@takes(x=Domain(least=1, has_gaps=True), sigma=GAPS, width=NOT_NEGATIVE)
def ewma_chart(
    x: Floats,
    *,
    center: float | Floats,
    sigma: float | Floats,
    smoothing: float = 0.2,
    width: float = 2.859,
    steady: bool = False,
) -> EwmaChart:
    """Smooths values exponentially and draws limits around the smoothed value.

    z_t = smoothing x_t + (1 - smoothing) z_(t-1) from z_0 = center. The limits of point t are at
    width sigma sqrt(sum of the squared weights so far), which grows to
    sqrt(smoothing / (2 - smoothing)); `steady` takes that from the start. The default width gives
    an in-control run length of 370 at the default smoothing.

    Args:
        x: Shape (..., points); over a missing point (NaN) the smoothed value is carried.
        center: Mean in control: a number, or one per series, shape (..., 1).
        sigma: Standard error of a point: a number, or anything that broadcasts against `x`.
        smoothing: Weight of the newest point, in (0, 1].
        width: Limits in standard errors of the smoothed value.
        steady: Whether the limits of the far future are used from the first point on.

    Returns:
        One smoothed value and limits per point.

    Raises:
        BadInputError: `smoothing` is outside (0, 1], or no standard error of 0 or more is given.
    """
    _refuse_no_spread("EWMA", sigma)
    if not 0 < smoothing <= 1:
        raise BadInputError("EWMA", f"smoothing {smoothing}", "Give a weight in (0, 1].")
    middle = np.asarray(center, np.float64)
    # Smoothed about the centre: values that equal it stay exactly there.
    smoothed = middle + _smooth(x - middle, smoothing)
    spread = np.broadcast_to(np.asarray(sigma, np.float64), x.shape)
    factor = _ewma_error(x, spread, smoothing, steady)
    scalar_center, scalar_sigma = float(np.mean(middle)), float(np.nanmean(sigma))
    return EwmaChart(
        smoothed,
        middle - width * factor,
        middle + width * factor,
        scalar_center,
        scalar_sigma,
        smoothing,
        width,
    )


@takes(x=Domain(least=1, has_gaps=True), sigma=GAPS)
def cusum_chart(
    x: Floats,
    *,
    center: float | Floats,
    sigma: float | Floats,
    reference: float = 0.5,
    decision: float = 4.774,
    head_start: float = 0.0,
) -> CusumChart:
    """Sums deviations beyond a reference value on both sides.

    With y = (x - center)/sigma: C+_t = max(0, C+_(t-1) + y_t - k), C-_t = min(0, C-_(t-1) + y_t
    + k), both started at the head start. k is half the shift to be seen, in standard errors. The
    default decision interval gives an in-control run length of 370 at the default reference.

    Args:
        x: Shape (..., points); over a missing point (NaN) the sums are carried.
        center: Mean in control: a number, or anything that broadcasts against `x`.
        sigma: Standard error of a point, the same way.
        reference: k, 0 or more.
        decision: h.
        head_start: Where both sums start, in [0, h); h/2 is Lucas and Crosier's fast start.

    Returns:
        Both sums, NaN at missing points.

    Raises:
        BadInputError: The standard error is not above 0: nothing can be told in units of it.
    """
    _refuse_no_spread("CUSUM", sigma)
    if not (np.nan_to_num(np.asarray(sigma, np.float64), nan=1.0) > 0).all():
        raise BadInputError("CUSUM", "a standard error not above 0", "Give values that vary.")
    y = (x - center) / sigma
    upper, lower = _sums(y, reference, head_start)
    return CusumChart(
        upper,
        lower,
        decision,
        reference,
        float(np.mean(center)),
        float(np.nanmean(sigma)),
        head_start,
    )


def _refuse_no_spread(chart: str, sigma: float | Floats) -> None:
    spread = np.asarray(sigma, np.float64)
    if np.isnan(spread).all() or (spread < 0).any():
        raise BadInputError(chart, "no standard error of 0 or more", "Give that of the points.")


def _smooth(x: Floats, smoothing: float) -> Floats:
    """The recursion from 0 by doubling: each pass adds the sums of twice as many points before.

    It ends when the weight of what is left out is 0 in double precision, so that nothing is.
    """
    missing = np.isnan(x)
    if missing.any():
        return _smooth_over_gaps(x, smoothing, missing)
    smoothed = np.asarray(smoothing * x)
    reach, weight = 1, 1.0 - smoothing
    while reach < x.shape[-1] and weight > 0.0:
        smoothed[..., reach:] += weight * smoothed[..., :-reach]
        reach, weight = 2 * reach, weight * weight
    return smoothed


def _smooth_over_gaps(x: Floats, smoothing: float, missing: NDArray[np.bool_]) -> Floats:
    held = np.zeros(x.shape[:-1])
    smoothed = np.full(x.shape, np.nan)
    for point in range(x.shape[-1]):
        here = ~missing[..., point]
        held = np.where(here, smoothing * x[..., point] + (1 - smoothing) * held, held)
        smoothed[..., point] = np.where(here, held, np.nan)
    return smoothed


def _ewma_error(x: Floats, spread: Floats, smoothing: float, steady: bool) -> Floats:  # noqa: FBT001 - private
    if steady:
        return spread * np.sqrt(smoothing / (2 - smoothing))
    reach = np.sqrt(smoothing / (2 - smoothing) * _grown(x.shape[-1], smoothing))
    if not np.isnan(x).any():
        return np.asarray(spread * reach)
    seen = np.cumsum(~np.isnan(x), axis=-1)
    return np.asarray(spread * np.where(seen > 0, reach[seen - 1], 0.0))


def _grown(points: int, smoothing: float) -> Floats:
    """Of the variance that the smoothed value comes to, the share after 1, 2, ... points.

    Powers are taken only of the points whose share differs from 1 in double precision.
    """
    grown = np.ones(points)
    decay = np.log1p(-smoothing) if smoothing < 1 else -np.inf
    head = min(points, int(_DIGITS / (-2.0 * decay)) + 1)
    grown[:head] = 1 - (1 - smoothing) ** (2.0 * np.arange(1, head + 1))
    return grown


def _sums(y: Floats, reference: float, head_start: float) -> tuple[Floats, Floats]:
    """Both one-sided sums; a long series is worked in one pass by running minima.

    Without gaps C+_t = S_t - min(-head_start, min_(s<=t) S_s) with S the plain sum of y - k, which
    is the recursion solved (the sum since its last reset).
    """
    if np.isnan(y).any() or y.shape[-1] < 64 or y.size < 4096:
        return _sums_by_steps(y, reference, head_start)
    upper = _reflected(y - reference, head_start)
    lower = _reflected(-y - reference, head_start)
    return upper, np.asarray(-lower)


def _reflected(steps: Floats, head_start: float) -> Floats:
    total = np.cumsum(steps, axis=-1)
    floor = np.minimum(np.minimum.accumulate(total, axis=-1), -head_start)
    return np.asarray(total - floor)


def _sums_by_steps(y: Floats, reference: float, head_start: float) -> tuple[Floats, Floats]:
    upper, lower = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
    up, down = np.full(y.shape[:-1], head_start), np.full(y.shape[:-1], -head_start)
    for point in range(y.shape[-1]):
        value = y[..., point]
        here = ~np.isnan(value)
        up = np.where(here, np.maximum(0.0, up + value - reference), up)
        down = np.where(here, np.minimum(0.0, down + value + reference), down)
        upper[..., point] = np.where(here, up, np.nan)
        lower[..., point] = np.where(here, down, np.nan)
    return upper, lower
