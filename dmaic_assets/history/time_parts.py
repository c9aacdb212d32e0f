"""Cuts the rows of a few large files by their times, so that variation between periods can be seen.

What belongs here: choosing the column and the period, and the part of each row. What is concluded
from parts is the learners' business.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.table.notation.calendar_years import within_calendar

Period: TypeAlias = Literal["day", "week", "month", "quarter", "year"]

# Periods that must differ for variation to be measured between them.
FEWEST_PARTS = 8
# Rows that the usual period must have; as for blocks of rows.
LEAST_ROWS = 20
# Share of rows with a time: others take the period of the row before.
LEAST_KNOWN = 0.95
# Spearman's correlation of times with the order of rows: late rows are allowed, shuffled ones
# not.
LEAST_ORDER = 0.9
# Days come first because most sources deliver by the day. Hours are none: a file that has too few
# days has not seen how days differ, and the hours of one day do not show it.
_PERIODS: tuple[tuple[Period, str], ...] = (
    ("day", "1d"),
    ("week", "1w"),
    ("month", "1mo"),
    ("quarter", "1q"),
    ("year", "1y"),
)


@dataclass(frozen=True, slots=True)
class TimeParts:
    """Rows by period: `ids` has one array per frame, parts of all frames numbered from 0 on.

    No part spans two frames; parts of one frame are in the order of time. A row without a time
    is in the part of the row before it.
    """

    column: str
    period: Period
    ids: tuple[npt.NDArray[np.int64], ...]

    @property
    def count(self) -> int:
        """How many parts there are."""
        return max((int(part.max()) + 1 for part in self.ids if len(part)), default=0)

    @property
    def words(self) -> str:
        """Says it: 30 parts by day of ordered_at."""
        return f"{self.count} parts by {self.period} of {self.column}"


def split_by_time(frames: Sequence[pl.DataFrame], declared: str | None) -> TimeParts | None:
    """Splits rows by the first period that gives enough parts with enough rows.

    Args:
        frames: The rows of each file, typed, in file order.
        declared: The time column that configuration names. Without one, a column of dates or
            datetimes is taken that the rows of each file are in the order of, by and large: rows
            that come in the order of some time are about that time.

    Returns:
        At least `FEWEST_PARTS` parts of which half have `LEAST_ROWS` rows or more; None when no
        column and period give that.
    """
    if not frames:
        return None
    names = [n for n in frames[0].columns if all(_is_time(f, n) for f in frames)]
    wanted = [n for n in names if declared is None or n == declared]
    for name in wanted:
        times = [_times(f, name) for f in frames]
        rows = sum(len(t) for t in times)
        if not rows or sum(t.null_count() for t in times) > (1 - LEAST_KNOWN) * rows:
            continue
        if declared is None and not _is_in_order(times):
            continue
        for period, every in _PERIODS:
            ids = _ids([t.dt.truncate(every) for t in times])
            if _is_enough(ids):
                return TimeParts(name, period, ids)
    return None


def _is_time(frame: pl.DataFrame, name: str) -> bool:
    return isinstance(frame.schema.get(name), pl.Date | pl.Datetime)


def _times(frame: pl.DataFrame, name: str) -> pl.Series:
    """The column as datetimes without a zone: its own clock decides what a day is."""
    series = frame.get_column(name).alias("time")
    series = series.to_frame().select(within_calendar(pl.col("time"))).to_series()
    if isinstance(series.dtype, pl.Datetime):
        series = series.dt.replace_time_zone(None)
    return series.cast(pl.Datetime("us"))


def _ids(starts: Sequence[pl.Series]) -> tuple[npt.NDArray[np.int64], ...]:
    found: list[npt.NDArray[np.int64]] = []
    offset = 0
    for series in starts:
        filled = series.fill_null(strategy="forward").fill_null(strategy="backward")
        ranks = filled.rank("dense").fill_null(1).to_numpy().astype(np.int64)
        found.append(ranks - 1 + offset)
        offset = int(found[-1].max()) + 1 if len(ranks) else offset
    return tuple(found)


def _is_enough(ids: Sequence[npt.NDArray[np.int64]]) -> bool:
    sizes = np.bincount(np.concatenate(ids))
    return len(sizes) >= FEWEST_PARTS and float(np.median(sizes)) >= LEAST_ROWS


def _is_in_order(times: Sequence[pl.Series]) -> bool:
    """Whether rows follow each other in time: Spearman's correlation with their order."""
    return all(_order(series.drop_nulls()) >= LEAST_ORDER for series in times)


def _order(times: pl.Series) -> float:
    if times.n_unique() < 2:
        return 1.0
    ranks = times.rank("average").to_numpy()
    return float(np.corrcoef(np.arange(len(ranks)), ranks)[0, 1])
