"""Series over the main time column: rows and means of measures, with season, trend and breaks.

What belongs here: from rows to series and their facts.
"""

from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dmaic_assets.analysis.tables import Table, as_time
from dmaic_assets.analysis.temporal.changes import with_changes
from dmaic_assets.analysis.temporal.levels import LEAST_POINTS, shifts_of, trend_of
from dmaic_assets.analysis.temporal.periods import (
    UNITS,
    YEAR,
    Ints,
    coarser,
    number_of,
    season_labels,
    start_of,
)
from dmaic_assets.analysis.temporal.rhythm import Counted
from dmaic_assets.analysis.temporal.seasons import STRENGTH, season_breaks, strongest
from dmaic_assets.analysis.values.temporal import ChangePoint, Grain, Series, Unit

Floats = NDArray[np.float64]
# Points of a series: bounds the cost of segmenting, which grows with their square.
MOST_POINTS = 1_200
# Rows of a usual period from which a mean of it is more than chance.
_USUAL_ROWS = 5
# Share of an edge period's rows in usual ones below which it is cut off, not small.
_CUT_OFF = 0.7


def series_unit(counted: Counted, grain: Grain, span_units: dict[Unit, int]) -> Unit:
    """The shortest periods not below the counted ones with few enough points and enough rows."""
    units: list[Unit] = [counted.unit, *coarser(counted.unit)]
    rows = int(counted.rows.sum())
    fitting: list[Unit] = [u for u in units if span_units[u] <= MOST_POINTS]
    enough: list[Unit]
    if grain in UNITS:
        enough = [u for u in fitting if UNITS.index(u) >= UNITS.index(grain)]
    else:
        enough = [u for u in fitting if rows >= _USUAL_ROWS * span_units[u]]
    for unit in (*enough, *fitting):
        return unit
    return YEAR


def all_series(
    table: Table, main: str, unit: Unit, measures: tuple[str, ...]
) -> tuple[Series, ...]:
    """Rows per period and the mean of each measure, looked at one by one."""
    time = as_time(main, table.scan().collect_schema()[main])
    counted = Counted(table.rows([main]).select(time).to_series().drop_nulls(), unit)
    inner = _inner(counted)
    found = [_facts("", counted.numbers[inner], counted.rows[inner].astype(np.float64), unit)]
    for measure in measures:
        observed = _observed(table, time, main, measure)
        numbers, means = _means(observed, unit)
        kept = np.isin(numbers, counted.numbers[inner])
        one = _facts(measure, numbers[kept], means[kept], unit)
        found.append(None if one is None else with_changes(one, observed))
    return tuple(one for one in found if one is not None)


def _inner(counted: Counted) -> NDArray[np.bool_]:
    """Due periods, without the first and last where they are cut off."""
    kept = counted.is_due.copy()
    usual = float(np.median(counted.rows[counted.is_due])) if counted.is_due.any() else 0.0
    for edge in (0, -1):
        if counted.rows[edge] < _CUT_OFF * usual:
            kept[edge] = False
    return kept


def _observed(table: Table, time: pl.Expr, main: str, measure: str) -> pl.DataFrame:
    """The finite values of a measure that have a time, as `t` and `v`."""
    value = pl.col(measure).cast(pl.Float64)
    return (
        table.rows([main, measure])
        .select(time.alias("t"), value.alias("v"))
        .filter(pl.col("t").is_not_null() & pl.col("v").is_finite())
    )


def _means(observed: pl.DataFrame, unit: Unit) -> tuple[Ints, Floats]:
    frame = (
        observed.group_by(number_of(pl.col("t"), unit).alias("n")).agg(pl.col("v").mean()).sort("n")
    )
    numbers = frame.get_column("n").to_numpy().astype(np.int64)
    return numbers, frame.get_column("v").to_numpy().astype(np.float64)


def _facts(measure: str, numbers: Ints, y: Floats, unit: Unit) -> Series | None:
    """The facts of one series; None for too few points."""
    if len(y) < LEAST_POINTS:
        return None
    season = strongest(y, season_labels(numbers, unit))
    has_season = season is not None and season.strength >= STRENGTH
    level = y - season.fitted if season is not None and has_season else y
    breaks = season_breaks(y, season.places, season.length) if season is not None else ()
    trend, shifts = trend_of(level), shifts_of(level)
    if trend.is_steady:
        # What a line tells as well as steps do is a trend and not steps.
        line = trend.change * (np.arange(len(y)) / max(1, len(y) - 1) - 0.5)
        steps = _stepped(level, tuple(s.at for s in shifts))
        left = float(((level - level.mean() - line) ** 2).sum())
        if left <= 1.2 * float(((level - steps) ** 2).sum()):
            shifts = shifts_of(level - line)
        else:
            trend = trend_of(level - steps)
    at = [start_of(int(n), unit) for n in numbers]
    return Series(
        measure,
        unit,
        len(y),
        float(y.mean()),
        season.length if season is not None and has_season else None,
        season.strength if season is not None else 0.0,
        tuple(at[i] for i in breaks),
        trend.change if trend.is_steady else None,
        trend.share,
        tuple(ChangePoint(at[s.at], s.before, s.after, s.effect) for s in shifts),
    )


def _stepped(y: Floats, cuts: tuple[int, ...]) -> Floats:
    bounds = [0, *cuts, len(y)]
    parts = [y[a:b] for a, b in pairwise(bounds)]
    return np.concatenate([np.full(len(part), part.mean()) for part in parts])
