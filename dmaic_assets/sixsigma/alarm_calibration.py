"""Widths for a wanted rate of false alarms, found by simulating the fleet itself.

What belongs here: the parametric bootstrap. Worlds are drawn from what the fleet was fitted to
(correlations from their posterior, seasons as fitted, the same baseline lengths), the whole
watching is done on them, estimation included, and widths are set so that in-control points alarm
at the wanted rate on average.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.sixsigma.alarm_fit import CORRELATIONS, Fit
from dmaic_assets.sixsigma.alarm_watch import (
    CLASSES,
    Smoother,
    Stage,
    limits_of,
    points_of_alarms,
    stages_of,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Classes are told apart at a rate at which each sees enough alarms; then all are moved together.
_SHAPE_RATE = 5.0
HORIZON = 150
_FEWEST_ALARMS = 40.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Normal widths by class, and the rate that they gave in the simulated worlds."""

    widths: Floats
    simulated_rate: float


def calibrate(
    fit: Fit, seasons: Integers, *, rate: float, rng: np.random.Generator, worlds: int = 8000
) -> Calibration:
    """Finds widths at which `rate` of the in-control points alarm, averaged over the fleet.

    Args:
        fit: The fleet's fit.
        seasons: Seasons of the baselines, shape (series, points), for their phase.
        rate: Wanted alarms per point, estimation error included.
        rng: Random generator.
        worlds: How many series are simulated in all.
    """
    table, days = _worlds(fit, seasons, rng, worlds)
    width = seasons.shape[1]
    stages = [stage for _, _, stage, _ in stages_of(table, days, width, prior=fit.prior)]
    widths = _by_class(stages, _points(stages), min(rate * _SHAPE_RATE, 0.02))
    widths = _moved(stages, widths, rate)
    # Alarms keep points out of later baselines, which narrows them; the widths allow for it.
    censored = _censored(table, days, width, widths, fit.prior)
    widths = _moved(censored, widths, rate)
    simulated = float(_rates(censored, widths).sum() / _points(censored).sum())
    return Calibration(widths, simulated)


def _points(stages: list[Stage]) -> Floats:
    counts = np.zeros(CLASSES)
    for stage in stages:
        counts += np.bincount(stage.classes, minlength=CLASSES) * stage.residual.shape[1]
    return counts


def _moved(stages: list[Stage], widths: Floats, rate: float) -> Floats:
    """Moves all widths by one step, so that the classes together alarm at the wanted rate."""
    points = _points(stages).sum()
    low, high = -2.0, 4.0
    for _ in range(14):
        middle = (low + high) / 2
        if _rates(stages, widths + middle).sum() / points > rate:
            low = middle
        else:
            high = middle
    return widths + (low + high) / 2


def _censored(
    table: Floats, days: Integers, width: int, widths: Floats, prior: Floats
) -> list[Stage]:
    """The same worlds, points of alarms left out of baselines."""
    smoother = Smoother(len(table))

    def flagged(first: int, end: int, stage: Stage, fit: Fit) -> NDArray[np.bool_]:
        del end, fit
        quantiles = limits_of(widths, stage)
        return points_of_alarms(smoother.run(stage, quantiles)[2], first, width)

    found = stages_of(table, days, width, prior=prior, alarmed=flagged)
    return [stage for _, _, stage, _ in found]


def _by_class(stages: list[Stage], counts: Floats, rate: float) -> Floats:
    """Bisects all classes at once; those too rare to tell take the width of all."""
    common = (
        np.ones(CLASSES, np.bool_)
        if counts.sum() * rate < _FEWEST_ALARMS
        else (counts * rate < _FEWEST_ALARMS)
    )
    low, high = np.full(CLASSES, 1.5), np.full(CLASSES, 6.5)
    for _ in range(12):
        middle = (low + high) / 2
        alarms = _rates(stages, middle)
        overall = alarms.sum() > rate * counts.sum()
        above = np.where(common, overall, alarms > rate * counts)
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2


def _rates(stages: list[Stage], widths: Floats) -> Floats:
    """Alarms by class in one pass over all stretches."""
    smoother = Smoother(len(stages[0].residual))
    alarms = np.zeros(CLASSES)
    for stage in stages:
        _, _, hit = smoother.run(stage, limits_of(widths, stage))
        alarms += np.bincount(stage.classes, weights=hit.sum(axis=1), minlength=CLASSES)
    return alarms


def _worlds(
    fit: Fit, seasons: Integers, rng: np.random.Generator, worlds: int
) -> tuple[Floats, Integers]:
    """Scores and seasons of simulated series, baselines as long as the fleet's."""
    series, width = len(fit.mean), seasons.shape[1]
    chosen = np.tile(np.arange(series), max(1, worlds // series))
    correlation = _drawn(fit.posterior[chosen], rng)
    spread = fit.sigma / np.sqrt(1 - fit.correlation**2)
    table = _autoregression(correlation, width + HORIZON, rng)
    place = np.arange(width, width + HORIZON)
    later = (np.maximum(seasons[:, -1:], 0) + 1 + (place - width)) % 7
    ahead = np.where(seasons[:, -1:] < 0, -1, later)
    days = np.concatenate([seasons, ahead], axis=1)[chosen]
    effects = (fit.season / spread[:, None])[chosen]
    table += np.where(days < 0, 0.0, np.take_along_axis(effects, np.maximum(days, 0), axis=1))
    before = np.arange(width)[None, :] < (width - fit.used[chosen])[:, None]
    table[:, :width][before] = np.nan
    return table, days


def _drawn(posterior: Floats, rng: np.random.Generator) -> Floats:
    """One correlation per row from its posterior, spread over the cell of the grid."""
    places = (rng.random((len(posterior), 1)) > posterior.cumsum(axis=1)).sum(axis=1)
    drawn = CORRELATIONS[np.minimum(places, CORRELATIONS.size - 1)]
    return np.clip(drawn + rng.uniform(-0.05, 0.05, len(posterior)), -0.4, 0.95)


def _autoregression(correlation: Floats, points: int, rng: np.random.Generator) -> Floats:
    """Stationary series of unit variance."""
    table = rng.standard_normal((len(correlation), points))
    step = np.sqrt(1 - correlation**2)
    for point in range(1, points):
        table[:, point] = correlation * table[:, point - 1] + step * table[:, point]
    return table
