"""Rows whose values are usual one by one but not together.

What belongs here: robust distances by covariance from the nearer rows (Rousseeuw's C-steps).
"""

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.analysis.statistical_quality.fences import is_skewed, upper_fence

Floats = NDArray[np.float64]

# Rows without which no distance is told: distances of a dozen columns have a tail of their own.
LEAST_ROWS = 500
# Share of the rows that the covariance is told from, and how often it is told anew.
_KEPT = 0.9
_STEPS = 3
# Robust standard deviations beyond which a value counts as this far: it is an outlier by itself.
_REACH = 4.0
# Least eigenvalue as a share of the mean one: below, columns say the same but for rounding.
_LEAST_EIGENVALUE = 1e-4


def usual_scale(values: Floats) -> Floats:
    """A column, or its logarithm, on robust scales for each side of its median, drawn in at 4."""
    values = np.log(values) if is_skewed(values) else values
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    above = max(float(high - middle), 1e-12) / 1.2816
    below = max(float(middle - low), 1e-12) / 1.2816
    away = values - middle
    return np.clip(np.where(away > 0, away / above, away / below), -_REACH, _REACH)


def far_rows(columns: list[Floats]) -> NDArray[np.bool_]:
    """Which rows are farther from the middle of all than the tail of distances lets expect.

    Args:
        columns: Complete columns of the same length.
    """
    z = np.column_stack([usual_scale(values) for values in columns])
    inside = (np.abs(z) < _REACH).all(axis=1)
    kept = np.flatnonzero(inside)
    distance = np.zeros(len(z))
    for _ in range(_STEPS):
        if len(kept) <= z.shape[1] + 1:
            return np.zeros(len(z), np.bool_)
        mean = z[kept].mean(axis=0)
        values, vectors = np.linalg.eigh(np.cov(z[kept], rowvar=False))
        floor = _LEAST_EIGENVALUE * float(values.mean()) + 1e-12
        turned = (z - mean) @ vectors / np.sqrt(np.maximum(values, floor))
        distance = np.sqrt((turned**2).sum(axis=1))
        limit = float(np.quantile(distance[inside], _KEPT))
        kept = np.flatnonzero(inside & (distance <= limit))
    fence = upper_fence(distance[inside])
    if fence is None:
        return np.zeros(len(z), np.bool_)
    return inside & (distance > fence)
