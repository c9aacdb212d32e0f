"""Diagnostics of a linear fit: leverage, Cook's distance, inflation, information criteria.

What belongs here: what tells whether a fitted model can be trusted. Fitting stands in `regression`.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

from dmaic_assets.sixsigma.regression.linear import INTERCEPT, Regression
from dmaic_assets.sixsigma.tests.descriptive import deviations_of, total

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """Facts of one fit, one entry per row or per predictor.

    `breusch_pagan` tests constant variance against one that follows the fitted values (Cook and
    Weisberg 1983, one degree of freedom). `aic` and `bic` count the variance as a parameter.
    """

    leverage: Floats
    cooks_distance: Floats
    variance_inflation: dict[str, float]
    durbin_watson: float
    breusch_pagan: float
    breusch_pagan_p: float
    aic: float
    bic: float


def diagnose(fit: Regression) -> Diagnostics:
    """Computes the diagnostics of a fit that is not perfect."""
    n, p = fit.design.shape
    q = fit.design @ fit.inverse_r
    leverage = (q**2).sum(axis=1)
    mean_square = fit.ss_residual / fit.df_residual
    cooks = fit.residuals**2 * leverage / (p * mean_square * (1 - leverage) ** 2)
    steps = np.diff(fit.residuals)
    chi2 = _breusch_pagan(fit)
    deviance = n * (math.log(2 * math.pi * fit.ss_residual / n) + 1)
    return Diagnostics(
        leverage=leverage,
        cooks_distance=cooks,
        variance_inflation=_variance_inflation(fit),
        durbin_watson=total(steps * steps) / fit.ss_residual,
        breusch_pagan=chi2,
        breusch_pagan_p=float(special.chdtrc(1, chi2)),
        aic=deviance + 2 * (p + 1),
        bic=deviance + math.log(n) * (p + 1),
    )


def _variance_inflation(fit: Regression) -> dict[str, float]:
    """Variance of a coefficient over what it would be if its column stood alone."""
    unscaled = (fit.inverse_r**2).sum(axis=1)
    found: dict[str, float] = {}
    for index, name in enumerate(fit.names):
        if name != INTERCEPT:
            column = fit.design[:, index]
            spread = deviations_of(column) if INTERCEPT in fit.names else column
            found[name] = float(unscaled[index]) * total(spread * spread)
    return found


def _breusch_pagan(fit: Regression) -> float:
    fitted = fit.design @ fit.coefficients
    squares = fit.residuals**2 / (fit.ss_residual / len(fit.residuals))
    x, u = deviations_of(fitted), deviations_of(squares)
    spread = total(x * x)
    return total(x * u) ** 2 / spread / 2 if spread else 0.0
