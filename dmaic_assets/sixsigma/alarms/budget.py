"""An alarm budget for a fleet of charts: at most so many false alarms a month, all charts together.

What belongs here: the two entry points, designing a fleet for a budget and watching it. Every
point of the fleet gets the same chance of a false alarm, budget / points a month; the limit of
each chart follows from it, from the length of its baseline and from its autocorrelation. The
promise is about the average over charts of one kind, errors of estimation included.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.alarms.fit import SeriesFit, fit_series
from dmaic_assets.sixsigma.alarms.limits import limit_curve
from dmaic_assets.sixsigma.alarms.series import (
    FleetSeries,
    ScoreScale,
    least_spread,
    padded,
    score_scale,
    scores,
)
from dmaic_assets.sixsigma.alarms.watch import Judged, Stage, Watcher, watch_stages
from dmaic_assets.sixsigma.arguments import Domain, takes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ChartDesign:
    """What one chart of the fleet was designed from.

    `correlation` is the posterior mean of the lag-one correlation, `season` the effects of the
    seven seasons on scores, `sigma` the spread of innovations on `freedom` degrees of freedom,
    `limit` what the evidence may reach either way until the baseline grows.
    """

    series: FleetSeries
    scale: ScoreScale
    n_points: int
    correlation: float
    season: tuple[float, ...]
    season_share: float
    sigma: float
    freedom: float
    limit: float


@dataclass(frozen=True, slots=True)
class FleetDesign:
    """Charts designed for one budget; `rate` is the share of points that may alarm by chance."""

    charts: tuple[ChartDesign, ...]
    alarms_per_month: float
    rate: float

    @property
    def digest(self) -> str:
        """SHA-256 of the budget and of every chart's name, estimates and limit."""
        facts = {
            "budget": float(self.alarms_per_month).hex(),
            "charts": [
                [c.series.name, c.n_points]
                + [x.hex() for x in (c.correlation, c.sigma, c.scale.mean, c.limit)]
                for c in self.charts
            ],
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class WatchedChart:
    """A chart over its later points: arrays have one entry per point, NaN where it is missing.

    `residual` is the standardised surprise of each point, `evidence` the normal quantile of how
    unlikely its EWMA is, `limit` what the evidence may reach either way; `alarms` are the points
    at which it is strictly beyond. `ceiling` is the score above which the point alarms, given
    those before it; NaN unless asked for.
    """

    name: str
    residual: Floats
    evidence: Floats
    limit: Floats
    alarms: Flags
    ceiling: Floats


@takes(series=Domain(least=1))
def design_fleet(series: Sequence[FleetSeries], *, alarms_per_month: float) -> FleetDesign:
    """Designs the charts of a fleet for a budget of false alarms.

    Nothing is simulated and no chart depends on another one, but for its part of the budget.

    Args:
        series: The fleet with its baselines.
        alarms_per_month: False alarms a month over all charts, above 0.

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
    fit = fit_series(table, seasons, least=_least(series, scales))
    limits = limit_curve(rate).of(fit)
    charts = tuple(
        _chart_design(one, scale, fit, limits, place)
        for place, (one, scale) in enumerate(zip(series, scales, strict=True))
    )
    return FleetDesign(charts, alarms_per_month, rate)


def watch_fleet(
    design: FleetDesign, later: Sequence[FleetSeries], *, ceilings: bool = False
) -> tuple[WatchedChart, ...]:
    """Watches the points that came after the baselines.

    All later points since the baseline are given each time; nothing is remembered outside. Points
    that are `GUARD` old and led to no alarm join the baseline, so short ones grow.

    Args:
        design: The fleet's design.
        later: Later points, in the order of the design and under the same names.
        ceilings: Whether the ceiling of each point is found, which takes longer than the rest.

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
    baselines, scales = [c.series for c in design.charts], [c.scale for c in design.charts]
    before, after = _tables(baselines, scales), _later_tables(later, scales, horizon)
    table = np.concatenate([before[0], after[0]], axis=1)
    seasons = np.concatenate([before[1], after[1]], axis=1)
    watcher, curve = Watcher(len(later)), limit_curve(design.rate)

    def judge(stage: Stage) -> Judged:
        return watcher.run(stage, curve.of(stage.fit), ceilings=ceilings)

    stretches = watch_stages(
        table, seasons, before[0].shape[1], judge=judge, least=_least(baselines, scales)
    )
    return _charts(names, [len(one.values) for one in later], stretches)


def _charts(
    names: Sequence[str], lengths: Sequence[int], stretches: Sequence[Judged]
) -> tuple[WatchedChart, ...]:
    """The stretches put together, each chart cut to its own length."""
    fields = ("residual", "evidence", "limit", "alarms", "ceiling")
    whole = [np.concatenate([getattr(s, field) for s in stretches], axis=1) for field in fields]
    return tuple(
        WatchedChart(name, *(part[place, :length] for part in whole))
        for place, (name, length) in enumerate(zip(names, lengths, strict=True))
    )


def _chart_design(
    series: FleetSeries, scale: ScoreScale, fit: SeriesFit, limits: Floats, place: int
) -> ChartDesign:
    return ChartDesign(
        series,
        scale,
        int(fit.used[place]),
        float(fit.correlation[place]),
        tuple(float(effect) for effect in fit.season[place]),
        float(fit.shrunk[place]),
        float(fit.posterior[place] @ fit.sigma[place]),
        float(fit.freedom[place]),
        float(limits[place]),
    )


def _least(series: Sequence[FleetSeries], scales: Sequence[ScoreScale]) -> Floats:
    pairs = zip(series, scales, strict=True)
    return np.array([least_spread(one, scale) for one, scale in pairs])


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
