"""How far a column's values may go by its own tails, and which go farther.

What belongs here: one column at a time, and distances of rows.
"""

import math

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.analysis.values.statistical_quality import Outliers

Floats = NDArray[np.float64]

# Values without which a tail cannot be told.
_LEAST_VALUES = 200
# Different values below which numbers are codes.
_LEAST_DISTINCT = 30
# Expected number of values beyond a fence on data without outliers.
_EXPECTED = 0.01
# Shares of the values above the three quantiles that a tail is told from; the first set is told
# from more of the tail, the second bears that one value in twenty is an outlier.
_TAILS = (0.2, 0.05, 0.0125)
_BEARING_TAILS = (0.3, 0.15, 0.075)
# More outliers than a tail bears are told by the stretch that parts them from the others: its width
# in robust standard deviations, how many may lie in it as a share of them, their share of all at
# most, and the distance of their middle one in distances of the stretch.
_APART, _WITHIN, _MANY, _FAR = 1.5, 0.02, 0.15, 2.5
# In logarithms: how far beyond the greatest value a fence may be, 10 to the 40th times. Tails of
# clean data, of Pareto's with index .5 too, have it nearer: farther, it is that of values that lie
# apart (measured: 10 to the 100th and more), and no fence.
_FARTHEST = math.log(1e40)
# Distance of the middle one of such values in distances of the stretch: a second group of usual
# values, and the sparse end of a Pareto's tail, have less.
_FAR_PLAIN = 5.0
# Least stretch in logarithms times the number of values beyond it: with Pareto's index .5 chance
# gives one longer in e^6 = 400.
_PARTED = 12.0
# What a logarithm and its power may miss: a fence that is a value has it on the inner side.
_ROUNDING = 1e-9
# Share beyond the second fence from which it is believed: tails that are heavier than they look
# have far fewer.
_BELIEVED = 0.004
# A tail is placed between a normal (0) and an exponential one (1); this much is added for what
# quantiles of some thousand values miss. A tail heavier than the last figure is a power law.
_MARGIN = 0.25
_HEAVY = 1.25
# Skewness from which positive values are looked at as logarithms.
_SKEWED = 1.5
# Limit and scale of Iglewicz and Hoaglin's modified z.
_Z_LIMIT, _Z_SCALE = 3.5, 0.6745


def outliers_of(values: Floats) -> Outliers | None:
    """Counts far values by three rules; None for too few or too few different values."""
    n = len(values)
    if n < _LEAST_VALUES or len(np.unique(values)) < _LEAST_DISTINCT:
        return None
    q1, median, q3 = (float(q) for q in np.quantile(values, [0.25, 0.5, 0.75]))
    spread = q3 - q1
    iqr = int(((values < q1 - 1.5 * spread) | (values > q3 + 1.5 * spread)).sum())
    mad = float(np.median(np.abs(values - median)))
    z = _Z_SCALE * np.abs(values - median) / mad if mad > 0 else np.zeros(n)
    scale = "log" if is_skewed(values) else "plain"
    low, high = _log_fences(values) if scale == "log" else fences(values)
    far = int(beyond(values, low, high).sum())
    return Outliers(iqr, int((z > _Z_LIMIT).sum()), far, low, high, scale)


def _log_fences(values: Floats) -> tuple[float | None, float | None]:
    """The fences of logarithms in the column's own unit.

    Many values that lie apart look like a skewed column's tail, whose fence would be where no value
    can be; what parts them is then looked for among the values themselves.
    """
    logs = np.log(values)
    low, high = fences(logs)
    if high is not None and high > float(logs.max()) + _FARTHEST:
        edge = _edge_of_group(values, _FAR_PLAIN)
        high = None if edge is None or not _is_parted(logs, math.log(edge)) else math.log(edge)
    return _back(low, 1 - _ROUNDING), _back(high, 1 + _ROUNDING)


def _back(fence: float | None, rounding: float) -> float | None:
    """A fence in the column's own unit; beyond e^700 there is no number, and no value."""
    return None if fence is None else math.exp(min(fence, 700.0)) * rounding


def _is_parted(logs: Floats, edge: float) -> bool:
    """Tells whether the stretch beyond an edge is too long for the tail of a Pareto's law.

    By Renyi's representation the logarithm over the `k` greatest values grows by an exponential
    variable over `k` times the law's index.
    """
    others = logs[logs > edge + 1e-9]
    return bool(len(others) * (others.min() - edge) >= _PARTED)


def beyond(values: Floats, low: float | None, high: float | None) -> NDArray[np.bool_]:
    """Which values are beyond the fences that there are."""
    far = np.zeros(len(values), np.bool_)
    if low is not None:
        far |= values < low
    if high is not None:
        far |= values > high
    return far


def is_skewed(values: Floats) -> bool:
    """Tells whether values are positive and lie more evenly as logarithms."""
    if values.min() <= 0:
        return False
    quantiles = np.array([0.05, 0.5, 0.95])
    low, middle, high = np.quantile(values, quantiles)
    if not middle > low:
        return False
    plain = (high - middle) / (middle - low)
    logs = np.log([low, middle, high])
    even = (logs[2] - logs[1]) / (logs[1] - logs[0])
    return bool(plain > _SKEWED and abs(np.log(max(even, 1e-9))) < np.log(plain))


def fences(values: Floats) -> tuple[float | None, float | None]:
    """The values that the tails let expect a hundredth value beyond; None where untold.

    Where many values lie apart, the greatest or least of the others instead.
    """
    high = _nearer(upper_fence(values), _edge_of_group(values))
    low = _nearer(upper_fence(-values), _edge_of_group(-values))
    return (None if low is None else -low), high


def _nearer(fence: float | None, edge: float | None) -> float | None:
    return edge if fence is None else fence if edge is None else min(fence, edge)


def upper_fence(values: Floats) -> float | None:
    """The upper fence: the wider of two, or the second where many values are beyond it."""
    wide, bearing = _fence(values, _TAILS), _fence(values, _BEARING_TAILS)
    if bearing is None:
        return None
    share = float(np.mean(values > bearing))
    if share >= _BELIEVED and _has_hole(values, bearing):
        return bearing
    return None if wide is None else max(wide, bearing)


def _edge_of_group(values: Floats, reach: float = _FAR) -> float | None:
    """The greatest usual value where up to a seventh of the values lie apart and far from it."""
    ordered = np.sort(values)
    n = len(ordered)
    low, middle, high = np.quantile(ordered, [0.25, 0.5, 0.75])
    width = _APART * max(float(middle - low), float(high - middle)) / _Z_SCALE
    # The last usual value, where as many as may lie apart do: a share is rounded up.
    starts = np.arange(n - math.ceil(_MANY * n) - 1, int((1 - _BELIEVED) * n))
    if not width or not len(starts):
        return None
    ends = np.searchsorted(ordered, ordered[starts] + width, "left")
    inside, beyond_it = ends - starts - 1, n - ends
    is_apart = (inside <= _WITHIN * beyond_it) & (beyond_it >= _BELIEVED * n)
    if not is_apart.any():
        return None
    at = int(np.argmin(np.where(is_apart, inside, n)))
    edge, far = float(ordered[starts[at]]), float(np.median(ordered[ends[at] :]))
    return edge if far - middle >= reach * (edge - middle) else None


def _has_hole(values: Floats, fence: float) -> bool:
    """Tells whether few values lie just inside a fence as against beyond it: a tail has more."""
    edge = float(np.quantile(values, 1 - _BEARING_TAILS[0]))
    near = int(((values > edge + 0.6 * (fence - edge)) & (values <= fence)).sum())
    return near < int((values > fence).sum())


def _fence(values: Floats, tails: tuple[float, float, float]) -> float | None:
    """Where a tail leaves a hundredth value, told from the growth of its quantiles.

    Between what a normal and an exponential tail have (geometric mean, by the growth), and a
    power of the share (Pareto's tail) where it grows faster than both.
    """
    from scipy.special import ndtri

    middle, near, mid, end = (float(q) for q in np.quantile(values, [0.5, *(1 - t for t in tails)]))
    if not middle < near < mid < end:
        return None
    asked = _EXPECTED / len(values)
    growth = math.log((end - middle) / (mid - middle))
    # Distances from the median in units of the tail's own: of a normal and an exponential one.
    normal = [-float(ndtri(share)) for share in (tails[1], tails[2], asked)]
    exponential = [-math.log(2 * share) for share in (tails[1], tails[2], asked)]
    slow, fast = math.log(normal[1] / normal[0]), math.log(exponential[1] / exponential[0])
    place = max(0.0, (growth - slow) / (fast - slow)) + _MARGIN
    if place > _HEAVY + _MARGIN:
        power = growth / math.log(tails[1] / tails[2])
        return middle + (end - middle) * (tails[2] / asked) ** power
    reach = (1 - place) * math.log(normal[2] / normal[1])
    reach += place * math.log(exponential[2] / exponential[1])
    return middle + (end - middle) * math.exp(reach)
