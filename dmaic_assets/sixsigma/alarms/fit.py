"""Season, autocorrelation, level and spread of many short series at once.

What belongs here: the fit that a chart rests on. Season effects are shrunk towards 0 by the
evidence for them. The lag-one correlation is never decided: level and spread are fitted under each
correlation of a grid, and the grid is weighted by the restricted likelihood, under which a
correlation from fourteen points is as uncertain as it is, and not biased downwards.

Sources: James & Stein 1961 (shrinking), Patterson & Thompson 1971 (restricted likelihood).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import NOT_NEGATIVE, table, takes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Days of the week: the one season that files come in.
SEASONS = 7
# The grid of lag-one correlations, every .1; beyond .9 a short series shows no level.
CORRELATIONS: Floats = np.round(np.arange(-0.2, 0.95, 0.1), 2)


@dataclass(frozen=True, slots=True)
class SeriesFit:
    """Fitted series, one row per series.

    `mean`, `sigma`, `information` and `posterior` have a column per entry of `CORRELATIONS`:
    level, spread of innovations, 1/variance of the level in innovation variances, and how much
    that correlation is believed. `season` has shape (series, 7); `freedom` counts the points less
    what was estimated; `used` is how many points were fitted, `shrunk` the share of the season
    means that was believed.
    """

    mean: Floats
    sigma: Floats
    information: Floats
    posterior: Floats
    season: Floats
    shrunk: Floats
    freedom: Floats
    used: Floats

    @property
    def correlation(self) -> Floats:
        """The posterior mean of the correlation of each series."""
        return np.asarray(self.posterior @ CORRELATIONS)


@takes(("table", "seasons"), table=table(has_gaps=True), least=NOT_NEGATIVE)
def fit_series(table: Floats, seasons: Integers, *, least: Floats | float = 0.0) -> SeriesFit:
    """Fits season, and level and spread under each correlation.

    Args:
        table: Scores, shape (series, points), NaN for missing ones.
        seasons: Season of each point, the same shape, -1 in a row without seasons.
        least: What the standard deviation of each series is at least.

    Returns:
        The fit; sigma is that of the innovations, never 0. What follows a missing point starts
        anew, as if the points before were unknown.

    Raises:
        BadInputError: A series has no point, or the tables differ in shape.
    """
    known = ~np.isnan(table)
    used = known.sum(axis=1)
    if not used.all():
        raise BadInputError("charts of a fleet", "a series without a point", "Leave it out.")
    centre = _mean(table, known)
    season, shrunk = _season(np.where(known, table - centre[:, None], 0.0), known, seasons)
    free = np.where(known, table - seasonal(season, seasons), np.nan)
    centre = _mean(free, known)
    away = np.where(known, free - centre[:, None], 0.0)
    freedom = np.maximum(used - 1.0 - (SEASONS - 1) * shrunk, 3.0)
    mean, power, information, starts = _moments(away, known)
    floor = np.maximum(np.abs(centre), 1.0)[:, None] * 1e-9
    floor = np.maximum(floor, np.reshape(least, (-1, 1)) * np.sqrt(1 - CORRELATIONS**2))
    sigma = np.maximum(np.sqrt(power / freedom[:, None]), floor)
    likelihood = 0.5 * starts[:, None] * np.log(1 - CORRELATIONS**2)
    likelihood -= 0.5 * np.log(information) + freedom[:, None] * np.log(sigma)
    # What varies less than it can tells nothing of its correlation.
    independent = CORRELATIONS == 0
    is_held = power[:, independent] <= freedom[:, None] * floor[:, independent] ** 2
    likelihood = np.where(is_held, np.where(independent, 0.0, -np.inf), likelihood)
    posterior = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    posterior /= posterior.sum(axis=1, keepdims=True)
    return SeriesFit(
        mean + centre[:, None],
        sigma,
        information,
        posterior,
        season,
        shrunk,
        freedom,
        used.astype(float),
    )


@takes(season=table())
def seasonal(season: Floats, seasons: Integers) -> Floats:
    """Season effect at every point; 0 where a row has no seasons."""
    if season.shape != (len(seasons), SEASONS):
        culprit = f"shape {season.shape} for {len(seasons)} series"
        raise BadInputError("season effects", culprit, f"Give {SEASONS} for each series.")
    taken = np.take_along_axis(season, np.maximum(seasons, 0), axis=1)
    return np.where(seasons < 0, 0.0, taken)


def _mean(table: Floats, known: NDArray[np.bool_]) -> Floats:
    return np.where(known, table, 0.0).sum(axis=1) / known.sum(axis=1)


def _moments(away: Floats, known: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats, Floats]:
    """Level, sum of squares and information under each correlation, and how often runs start.

    A point after a known one is phi times that one and an innovation; one that starts a run has
    the stationary variance, 1/(1 - phi^2) innovation variances.
    """
    phi = CORRELATIONS[None, :]
    pairs = known[:, 1:] & known[:, :-1]
    is_start = known.copy()
    is_start[:, 1:] &= ~known[:, :-1]
    now, before = np.where(pairs, away[:, 1:], 0.0), np.where(pairs, away[:, :-1], 0.0)
    first = np.where(is_start, away, 0.0)
    starts, follow = is_start.sum(axis=1).astype(float), pairs.sum(axis=1).astype(float)

    def total(values: Floats) -> Floats:
        return values.sum(axis=1)[:, None]

    stationary, gain = 1 - phi**2, 1 - phi
    information = stationary * starts[:, None] + gain**2 * follow[:, None]
    mean = (stationary * total(first) + gain * (total(now) - phi * total(before))) / information
    power = (
        stationary * total(first**2)
        + total(now**2)
        - 2 * phi * total(now * before)
        + phi**2 * total(before**2)
        - information * mean**2
    )
    return mean, np.maximum(power, 0.0), information, starts


def _season(away: Floats, known: NDArray[np.bool_], seasons: Integers) -> tuple[Floats, Floats]:
    """Means by season less the overall one, times 1 - (what chance alone gives)/F."""
    sums, counts = np.zeros((len(away), SEASONS)), np.zeros((len(away), SEASONS))
    for season in range(SEASONS):
        here = (seasons == season) & known
        counts[:, season] = here.sum(axis=1)
        sums[:, season] = np.where(here, away, 0.0).sum(axis=1)
    means = sums / np.maximum(counts, 1)
    between = (counts * means**2).sum(axis=1)
    within = np.maximum((away**2).sum(axis=1) - between, 1e-300)
    freedom = known.sum(axis=1) - SEASONS
    ratio = (between / (SEASONS - 1)) / (within / np.maximum(freedom, 1))
    by_chance = np.maximum(freedom, 1) / np.maximum(freedom - 2, 1)
    shrunk = np.clip(1 - by_chance / np.maximum(ratio, 1e-9), 0.0, 1.0)
    # Every season must have been seen, or its effect would be taken for none.
    shrunk = np.where((counts.min(axis=1) >= 1) & (freedom >= 3), shrunk, 0.0)
    season = means * shrunk[:, None]
    return season - season.mean(axis=1, keepdims=True), shrunk
