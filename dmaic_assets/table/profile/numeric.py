"""Facts of numeric columns: integers, floats and decimals of any width.

NaN and infinities are values (they count as distinct values and may be among the most frequent
ones) but not numbers: minimum, mean, quantiles, histogram and the other numeric facts are of the
finite values only, and `nonfinite_count` tells how many others there are. -0.0 equals 0.0.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.model import ColumnProfile, Scalar, ValueCount
from dmaic_assets.table.profile.column_batches import Column
from dmaic_assets.table.profile.moments import moments_of
from dmaic_assets.table.profile.row_order import RowOrder, order_of_column, order_of_numbers
from dmaic_assets.table.profile.value_counts import COUNT, TOP, VALUE, tabulate, top_of
from dmaic_assets.table.profile.value_runs import (
    Floats,
    Numbers,
    Runs,
    histogram,
    quantiles,
    runs_of,
)
from dmaic_assets.table.profile.value_texts import texts_of, value_counts

# Every integer of so many digits fits into 64 bits.
_SAFE_DIGITS = 18
_NUMPY: Mapping[type[pl.DataType], npt.DTypeLike] = {
    pl.Int8: np.int8,
    pl.Int16: np.int16,
    pl.Int32: np.int32,
    pl.Int64: np.int64,
    pl.UInt8: np.uint8,
    pl.UInt16: np.uint16,
    pl.UInt32: np.uint32,
    pl.UInt64: np.uint64,
    pl.Float32: np.float32,
    pl.Float64: np.float64,
}


@dataclass(frozen=True, slots=True)
class _Measured:
    """What the two ways of counting agree on; `numbers` has the finite values as doubles."""

    numbers: Runs
    distinct: int
    once: int
    top: tuple[ValueCount, ...]
    minimum: Scalar
    maximum: Scalar
    order: RowOrder
    nonfinite: int = 0


def profile_numeric(column: Column, base: ColumnProfile) -> ColumnProfile:
    """Measures a numeric column; `base` holds its name, type and rows."""
    measured = _measure(column)
    numbers = measured.numbers
    values: Floats = numbers.values.astype(np.float64, copy=False)
    shape = moments_of(numbers.values, numbers.counts)
    below = numbers.count_below(0.0)
    return replace(
        base,
        null_count=base.rows - numbers.total - measured.nonfinite,
        distinct_count=measured.distinct,
        once_count=measured.once,
        minimum=measured.minimum,
        maximum=measured.maximum,
        mean=shape.mean,
        std=shape.std,
        skewness=shape.skewness,
        kurtosis=shape.kurtosis,
        zero_count=numbers.count_below(0.0, is_included=True) - below,
        negative_count=below,
        nonfinite_count=measured.nonfinite,
        quantiles=quantiles(numbers),
        top_values=measured.top,
        histogram=histogram(values, numbers.counts),
        is_sorted=measured.order,
    )


def _measure(column: Column) -> _Measured:
    dtype = column.dtype
    if dtype.is_float():
        return _measure_floats(column)
    if isinstance(dtype, pl.Decimal):
        return _measure_decimals(column, dtype)
    if dtype.base_type() not in _NUMPY:
        narrow = _narrowed(column)
        return _measure_wide(column) if narrow is None else _measure_integers(narrow)
    return _measure_integers(column)


def _measure_floats(column: Column) -> _Measured:
    if column.dtype.base_type() not in _NUMPY:
        column = column.map(lambda values: values.cast(pl.Float32), pl.Float32())
    values = column.gather(_NUMPY[column.dtype.base_type()])
    order = order_of_numbers(values)
    is_finite = np.isfinite(values)
    special = values[:0] if is_finite.all() else values[~is_finite]
    runs = runs_of(values[is_finite] if len(special) else values, is_ascending=order == "ascending")
    del values, is_finite  # as large as the column, and no longer needed
    runs.values[runs.values == 0] = 0.0
    special_counts = _special_counts(special)
    return _Measured(
        numbers=Runs(runs.values.astype(np.float64, copy=False), runs.counts, runs.total),
        distinct=runs.distinct + len(special_counts),
        once=runs.once + sum(count == 1 for count in special_counts.values()),
        top=_top_floats(runs, special_counts, column.dtype),
        minimum=float(runs.values[0]) if runs.total else None,
        maximum=float(runs.values[-1]) if runs.total else None,
        order=order,
        nonfinite=len(special),
    )


def _special_counts(special: Numbers) -> dict[float, int]:
    counts = {
        -math.inf: int(np.count_nonzero(special == -np.inf)),
        math.inf: int(np.count_nonzero(special == np.inf)),
        math.nan: int(np.count_nonzero(np.isnan(special))),
    }
    return {value: count for value, count in counts.items() if count}


def _top_floats(
    runs: Runs, special: dict[float, int], dtype: pl.DataType
) -> tuple[ValueCount, ...]:
    finite = [(float(runs.values[position]), count) for position, count in runs.top(TOP)]
    pairs = [*finite, *special.items()]
    # NaN is not comparable: behind everything else, as Polars sorts it.
    pairs.sort(key=lambda pair: (-pair[1], math.isnan(pair[0]), pair[0]))
    top = pairs[:TOP]
    texts = texts_of(pl.Series([value for value, _ in top], dtype=dtype))
    return tuple(ValueCount(text, count) for text, (_, count) in zip(texts, top, strict=True))


def _measure_integers(column: Column, *, scale: int = 0) -> _Measured:
    values = column.gather(_NUMPY[column.dtype.base_type()])
    order = order_of_numbers(values)
    runs = runs_of(values, is_ascending=order == "ascending")
    del values  # as large as the column, and no longer needed
    numbers: Floats = runs.values.astype(np.float64)
    if scale:
        numbers /= 10.0**scale
    top = (ValueCount(_text(runs, position, scale), n) for position, n in runs.top(TOP))
    return _Measured(
        numbers=Runs(numbers, runs.counts, runs.total),
        distinct=runs.distinct,
        once=runs.once,
        top=tuple(top),
        minimum=_scalar(Decimal(int(runs.values[0])).scaleb(-scale)) if runs.total else None,
        maximum=_scalar(Decimal(int(runs.values[-1])).scaleb(-scale)) if runs.total else None,
        order=order,
    )


def _measure_decimals(column: Column, dtype: pl.Decimal) -> _Measured:
    unscaled = column.map(pl.Series.to_physical, pl.Int128())
    if dtype.precision <= _SAFE_DIGITS:
        narrow = unscaled.map(lambda values: values.cast(pl.Int64), pl.Int64())
    else:
        narrow = _narrowed(unscaled)
    if narrow is None:
        return _measure_wide(column)
    return _measure_integers(narrow, scale=dtype.scale)


def _narrowed(column: Column) -> Column | None:
    """Gives the column as 64-bit integers, or None when some value does not fit."""
    narrow = column.map(lambda values: values.cast(pl.Int64, strict=False), pl.Int64())
    return None if narrow.null_count() else narrow


def _measure_wide(column: Column) -> _Measured:
    table = tabulate(column).sort(VALUE)
    counts = table[COUNT].to_numpy()
    total = int(counts.sum())
    ends = texts_of(pl.concat([table[VALUE].head(1), table[VALUE].tail(1)]))
    return _Measured(
        numbers=Runs(
            table[VALUE].cast(pl.Float64).to_numpy(),
            None if len(counts) == total else counts,
            total,
        ),
        distinct=table.height,
        once=int(np.count_nonzero(counts == 1)),
        top=value_counts(top_of(table)),
        minimum=_scalar(Decimal(ends[0])) if total else None,
        maximum=_scalar(Decimal(ends[1])) if total else None,
        order=order_of_column(column),
    )


def _text(runs: Runs, position: int, scale: int) -> str:
    return f"{Decimal(int(runs.values[position])).scaleb(-scale):f}"


def _scalar(value: Decimal) -> int | float:
    """A JSON number: whole for a decimal without places, else the nearest double."""
    exponent = value.as_tuple().exponent
    return int(value) if exponent == 0 else float(value)
