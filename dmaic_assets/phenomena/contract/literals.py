"""Turns the JSON values of a rule into values of a column's Polars type, and says when none fits.

A bound or a set written in YAML is text, number or Boolean; the column is whatever the file
gave. Comparing the two must neither raise nor silently coerce: a value that the type cannot
hold is None here, and the caller decides.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import polars as pl

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.rule_kind import is_text


def literal_value(value: Json, dtype: pl.DataType) -> object | None:
    """Reads a JSON value as something that compares exactly with values of `dtype`.

    Numbers fit any number column (1.5 compares with integers), ISO text fits dates, datetimes,
    times and (as seconds) durations, text fits text, Booleans fit Booleans.

    Returns:
        A Python value or a typed Polars literal; None when the type cannot be compared with it.
    """
    if value is None or isinstance(value, (list, dict)):
        return None
    if isinstance(value, bool):
        return value if dtype == pl.Boolean else None
    if isinstance(value, str):
        return _from_text(value, dtype)
    return _from_number(value, dtype)


def _from_number(value: float, dtype: pl.DataType) -> object | None:
    if isinstance(dtype, pl.Duration):
        return timedelta(seconds=value)
    if isinstance(dtype, pl.Decimal):
        return Decimal(str(value))
    if not dtype.is_numeric():
        return None
    return (
        int(value)
        if isinstance(value, float) and value.is_integer() and dtype.is_integer()
        else value
    )


def _from_text(value: str, dtype: pl.DataType) -> object | None:
    if is_text(dtype):
        return value
    try:
        if isinstance(dtype, (pl.Date, pl.Datetime)):
            return _moment(value, dtype)
        if isinstance(dtype, pl.Time):
            return time.fromisoformat(value)
    except ValueError:
        return None
    return None


def _moment(value: str, dtype: pl.Date | pl.Datetime) -> date | None:
    moment = datetime.fromisoformat(value)
    has_zone, wants_zone = moment.tzinfo is not None, getattr(dtype, "time_zone", None) is not None
    if isinstance(dtype, pl.Date):
        is_day = moment.time() == time.min and not has_zone
        return moment.date() if is_day else None if has_zone else moment
    if wants_zone:
        return moment if has_zone else moment.replace(tzinfo=UTC)
    return None if has_zone else moment


def literal_series(values: Iterable[Json], dtype: pl.DataType) -> pl.Series:
    """Builds the allowed values of a set as a Series of the column's type.

    Values that the type cannot hold are left out: no value of the column could equal them.
    """
    if is_text(dtype):
        return pl.Series("values", [v for v in values if isinstance(v, str)], dtype=pl.String)
    fitting = [literal_value(value, dtype) for value in values]
    whole = [v for v in fitting if v is not None and not (dtype.is_integer() and v != int(v))]  # pyright: ignore[reportArgumentType] - numbers
    return pl.Series("values", whole, dtype=dtype, strict=False).drop_nulls()
