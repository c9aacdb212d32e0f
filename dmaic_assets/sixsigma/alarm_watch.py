"""Watching many series point by point: residuals, their EWMA, its limits, and growing baselines.

What belongs here: how limits widen for what was estimated, and when later points join the
baseline. How wide they must be for a wanted rate is found in `alarm_calibration`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.sixsigma.alarm_fit import Fit, fit_series, inflation, residuals
from dmaic_assets.sixsigma.alarm_series import FEWEST_POINTS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# A point joins the baseline when it is this old and no alarm came of it: a shift is seen sooner.
GUARD = 14
# The baseline's newest points that are used; older ones say little about today.
LONGEST = 90
SMOOTHING = 0.2

# Widths by class of a point: how many points its fit rests on, and how sure its correlation is.
USED_CUTS = (18.0, 24.0, 32.0, 45.0, 65.0)
INFLATION_CUTS = (1.1, 1.3, 1.6)
CLASSES = (len(INFLATION_CUTS) + 1) * (len(USED_CUTS) + 1)


@dataclass(frozen=True, slots=True)
class Watched:
    """One entry per series and point of the watched stretch.

    `smoothed` and `limit` are in standard errors of one residual; an alarm is |smoothed| strictly
    above `limit`, after which the smoothing starts anew.
    """

    residual: Floats
    smoothed: Floats
    limit: Floats
    alarms: Flags
    first_fit: Fit


@dataclass(frozen=True, slots=True)
class Stage:
    """Residuals of a stretch with the facts of the fit that judges it.

    `spread` is how much a score must rise for its residual to rise by 1.
    """

    residual: Floats
    spread: Floats
    used: Floats
    freedom: Floats
    classes: Integers
    inflation: Floats


class Smoother:
    """The EWMA of many series, which carries its state from stage to stage."""

    def __init__(self, series: int, smoothing: float = SMOOTHING) -> None:
        self._smoothing = smoothing
        self._value, self._age = np.zeros(series), np.zeros(series)

    def run(self, stage: Stage, quantiles: Floats) -> tuple[Floats, Floats, Flags]:
        """Smooths a stretch; `quantiles` are the t quantiles per series of this stage.

        The limit at age a is q sqrt(c (1 - r^2) + (1 - r)^2/m) with r = (1 - smoothing)^a and
        c = smoothing/(2 - smoothing): the second part is the error of a mean of m points, which
        an EWMA gathers as it ages.
        """
        weight, keep = self._smoothing, 1 - self._smoothing
        steady = weight / (2 - weight)
        shape = stage.residual.shape
        smoothed, limits = np.empty(shape), np.empty(shape)
        for point in range(shape[1]):
            new = stage.residual[:, point]
            here = ~np.isnan(new)
            self._age = self._age + here
            r = keep**self._age
            self._value = np.where(here, weight * new + keep * self._value, self._value)
            limit = quantiles * np.sqrt(steady * (1 - r * r) + (1 - r) ** 2 / stage.used)
            alarm = here & (np.abs(self._value) > limit)
            smoothed[:, point] = np.where(here, self._value, np.nan)
            limits[:, point] = np.where(here, limit, np.nan)
            self._value = np.where(alarm, 0.0, self._value)
            self._age = np.where(alarm, 0.0, self._age)
        with np.errstate(invalid="ignore"):
            alarms = np.abs(smoothed) > limits
        return smoothed, limits, np.asarray(alarms)


def refit_ages(horizon: int) -> list[int]:
    """How many later points have come when the baseline is fitted again: ever more rarely."""
    ages, age = [0], 0
    while age < LONGEST:
        age = int(age * 1.35) + 6
        ages.append(age)
    while ages[-1] + LONGEST < horizon:
        ages.append(ages[-1] + LONGEST)
    return [a for a in ages if a == 0 or a + GUARD < horizon]


def stages_of(
    table: Floats,
    seasons: Integers,
    baseline: int,
    *,
    prior: Floats | None = None,
    alarmed: Callable[[int, int, Stage, Fit], Flags] | None = None,
) -> list[tuple[int, int, Stage, Fit]]:
    """Fits the baseline, takes residuals, refits as points settle, to the end of the table.

    Args:
        table: Scores, shape (series, points), baselines aligned at their ends.
        seasons: Season of each point, the same shape.
        baseline: How many columns are baseline.
        prior: Weights of correlations; estimated on the baseline when None.
        alarmed: Called with each stretch; the points that it flags never join a baseline.

    Returns:
        (first point, end, stage, fit) of each stretch, places counted after the baseline.
    """
    horizon = table.shape[1] - baseline
    ages = refit_ages(horizon)
    usable = table.copy()
    done: list[tuple[int, int, Stage, Fit]] = []
    for place, age in enumerate(ages):
        first = 0 if place == 0 else age + GUARD
        end = ages[place + 1] + GUARD if place + 1 < len(ages) else horizon
        newest = baseline + age
        fit = fit_series(*_window(usable, seasons, baseline, newest), prior=prior)
        prior = fit.prior
        start = baseline + first - 1
        stretch = slice(start, baseline + end)
        stage = _stage(fit, table[:, stretch], seasons[:, stretch])
        if alarmed is not None:
            flagged = alarmed(first, end, stage, fit)
            usable[:, : baseline + end][flagged] = np.nan
        done.append((first, end, stage, fit))
    return done


def _window(
    usable: Floats, seasons: Integers, baseline: int, newest: int
) -> tuple[Floats, Integers]:
    """The newest points up to `newest`; the baseline itself where alarms left too few of them."""
    oldest = max(0, newest - LONGEST) if newest > baseline else 0
    table, days = usable[:, oldest:newest].copy(), seasons[:, oldest:newest].copy()
    thin = (~np.isnan(table)).sum(axis=1) < FEWEST_POINTS
    width = min(newest - oldest, baseline)
    if thin.any():
        table[thin] = np.nan
        table[thin, -width:] = usable[thin, baseline - width : baseline]
        days[thin, -width:] = seasons[thin, baseline - width : baseline]
    return table, days


def points_of_alarms(alarms: Flags, first: int, baseline: int) -> Flags:
    """Flags, over the whole table so far, the points of the runs that ended in an alarm.

    Args:
        alarms: Alarms of one stretch, shape (series, points).
        first: Place of the stretch's first point after the baseline.
        baseline: How many columns are baseline; none of them is flagged.
    """
    out = np.zeros((len(alarms), baseline + first + alarms.shape[1]), np.bool_)
    for row, point in zip(*np.nonzero(alarms), strict=True):
        last = baseline + first + int(point)
        out[row, max(baseline, last - GUARD + 1) : last + 1] = True
    return out


def classes_of(used: Floats, inflation: Floats) -> Integers:
    """The class of a fit, which its width is looked up by."""
    by_used = np.digitize(used, USED_CUTS)
    kinds = len(INFLATION_CUTS) + 1
    return np.asarray(kinds * by_used + np.digitize(inflation, INFLATION_CUTS), np.int64)


def limits_of(widths: Floats, stage: Stage) -> Floats:
    """What a standardised EWMA may reach, per series of a stage.

    Normal widths by class become quantiles of t, as a sigma from few residuals has heavy tails,
    and grow by what an uncertain correlation may add to the spread of the EWMA.
    """
    from scipy import special

    tail = special.ndtr(-widths)[stage.classes]
    return np.asarray(-special.stdtrit(stage.freedom, tail) * stage.inflation)


def _stage(fit: Fit, table: Floats, seasons: Integers) -> Stage:
    grown = inflation(fit)
    classes = classes_of(fit.used, grown)
    residual, spread = residuals(fit, table, seasons)
    return Stage(residual, spread, fit.used, fit.freedom, classes, grown)
