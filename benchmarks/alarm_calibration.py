"""Finding the table of `alarm_limits` by simulation.

What belongs here: in-control series of many correlations, with and without a season, on baselines
of 10 to 90 points; watching them; and moving the limits until series of every correlation alarm
at the wanted rate, estimation and growing baselines included. Nothing of it runs when a fleet is
designed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.sixsigma.alarms.fit import SEASONS
from dmaic_assets.sixsigma.alarms.limit_table import POINTS
from dmaic_assets.sixsigma.alarms.limits import LimitCurve
from dmaic_assets.sixsigma.alarms.watch import LONGEST, Judged, Stage, Watcher, watch_stages
from dmaic_assets.sixsigma.arguments import Domain, at_least, takes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Lag-one correlations of the simulated series: from none to what daily feeds show at most.
TRUE_CORRELATIONS: Floats = np.array([0.0, 0.2, 0.4, 0.6, 0.75])
# The calibrated points are the first after the baseline: later ones rest on longer baselines.
HORIZON = 70
# Points of the shortest baseline simulated: `series.FEWEST_POINTS`.
SHORTEST = 10
_STEP, _ENOUGH, _STEEPEST = 0.8, 100.0, 3.0


@dataclass(frozen=True, slots=True)
class Worlds:
    """Series in control: scores and seasons, `LONGEST` columns of baseline and those after it.

    NaN stands before a shorter baseline.

    `truth` is the place in `TRUE_CORRELATIONS` of each series' correlation.
    """

    table: Floats
    seasons: Integers
    truth: Integers


@dataclass(frozen=True, slots=True)
class Counted:
    """Watched points, by knot of `POINTS` (rows) and true correlation (columns).

    `correlation` is the sum over the alarms of the correlation that was estimated.
    """

    points: Floats
    alarms: Floats
    correlation: Floats


@takes(series=at_least(1), horizon=at_least(1))
def simulated_worlds(series: int, rng: np.random.Generator, *, horizon: int = HORIZON) -> Worlds:
    """Draws series: a third without known seasons, a third with a season of .3 to 2 sigma.

    Args:
        series: How many.
        rng: Random generator.
        horizon: Points after the baseline, whose length is log-uniform from 10 to 90.
    """
    truth = np.arange(series) % TRUE_CORRELATIONS.size
    width = LONGEST + horizon
    table = autoregression(TRUE_CORRELATIONS[truth], width, rng)
    kind = rng.integers(0, 3, series)
    effects = rng.standard_normal((series, SEASONS)) * rng.uniform(0.3, 2.0, (series, 1))
    day = np.arange(width) % SEASONS
    table += np.where(kind == 2, 1.0, 0.0)[:, None] * effects[:, day]
    length = np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST + 1), series)).astype(np.int64)
    table[:, :LONGEST][np.arange(LONGEST)[None, :] < (LONGEST - length)[:, None]] = np.nan
    return Worlds(table, np.where((kind == 0)[:, None], -1, day[None, :]), truth)


@takes(correlation=Domain(-1.0, 1.0, is_open=True), points=at_least(1))
def autoregression(correlation: Floats, points: int, rng: np.random.Generator) -> Floats:
    """Stationary AR(1) series of unit variance, one row per correlation."""
    table = rng.standard_normal((len(correlation), points))
    step = np.sqrt(1 - correlation**2)
    for point in range(1, points):
        table[:, point] = correlation * table[:, point - 1] + step * table[:, point]
    return table


def count_alarms(worlds: Worlds, curve: LimitCurve) -> Counted:
    """Watches the worlds and counts points and alarms."""
    watcher = Watcher(len(worlds.table))
    shape = (len(POINTS), TRUE_CORRELATIONS.size)
    points, alarms, correlation = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    knots = np.log(POINTS)
    middles = (knots[1:] + knots[:-1]) / 2

    def judge(stage: Stage) -> Judged:
        judged = watcher.run(stage, curve.of(stage.fit))
        place = (np.digitize(np.log(stage.fit.used), middles), worlds.truth)
        hits = judged.alarms.sum(axis=1)
        np.add.at(points, place, judged.alarms.shape[1])
        np.add.at(alarms, place, hits)
        np.add.at(correlation, place, hits * stage.fit.correlation)
        return judged

    watch_stages(worlds.table, worlds.seasons, LONGEST, judge=judge)
    return Counted(points, alarms, correlation)


@takes(
    rate=Domain(0.0, 0.05, is_open=True),
    series=at_least(1),
    seeds=Domain(0.0, least=1),
    horizon=at_least(1),
    rounds=at_least(1),
)
def calibrated(
    start: LimitCurve,
    rate: float,
    *,
    series: int,
    seeds: Sequence[int],
    horizon: int = HORIZON,
    rounds: int = 6,
) -> LimitCurve:
    """Moves levels and slopes so that alarms come at the rate whatever the correlation.

    At each knot the logarithm of realised over wanted rate is regressed on the correlation that
    was estimated where alarms came, and the fitted line is taken off, as the rate falls by about
    e^-L per unit of a limit L.

    Args:
        start: Where to begin.
        rate: Wanted alarms per point.
        series: How many series are watched at a time.
        seeds: One for each time; the same ones in every round.
        horizon: Points watched after each baseline. Where alarms are frequent they keep many
            points out of later baselines, which a short horizon does not show.
        rounds: How often all are watched.
    """
    levels, slopes = start.levels.copy(), start.slopes.copy()
    for _ in range(rounds):
        found = _counted(LimitCurve(levels, slopes), series, seeds, horizon)
        for knot in range(len(POINTS)):
            level, slope = _excess(found, knot, rate)
            fall = levels[knot] + 0.4
            levels[knot] += _STEP * level / fall
            slopes[knot] = np.clip(slopes[knot] + _STEP * slope / fall, 0.0, _STEEPEST)
    return LimitCurve(levels, slopes)


def _counted(curve: LimitCurve, series: int, seeds: Sequence[int], horizon: int) -> Counted:
    found = [
        count_alarms(simulated_worlds(series, np.random.default_rng(seed), horizon=horizon), curve)
        for seed in seeds
    ]
    return Counted(
        np.sum([one.points for one in found], axis=0),
        np.sum([one.alarms for one in found], axis=0),
        np.sum([one.correlation for one in found], axis=0),
    )


def _excess(found: Counted, knot: int, rate: float) -> tuple[float, float]:
    """Line of log(realised/wanted) over the estimated correlation, shrunk where alarms are few."""
    alarms = found.alarms[knot]
    ratio = np.log((alarms + 0.5) / (found.points[knot] * rate + 0.5))
    estimated = (found.correlation[knot] + 0.2) / (alarms + 1.0)
    weight = np.minimum(alarms, _ENOUGH) + 1
    design = np.stack([np.ones_like(estimated), estimated], axis=1)
    normal = (design * weight[:, None]).T @ design + np.diag([1e-3, 0.02]) * weight.mean()
    line = np.linalg.solve(normal, (design * weight[:, None]).T @ ratio)
    return float(line[0]), float(line[1])
