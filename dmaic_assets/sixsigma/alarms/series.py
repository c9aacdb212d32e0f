"""Series of a fleet of charts, and their points as normal scores.

What belongs here: what a series is, and how shares and counts become scores whose spread does not
depend on the number of units. Season and autocorrelation stand in `alarm_fit`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import GAPS, Domain, takes
from dmaic_assets.sixsigma.tests.descriptive import mean_of

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
SeriesKind: TypeAlias = Literal["proportion", "count", "measure"]

# Below this many points neither spread nor season can be told from luck.
FEWEST_POINTS = 10
# Events per point below which a short baseline may by luck hardly vary.
_FEW_EVENTS = 5.0
_FAR = 8.0  # scores are clipped there: a normal tail further out has no digits


@dataclass(frozen=True, slots=True)
class FleetSeries:
    """One series of a fleet: the points that its chart is designed from, in order of time.

    Attributes:
        name: What alarms are reported under.
        kind: `proportion` for defective units among `sizes`, `count` for events (per unit of
            `sizes` when given), `measure` for anything on a scale.
        values: Defects, counts or measures, NaN for a missing point.
        sizes: Units per point; needed for proportions.
        seasons: Season of each point, 0 to 6 (the day of the week); no season when None.
        points_per_month: How many points will come in a month.
    """

    name: str
    kind: SeriesKind
    values: Floats
    sizes: Floats | None = None
    seasons: Integers | None = None
    points_per_month: float = 30.0


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """How points of one series become scores: mean share or rate, and its overdispersion.

    `dispersion` is the variance of the share between points in units of p(1 - p) for proportions
    (the intraclass correlation), and in units of the squared rate for counts.
    """

    kind: SeriesKind
    mean: float
    dispersion: float


def score_scale(series: FleetSeries) -> ScoreScale:
    """Estimates mean and overdispersion of a series by moments, weighting points by information.

    Raises:
        BadInputError: Fewer than `FEWEST_POINTS` points, sizes that a proportion lacks, or a share
            above 1.
    """
    known = ~np.isnan(series.values)
    if int(known.sum()) < FEWEST_POINTS:
        raise BadInputError(
            f"series {series.name}",
            f"{int(known.sum())} points",
            f"Collect {FEWEST_POINTS} or more before a chart is designed.",
        )
    if series.kind == "measure":
        return ScoreScale("measure", mean_of(series.values[known]), 0.0)
    counts, sizes = series.values[known], units_of(series)[known]
    if series.kind == "proportion" and (counts > sizes).any():
        raise BadInputError(
            f"series {series.name}", "more defects than units", "Give it as a count."
        )
    dispersion, mean = 0.0, float(counts.sum() / sizes.sum())
    for _ in range(3):
        weights = 1 / (1 / sizes + dispersion * (mean if series.kind == "count" else 1.0))
        mean = float((weights * counts / sizes).sum() / weights.sum())
        dispersion = _dispersion(series.kind, counts, sizes, mean)
    return ScoreScale(series.kind, _possible(series.kind, mean, float(sizes.sum())), dispersion)


def scores(series: FleetSeries, scale: ScoreScale) -> Floats:
    """Turns points into scores that are nearly standard normal while nothing happens.

    Measures stay as they are. Counts and shares become the normal quantile of their mid-p
    probability: negative binomial where points spread more than Poisson, binomial or Poisson
    where units are few, and the plain standardised share where both tails are long.
    """
    if scale.kind == "measure":
        return np.asarray(series.values, np.float64)
    counts, sizes = series.values, units_of(series)
    if scale.kind == "proportion" and scale.mean > 0.5:
        mirrored = ScoreScale("proportion", 1 - scale.mean, scale.dispersion)
        return -_count_scores(sizes - counts, sizes, mirrored)
    return _count_scores(counts, sizes, scale)


def least_spread(series: FleetSeries, scale: ScoreScale) -> float:
    """What the scores of a series vary at least: 1 where events are few, 0 elsewhere.

    Few events in a short baseline may by luck be nearly all alike, and a next one would alarm.
    """
    if scale.kind == "measure":
        return 0.0
    rare = min(scale.mean, 1 - scale.mean) if scale.kind == "proportion" else scale.mean
    return 1.0 if float(np.median(units_of(series))) * rare < _FEW_EVENTS else 0.0


@takes(ceilings=GAPS)
def largest_within(series: FleetSeries, scale: ScoreScale, ceilings: Floats) -> Floats:
    """The largest value of each point whose score does not exceed its ceiling.

    Args:
        series: Proportions with their sizes; its values do not matter.
        scale: What scores are told by.
        ceilings: One per point, NaN where everything is within.

    Returns:
        Whole numbers from 0 to the size of each point; 0 also where even 0 exceeds the ceiling.
    """
    if np.shape(ceilings) != np.shape(units_of(series)):
        raise BadInputError(
            f"series {series.name}", f"{np.shape(ceilings)} ceilings", "Give one for each point."
        )
    low, high = np.zeros(len(ceilings)), np.floor(units_of(series)) + 1.0
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        tried = FleetSeries(series.name, series.kind, middle, series.sizes)
        is_within = ~(scores(tried, scale) > ceilings)
        low, high = np.where(is_within, middle, low), np.where(is_within, high, middle)
    return low


@takes(rows=Domain(least=1, has_gaps=True), fill=GAPS)
def padded(rows: Sequence[Floats], *, fill: float = np.nan) -> Floats:
    """Puts series of unlike lengths into one table, aligned at their last point.

    `fill` (NaN) goes before the shorter ones.
    """
    width = max(len(row) for row in rows)
    table = np.full((len(rows), width), fill)
    for place, row in enumerate(rows):
        if len(row):
            table[place, width - len(row) :] = row
    return table


def units_of(series: FleetSeries) -> Floats:
    """The units of every point: its size, or 1 for counts and measures without sizes."""
    if series.sizes is None:
        if series.kind == "proportion":
            raise BadInputError(
                f"series {series.name}", "no sizes", "Give the units of every point."
            )
        return np.ones(series.values.shape)
    return np.asarray(series.sizes, np.float64)


def _possible(kind: SeriesKind, mean: float, units: float) -> float:
    """A mean at which what was never seen is possible: half an event when there was none.

    Source: Jeffreys 1946 (the prior that adds half an event).
    """
    least = 0.5 / (units + 1)
    return min(max(mean, least), 1 - least) if kind == "proportion" else max(mean, least)


def _dispersion(kind: SeriesKind, counts: Floats, sizes: Floats, mean: float) -> float:
    """Moments: sum n (r - mean)^2 = v ((m - 1) + d (N - sum n^2/N - ...)), never below 0."""
    base = mean * (1 - mean) if kind == "proportion" else mean
    if base <= 0:
        return 0.0
    total = float(sizes.sum())
    spread = float((sizes * (counts / sizes - mean) ** 2).sum()) / base
    room = total - float((sizes**2).sum()) / total
    excess = max(0.0, (spread - (counts.size - 1)) / room)
    return excess if kind == "proportion" else excess / mean


def _count_scores(counts: Floats, sizes: Floats, scale: ScoreScale) -> Floats:
    from scipy import stats

    expected = np.maximum(sizes * scale.mean, 1e-9)
    rest = 1 - scale.mean if scale.kind == "proportion" else 1.0
    own = (
        scale.mean * rest * scale.dispersion
        if scale.kind == "proportion"
        else (scale.mean**2 * scale.dispersion)
    )
    variance = expected * rest + sizes**2 * own
    wide = variance > expected * 1.001
    safe = np.where(wide, variance, expected * 1.5 + 1)
    law = stats.nbinom(expected**2 / (safe - expected), expected / safe)
    middle = _mid_p_scores(law, counts)
    if scale.kind == "proportion":
        narrow = _mid_p_scores(stats.binom(np.rint(np.maximum(sizes, 1)), scale.mean), counts)
    else:
        narrow = _mid_p_scores(stats.poisson(expected), counts)
    plain = (counts - expected) / np.sqrt(np.maximum(variance, 1e-300))
    scored = np.where(wide, middle, np.where(expected * rest >= 25, plain, narrow))
    return np.asarray(np.clip(np.where(np.isnan(counts), np.nan, scored), -_FAR, _FAR))


def _mid_p_scores(law: object, counts: Floats) -> Floats:
    """Normal quantile of P(X < x) + P(X = x)/2, taken from the nearer tail."""
    from scipy.special import ndtri

    with np.errstate(invalid="ignore", divide="ignore"):
        below = 0.5 * (law.cdf(counts) + law.cdf(counts - 1))  # pyright: ignore
        above = 0.5 * (law.sf(counts) + law.sf(counts - 1))  # pyright: ignore
        upper = -ndtri(np.clip(above, 1e-300, 1.0))
        return np.asarray(np.where(below < 0.5, ndtri(np.clip(below, 1e-300, 1.0)), upper))
