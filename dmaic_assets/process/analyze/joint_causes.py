"""The causes of one CTQ together: what each adds to the odds of a defect beside the others.

What belongs here: from causes to a regression. Which groups are causes, `root_causes` decides: one
after the other, so that a cause that was taken early may follow from those after it.
"""

import math
from collections.abc import Sequence

import numpy as np

from dmaic_assets.phase_values.analyze import Cause, JointEffect
from dmaic_assets.process.analyze.factors import Bools, Factor
from dmaic_assets.process.confidence import Z_95
from dmaic_assets.sixsigma.regression.logistic import logistic_regression

# Causes that are looked at together; one alone has no others beside it.
_FEWEST = 2


def joint_effects(
    causes: Sequence[Cause], factors: Sequence[Factor], defective: Bools
) -> tuple[JointEffect, ...]:
    """Regresses defects over causes, in their order; a cause that follows from others is left out.

    A sample that keeps every defective row moves the intercept only.

    Args:
        causes: Groups of rows by factors and levels.
        factors: What each row is known by.
        defective: Which rows are defective.
    """
    if len(causes) < _FEWEST:
        return ()
    by_name = {factor.name: factor for factor in factors}
    inside = np.column_stack([_rows_of(cause, by_name) for cause in causes])
    places = np.left_shift(1, np.arange(len(causes)))
    patterns, at = np.unique(inside @ places, return_inverse=True)
    trials = np.bincount(at).astype(np.float64)
    successes = np.bincount(at, weights=defective.astype(np.float64)).astype(np.float64)
    design = ((patterns[:, None] & places) > 0).astype(np.float64)
    kept: list[int] = []
    for place in range(len(causes)):
        tried = np.column_stack([np.ones(len(design)), design[:, [*kept, place]]])
        if np.linalg.matrix_rank(tried) == tried.shape[1]:
            kept.append(place)
    if len(kept) < _FEWEST:
        return ()
    fit = logistic_regression(design[:, kept], successes, trials)
    return tuple(
        JointEffect(
            causes[place].words,
            math.exp(beta),
            math.exp(beta - Z_95 * error),
            math.exp(beta + Z_95 * error),
            p,
        )
        for place, beta, error, p in zip(
            kept,
            fit.coefficients[1:].tolist(),
            fit.errors[1:].tolist(),
            fit.p_values()[1:].tolist(),
            strict=True,
        )
    )


def _rows_of(cause: Cause, factors: dict[str, Factor]) -> Bools:
    """The rows of a cause's group."""
    parts = (
        factors[name].codes == factors[name].levels.index(level) for name, level in cause.group
    )
    return np.logical_and.reduce(list(parts))
