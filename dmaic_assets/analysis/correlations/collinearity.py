"""Belsley's diagnosis of numbers that nearly follow from each other.

What belongs here: the condition indexes of the correlation matrix, and the columns behind them
(Belsley, Kuh, Welsch, Regression Diagnostics, 1980; R35).
"""

import numpy as np

from dmaic_assets.analysis.correlations.numbers import Columns, scaled
from dmaic_assets.analysis.values.correlations import Collinearity

# Condition indexes from which columns are told, and from which it is severe (Belsley 1991).
_TOLD = 10.0
_SEVERE = 30.0
# What stands for infinity: columns follow exactly from each other (R35).
SINGULAR = 999.0
# An eigenvalue below this one counts as 0; below the next one it may be told (R35).
_NOTHING = 1e-10
_SMALL = 0.01
# Share of a column's variance that lies on one eigenvalue.
_SHARE = 0.5
# A column that lacks more of its rows would take the others' rows away.
_MOST_MISSING = 0.5
# Complete rows per column.
_ROWS_PER_COLUMN = 5


def collinear(columns: Columns) -> tuple[float | None, tuple[Collinearity, ...]]:
    """The condition index of all numbers together, and the groups of columns behind high ones.

    Returns:
        None where fewer than two numbers vary over enough complete rows.
    """
    names = [n for n, x in columns.numbers.items() if np.isnan(x).mean() <= _MOST_MISSING]
    if len(names) < 2:
        return None, ()
    rows = np.column_stack([columns.numbers[name] for name in names])
    rows = rows[~np.isnan(rows).any(axis=1)]
    if len(rows) < _ROWS_PER_COLUMN * len(names):
        return None, ()
    rows = np.column_stack([scaled(column) for column in rows.T])
    varies = np.ptp(rows, axis=0) > 0
    names = [name for name, v in zip(names, varies, strict=True) if v]
    if len(names) < 2:
        return None, ()
    values, vectors = np.linalg.eigh(np.corrcoef(rows[:, varies], rowvar=False))
    values = np.maximum(values, 0.0)
    least = np.maximum(values, _NOTHING)
    indexes = np.minimum(SINGULAR, np.sqrt(values[-1] / least))
    indexes[values < _NOTHING] = SINGULAR
    weights = vectors**2 / least
    shares = weights / weights.sum(axis=1, keepdims=True)
    found: list[Collinearity] = []
    for at in np.flatnonzero((values < _SMALL) & (indexes >= _TOLD)):
        behind = tuple(n for n, share in zip(names, shares[:, at], strict=True) if share > _SHARE)
        if len(behind) > 1:
            index = float(indexes[at])
            found.append(Collinearity(behind, index, index >= _SEVERE))
    return float(indexes.max()), tuple(found)
