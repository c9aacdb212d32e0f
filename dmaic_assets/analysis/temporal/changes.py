"""What changes in the values of a series beside its means: their spread and their distribution.

What belongs here: periods that are full enough, and times that others have told. What a change is
stands in `distribution`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dmaic_assets.analysis.temporal.distribution import (
    distribution_changes,
    is_enough,
    spread_shifts,
)
from dmaic_assets.analysis.temporal.periods import SECONDS, coarser, number_of, start_of
from dmaic_assets.analysis.values.temporal import ChangePoint, DistributionChange, Series, Unit

# Periods within which two changes are one: a time is known within as many.
_SAME = 5


def with_changes(series: Series, observed: pl.DataFrame) -> Series:
    """Adds the changes of spread and distribution to a series of means.

    Args:
        series: The series of a measure.
        observed: Its values: `t` are times, `v` finite numbers.
    """
    for unit in (series.unit, *coarser(series.unit)):
        numbers = observed.select(number_of(pl.col("t"), unit)).to_series().to_numpy()
        found, place = np.unique(numbers, return_inverse=True)
        counts = np.bincount(place)
        if is_enough(counts):
            values = observed.get_column("v").to_numpy()
            return _changed(series, unit, found, place.astype(np.int64), values)
    return series


def _changed(
    series: Series,
    unit: Unit,
    numbers: NDArray[np.int64],
    place: NDArray[np.int64],
    values: NDArray[np.float64],
) -> Series:
    reach = _SAME * max(SECONDS[unit], SECONDS[series.unit])
    told = [change.at for change in series.changes]
    spreads = tuple(
        ChangePoint(at, shift.before, shift.after, shift.effect)
        for shift in spread_shifts(place, values)
        if not _near(at := start_of(int(numbers[shift.at]), unit), told, reach)
    )
    told.extend(change.at for change in spreads)
    others = tuple(_others(unit, numbers, place, values, told, reach))
    return replace(series, spread_unit=unit, spread_changes=spreads, distribution_changes=others)


def _others(
    unit: Unit,
    numbers: NDArray[np.int64],
    place: NDArray[np.int64],
    values: NDArray[np.float64],
    told: list[datetime],
    reach: float,
) -> Iterator[DistributionChange]:
    for moved in distribution_changes(place, values):
        at = start_of(int(numbers[moved.at]), unit)
        if not _near(at, told, reach):
            yield DistributionChange(at, moved.distance)


def _near(at: datetime, times: list[datetime], reach: float) -> bool:
    return any(abs((at - time).total_seconds()) <= reach for time in times)
