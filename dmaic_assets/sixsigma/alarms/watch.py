"""Watching many series point by point: evidence, its limits, and baselines that grow.

What belongs here: the statistic, and when later points join the baseline. What limit gives a
wanted rate of alarms stands in `alarm_limits`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.sixsigma.alarms.fit import CORRELATIONS, SeriesFit, fit_series, seasonal
from dmaic_assets.sixsigma.alarms.series import FEWEST_POINTS
from dmaic_assets.sixsigma.arguments import NOT_NEGATIVE, at_least, table, takes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# A point joins the baseline when it is this old and no alarm came of it: a shift is seen sooner.
GUARD = 14
# The baseline's newest points that are used; older ones say little about today.
LONGEST = 90
# The stronger the correlation, the less of a shift stays in the innovations, and the longer an
# EWMA must remember: near the best for a shift of 1.5 standard deviations of the series.
SMOOTHING: Floats = np.clip(0.2 * (1 - np.maximum(CORRELATIONS, 0.0)) ** 0.8, 0.06, 0.2)
# Points beyond a limit come in runs, the longer the slower the EWMA; a run is one alarm.
RUNS: Floats = (SMOOTHING / SMOOTHING.max()) ** 0.65
# Steps of the Illinois method (order 1.44) that narrow the bracket of a score.
_SEARCHES = 12


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of points with the fit that judges it.

    `away` are the scores less their season, shape (series, points + 1): one point before those
    judged stands first. `season` is what was taken off.
    """

    fit: SeriesFit
    away: Floats
    season: Floats


@dataclass(frozen=True, slots=True)
class Judged:
    """What a stretch came to, shape (series, points), NaN where a point is missing.

    `evidence` is the normal quantile of how unlikely the EWMA is, `limit` what it may reach either
    way, `ceiling` the score at which it does; `residual` the innovation in its own standard
    deviations.
    """

    residual: Floats
    evidence: Floats
    limit: Floats
    ceiling: Floats
    alarms: Flags


class Watcher:
    """The EWMA of many series under each correlation, carried on from stage to stage.

    Under a correlation phi the EWMA of innovations at age a has the variance c (1 - r^2) +
    (1 - r)^2 (1 - phi)^2 / I, with r = (1 - smoothing)^a, c = smoothing/(2 - smoothing), and I the
    information on the level: the second part is the error of the level, which an EWMA gathers as
    it ages. Standardised, it is nearly t distributed; its tail probability, averaged over what is
    believed of phi, is the evidence.
    """

    def __init__(self, series: int) -> None:
        self._value = np.zeros((series, CORRELATIONS.size))
        self._age = np.zeros((series, 1))

    def run(self, stage: Stage, limit: Floats, *, ceilings: bool = False) -> Judged:
        """Judges a stretch; after an alarm the EWMA starts anew.

        Args:
            stage: The stretch.
            limit: What the evidence may reach either way, one per series.
            ceilings: Whether ceilings are found too; NaN otherwise.
        """
        shape = (len(stage.away), stage.away.shape[1] - 1)
        residual, evidence, ceiling = (np.full(shape, np.nan) for _ in range(3))
        alarms = np.zeros(shape, np.bool_)
        for point in range(shape[1]):
            now = stage.away[:, point + 1]
            here = ~np.isnan(now)
            step = self._step(stage.fit, stage.away[:, point : point + 1], here)
            new = (now[:, None] - step.expected) / step.spread
            value = np.where(here[:, None], step.kept + SMOOTHING * new, self._value)
            found = _evidence(stage.fit, value / step.error)
            alarm = here & (np.abs(found) > limit)
            residual[here, point] = (stage.fit.posterior * new).sum(axis=1)[here]
            evidence[here, point] = found[here]
            alarms[:, point] = alarm
            if ceilings:
                top = _ceiling(stage.fit, step, limit) + stage.season[:, point + 1]
                ceiling[here, point] = top[here]
            self._value = np.where(alarm[:, None], 0.0, value)
            self._age = np.where(alarm[:, None], 0.0, step.age)
        held = np.where(np.isnan(evidence), np.nan, limit[:, None])
        return Judged(residual, evidence, held, ceiling, alarms)

    def _step(self, fit: SeriesFit, before: Floats, here: Flags) -> "_Step":
        is_alone = np.isnan(before)
        age = self._age + here[:, None]
        r = (1 - SMOOTHING) ** age
        steady = SMOOTHING / (2 - SMOOTHING)
        gathered = (1 - r) ** 2 * (1 - CORRELATIONS) ** 2 / fit.information
        return _Step(
            expected=np.where(is_alone, fit.mean, fit.mean + CORRELATIONS * (before - fit.mean)),
            spread=fit.sigma / np.where(is_alone, np.sqrt(1 - CORRELATIONS**2), 1.0),
            kept=(1 - SMOOTHING) * self._value,
            error=np.sqrt(np.maximum(steady * (1 - r * r) + gathered, 1e-300)),
            age=age,
        )


@dataclass(frozen=True, slots=True)
class _Step:
    """What is known before a point comes, shape (series, correlations)."""

    expected: Floats
    spread: Floats
    kept: Floats
    error: Floats
    age: Floats


@takes()
def refit_ages(horizon: int) -> list[int]:
    """How many later points have come when the baseline is fitted again: ever more rarely."""
    ages, age = [0], 0
    while age < LONGEST:
        age = int(age * 1.35) + 6
        ages.append(age)
    while ages[-1] + LONGEST < horizon:
        ages.append(ages[-1] + LONGEST)
    return [a for a in ages if a == 0 or a + GUARD < horizon]


@takes(("table", "seasons"), table=table(has_gaps=True), baseline=at_least(1), least=NOT_NEGATIVE)
def watch_stages(
    table: Floats,
    seasons: Integers,
    baseline: int,
    *,
    judge: Callable[[Stage], Judged],
    least: Floats | float = 0.0,
) -> list[Judged]:
    """Fits the baseline, judges a stretch, refits as points settle, to the end of the table.

    Args:
        table: Scores, shape (series, points), baselines aligned at their ends.
        seasons: Season of each point, the same shape.
        baseline: How many columns are baseline.
        judge: Called with each stretch; the points of runs that end in an alarm never join a
            baseline.
        least: What the standard deviation of each series is at least.

    Returns:
        What each stretch came to, in order of time.
    """
    horizon = table.shape[1] - baseline
    ages = refit_ages(horizon)
    usable = table.copy()
    done: list[Judged] = []
    for place, age in enumerate(ages):
        first = 0 if place == 0 else age + GUARD
        end = ages[place + 1] + GUARD if place + 1 < len(ages) else horizon
        fit = fit_series(*_window(usable, seasons, baseline, baseline + age), least=least)
        stretch = slice(baseline + first - 1, baseline + end)
        season = seasonal(fit.season, seasons[:, stretch])
        judged = judge(Stage(fit, table[:, stretch] - season, season))
        usable[:, : baseline + end][points_of_alarms(judged.alarms, first, baseline)] = np.nan
        done.append(judged)
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


def _evidence(fit: SeriesFit, standardised: Floats) -> Floats:
    """Normal quantile of the tail probability, averaged over the posterior of the correlation."""
    from scipy.special import ndtr, ndtri

    normal = _as_normal(standardised, fit.freedom[:, None])
    # The nearer tail is summed, as 1 less the other has no digits.
    side = np.where((fit.posterior * normal).sum(axis=1) >= 0, 1.0, -1.0)
    tail = (fit.posterior * RUNS * ndtr(-side[:, None] * normal)).sum(axis=1)
    return np.asarray(-side * ndtri(np.maximum(tail, 1e-300)))


def _as_normal(t: Floats, freedom: Floats) -> Floats:
    """Normal quantile with the tail probability of t, to 3 digits (Wallace 1959)."""
    shape = (8 * freedom + 1) / (8 * freedom + 3)
    return np.sign(t) * shape * np.sqrt(freedom * np.log1p(t * t / freedom))


def _ceiling(fit: SeriesFit, step: _Step, limit: Floats) -> Floats:
    """The score less season at which the evidence reaches the limit, by regula falsi.

    Under each correlation alone the score is known in closed form; the one sought is between the
    smallest and the largest of them.
    """
    shape = (8 * fit.freedom + 1) / (8 * fit.freedom + 3)
    t = np.sqrt(fit.freedom * np.expm1((limit / shape) ** 2 / fit.freedom))
    alone = (t[:, None] * step.error - step.kept) / SMOOTHING * step.spread + step.expected
    low, high = alone.min(axis=1), alone.max(axis=1)
    below, above = (_excess(fit, step, limit, score) for score in (low, high))
    middle = low
    for _ in range(_SEARCHES):
        part = np.clip(below / np.minimum(below - above, -1e-12), 0.0, 1.0)
        middle = low + part * (high - low)
        found = _excess(fit, step, limit, middle)
        is_above = found > 0
        # The end that stays put counts half the next time (Illinois).
        below = np.where(is_above, below / 2, found)
        above = np.where(is_above, found, above / 2)
        low, high = np.where(is_above, low, middle), np.where(is_above, middle, high)
    return middle


def _excess(fit: SeriesFit, step: _Step, limit: Floats, score: Floats) -> Floats:
    """Evidence less limit were this the point's score."""
    new = (score[:, None] - step.expected) / step.spread
    return _evidence(fit, (step.kept + SMOOTHING * new) / step.error) - limit
