"""The analysis `temporal`: the rhythm of time columns, and series over the main one.

What belongs here: the order of the work. Words stand in `words`.
"""

from datetime import UTC, datetime

import numpy as np
import polars as pl

from dmaic_assets.analysis.measures import measures
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.tables import Table, as_time
from dmaic_assets.analysis.temporal.columns import main_column, time_columns
from dmaic_assets.analysis.temporal.periods import (
    SECONDS,
    UNITS,
)
from dmaic_assets.analysis.temporal.rhythm import (
    Counted,
    gaps_of,
    grain_facts,
    grain_of,
    month_end_load,
    unit_of,
)
from dmaic_assets.analysis.temporal.series import all_series, series_unit
from dmaic_assets.analysis.temporal.words import findings_of
from dmaic_assets.analysis.values.semantic import SemanticValue
from dmaic_assets.analysis.values.statistics import StatisticsValue
from dmaic_assets.analysis.values.temporal import TemporalValue, TimeColumn, Unit

# Gaps that are kept, the longest first (R41).
_MOST_GAPS = 10
# Measures that are followed over time at most, in the order of the table.
_MOST_MEASURES = 30
# Intervals after which a column is stale (R45).
_STALE_INTERVALS = 2.0


def analyze(study: Study) -> Outcome:
    """Looks at every column of times, and at rows and measures over the main one."""
    table = study.table
    facts = study.value(StatisticsValue, table.name)
    meaning = study.value(SemanticValue, table.name)
    names, aside = time_columns(table, facts, meaning)
    columns = {name: _column(table, name, study.now) for name in names}
    main = main_column(table, facts, names)
    series = ()
    if main is not None:
        unit = _series_unit(table, main, columns[main])
        followed = measures(table, facts, meaning, most=_MOST_MEASURES)
        series = all_series(table, main, unit, followed)
    value = TemporalValue(main, columns, series, aside)
    return Outcome(value, findings_of(table.name, value))


def _times(table: Table, name: str) -> pl.Series:
    time = as_time(name, table.scan().collect_schema()[name])
    return table.rows([name]).select(time).to_series()


def _column(table: Table, name: str, now: datetime) -> TimeColumn:
    """The facts of one column that has two different times at least."""
    all_times = _times(table, name)
    times = all_times.drop_nulls()
    seconds = times.dt.epoch("s").unique().sort().to_numpy().astype(np.int64)
    grain, confidence, interval, regularity = grain_of(seconds)
    span = float(seconds[-1] - seconds[0])
    counted = Counted(times, unit_of(grain, span, len(seconds)))
    first, last = times.min(), times.max()
    assert isinstance(first, datetime)  # noqa: S101 - narrows: times are not empty
    assert isinstance(last, datetime)  # noqa: S101 - as above
    gaps = gaps_of(counted)
    naive = now.astimezone(UTC).replace(tzinfo=None) if now.tzinfo else now
    age = (naive - last).total_seconds()
    days = np.bincount(times.dt.weekday().to_numpy() - 1, minlength=7) / len(times)
    return TimeColumn(
        first=first,
        last=last,
        rows=len(times),
        nulls=all_times.null_count(),
        distinct=len(seconds),
        grain=grain,
        grain_confidence=confidence,
        interval=interval,
        regularity=regularity,
        unit=counted.unit,
        gap_count=len(gaps),
        gaps=tuple(gaps[:_MOST_GAPS]),
        grains=grain_facts(counted),
        weekdays=tuple(float(share) for share in days),
        month_end_load=month_end_load(times, first, last),
        age=age,
        is_stale=interval > 0 and age > _STALE_INTERVALS * interval,
        future_rows=int((times > naive).sum()),
    )


def _series_unit(table: Table, main: str, column: TimeColumn) -> Unit:
    span = (column.last - column.first).total_seconds()
    counted = Counted(_times(table, main).drop_nulls(), column.unit)
    points: dict[Unit, int] = {unit: int(span / SECONDS[unit]) + 1 for unit in UNITS}
    return series_unit(counted, column.grain, points)
