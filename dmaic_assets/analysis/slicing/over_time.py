"""Slices over time: which rise and fall, what the total hides, and how the mix changes.

What belongs here: numbers per slice and period. Twelve months of one season are no trend: what all
slices share is the total's.
"""

import math
from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.slicing import Compensation, Cut, MixDrift, Movement

Floats = NDArray[np.float64]

# Periods of equal length that the time is cut into.
_PERIODS = 16
# Rows of a slice without which it is not followed, twenty a period.
_LEAST_ROWS = 320
# Change that is a movement, and change of the total that is none (R54).
_MOVED, _STILL = 0.2, 0.1
# Standard errors of a movement: at 6 with 14 degrees of freedom one in thirty thousand is chance.
_LEAST_ERRORS = 6.0
# Share of all rows from which a value that comes or goes is told.
_SHARE = 0.005
# Periods at each end that may be cut off.
_EDGE = 1
# Share of the periods that a usual slice has rows in; of fewer, the column tells the time itself.
_ALL_TIMES = 0.6


def followed(
    table: Table, time: pl.Expr, cut: Cut, measures: tuple[str, ...]
) -> tuple[list[Movement], list[Compensation], MixDrift | None]:
    """Movements of one cut's slices, what they compensate, and the drift of its mix."""
    frame = _periods(table, time, cut, measures)
    names = sorted(s.value for s in cut.slices if s.value is not None)
    if frame is None or len(names) < 2:
        return [], [], None
    rows = _matrix(frame, names, "rows", 0.0)
    if float(np.median((rows > 0).mean(axis=1))) < _ALL_TIMES:
        return [], [], None
    totals = rows.sum(axis=0)
    movements: list[Movement] = []
    compensations: list[Compensation] = []
    enough = [i for i in range(len(names)) if rows[i].sum() >= _LEAST_ROWS]
    for measure in ("", *(m for m in measures if m != cut.column)):
        values = rows if not measure else _means(frame, names, measure)
        whole = totals if not measure else _whole(frame, measure)
        moved = list(_moved(cut.column, measure, names, enough, values, whole))
        movements.extend(moved)
        found = _compensated(cut.column, measure, moved)
        if found is not None:
            compensations.append(found)
    return movements, compensations, _drift(cut.column, names, rows)


def _periods(
    table: Table, time: pl.Expr, cut: Cut, measures: tuple[str, ...]
) -> pl.DataFrame | None:
    """Rows, and sums and counts of measures, by slice and period; None without two times."""
    scan = table.scan().select(
        pl.col(cut.column).cast(pl.String).alias("\x00g"),
        time.dt.epoch("s").alias("\x00t"),
        *[pl.col(m).cast(pl.Float64) for m in measures if m != cut.column],
    )
    frame = scan.filter(pl.col("\x00g").is_not_null() & pl.col("\x00t").is_not_null()).collect()
    low, high = frame.get_column("\x00t").min(), frame.get_column("\x00t").max()
    if not isinstance(low, int) or not isinstance(high, int) or high - low < _PERIODS:
        return None
    length = (high - low + 1) / _PERIODS
    number = ((pl.col("\x00t") - low) / length).floor().cast(pl.Int64).clip(0, _PERIODS - 1)
    seen = [m for m in measures if m != cut.column]
    return (
        frame.with_columns(number.alias("\x00p"))
        .group_by("\x00g", "\x00p")
        .agg(
            pl.len().cast(pl.Float64).alias("\x00rows"),
            *[pl.col(m).filter(pl.col(m).is_finite()).sum().alias(f"\x00s{m}") for m in seen],
            *[pl.col(m).is_finite().sum().cast(pl.Float64).alias(f"\x00c{m}") for m in seen],
        )
        .sort("\x00g", "\x00p")
    )


def _matrix(frame: pl.DataFrame, names: list[str], what: str, empty: float) -> Floats:
    at = {name: i for i, name in enumerate(names)}
    found = np.full((len(names), _PERIODS), empty)
    places = [at[g] for g in frame.get_column("\x00g").to_list()]
    found[places, frame.get_column("\x00p").to_numpy()] = frame.get_column(f"\x00{what}").to_numpy()
    return found


def _means(frame: pl.DataFrame, names: list[str], measure: str) -> Floats:
    sums = _matrix(frame, names, f"s{measure}", 0.0)
    counts = _matrix(frame, names, f"c{measure}", 0.0)
    return np.where(counts > 0, sums / np.maximum(counts, 1.0), np.nan)


def _whole(frame: pl.DataFrame, measure: str) -> Floats:
    groups = sorted(set(frame.get_column("\x00g").to_list()))
    sums = _matrix(frame, groups, f"s{measure}", 0.0).sum(axis=0)
    counts = _matrix(frame, groups, f"c{measure}", 0.0).sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1.0), np.nan)


def change_of(y: Floats) -> tuple[float, float]:
    """The change over the span as a share of the mean, and its standard errors.

    A line or a step in the middle, whichever stands out more.
    """
    n = len(y)
    mean = float(y.mean())
    spread = float(((y - mean) ** 2).sum())
    if not np.isfinite(spread) or spread <= 0 or mean == 0:
        return 0.0, 0.0
    line = np.linspace(-0.5, 0.5, n)
    step = np.where(np.arange(n) < n // 2, -0.5, 0.5)
    best = (0.0, 0.0)
    for form in (line, step):
        slope = float((form * (y - mean)).sum() / (form**2).sum())
        left = max(spread - slope**2 * float((form**2).sum()), 1e-12 * spread)
        errors = abs(slope) / math.sqrt(left / (n - 2) / float((form**2).sum()))
        if errors > best[1]:
            best = (slope / abs(mean), errors)
    return best


def _moved(
    column: str, measure: str, names: list[str], enough: list[int], values: Floats, whole: Floats
) -> Iterator[Movement]:
    """Slices that rise or fall by a fifth while the whole does not; edge periods may be short."""
    total, _ = change_of(whole[_EDGE:-_EDGE])
    # What all slices share is the total's: each is looked at beside it.
    shared = whole / np.nanmean(whole) if not measure else np.ones(_PERIODS)
    for i in enough:
        with np.errstate(divide="ignore", invalid="ignore"):
            series = (values[i] / shared)[_EDGE:-_EDGE]
        change, errors = change_of(series)
        if abs(change) >= _MOVED and errors >= _LEAST_ERRORS and abs(total) < _STILL:
            yield Movement(column, names[i], measure, change, total)


def _compensated(column: str, measure: str, moved: list[Movement]) -> Compensation | None:
    rising = {m.value: m.change for m in moved if m.change > 0}
    falling = {m.value: m.change for m in moved if m.change < 0}
    if not rising or not falling:
        return None
    return Compensation(column, measure, moved[0].total_change, rising, falling)


def _drift(column: str, names: list[str], rows: Floats) -> MixDrift:
    """The second half's mix against the first's, and values that come or go for good."""
    half = _PERIODS // 2
    old, new = rows[:, :half].sum(axis=1), rows[:, half:].sum(axis=1)
    seen = rows.sum(axis=1) >= _SHARE * rows.sum()
    came = [n for n, a, ok in zip(names, old, seen, strict=True) if ok and a == 0]
    went = [n for n, b, ok in zip(names, new, seen, strict=True) if ok and b == 0]
    return MixDrift(column, jensen_shannon(old, new), tuple(came), tuple(went))


def jensen_shannon(first: Floats, second: Floats) -> float:
    """The divergence of two lists of counts in nats: 0 for the same shares, at most ln 2."""
    if first.sum() <= 0 or second.sum() <= 0:
        return 0.0
    p, q = first / first.sum(), second / second.sum()
    middle = (p + q) / 2
    parts = (float((x[x > 0] * np.log(x[x > 0] / middle[x > 0])).sum()) for x in (p, q))
    return max(0.0, sum(parts) / 2)
