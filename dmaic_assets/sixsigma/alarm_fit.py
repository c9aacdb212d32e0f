"""Season, autocorrelation and spread of many short series at once.

What belongs here: the fit that turns scores into residuals. Season effects are shrunk towards 0 by
the evidence for them; the lag-one correlation is the posterior mean under a prior that the fleet
itself gives (nonparametric maximum likelihood on a grid), as a correlation from fourteen points
alone is noise.

Sources: James & Stein 1961 (shrinking), Kendall 1954 (bias of a correlation), Kiefer & Wolfowitz
1956 (the prior).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SEASONS = 7
CORRELATIONS: Floats = np.round(np.arange(-0.3, 0.95, 0.1), 2)
# What is believed before a fleet is seen, worth as much as so many charts.
_PRIOR_CHARTS = 20.0
_FAR_OUT = 3.0


@dataclass(frozen=True, slots=True)
class Fit:
    """Fitted series, one entry per series; `posterior` is over `CORRELATIONS`.

    `season` has shape (series, 7); `freedom` counts the residuals less what was estimated; `used`
    is how many points were fitted, `shrunk` the share of the season means that was believed.
    """

    mean: Floats
    season: Floats
    shrunk: Floats
    correlation: Floats
    posterior: Floats
    prior: Floats
    sigma: Floats
    freedom: Floats
    used: Floats


def fit_series(table: Floats, seasons: Integers, *, prior: Floats | None = None) -> Fit:
    """Fits mean, season, correlation and residual spread.

    Args:
        table: Scores, shape (series, points), NaN for missing ones.
        seasons: Season of each point, the same shape, -1 in a row without seasons.
        prior: Weights of `CORRELATIONS`; estimated from these series when None.

    Returns:
        The fit; sigma is that of the residuals, never 0.
    """
    known = ~np.isnan(table)
    used = known.sum(axis=1)
    mean = _mean(table, known)
    season, shrunk = _season(np.where(known, table - mean[:, None], 0.0), known, seasons)
    free = np.where(known, table - seasonal(season, seasons), np.nan)
    mean = _mean(free, known)
    away = np.where(known, free - mean[:, None], 0.0)
    effective = np.maximum(used - (SEASONS - 1) * shrunk, 4.0)
    posterior, weights = _posterior(_correlation(away, effective), effective, prior)
    correlation = posterior @ CORRELATIONS
    pairs = known[:, 1:] & known[:, :-1]
    steps = np.where(pairs, away[:, 1:] - correlation[:, None] * away[:, :-1], 0.0)
    freedom = np.maximum(pairs.sum(axis=1) - 1.5 - (SEASONS - 1) * shrunk, 3.0)
    sigma = np.sqrt((steps**2).sum(axis=1) / freedom)
    sigma = np.where(sigma > 0, sigma, np.maximum(np.abs(mean), 1.0) * 1e-9)
    return Fit(
        mean, season, shrunk, correlation, posterior, weights, sigma, freedom, used.astype(float)
    )


def seasonal(season: Floats, seasons: Integers) -> Floats:
    """Season effect at every point; 0 where a row has no seasons."""
    taken = np.take_along_axis(season, np.maximum(seasons, 0), axis=1)
    return np.where(seasons < 0, 0.0, taken)


def residuals(fit: Fit, table: Floats, seasons: Integers) -> tuple[Floats, Floats]:
    """Standardised innovations of all points but the first, and the spreads they are divided by.

    After a missing point the deviation itself is standardised by its own, larger spread.

    Args:
        fit: The fit.
        table: Scores, one point before those asked for included.
        seasons: Season of each point, the same shape.
    """
    away = table - seasonal(fit.season, seasons) - fit.mean[:, None]
    before, now = away[:, :-1], away[:, 1:]
    phi = fit.correlation[:, None]
    is_alone = np.isnan(before)
    spread = fit.sigma[:, None] / np.where(is_alone, np.sqrt(1 - phi**2), 1.0)
    return (now - np.where(is_alone, 0.0, phi * before)) / spread, spread


def inflation(fit: Fit) -> Floats:
    """How much wider limits must be as the correlation is uncertain: 1 where it is known.

    Were the true correlation phi and f the fitted one, a long mean of residuals x - f x_before
    would have v = (1 - f)^2 (1 - phi^2) / ((1 - phi)^2 (1 - 2 f phi + f^2)) times the variance that
    independent ones have. The factor is the one at which a normal beyond `_FAR_OUT` times it is as
    likely, averaged over the posterior, as a standard normal beyond `_FAR_OUT`.
    """
    from scipy.special import ndtr

    fitted, true = fit.correlation[:, None], CORRELATIONS[None, :]
    spread = (1 - fitted) * np.sqrt((1 - true**2) / (1 - 2 * fitted * true + fitted**2))
    spread /= 1 - true
    low, high = np.ones(len(fitted)), np.full(len(fitted), 10.0)
    for _ in range(20):
        middle = (low + high) / 2
        tail = (fit.posterior * ndtr(-_FAR_OUT * middle[:, None] / spread)).sum(axis=1)
        is_narrow = tail > ndtr(-_FAR_OUT)
        low, high = np.where(is_narrow, middle, low), np.where(is_narrow, high, middle)
    return (low + high) / 2


def _mean(table: Floats, known: NDArray[np.bool_]) -> Floats:
    return np.where(known, table, 0.0).sum(axis=1) / known.sum(axis=1)


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


def _correlation(away: Floats, effective: Floats) -> Floats:
    """Lag-one correlation, put right for its bias of -(1 + 3 phi)/n (Kendall) and for the mean."""
    power = np.maximum((away**2).sum(axis=1), 1e-300)
    raw = (away[:, 1:] * away[:, :-1]).sum(axis=1) / power
    scaled = raw * effective / (effective - 1) + 1 / effective
    return np.clip(scaled / np.maximum(1 - 3 / effective, 0.3), -0.6, 0.98)


def _posterior(
    correlation: Floats, effective: Floats, prior: Floats | None
) -> tuple[Floats, Floats]:
    """Posterior of each series over the grid, and the prior: the fleet's by EM when None."""
    n = effective[:, None]
    # (1 - phi^2)/n is too little for short series; the second part was fitted to simulations of
    # this estimator on 14 to 90 points and phi of 0 to .9.
    precision = 1 / ((1 - CORRELATIONS**2) / n + 7 * (1 + np.abs(CORRELATIONS)) / n**2)
    distance = (correlation[:, None] - CORRELATIONS) ** 2
    likelihood = np.exp(-0.5 * distance * precision) * np.sqrt(precision) + 1e-12
    weights = _believed() if prior is None else prior
    if prior is None:
        start = weights
        for _ in range(100):
            joint = likelihood * weights
            joint /= joint.sum(axis=1, keepdims=True)
            total = joint.sum(axis=0) + _PRIOR_CHARTS * start
            weights = total / total.sum()
    joint = likelihood * weights
    return joint / joint.sum(axis=1, keepdims=True), weights


def _believed() -> Floats:
    """Four charts in ten independent, the others around a mild positive correlation."""
    around = np.exp(-np.abs(CORRELATIONS - 0.3) / 0.3)
    spread = 0.6 * around / around.sum()
    independent = np.where(np.abs(CORRELATIONS) < 0.05, 0.4, 0.0)
    return np.asarray(spread + independent)
