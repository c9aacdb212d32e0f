"""Facts of dates, datetimes, times of day and durations: measured on their integers.

The first and the last time are `minimum` and `maximum`. The histogram's edges are seconds: since
1970-01-01 (UTC where the column has a time zone) for dates and datetimes, since midnight for
times of day, of length for durations.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from dmaic_assets.model import ColumnProfile, ValueCount
from dmaic_assets.table.profile.column_batches import Column
from dmaic_assets.table.profile.row_order import order_of_numbers
from dmaic_assets.table.profile.value_counts import TOP
from dmaic_assets.table.profile.value_runs import Floats, Numbers, Runs, histogram, runs_of
from dmaic_assets.table.profile.value_texts import texts_of

# Seconds in a day.
_DAY_S = 86_400.0
# Ticks in a second of each of Polars' time units.
_PER_SECOND: Mapping[str, float] = {"ms": 1e3, "us": 1e6, "ns": 1e9}


def profile_time(column: Column, base: ColumnProfile) -> ColumnProfile:
    """Measures a column of times; `base` holds its name, type and rows."""
    is_date = column.dtype == pl.Date
    whole = column.map(pl.Series.to_physical, pl.Int32() if is_date else pl.Int64())
    values = whole.gather(np.int32 if is_date else np.int64)
    order = order_of_numbers(values)
    runs = runs_of(values, is_ascending=order == "ascending")
    del values  # as large as the column, and no longer needed
    top = runs.top(TOP)
    shown = [0, runs.distinct - 1] if runs.total else []
    texts = _texts(runs, [*shown, *(position for position, _ in top)], whole.dtype, column.dtype)
    return replace(
        base,
        null_count=base.rows - runs.total,
        distinct_count=runs.distinct,
        once_count=runs.once,
        minimum=texts[0] if runs.total else None,
        maximum=texts[1] if runs.total else None,
        top_values=tuple(ValueCount(text, n) for text, (_, n) in zip(texts[2:], top, strict=True)),
        histogram=histogram(_seconds(runs.values, column.dtype), runs.counts),
        is_sorted=order,
    )


def _texts(
    runs: Runs, positions: list[int], physical: pl.DataType, dtype: pl.DataType
) -> list[str]:
    return texts_of(pl.Series(runs.values[positions], dtype=physical).cast(dtype))


def _seconds(values: Numbers, dtype: pl.DataType) -> Floats:
    seconds: Floats = values.astype(np.float64)
    if dtype == pl.Date:
        seconds *= _DAY_S
        return seconds
    unit = dtype.time_unit if isinstance(dtype, pl.Datetime | pl.Duration) else "ns"
    seconds /= _PER_SECOND[unit]
    return seconds
