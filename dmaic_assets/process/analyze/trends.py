"""Trends in the share of defective rows: of a source as a whole, and within groups of rows.

What belongs here: the line over all files, and the share per level of each factor, earlier files
against later ones. Charts with limits are the business of Control.

A level grows or declines when its share moves by more than a fifth and by more than chance. A trend
is hidden when the whole moves by less than a tenth; levels of one factor compensate each other when
some grow and others decline meanwhile.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from dmaic_assets.phase_values.analyze import Course, SliceTrend, Trend
from dmaic_assets.process.analyze.factors import Bools, Factor, Floats, Grouping, single_groupings
from dmaic_assets.sixsigma.regression.linear import linear_regression
from dmaic_assets.sixsigma.tests.multiplicity import adjust_p_values

# Files: a line through fewer leaves hardly a degree of freedom to judge its slope by.
_LEAST_FILES_OF_A_LINE = 5
# Files: two earlier ones and two later ones.
_LEAST_FILES = 4
# Rows on either side for a share's normal approximation.
_LEAST_ROWS = 30
_MOVED, _STILL = 0.2, 0.1


def trend_of(shares: Sequence[float]) -> Trend | None:
    """Fits a line over the files in arrival order; None with fewer than 5 files or no variation."""
    if len(shares) < _LEAST_FILES_OF_A_LINE or max(shares) == min(shares):
        return None
    fit = linear_regression(shares, {"file": range(len(shares))})
    low, high = fit.intervals()[1]
    return Trend(float(fit.coefficients[1]), float(low), float(high), float(fit.p[1]), len(shares))


def slice_trends(
    factors: Sequence[Factor], defective: Bools, is_late: Bools, *, alpha: float
) -> tuple[SliceTrend, ...]:
    """Compares later rows with earlier ones, level by level of every factor.

    Args:
        factors: The factors of n rows.
        defective: Which rows are defective.
        is_late: Which rows belong to the later files.
        alpha: The chance of any false finding.

    Returns:
        The levels that moved, the surest first: the change of a share that was none is unknown.

    Source: the log ratio of two shares with Katz's standard error (Katz et al. 1978), Holm 1979.
    """
    tested = [
        (grouping, int(level), moved)
        for grouping in single_groupings(factors)
        for level, moved in _moves(grouping, defective, is_late)
    ]
    if not tested:
        return ()
    adjusted = adjust_p_values([moved.p for *_, moved in tested]).tolist()
    found = [
        (grouping, level, moved, p)
        for (grouping, level, moved), p in zip(tested, adjusted, strict=True)
        if p <= alpha and abs(moved.change) > _MOVED
    ]
    whole = _whole(defective, is_late)
    ways = {(id(g), m.change > 0) for g, _, m, _ in found}
    trends = [
        _trend(item, whole, both=(id(item[0]), item[2].change <= 0) in ways) for item in found
    ]
    return tuple(sorted(trends, key=lambda t: (t.p_adjusted, -abs(t.change), t.factor, t.level)))


def later_files(names: Sequence[str], file: Factor) -> Bools | None:
    """Tells row by row whether it belongs to the later half of the files.

    Args:
        names: The files in arrival order.
        file: The factor that names the file of each row.

    Returns:
        None with fewer than 4 files.
    """
    present = [name for name in dict.fromkeys(names) if name in file.levels]
    if len(present) < _LEAST_FILES:
        return None
    late = frozenset(present[len(present) // 2 :])
    return np.array([level in late for level in file.levels], dtype=np.bool_)[file.codes]


@dataclass(frozen=True, slots=True)
class _Move:
    rows: int
    before: float
    after: float
    change: float
    p: float


def _moves(grouping: Grouping, defective: Bools, is_late: Bools) -> list[tuple[int, _Move]]:
    counts = [
        grouping.count(np.flatnonzero(mask))
        for mask in (~is_late, is_late, ~is_late & defective, is_late & defective)
    ]
    early, late, early_bad, late_bad = counts
    enough = (early >= _LEAST_ROWS) & (late >= _LEAST_ROWS) & (early_bad + late_bad > 0)
    return [
        (int(level), _move((early[level], late[level]), (early_bad[level], late_bad[level])))
        for level in np.flatnonzero(enough)
    ]


def _move(rows: tuple[float, float], bad: tuple[float, float]) -> _Move:
    early, late = rows
    d, e = bad[0] or 0.5, bad[1] or 0.5
    ratio = (e / late) / (d / early)
    error = math.sqrt(max(0.0, 1 / d - 1 / early + 1 / e - 1 / late))
    p = 2 * float(stats.norm.sf(abs(math.log(ratio)) / error)) if error > 0 else 1.0
    return _Move(int(early + late), bad[0] / early, bad[1] / late, ratio - 1, p)


def _whole(defective: Bools, is_late: Bools) -> float:
    early: Floats = defective[~is_late].astype(np.float64)
    late: Floats = defective[is_late].astype(np.float64)
    return _move((len(early), len(late)), (float(early.sum()), float(late.sum()))).change


def _trend(item: tuple[Grouping, int, _Move, float], whole: float, *, both: bool) -> SliceTrend:
    grouping, level, moved, p = item
    factor = grouping.factors[0]
    still = abs(whole) < _STILL
    course: Course = "compensating" if still and both else "hidden" if still else "trend"
    return SliceTrend(
        factor.name,
        factor.levels[level],
        moved.rows,
        moved.before,
        moved.after,
        moved.change,
        p,
        course,
    )
