"""Columns as numbers: what sketches, distributions and steps of time are all measured on."""

import polars as pl

from dmaic_assets.table.text_table import column


def as_number(name: str, dtype: pl.DataType) -> pl.Expr:
    """Builds a column's values as floats: times in seconds since the epoch or midnight."""
    expr = column(name)
    if isinstance(dtype, pl.Date):
        return expr.cast(pl.Int32).cast(pl.Float64) * 86_400
    if isinstance(dtype, pl.Datetime):
        return expr.dt.epoch("us").cast(pl.Float64) / 1e6
    if isinstance(dtype, pl.Time):
        return expr.cast(pl.Int64).cast(pl.Float64) / 1e9
    if isinstance(dtype, pl.Duration):
        return expr.dt.total_microseconds().cast(pl.Float64) / 1e6
    return expr.cast(pl.Float64)


def is_measurable(dtype: pl.DataType) -> bool:
    """Whether `as_number` knows the type."""
    return dtype.is_numeric() or dtype.is_temporal()
