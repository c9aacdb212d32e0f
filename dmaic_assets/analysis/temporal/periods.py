"""Periods as whole numbers: the calendar that counts, slots and gaps are told in.

What belongs here: from times to numbered periods and back. Times are UTC without a zone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dmaic_assets.analysis.values.temporal import Unit

UNITS: tuple[Unit, ...] = get_args(Unit)
# The longest, where no shorter one fits.
YEAR: Unit = "year"
# Seconds of a period; months and longer are means of the calendar.
SECONDS: Mapping[Unit, float] = {
    "minute": 60.0,
    "hour": 3600.0,
    "day": 86_400.0,
    "week": 604_800.0,
    "month": 2_629_746.0,
    "quarter": 7_889_238.0,
    "year": 31_556_952.0,
}
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - times of a study are UTC without a zone
# 1970-01-01 was a Thursday, the fourth day of a week that begins on Monday.
_THURSDAY = 3
# Months in the periods that are counted in months.
_MONTHS: Mapping[Unit, int] = {"month": 1, "quarter": 3, "year": 12}

Ints = NDArray[np.int64]


def number_of(time: pl.Expr, unit: Unit) -> pl.Expr:
    """The number of the period that a time is in, from 1970 on."""
    if unit in _MONTHS:
        months = (time.dt.year().cast(pl.Int64) - 1970) * 12 + time.dt.month().cast(pl.Int64) - 1
        return months // _MONTHS[unit]
    if unit == "week":
        return (time.dt.epoch("s") // 86_400 + _THURSDAY) // 7
    return time.dt.epoch("s") // int(SECONDS[unit])


def start_of(number: int, unit: Unit) -> datetime:
    """The first moment of a period."""
    if unit in _MONTHS:
        months = number * _MONTHS[unit]
        return datetime(1970 + months // 12, months % 12 + 1, 1)  # noqa: DTZ001 - as above
    if unit == "week":
        return _EPOCH + timedelta(days=number * 7 - _THURSDAY)
    return _EPOCH + timedelta(seconds=number * SECONDS[unit])


def slots(numbers: Ints, unit: Unit) -> Ints:
    """The place of periods in the week (days, hours), which may be empty always; else 0."""
    if unit == "day":
        return (numbers + _THURSDAY) % 7
    if unit == "hour":
        return (numbers + _THURSDAY * 24) % 168
    return np.zeros(len(numbers), np.int64)


def season_labels(numbers: Ints, unit: Unit) -> tuple[Ints, ...]:
    """The places of periods in each cycle that a calendar has: day, week or year."""
    if unit == "hour":
        return (numbers % 24, slots(numbers, "hour"))
    if unit == "day":
        return (slots(numbers, "day"),)
    cycles: Mapping[Unit, int] = {"minute": 60, "week": 52, "month": 12, "quarter": 4}
    return (numbers % cycles[unit],) if unit in cycles else ()


def coarser(unit: Unit) -> tuple[Unit, ...]:
    """The units that are longer, from the next on."""
    return UNITS[UNITS.index(unit) + 1 :]
