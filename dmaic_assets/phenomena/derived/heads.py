"""Which pairs of numbers the first rows leave as inputs of a formula: all of them asked at once.

What belongs here: ruling out. A pair that is left may still fail in a later row; one that is ruled
out would.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dmaic_assets.history.baseline import Bools, Floats

# Rows that a formula is tried on before all rows are asked.
PROBE_ROWS = 400
# Rows of the first look: nearly every wrong formula fails within them.
FIRST_ROWS = 24
# Factors of a + k b: minutes and hours, per cent, tens, thousands.
LINEAR_FACTORS = (1, 60, 100, 10, 1000)
# Relative error that binary rounding of a decimal may leave.
RELATIVE = 1e-9
# Tolerance of numbers whose decimals say nothing, and the most of it as a share of the greatest.
_FINEST, _MOST_ERROR = 1e-6, 1e-3
# No column that has decimals is asked for more than half a unit of its first one.
_WIDEST = 0.5 * 10.0**-1 * 1.001


@dataclass(frozen=True, slots=True)
class Heads:
    """The first rows of several numbers, and what every formula gives of every two of them.

    `known` has a row per number and a column per probed row; `formulas` has an entry per formula,
    first input, second input and row, not finite where the formula gives nothing.
    """

    known: Bools
    formulas: Floats

    def likely(self, target: Floats) -> Bools:
        """Tells of each pair whether some formula is right in the first rows, or too few are known.

        Args:
            target: The column to be computed, all its rows.

        Returns:
            A symmetric table, inputs by inputs.
        """
        is_known = ~np.isnan(target[:PROBE_ROWS])
        shared = (self.known & is_known).astype(np.int64) @ self.known.T.astype(np.int64)
        seen = np.abs(target[:PROBE_ROWS][is_known])
        near = max(_WIDEST, 1e-6 * max(1.0, float(seen.max(initial=0.0))))
        y = target[:FIRST_ROWS]
        is_open = np.isnan(y) | ~np.isfinite(self.formulas)
        holds = (is_open | (np.abs(self.formulas - y) <= near)).all(axis=-1).any(axis=0)
        return (shared < FIRST_ROWS) | holds | holds.T


def heads_of(numbers: Iterable[Floats]) -> Heads:
    """Takes the first rows of several columns of one table, at least one."""
    probed = np.vstack([column[:PROBE_ROWS] for column in numbers])
    rows = probed[:, :FIRST_ROWS]
    a, b = rows[:, np.newaxis, :], rows[np.newaxis, :, :]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        linear = [f * a + sign * b for f in LINEAR_FACTORS for sign in (1, -1)]
        formulas = np.stack([*linear, a / b, a * b])
    return Heads(~np.isnan(probed), formulas)


def tolerance_of(y: Floats) -> float:
    """Half a unit of the last decimal that the column has (up to six).

    Of whole numbers, and of those with more decimals, 1e-6, but no more than a thousandth of the
    greatest: numbers that are all smaller than the tolerance would follow from any others.
    """
    probe = y[:PROBE_ROWS]
    greatest = float(np.abs(probe).max(initial=0.0))
    least = min(_FINEST, _MOST_ERROR * greatest) if greatest else _FINEST
    for decimals in range(7):
        if (
            np.abs(np.round(probe, decimals) - probe) <= RELATIVE * np.maximum(1, abs(probe))
        ).all():
            return 0.5 * 10.0**-decimals * 1.001 if decimals else least
    return _FINEST * greatest if greatest > 1 else least
