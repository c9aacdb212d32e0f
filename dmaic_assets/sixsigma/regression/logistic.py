"""Logistic regression of counts, with Firth's penalty: finite where a predictor decides all.

What belongs here: fitting and intervals of the coefficients. Rows of equal predictors are counted
together, so that the cost does not grow with the rows.

Sources: Firth 1993, "Bias reduction of maximum likelihood estimates"; Heinze and Schemper 2002 for
its use where maximum likelihood has no answer.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import series, table, takes

Floats = npt.NDArray[np.float64]

# Steps, and the change of every coefficient below which no further step is made.
_MOST_STEPS, _SETTLED = 200, 1e-10
# The longest change of a coefficient in one step, in logarithms of odds: none overshoots.
_LONGEST = 2.0


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """Coefficients, the intercept first, in logarithms of odds, with their standard errors."""

    coefficients: Floats
    errors: Floats

    def p_values(self) -> Floats:
        """Two-sided p-values of no effect, by Wald's test."""
        return 2.0 * special.ndtr(-np.abs(self.coefficients / self.errors))


@takes(design=table(2), successes=series(low=0.0), trials=series(low=1e-9))
def logistic_regression(design: Floats, successes: Floats, trials: Floats) -> LogisticFit:
    """Fits the log odds of success as a linear function of predictors.

    Args:
        design: One row a pattern of predictors, without an intercept.
        successes: Successes of each pattern.
        trials: Trials of each pattern, above 0.

    Returns:
        Estimates that maximise the likelihood times the root of the determinant of Fisher's
        information. One yes/no predictor alone has the odds ratio with half a case more in each
        cell.

    Raises:
        BadInputError: Predictors follow from others, counts are no counts of the patterns, or the
            estimate does not settle.
    """
    if not len(design) == len(successes) == len(trials) or (successes > trials).any():
        fix = "Count successes among the trials of each pattern."
        raise BadInputError("regression", "counts do not fit the patterns", fix)
    x = np.column_stack([np.ones(len(design)), design])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        fix = "Leave out predictors that follow from others."
        raise BadInputError("regression", "predictors follow from each other", fix)
    beta = np.zeros(x.shape[1])
    for _ in range(_MOST_STEPS):
        p = special.expit(x @ beta)
        weights = trials * p * (1 - p)
        covariance = _inverse(x.T @ (weights[:, None] * x))
        leverage = weights * np.einsum("ij,jk,ik->i", x, covariance, x)
        score = x.T @ (successes - trials * p + leverage * (0.5 - p))
        step = covariance @ score
        beta = beta + step * min(1.0, _LONGEST / max(float(np.abs(step).max()), _LONGEST))
        if float(np.abs(step).max()) < _SETTLED:
            break
    else:
        fix = "Bring predictors to similar sizes."
        raise BadInputError("regression", "the estimate does not settle", fix)
    p = special.expit(x @ beta)
    information = x.T @ ((trials * p * (1 - p))[:, None] * x)
    return LogisticFit(beta, np.sqrt(np.diag(_inverse(information))))


def _inverse(information: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.inv(information), dtype=np.float64)
    except np.linalg.LinAlgError as error:
        fix = "Bring predictors to similar sizes."
        raise BadInputError("regression", "predictors tell no odds apart", fix) from error
