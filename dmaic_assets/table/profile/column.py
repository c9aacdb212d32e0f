"""One column's profile: which facts its data type has, then warnings and score.

What belongs here: the choice by type. What does not: measuring (`profile_numeric`, `profile_text`,
`profile_time`, `profile_other`).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import polars as pl

from dmaic_assets.model import ColumnProfile, TypeName
from dmaic_assets.table.profile.column_batches import Column
from dmaic_assets.table.profile.eligibility import eligibility_warnings
from dmaic_assets.table.profile.numeric import profile_numeric
from dmaic_assets.table.profile.other import profile_boolean, profile_nested, profile_nothing
from dmaic_assets.table.profile.score import column_score
from dmaic_assets.table.profile.text import profile_binary, profile_text
from dmaic_assets.table.profile.time import profile_time

Measure: TypeAlias = Callable[[Column, ColumnProfile], ColumnProfile]


def profile_column(
    column: Column,
    type_name: TypeName | None = None,
    *,
    failed_casts: int = 0,
) -> ColumnProfile:
    """Measures one column exactly.

    Args:
        column: The typed column.
        type_name: What the column was recognised as; None takes its data type's.
        failed_casts: How many of its nulls are values that do not fit the type.
    """
    unmeasured = ColumnProfile(
        column=column.name,
        type=type_name or type_of(column.dtype),
        physical=str(column.dtype),
        rows=column.rows,
        null_count=0,
        null_tokens=(),
        distinct_count=0,
        once_count=0,
    )
    measured = _measure(column, unmeasured)
    warnings = eligibility_warnings(measured, failed_casts=failed_casts)
    return replace(measured, warnings=warnings, score=column_score(measured))


def type_of(dtype: pl.DataType) -> TypeName:
    """Names the type of a column that comes with a data type of its own."""
    if dtype.is_numeric():
        return "integer" if dtype.is_integer() else "decimal"
    if dtype.is_nested():
        return "nested"
    return _TYPES.get(dtype.base_type(), "text")


def _measure(column: Column, base: ColumnProfile) -> ColumnProfile:
    dtype = column.dtype
    if dtype.is_numeric():
        return profile_numeric(column, base)
    if dtype.is_temporal():
        return profile_time(column, base)
    if dtype.is_nested():
        return profile_nested(column, base)
    special = _SPECIAL.get(dtype.base_type())
    if special is not None:
        return special(column, base)
    if dtype != pl.String:
        column = column.map(_as_text, pl.String())
    return profile_text(column, base)


def _as_text(values: pl.Series) -> pl.Series:
    if values.dtype == pl.Object:
        return pl.Series(values.name, [str(value) for value in values], dtype=pl.String)
    return values.cast(pl.String)


_SPECIAL: dict[type[pl.DataType], Measure] = {
    pl.Boolean: profile_boolean,
    pl.Binary: profile_binary,
    pl.Null: profile_nothing,
}
_TYPES: dict[type[pl.DataType], TypeName] = {
    pl.Boolean: "boolean",
    pl.Binary: "binary",
    pl.Date: "date",
    pl.Datetime: "datetime",
    pl.Time: "time",
    pl.Duration: "duration",
}
