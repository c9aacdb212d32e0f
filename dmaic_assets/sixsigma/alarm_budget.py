"""An alarm budget for a fleet of charts: at most so many false alarms a month, all charts together.

What belongs here: the two entry points, designing a fleet for a budget and watching it. Every
point of the fleet gets the same chance of a false alarm, budget / points a month; limits follow
from it, widened for short baselines, autocorrelation and season as `alarm_calibration` finds.
The promise is about the average over the fleet, errors of estimation included.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.alarm_calibration import HORIZON, calibrate
from dmaic_assets.sixsigma.alarm_fit import Fit, fit_series
from dmaic_assets.sixsigma.alarm_series import (
    FleetSeries,
    ScoreScale,
    padded,
    score_scale,
    scores,
)
from dmaic_assets.sixsigma.alarm_watch import (
    SMOOTHING,
    Smoother,
    Stage,
    limits_of,
    points_of_alarms,
    stages_of,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ChartDesign:
    """What one chart of the fleet was designed from.

    `correlation` is the lag-one correlation that residuals are taken by, `season` the effects of
    the seven seasons on scores, `sigma` the spread of residuals on `freedom` degrees of freedom.
    """

    series: FleetSeries
    scale: ScoreScale
    n_points: int
    correlation: float
    season: tuple[float, ...]
    season_share: float
    sigma: float
    freedom: float


@dataclass(frozen=True, slots=True)
class FleetDesign:
    """Charts designed for one budget.

    `rate` is the wanted share of points that alarm while nothing happens, `simulated_rate` what
    the widths gave in simulation; `widths` are by class of `alarm_watch.classes_of`.
    """

    charts: tuple[ChartDesign, ...]
    alarms_per_month: float
    rate: float
    simulated_rate: float
    widths: tuple[float, ...]
    prior: tuple[float, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the budget, the widths and every chart's name and estimates."""
        facts = {
            "budget": float(self.alarms_per_month).hex(),
            "widths": [width.hex() for width in self.widths],
            "charts": [
                [c.series.name, c.n_points, c.correlation.hex(), c.sigma.hex(), c.scale.mean.hex()]
                for c in self.charts
            ],
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class WatchedChart:
    """A chart over its later points: arrays have one entry per point, NaN where it is missing.

    `residual` is the standardised surprise of each point, `smoothed` its EWMA, `limit` what the
    EWMA may reach either way; `alarms` are the points at which it is strictly beyond. `ceiling`
    is the score above which the point alarms, given those before it.
    """

    name: str
    residual: Floats
    smoothed: Floats
    limit: Floats
    alarms: Flags
    ceiling: Floats


def design_fleet(
    series: Sequence[FleetSeries],
    *,
    alarms_per_month: float,
    rng: np.random.Generator,
    worlds: int = 8000,
) -> FleetDesign:
    """Designs the charts of a fleet for a budget of false alarms.

    Args:
        series: The fleet with its baselines.
        alarms_per_month: False alarms a month over all charts, above 0.
        rng: Random generator of the calibration.
        worlds: Series simulated to find the widths; more for rates below 1 in 5,000.

    Returns:
        The design, which `watch_fleet` takes.

    Raises:
        BadInputError: No series, a budget that is not above 0 or not below one alarm in twenty
            points, or a series that `score_scale` refuses.
    """
    if not series:
        raise BadInputError("alarm budget", "no series", "Give the series of the fleet.")
    points = sum(one.points_per_month for one in series)
    rate = alarms_per_month / points
    if not 0 < rate <= 0.05:
        raise BadInputError(
            "alarm budget",
            f"{alarms_per_month:g} alarms over {points:g} points a month",
            "Ask for more than 0 and at most one alarm in twenty points.",
        )
    scales = [score_scale(one) for one in series]
    table, seasons = _tables(series, scales)
    fit = fit_series(table, seasons)
    found = calibrate(fit, seasons, rate=rate, rng=rng, worlds=worlds)
    charts = tuple(
        _chart_design(one, scale, fit, place)
        for place, (one, scale) in enumerate(zip(series, scales, strict=True))
    )
    return FleetDesign(
        charts,
        alarms_per_month,
        rate,
        found.simulated_rate,
        tuple(float(width) for width in found.widths),
        tuple(float(weight) for weight in fit.prior),
    )


def worlds_for(rate: float) -> int:
    """How many series to simulate so that about 2,000 alarms are seen at `rate`, 400 to 8,000."""
    return int(min(8000, max(400, 2000 / (HORIZON * rate))))


def watch_fleet(design: FleetDesign, later: Sequence[FleetSeries]) -> tuple[WatchedChart, ...]:
    """Watches the points that came after the baselines.

    All later points since the baseline are given each time; nothing is remembered outside. Points
    that are `GUARD` old and led to no alarm join the baseline, so short ones grow.

    Args:
        design: The fleet's design.
        later: Later points, in the order of the design and under the same names.

    Returns:
        One chart per series, in the same order.

    Raises:
        BadInputError: The series are not those of the design.
    """
    names = [chart.series.name for chart in design.charts]
    if [one.name for one in later] != names:
        raise BadInputError(
            "later points", "other series than the design has", "Give the same, in order."
        )
    horizon = max(len(one.values) for one in later)
    if not horizon:
        empty = np.zeros(0)
        return tuple(WatchedChart(n, empty, empty, empty, empty > 0, empty) for n in names)
    scales = [chart.scale for chart in design.charts]
    before = _tables([chart.series for chart in design.charts], scales)
    after = _later_tables(later, scales, horizon)
    table = np.concatenate([before[0], after[0]], axis=1)
    seasons = np.concatenate([before[1], after[1]], axis=1)
    watcher = _Watcher(design, after[0], before[0].shape[1])
    stages_of(
        table, seasons, before[0].shape[1], prior=np.array(design.prior), alarmed=watcher.flagged
    )
    return watcher.charts(names, [len(one.values) for one in later])


class _Watcher:
    """Runs the smoothing over the stretches and keeps what it saw."""

    def __init__(self, design: FleetDesign, later: Floats, baseline: int) -> None:
        self._widths, self._later, self._baseline = np.array(design.widths), later, baseline
        self._smoother = Smoother(len(later))
        self._parts: list[tuple[Floats, Floats, Floats, Flags, Floats]] = []

    def flagged(self, first: int, end: int, stage: Stage, fit: Fit) -> Flags:
        """Smooths one stretch; flags the points of runs that ended in an alarm."""
        del fit
        quantiles = limits_of(self._widths, stage)
        smoothed, limit, alarms = self._smoother.run(stage, quantiles)
        room = stage.spread * (limit - smoothed) / SMOOTHING
        ceiling = self._later[:, first:end] + room
        self._parts.append((stage.residual, smoothed, limit, alarms, ceiling))
        return points_of_alarms(alarms, first, self._baseline)

    def charts(self, names: Sequence[str], lengths: Sequence[int]) -> tuple[WatchedChart, ...]:
        """The stretches put together, each chart cut to its own length."""
        whole = [np.concatenate(part, axis=1) for part in zip(*self._parts, strict=True)]
        return tuple(
            WatchedChart(name, *(part[place, :length] for part in whole))
            for place, (name, length) in enumerate(zip(names, lengths, strict=True))
        )


def _chart_design(series: FleetSeries, scale: ScoreScale, fit: Fit, place: int) -> ChartDesign:
    return ChartDesign(
        series,
        scale,
        int(fit.used[place]),
        float(fit.correlation[place]),
        tuple(float(effect) for effect in fit.season[place]),
        float(fit.shrunk[place]),
        float(fit.sigma[place]),
        float(fit.freedom[place]),
    )


def _tables(series: Sequence[FleetSeries], scales: Sequence[ScoreScale]) -> tuple[Floats, Integers]:
    """Scores and seasons of baselines, aligned at their ends."""
    table = padded([scores(one, scale) for one, scale in zip(series, scales, strict=True)])
    days = padded([_days(one) for one in series], fill=0.0).astype(np.int64)
    # A row without seasons has none before its first point either.
    without = np.array([one.seasons is None for one in series])
    days[without] = -1
    return table, days


def _later_tables(
    later: Sequence[FleetSeries], scales: Sequence[ScoreScale], horizon: int
) -> tuple[Floats, Integers]:
    table = np.full((len(later), horizon), np.nan)
    days = np.zeros((len(later), horizon), np.int64)
    for place, (one, scale) in enumerate(zip(later, scales, strict=True)):
        table[place, : len(one.values)] = scores(one, scale)
        days[place, : len(one.values)] = _days(one)
        if one.seasons is None:
            days[place] = -1
    return table, days


def _days(series: FleetSeries) -> Floats:
    if series.seasons is None:
        return np.full(len(series.values), -1.0)
    return np.asarray(series.seasons, np.float64)
