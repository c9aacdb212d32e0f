"""The rhythm of one time column: grain, gaps, completeness of periods, load of the calendar.

What belongs here: counts of rows over periods. Measures stand in `series`.
"""

import math
from datetime import datetime
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dmaic_assets.analysis.temporal.periods import (
    SECONDS,
    UNITS,
    YEAR,
    Ints,
    coarser,
    number_of,
    slots,
    start_of,
)
from dmaic_assets.analysis.values.temporal import Gap, Grain, GrainFacts, PeriodVolume, Unit

Floats = NDArray[np.float64]

# Seconds of a grain and how far from it a distance may be, by R40 of the inventory of features.
_GRAINS: Final[tuple[tuple[Grain, float, float], ...]] = (
    ("second", 1.0, 0.5),
    ("minute", 60.0, 5.0),
    ("hour", 3600.0, 300.0),
    ("day", 86_400.0, 3600.0),
    ("week", 604_800.0, 86_400.0),
    ("month", 2_592_000.0, 259_200.0),
    ("quarter", 7_776_000.0, 777_600.0),
    ("year", 31_536_000.0, 3_153_600.0),
)
# Share of distances that must have the grain's length for it to be one; half, as of a median.
_GRAIN_SHARE = 0.5
# Share of distances within a hundredth of the median from which a step without a name is steady.
_STEADY, _STEP_TOLERANCE = 0.9, 0.01
# Periods in which gaps are looked for at most: bounds memory, 22 years of hours.
_MOST_PERIODS = 200_000
# A place in the week is due where it has rows half as often as usual places have.
_DUE_SHARE = 0.5
# Times that each place of the week must have come for it to be told as never due.
_LEAST_WEEKS = 4
# Expected number of gaps as long in the whole span by chance, below which a gap is told.
_GAP_CHANCE = 1e-3
# Due periods at either end of which fewer than this share of the usual rows are the beginning, or
# the end, of what a table holds: a gap next to them is no delivery that is missing.
_EDGE_PERIODS, _EDGE_SHARE = 7, 0.5
# Gaps that are listed, longest first (R41).
_MOST_GAPS = 10
# Share of due smaller periods below which a period is incomplete (R52).
_COVERAGE = 0.9
# Distance from the median in robust standard deviations at which a period's volume is unusual:
# above the 4 that two hundred normal periods exceed once in eighty tables.
_VOLUME_LIMIT = 5.0
# Least standard deviation of volumes as a share of the median; smaller ones are rounding.
_VOLUME_FLOOR = 0.07
# Periods without which no volume is unusual.
_LEAST_PERIODS = 6


def grain_of(seconds: Ints) -> tuple[Grain, float, float, float]:
    """Grain, the share of distances that have it, median distance, and regularity.

    Args:
        seconds: Distinct times in ascending order.
    """
    if len(seconds) < 3:
        return "irregular", 0.0, 0.0, 0.0
    distances = np.diff(seconds).astype(np.float64)
    median = float(np.median(distances))
    mean = float(distances.mean())
    regularity = 1.0 - min(1.0, float(distances.std()) / mean)
    for grain, length, tolerance in _GRAINS:
        share = float(np.mean(np.abs(distances - length) <= tolerance))
        if abs(median - length) <= tolerance and share >= _GRAIN_SHARE:
            return grain, share, median, regularity
    steady = float(np.mean(np.abs(distances - median) <= _STEP_TOLERANCE * median))
    return "irregular", steady if steady >= _STEADY else 0.0, median, regularity


def unit_of(grain: Grain, span: float, distinct: int, most: int = _MOST_PERIODS) -> Unit:
    """The shortest periods not below the grain that are few enough and mostly have rows."""
    allowed: list[Unit] = [u for u in UNITS if SECONDS[u] * most >= span]
    if grain in UNITS:
        allowed = [u for u in allowed if UNITS.index(u) >= UNITS.index(grain)]
    elif grain == "irregular":
        # Times without a rhythm: periods of which each would have three times by chance.
        allowed = [u for u in allowed if distinct * SECONDS[u] >= 3 * span and u != "minute"]
    return allowed[0] if allowed else YEAR


class Counted:
    """Rows per period from the first to the last, and which periods are due."""

    def __init__(self, times: pl.Series, unit: Unit) -> None:
        """Counts times without nulls, at least one."""
        found = (
            pl.DataFrame({"t": times})
            .select(number_of(pl.col("t"), unit).alias("n"))
            .group_by("n")
            .len()
        )
        numbers = found.get_column("n").to_numpy().astype(np.int64)
        first, last = int(numbers.min()), int(numbers.max())
        self.unit: Unit = unit
        self.numbers: Ints = np.arange(first, last + 1, dtype=np.int64)
        self.rows: Ints = np.zeros(last - first + 1, np.int64)
        self.rows[numbers - first] = found.get_column("len").to_numpy()
        self.is_due: NDArray[np.bool_] = _due(self.numbers, self.rows, unit)


def _due(numbers: Ints, rows: Ints, unit: Unit) -> NDArray[np.bool_]:
    """Which periods are due: those of a place in the week that is not empty most of the time."""
    places = slots(numbers, unit)
    come = np.bincount(places)
    if len(come) < 2 or come.min() < _LEAST_WEEKS:
        return np.ones(len(numbers), np.bool_)
    full = np.bincount(places, weights=(rows > 0).astype(np.float64)) / come
    usual = float(np.quantile(full, 0.75))
    return (full >= _DUE_SHARE * usual)[places]


def gaps_of(counted: Counted) -> list[Gap]:
    """Runs of due periods without rows that are too long to be chance, the longest first."""
    numbers, rows = counted.numbers[counted.is_due], counted.rows[counted.is_due]
    if not len(rows):
        return []
    empty, usual = _empty_chance(rows), float(np.median(rows[rows > 0]))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (rows == 0).astype(np.int8), [0]))))
    found: list[Gap] = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        length = int(end - begin)
        chance = len(rows) * empty**length if empty > 0 else 0.0
        at_edge = _is_edge(rows[:begin], usual) or _is_edge(rows[end:], usual)
        if chance < _GAP_CHANCE and not at_edge:
            start = start_of(int(numbers[begin]), counted.unit)
            stop = start_of(int(numbers[end - 1]), counted.unit)
            found.append(Gap(start, stop, length, _gap_weight(length)))
    found.sort(key=lambda gap: (-gap.periods, gap.start))
    return found


def _is_edge(rows: Ints, usual: float) -> bool:
    return len(rows) <= _EDGE_PERIODS and float(rows.sum()) < _EDGE_SHARE * usual * len(rows)


def _gap_weight(periods: int) -> Literal["minor", "moderate", "severe"]:
    """By the distance of its neighbours in periods (R41): over 5 moderate, over 10 severe."""
    if periods + 1 > 10:
        return "severe"
    return "moderate" if periods + 1 > 5 else "minor"


def _empty_chance(rows: Ints) -> float:
    """The chance that a due period has no row.

    Fitted to periods with rows: of a Poisson count without its zeros, and not below the share of
    nearly empty ones. 0 where each has the same number. Where more periods are empty than full,
    their share.
    """
    full = rows[rows > 0]
    share = len(full) / len(rows)
    if share < _DUE_SHARE:
        return 1.0 - share
    if full.min() == full.max():
        return 0.0 if share >= 0.8 else 1.0 - share
    mean = float(full.mean())
    rate = mean
    for _ in range(50):
        rate = mean * (1.0 - math.exp(-rate))
    nearly = float(np.mean(full <= 0.1 * np.median(full)))
    return max(math.exp(-rate), nearly)


def grain_facts(counted: Counted) -> tuple[GrainFacts, ...]:
    """How full the counted periods are, and each longer kind of them."""
    due = counted.is_due
    base = GrainFacts(
        counted.unit,
        int(due.sum()),
        int((due & (counted.rows > 0)).sum()),
        unusual=_unusual(counted.numbers[due], counted.rows[due].astype(np.float64), counted.unit),
    )
    longer = [_longer(counted, unit) for unit in coarser(counted.unit)]
    return (base, *[facts for facts in longer if facts is not None])


def _longer(counted: Counted, unit: Unit) -> GrainFacts | None:
    """The same for longer periods, those at both ends left out; None for fewer than three."""
    starts = pl.Series([start_of(int(n), counted.unit) for n in counted.numbers])
    numbers = (
        pl.DataFrame({"t": starts.cast(pl.Datetime("us"))})
        .select(number_of(pl.col("t"), unit))
        .to_series()
        .to_numpy()
        .astype(np.int64)
    )
    place = numbers - numbers[0]
    due = np.bincount(place, weights=counted.is_due.astype(np.float64))
    full = np.bincount(place, weights=(counted.is_due & (counted.rows > 0)).astype(np.float64))
    rows = np.bincount(place, weights=counted.rows.astype(np.float64))
    inner = np.flatnonzero(due > 0)
    inner = inner[(inner > 0) & (inner < place[-1])]
    if len(inner) < 3:
        return None
    share = full[inner] / due[inner]
    is_full_usual = float(np.median(share)) >= _COVERAGE
    short = inner[share < _COVERAGE] if is_full_usual else inner[:0]
    per_due = rows[inner] / due[inner] * float(np.median(due[inner]))
    return GrainFacts(
        unit,
        len(inner),
        int((full[inner] > 0).sum()),
        tuple(start_of(int(n + numbers[0]), unit) for n in short[:_MOST_GAPS]),
        _unusual(inner + numbers[0], per_due, unit),
    )


def _unusual(numbers: Ints, rows: Floats, unit: Unit) -> tuple[PeriodVolume, ...]:
    """Periods whose rows are far from the median of their place in the week, if they have any."""
    places = slots(numbers, unit)
    found: list[PeriodVolume] = []
    for place in np.unique(places):
        here = (places == place) & (rows > 0)
        values = rows[here]
        if len(values) < _LEAST_PERIODS:
            continue
        # A period among its neighbours: growth over years is no deviation.
        usual = _rolling_median(values)
        away = values - usual
        floor = np.maximum(_VOLUME_FLOOR * usual, np.sqrt(usual))
        scale = np.maximum(1.4826 * float(np.median(np.abs(away))), floor)
        for at in np.flatnonzero(np.abs(away) > _VOLUME_LIMIT * scale):
            start = start_of(int(numbers[here][at]), unit)
            found.append(PeriodVolume(start, round(values[at]), float(values[at] / usual[at])))
    found.sort(key=lambda p: (-abs(math.log(p.share)), p.start))
    return tuple(found[:_MOST_GAPS])


def _rolling_median(values: Floats, width: int = 13) -> Floats:
    series = pl.Series(values).rolling_median(width, min_samples=1, center=True)
    return series.to_numpy().astype(np.float64)


def month_end_load(times: pl.Series, first: datetime, last: datetime) -> float | None:
    """Rows on the last three days of months over what their share of days lets expect.

    None below six months. Where fewer than two thirds of the months have such a load it is not
    that of the calendar, and 1 is told.
    """
    if (last - first).days < 180:
        return None
    t = pl.col("t")
    days = pl.DataFrame({"t": times}).select(
        t.dt.truncate("1mo").alias("month"),
        (t.dt.month_end().dt.day() - t.dt.day() < 3).alias("end"),
        t.dt.month_end().dt.day().alias("days"),
    )
    months = days.group_by("month").agg(
        pl.col("end").sum().alias("end"), pl.len().alias("rows"), pl.col("days").first()
    )
    load = months.select(
        (pl.col("end") / (pl.col("rows") * 3 / pl.col("days"))).alias("load"),
        pl.col("end"),
        (pl.col("rows") * 3 / pl.col("days")).alias("due"),
    )
    overall = float(load.get_column("end").sum()) / float(load.get_column("due").sum())
    steady = load.filter(pl.col("load") >= 1.5).height / load.height
    return overall if overall < 1.5 or steady >= 2 / 3 else 1.0
